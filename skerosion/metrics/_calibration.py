"""Whether predicted distributions keep their promise: coverage of intervals, probability integral transform."""

import numpy as np
from sklearn.utils import check_random_state

from skerosion._types import Any, ArrayLike, Seed, Weights
from skerosion.forecasts import check_cdf_rows, positions_at_or_above, positions_at_or_below, row_chunks
from skerosion.metrics._checks import check_same_length, check_targets, check_weights
from skerosion.metrics._crps import check_forecasts


def interval_coverage(y_true: ArrayLike, interval: ArrayLike, sample_weight: Weights = None) -> float:
    """Return the share of targets inside their predicted intervals, both ends included.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        Targets.
    interval : array-like of shape (n_rows, 2)
        Lower and upper ends, as ``predict_interval`` and :meth:`GridDistribution.interval` return them.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        Weights of the rows.

    Returns
    -------
    float
        To be compared with the probability that the intervals claim.

    References
    ----------
    T. Gneiting, F. Balabdaoui, A. E. Raftery, "Probabilistic forecasts, calibration and sharpness", JRSS B 69, 2007.

    Examples
    --------
    >>> from skerosion.metrics import interval_coverage
    >>> interval_coverage([5, 20, 70, 0], [[0, 10], [0, 10], [60, 70], [0, 0]])
    0.75
    """
    y_true, interval = check_targets(y_true), np.asarray(interval, dtype=float)
    if interval.ndim != 2 or interval.shape[1] != 2 or not (interval[:, 0] <= interval[:, 1]).all():
        raise ValueError(
            f"interval must hold a lower and an upper end a row, got shape {interval.shape} or ends crossed."
        )
    check_same_length(y_true=y_true, interval=interval)
    inside = (y_true >= interval[:, 0]) & (y_true <= interval[:, 1])
    return float(np.average(inside, weights=check_weights(sample_weight, len(y_true))))


def pit(y_true: ArrayLike, cdf: Any, grid: ArrayLike | None = None, random_state: Seed = None) -> np.ndarray:
    """Return the randomised probability integral transform of the targets.

    A cdf on a grid jumps at the target, so a place in the jump is drawn: :math:`u F(y) + (1 - u) F(y^-)` with u
    uniform on 0..1. The values are uniform exactly when the forecasts are calibrated: a histogram like a U says that
    they are too narrow, a hump too wide, a slope that they are biased.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        Targets within the grid.
    cdf : array-like of shape (n_rows, n_points) or (n_points,), or GridDistribution
        Forecasts, as for :func:`crps`.
    grid : array-like of shape (n_points,) or None, default=None
        Thresholds; None is 0, 1, ..., n_points - 1, or the grid of the distribution.
    random_state : int, RandomState instance or None, default=None
        Source of u.

    Returns
    -------
    ndarray of shape (n_rows,)
        From 0 to 1.

    References
    ----------
    C. Czado, T. Gneiting, L. Held, "Predictive model assessment for count data", Biometrics 65, 2009.

    Examples
    --------
    >>> from skerosion.metrics import pit
    >>> pit([0, 2], [[0.5, 1, 1], [0.2, 0.2, 1]], random_state=0)
    array([0.27440675, 0.77215149])
    """
    y_true, cdf, grid = check_forecasts(y_true, cdf, grid)
    for chunk in row_chunks(*cdf.shape):
        check_cdf_rows(cdf[chunk].astype(float), first=chunk.start)
    rows = np.arange(len(y_true))
    upto, before = positions_at_or_below(grid, y_true), positions_at_or_above(grid, y_true) - 1
    at, below = cdf[rows, upto], np.where(before >= 0, cdf[rows, np.maximum(before, 0)], 0)
    place = check_random_state(random_state).uniform(size=len(y_true))
    return below + place * (at - below)
