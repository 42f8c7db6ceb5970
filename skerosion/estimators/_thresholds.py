"""The thresholds of a predicted CDF."""

import numpy as np

from skerosion.forecasts import double_precision
from skerosion.grades import are_plain_grades, are_shares

_STEPS = 101
_MOST_INTEGERS = 1001


def make_grid(grid, y):
    """The thresholds from the parameter `grid` and the training targets.

    None gives 0, 1, ..., 100. ``"auto"`` gives the integers from the smallest to the largest target where targets
    are integers (up to 1,001 of them), else 101 even steps.
    """
    if grid is None:
        return np.arange(_STEPS, dtype=np.float64)
    if isinstance(grid, str):
        if grid != "auto":
            raise ValueError(f"grid must be None, 'auto' or an array of thresholds, got {grid!r}.")
        return _range_of(y)
    try:
        grid = double_precision(grid)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"grid must be None, 'auto' or an array of numbers, got {grid!r}.") from error
    if grid.ndim != 1 or len(grid) < 2 or not np.isfinite(grid).all() or not (np.diff(grid) > 0).all():
        raise ValueError(f"grid must hold at least two finite, strictly increasing thresholds, got {grid!r}.")
    return grid


def check_default_grid(y):
    """Refuse targets that the default grid, which is of percentages, would take for hardly any damage at all."""
    if are_plain_grades(y):
        raise ValueError(
            f"y must hold percentages where grid is None, which is 0, 1, ..., 100, got the grades 0 to {y.max():g}; "
            "pass grid='auto' for grades, or grid=np.arange(101.0) where these are percentages."
        )
    if are_shares(y):
        raise ValueError(
            f"y must hold percentages where grid is None, which is 0, 1, ..., 100, got numbers from {y.min():g} to "
            f"{y.max():g}, as shares are; multiply them by 100, or pass grid='auto'."
        )


def check_grid(grid):
    """Raise where the parameter `grid` can make no thresholds, whatever the targets."""
    if not isinstance(grid, str) or grid != "auto":
        make_grid(grid, None)


def _range_of(y):
    low, high = float(y.min()), float(y.max())
    if low == high:
        return np.array([low, low + 1.0])
    if (y == np.round(y)).all() and high - low < _MOST_INTEGERS:
        return np.arange(low, high + 1.0)
    return np.linspace(low, high, _STEPS)


def grid_spacing(grid):
    """The width that each threshold stands for, up to the next; None where the grid is even."""
    widths = np.diff(grid)
    if np.allclose(widths, widths[0], rtol=1e-9):
        return None
    return tuple(float(width) for width in np.append(widths, widths[-1]))
