"""The continuous ranked probability score (CRPS) of distributions on a grid, and its skill against the marginal."""

import numpy as np

from skerosion._types import Any, ArrayLike, Weights
from skerosion._validation import Choice, check_parameter
from skerosion.forecasts import (
    GridDistribution,
    check_cdf_rows,
    check_grid,
    check_within,
    double_precision,
    positions_at_or_above,
    row_chunks,
)
from skerosion.metrics._checks import check_targets, check_weights


def crps(
    y_true: ArrayLike,
    cdf: Any,
    grid: ArrayLike | None = None,
    per_sample: bool = False,
    unit: str = "normalized",
    sample_weight: Weights = None,
) -> float | np.ndarray:
    """Return the CRPS of predicted distributions: the squared distance between cdf and target, as a step.

    With thresholds :math:`g_1 < \\dots < g_K`

    .. math:: \\mathrm{CRPS}(F, y) = \\frac{1}{K} \\sum_{k=1}^K \\left(F(g_k) - [\\,g_k \\ge y\\,]\\right)^2 .

    In points each term is multiplied by the distance to the next threshold, and the sum is not divided: in the unit
    of the target, comparable with the mean absolute error, which it is for a forecast of one grid point. On grades
    with grid 0, 1, ..., K - 1 the points are the ranked probability score.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        Targets within the grid.
    cdf : array-like of shape (n_rows, n_points) or (n_points,), or GridDistribution
        P(Y <= threshold), rising to 1. One row is a forecast for all targets. Forecasts that fall or end short of 1
        are an error, they can score below what any forecast may: repair them with
        :func:`skerosion.forecasts.repair_cdf`.
    grid : array-like of shape (n_points,) or None, default=None
        Thresholds; None is 0, 1, ..., n_points - 1, or the grid of the distribution.
    per_sample : bool, default=False
        Return the score of each row instead of the mean.
    unit : {"normalized", "points"}, default="normalized"
        Mean over the thresholds, or the unit of the target.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        Weights of the mean.

    Returns
    -------
    float or ndarray of shape (n_rows,)
        0 or more, smaller is better.

    References
    ----------
    T. Gneiting, A. E. Raftery, "Strictly proper scoring rules, prediction, and estimation", JASA 102, 2007.

    Examples
    --------
    >>> from skerosion.metrics import crps
    >>> crps([0, 2], [[0.5, 1, 1], [0.2, 0.2, 1]], unit="points")
    0.165
    >>> crps([3, 3], [[0, 1, 1, 1, 1], [0, 0, 0, 0, 1]], per_sample=True, unit="points")
    array([2., 1.])
    """
    if per_sample and sample_weight is not None:
        raise ValueError("sample_weight weighs the mean and has no place with per_sample=True; leave one of them out.")
    y_true, cdf, grid = check_forecasts(y_true, cdf, grid)
    scores = crps_rows(y_true, cdf, grid, unit)
    return scores if per_sample else float(np.average(scores, weights=check_weights(sample_weight, len(scores))))


def crps_skill(
    y_true: ArrayLike,
    cdf: Any,
    grid: ArrayLike | None = None,
    *,
    reference_y: ArrayLike | None = None,
    reference_cdf: ArrayLike | None = None,
    sample_weight: Weights = None,
) -> float:
    """Return the share of the reference's CRPS that the forecasts save.

    .. math:: 1 - \\mathrm{CRPS}(F, y) / \\mathrm{CRPS}(F_\\mathrm{ref}, y)

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        Targets within the grid.
    cdf : array-like of shape (n_rows, n_points) or (n_points,), or GridDistribution
        Forecasts, as for :func:`crps`.
    grid : array-like of shape (n_points,) or None, default=None
        Thresholds; None is 0, 1, ..., n_points - 1, or the grid of the distribution.
    reference_y : array-like or None, default=None
        Targets whose marginal distribution is the reference: those of the training part. None takes `y_true`, which
        makes the reference a little harder to beat: it knows the distribution of the scored part.
    reference_cdf : array-like of shape (n_points,) or (n_rows, n_points), or None, default=None
        Another reference, instead of `reference_y`.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        Weights of the rows.

    Returns
    -------
    float
        1 is perfect, 0 no better than the reference, negative worse. Where the reference is perfect (a constant
        target) 1 for perfect forecasts, else 0.

    References
    ----------
    D. S. Wilks, Statistical Methods in the Atmospheric Sciences, chapter 9: skill scores.

    Examples
    --------
    >>> from skerosion.metrics import crps_skill
    >>> crps_skill([0, 0, 2, 2], [[1, 1, 1], [1, 1, 1], [0, 0.5, 1], [0, 0.5, 1]])
    0.75
    """
    y_true, cdf, grid = check_forecasts(y_true, cdf, grid)
    weights = check_weights(sample_weight, len(y_true))
    if reference_cdf is None:
        own_weights = weights if reference_y is None else None
        reference_cdf = marginal_cdf(y_true if reference_y is None else reference_y, grid, sample_weight=own_weights)
    elif reference_y is not None:
        raise ValueError("reference_y and reference_cdf are two references; pass one of them.")
    scored = np.average(crps_rows(y_true, cdf, grid), weights=weights)
    reference = np.average(crps_rows(*check_forecasts(y_true, reference_cdf, grid)), weights=weights)
    return float(skill_of(scored, reference))


