"""Predictive distributions on a grid: a cumulative distribution function (cdf) at ascending thresholds, row by row."""

from skerosion.distributions._distribution import GridDistribution

# For the rooms above, not for users: these have no place in `__all__`.
from skerosion.distributions._grid import (  # noqa: F401
    check_cdf_rows,
    check_grid,
    double_precision,
    outside_grid,
    positions_at_or_above,
    positions_at_or_below,
    row_chunks,
)
from skerosion.distributions._repair import repair_cdf

__all__ = ["GridDistribution", "repair_cdf"]
