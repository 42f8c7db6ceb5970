"""Grids and blocks of rows: what is a grid, what is a cdf on it, and where values lie."""

import numpy as np

# What rounding does to a cdf summed in single precision; anything beyond is not a cdf.
_FALL_TOLERANCE = 1e-6
_END_TOLERANCE = 1e-5
# Elements of a float64 temporary: 4 MiB stay in the cache of a core.
_CHUNK_SIZE = 2**19


def row_chunks(n_rows, width):
    """Yield slices over `n_rows` rows of `width` values, each small enough for temporaries of its size."""
    step = max(1, _CHUNK_SIZE // max(1, width))
    for start in range(0, n_rows, step):
        yield slice(start, min(start + step, n_rows))


def check_grid(grid, n_points=None):
    """Return the grid as finite, strictly ascending float64; None is 0, 1, ..., ``n_points - 1``."""
    if grid is None:
        return np.arange(n_points, dtype=float)
    grid = double_precision(grid)
    if grid.ndim != 1 or not grid.size or not np.isfinite(grid).all() or (np.diff(grid) <= 0).any():
        raise ValueError(f"grid must be finite and strictly ascending in one dimension, got {grid!r}.")
    if n_points is not None and grid.size != n_points:
        raise ValueError(
            f"grid must have one threshold for each column of cdf, got {grid.size} thresholds and {n_points} columns."
        )
    return grid


def double_precision(values):
    """Return values as float64, those of single or half precision by the decimal they print: float32's .1 is .1.

    A plain cast makes it 0.10000000149, which lies above a threshold of .1.
    """
    values = np.asarray(values)
    return (values.astype(str) if values.dtype in (np.float16, np.float32) else values).astype(float)


def check_cdf_rows(rows, first=0):
    """Raise where a block of float64 rows holds no cdf; `first` is the number of its first row, for the message."""
    # One comparison settles the usual case; how far rows fall is asked only where some do.
    falls = np.zeros(len(rows)) if _all_rise(rows) else np.diff(rows, axis=1).min(axis=1, initial=0.0)
    rules = (
        ("must not fall along a row", ~(falls >= -_FALL_TOLERANCE)),
        ("must start at 0 or above", ~(rows[:, 0] >= -_FALL_TOLERANCE)),
        ("must end at 1", ~(np.abs(rows[:, -1] - 1) <= _END_TOLERANCE)),
    )
    for rule, broken in rules:
        if broken.any():
            row = int(broken.argmax())
            raise ValueError(
                f"cdf {rule}, got row {first + row} from {rows[row, 0]:.6g} to {rows[row, -1]:.6g}, steepest fall "
                f"{-falls[row]:.3g}. Repair free forecasts with skerosion.forecasts.repair_cdf(cdf); "
                "probabilities of single points need np.cumsum first."
            )


def _all_rise(rows):
    """Whether no row falls: all neighbours of the block in one sequence, but for those of two rows."""
    flat = rows.reshape(-1)
    rising = flat[1:] >= flat[:-1]
    rising[rows.shape[1] - 1 :: rows.shape[1]] = True
    return rising.all()


def positions_at_or_above(grid, values):
    """Return for each value the position of the first grid point that reaches it, ``len(grid)`` where none does."""
    return np.searchsorted(grid, values - _rounding(values), side="left")


def positions_at_or_below(grid, values):
    """Return for each value the position of the last grid point not above it, -1 where none is."""
    return np.searchsorted(grid, values + _rounding(values), side="right") - 1


def outside_grid(grid, values):
    """Return for each value whether it lies beyond the ends of the grid by more than rounding."""
    return (positions_at_or_below(grid[:1], values) < 0) | (positions_at_or_above(grid[-1:], values) > 0)


def check_within(targets, grid, name="y_true"):
    """Raise unless all targets lie within the ends of the grid."""
    outside = outside_grid(grid, targets)
    if outside.any():
        raise ValueError(
            f"{name} must lie within the grid, {grid[0]:g} to {grid[-1]:g}, got {targets[outside][0]:g} "
            f"({outside.sum()} of {targets.size} targets); pass the grid that the forecasts were made on."
        )
    return targets


def _rounding(values):
    """Return some units in the last place: 0.3 and the 0.30000000000000004 of ``linspace`` are one threshold."""
    if values.dtype.kind != "f":
        return 0
    limits = np.finfo(values.dtype)
    return 4 * limits.eps * np.minimum(np.abs(values), limits.max)  # infinity less infinity would be no number


def check_two_dimensional(cdf):
    """Return the cdf as an array of floats with rows and columns."""
    cdf = np.asarray(cdf)
    if cdf.ndim != 2 or not cdf.shape[1] or cdf.dtype.kind not in "fiub":
        raise ValueError(f"cdf must be numbers of shape (n_rows, n_points), got {cdf.dtype} of shape {cdf.shape}.")
    return cdf


def first_above(cdf, levels):
    """Return for each level the position of the first value of its row above it, by halving all ranges at once."""
    low, high = np.zeros(levels.shape, dtype=int), np.full(levels.shape, cdf.shape[1] - 1)
    for _ in range(cdf.shape[1].bit_length()):
        middle = (low + high) // 2
        above = np.take_along_axis(cdf, middle, axis=1) > levels
        low, high = np.where(above, low, np.minimum(middle + 1, high)), np.where(above, middle, high)
    return high
