"""Predictive distributions on a grid: a cumulative distribution function (cdf) at ascending thresholds, row by row."""

from ._distribution import GridDistribution

# For the rooms above, not for users: these have no place in `__all__`.
from ._grid import check_cdf_rows as check_cdf_rows
from ._grid import check_grid as check_grid
from ._grid import double_precision as double_precision
from ._grid import outside_grid as outside_grid
from ._grid import positions_at_or_above as positions_at_or_above
from ._grid import positions_at_or_below as positions_at_or_below
from ._grid import row_chunks as row_chunks
from ._repair import repair_cdf

__all__ = ["GridDistribution", "repair_cdf"]
