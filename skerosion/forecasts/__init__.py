"""What is predicted for rows: a forecast, and distributions on a grid (a cdf at ascending thresholds, row by row)."""

from ._columns import union_of_classes as union_of_classes
from ._distribution import GridDistribution
from ._forecast import Forecast

# For the rooms above, not for users: these have no place in `__all__`.
from ._grid import check_cdf_rows as check_cdf_rows
from ._grid import check_grid as check_grid
from ._grid import check_within as check_within
from ._grid import double_precision as double_precision
from ._grid import outside_grid as outside_grid
from ._grid import positions_at_or_above as positions_at_or_above
from ._grid import positions_at_or_below as positions_at_or_below
from ._grid import row_chunks as row_chunks
from ._held_out_threshold import conformal_threshold as conformal_threshold
from ._mixin import ForecastMixin
from ._mixin import predicts_distribution as predicts_distribution
from ._repair import repair_cdf as repair_cdf
from ._walk import forecast_of
from ._walk import forecast_of_step as forecast_of_step
from ._walk import inside as inside
from ._walk import is_search as is_search
from ._walk import last_step as last_step
from ._walk import step_of as step_of

__all__ = [
    "Forecast",
    "ForecastMixin",
    "GridDistribution",
    "forecast_of",
]