def marginal_cdf(y, grid=None, sample_weight=None):
    """Return the distribution of the targets themselves: the forecast that knows nothing of an image.

    Parameters
    ----------
    y : array-like of shape (n_rows,)
        Targets up to the end of the grid.
    grid : array-like of shape (n_points,) or None, default=None
        Thresholds; None is 0, 1, ..., 100.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        Weights of the rows.

    Returns
    -------
    ndarray of shape (n_points,)
        Share of targets up to each threshold, rising to 1. As a forecast for the same targets it has the CRPS
        mean(F (1 - F)), the smallest of all constant forecasts.

    Examples
    --------
    >>> from skerosion.metrics import marginal_cdf
    >>> marginal_cdf([0, 0, 1, 3], grid=range(5))
    array([0.5 , 0.75, 0.75, 1.  , 1.  ])
    """
    grid = check_grid(range(101) if grid is None else grid)
    targets = check_within(check_targets(y, "y"), grid, "y")
    weights = check_weights(sample_weight, len(targets))
    shares = np.bincount(positions_at_or_above(grid, targets), weights, minlength=grid.size)
    return np.minimum(np.cumsum(shares) / shares.sum(), 1)


def skill_of(scored, reference):
    """Return one minus the ratio of scores; a perfect reference leaves 1 to a perfect forecast, 0 to any other."""
    scored, reference = np.asarray(scored, dtype=float), np.asarray(reference, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(reference > 0, 1 - scored / reference, np.where(scored > 0, 0.0, 1.0))


def check_forecasts(y_true, cdf, grid=None):
    """Return targets, cdf of shape (n_rows, n_points) and grid that fit each other; rows are checked when scored."""
    y_true = check_targets(y_true)
    cdf, grid = _unpack(cdf, grid)
    cdf = np.asarray(cdf)
    if cdf.ndim == 1:
        cdf = np.broadcast_to(cdf, (len(y_true), cdf.size))
    if cdf.ndim != 2 or not cdf.size or cdf.dtype.kind not in "fiub":
        raise ValueError(f"cdf must be numbers of shape (n_rows, n_points), got {cdf.dtype} of shape {cdf.shape}.")
    if len(cdf) != len(y_true):
        raise ValueError(f"cdf must have one row for each target, got {len(cdf)} rows and {len(y_true)} targets.")
    grid = check_grid(grid, cdf.shape[1])
    return check_within(y_true, grid), cdf, grid


def _unpack(cdf, grid):
    """Return the parts of a distribution; anything else as it is."""
    if not isinstance(cdf, GridDistribution):
        return cdf, grid
    if grid is not None and not np.array_equal(double_precision(grid), cdf.grid):
        raise ValueError("grid must be left out, or be that of the distribution, where cdf is a GridDistribution.")
    return cdf.cdf, cdf.grid


def crps_rows(y_true, cdf, grid, unit="normalized"):
    """Return the score of each row, checking its cdf on the way; temporaries stay small for any number of rows."""
    check_parameter("unit", unit, (Choice(("normalized", "points")),))
    steps = np.diff(grid)
    # The last term is 0 for every cdf: its width only has to exist.
    widths = np.append(steps, steps[-1:]) if steps.size else np.ones(1)
    term_weights = widths if unit == "points" else np.full(grid.size, 1 / grid.size)
    # The smallest integers that count the grid: comparing them is half of the time of comparing 64 bits.
    counts = np.min_scalar_type(grid.size)
    starts = positions_at_or_above(grid, y_true).astype(counts)[:, np.newaxis]
    thresholds = np.arange(grid.size, dtype=counts)
    scores, buffer = np.empty(len(y_true)), np.empty((0, grid.size))
    for rows in row_chunks(*cdf.shape):
        block = np.ascontiguousarray(cdf[rows], dtype=float)
        check_cdf_rows(block, first=rows.start)
        buffer = buffer if len(buffer) >= len(block) else np.empty_like(block)
        terms = buffer[: len(block)]
        np.copyto(terms, thresholds >= starts[rows])
        np.subtract(block, terms, out=terms)
        scores[rows] = _weighted_squares(terms, term_weights)
    return scores


def _weighted_squares(terms, weights):
    """Sum the squares of each row; einsum, since a product of matrices hands this little work to threads and waits."""
    if (weights == weights[0]).all():
        return weights[0] * np.einsum("ij,ij->i", terms, terms)
    return np.einsum("ij,ij,j->i", terms, terms, weights)
