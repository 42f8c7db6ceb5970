"""Metrics as functions of sums over rows, so that a thousand resamples cost one matrix product."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from skerosion.forecasts import positions_at_or_above
from skerosion.metrics._calibration import interval_coverage
from skerosion.metrics._checks import check_same_length, check_targets
from skerosion.metrics._crps import check_forecasts, crps_rows, marginal_cdf, skill_of
from skerosion.metrics._encoding import encode_grades
from skerosion.metrics._grades import grade_errors, grade_hits
from skerosion.metrics._metric import builder_of, plain

# What rounding leaves of the variance of equal numbers, where that of all is 1.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Sums:
    """A metric as a function of sums over the rows.

    Parameters
    ----------
    table : ndarray or sparse array of shape (n_rows, n_sums)
        What each row adds.
    finish : callable
        Sums of shape (n_draws, n_sums) -> values of the metric, of shape (n_draws,).
    grade_totals : callable or None
        Sums -> the weight of each true grade, of shape (n_draws, n_grades), where the metric averages over grades.
    grades : ndarray of shape (n_grades,) or None
        Which grades these are.
    cells : callable or None
        Sums -> summed scores and weights, of shape (n_draws, n_cells), of a metric that is the mean over its cells (the
        grades, or all rows as one) of a mean score in each.
    bounds : tuple of two float or ndarray of shape (n_cells,)
        The least and the greatest score that a row of each cell can have.
    mixed : callable or None
        Of a metric that is not such a mean: (sums of all rows, share) -> its values where this share of a row's weight
        were as wrong, and as right, as can be.
    completed : callable or None
        Sums -> the same, with those of all rows for each grade that is lacking, where the metric averages over grades.
    """

    table: np.ndarray | sparse.sparray
    finish: Callable
    grade_totals: Callable | None = None
    grades: np.ndarray | None = None
    cells: Callable | None = None
    bounds: tuple = (0.0, np.inf)
    mixed: Callable | None = None
    completed: Callable | None = None


def sums_of(metric, y_true, y_pred, weights):
    """Return a metric of the table as sums; None for any other.

    Parameters
    ----------
    metric : callable
        ``metric(y_true, y_pred, ...)``; ``functools.partial`` with keywords is looked through.
    y_true, y_pred
        As the metric takes them.
    weights : ndarray of shape (n_rows,)
        Weights of the rows.

    Returns
    -------
    Sums or None
        Its ``finish`` of the column sums is the value of the metric.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.metrics import macro_mae
    >>> sums = sums_of(macro_mae, [0, 0, 4], [0, 1, 2], np.ones(3))
    >>> sums.finish(sums.table.sum(axis=0)[None])
    array([1.25])
    """
    function, keywords = plain(metric)
    builder = builder_of(function)
    if builder is None or not _accepts(builder, keywords):
        return None
    return builder(y_true, y_pred, weights, **keywords)


def _accepts(builder, keywords):
    """Tell whether sums know all keywords: scikit-learn's metrics have some that would change the sums."""
    try:
        inspect.signature(builder).bind(None, None, None, **keywords)
    except TypeError:
        return False
    return True


def _mean_of_rows(scores, weights, highest=np.inf, lowest=0.0):
    """Make the weighted mean of a score of each row, from the lowest to the highest."""
    table = np.column_stack([weights * scores, weights])
    return Sums(
        table,
        lambda sums: _ratio(sums[:, 0], sums[:, 1]),
        cells=lambda sums: (sums[:, :1], sums[:, 1:]),
        bounds=(lowest, highest),
    )


def _mean_of_grades(y_true, true, scores, n_grades, weights, highest):
    """Make the mean over the grades that occur of the mean score in each; `highest` holds the worst of all grades."""
    rows = np.arange(len(true))
    values = np.concatenate([weights * scores, weights])
    columns = np.concatenate([true, n_grades + true])
    table = sparse.csr_array((values, (np.tile(rows, 2), columns)), shape=(len(true), 2 * n_grades))
    used = np.bincount(true, weights, minlength=n_grades) > 0

    def totals(sums):
        return sums[:, n_grades:][:, used]

    def finish(sums):
        present = (totals(sums) > 0).sum(axis=1)
        return _ratio(np.nan_to_num(_ratio(sums[:, :n_grades][:, used], totals(sums))).sum(axis=1), present)

    def cells(sums):
        return sums[:, :n_grades][:, used], totals(sums)

    def completed(sums):
        return np.where(np.tile(sums[:, n_grades:] <= 0, 2), table.sum(axis=0), sums)

    names = np.asarray(y_true)[[np.argmax(true == place) for place in np.flatnonzero(used)]]
    highest = np.broadcast_to(highest, n_grades)[used]
    return Sums(table, finish, totals, names, cells, (np.zeros(len(highest)), highest), completed=completed)


def _ratio(numerator, denominator):
    """Divide, with NaN where there is nothing to divide by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator > 0, numerator / denominator, np.nan)


def sums_of_recalls(y_true, y_pred, weights, tolerance=0, labels=None):
    """Make the class-normalised accuracy."""
    true, hits, n_grades = grade_hits(y_true, y_pred, tolerance, labels)
    return _mean_of_grades(y_true, true, hits, n_grades, weights, 1.0)


def sums_of_errors_by_grade(y_true, y_pred, weights, labels=None):
    """Make the macro-averaged absolute error."""
    true, errors, n_grades = grade_errors(y_true, y_pred, labels)
    farthest = _farthest(n_grades) if labels is not None else _farthest_of_numbers(y_true, y_pred)
    return _mean_of_grades(y_true, true, errors, n_grades, weights, farthest)


def _farthest(n_grades):
    """Return how far each grade of a scale is from the end that is farther off."""
    places = np.arange(n_grades)
    return np.maximum(places, n_grades - 1 - places).astype(float)


def _farthest_of_numbers(y_true, y_pred):
    """Return the same of grades without labels: on the scale of all that occur, infinite for numbers between them."""
    y_pred = np.asarray(y_pred)
    if y_pred.dtype.kind not in "fiub" or (y_pred != np.rint(y_pred)).any():
        return np.inf
    grades = np.unique(np.asarray(y_true)).astype(float)
    low, high = min(grades[0], y_pred.min()), max(grades[-1], y_pred.max())
    return np.maximum(grades - low, high - grades)


def sums_of_kappa(y_true, y_pred, weights, labels=None, *, power):
    """Make a weighted kappa: the sums are the confusion matrix, flat."""
    true, pred, labels = encode_grades(y_true, y_pred, labels)
    n_grades = len(labels)
    cells = (np.arange(len(true)), true * n_grades + pred)
    table = sparse.csr_array((weights, cells), shape=(len(true), n_grades**2))
    places = np.arange(n_grades)
    costs = np.abs(places[:, np.newaxis] - places).astype(float) ** power

    def finish(sums):
        observed = sums.reshape(len(sums), n_grades, n_grades)
        of_truth, of_forecast = observed.sum(axis=2), observed.sum(axis=1)
        expected = _ratio(((of_truth @ costs) * of_forecast).sum(axis=1), of_truth.sum(axis=1))
        return 1 - _ratio((observed * costs).sum(axis=(1, 2)), expected)

    def mixed(sums, share):
        observed = np.asarray(sums).reshape(n_grades, n_grades)
        wrong, right = np.zeros((2, n_grades, n_grades))
        wrong[places, costs.argmax(axis=1)] = right[places, places] = observed.sum(axis=1)
        return finish(np.stack([(1 - share) * observed + share * end for end in (wrong, right)]))

    return Sums(table, finish, mixed=mixed)


def sums_of_crps(y_true, y_pred, weights, grid=None, per_sample=False, unit="normalized"):
    """Make the CRPS: the forecasts are scored once, whatever the number of resamples."""
    if per_sample:
        raise ValueError("metric must return one number, got crps with per_sample=True; leave per_sample out.")
    y_true, cdf, grid = check_forecasts(y_true, y_pred, grid)
    highest = np.ptp(grid) if unit == "points" else 1 - 1 / grid.size
    return _mean_of_rows(crps_rows(y_true, cdf, grid, unit), weights, highest)


def sums_of_skill(y_true, y_pred, weights, grid=None, *, reference_y=None, reference_cdf=None):
    """Make the skill: against a given reference, or the marginal distribution of each resample."""
    y_true, cdf, grid = check_forecasts(y_true, y_pred, grid)
    scores = weights * crps_rows(y_true, cdf, grid)
    if reference_y is not None or reference_cdf is not None:
        reference_cdf = marginal_cdf(reference_y, grid) if reference_cdf is None else reference_cdf
        reference = weights * crps_rows(*check_forecasts(y_true, reference_cdf, grid))
        table = np.column_stack([scores, reference])
        return Sums(table, _skill_of_sums, mixed=_mixed_skill(_skill_of_sums, y_true, grid, weights))
    cells = (np.arange(len(y_true)), positions_at_or_above(grid, y_true))
    counts = sparse.csr_array((weights, cells), shape=(len(y_true), grid.size))
    table = sparse.hstack([sparse.csr_array(scores[:, np.newaxis]), counts]).tocsr()
    return Sums(table, _skill_against_marginal, mixed=_mixed_skill(_skill_against_marginal, y_true, grid, weights))


def _skill_of_sums(sums):
    return skill_of(sums[:, 0], sums[:, 1])


def _mixed_skill(finish, y_true, grid, weights):
    """Return the skill as a function of a share of forecasts that put all on the far end of the grid, or are right."""
    worst = (weights * _farthest(grid.size)[positions_at_or_above(grid, y_true)]).sum() / grid.size

    def mixed(sums, share):
        ends = np.tile(np.asarray(sums, dtype=float), (2, 1))
        ends[:, 0] = (1 - share) * ends[:, 0] + share * np.array([worst, 0.0])
        return finish(ends)

    return mixed


def _skill_against_marginal(sums):
    """Return the skill from summed scores and the weights of targets by threshold."""
    totals = sums[:, 1:].sum(axis=1)
    marginal = _ratio(np.cumsum(sums[:, 1:], axis=1), totals[:, np.newaxis])
    # The marginal distribution of the resample scores the mean of F (1 - F) on it.
    return skill_of(_ratio(sums[:, 0], totals), np.maximum((marginal * (1 - marginal)).mean(axis=1), 0))


def sums_of_coverage(y_true, y_pred, weights):
    """Make the coverage of intervals."""
    y_true, interval = check_targets(y_true), np.asarray(y_pred, dtype=float)
    interval_coverage(y_true, interval)
    return _mean_of_rows((y_true >= interval[:, 0]) & (y_true <= interval[:, 1]), weights, 1.0)


def sums_of_hits(y_true, y_pred, weights):
    """Make the plain accuracy."""
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    check_same_length(y_true=y_true, y_pred=y_pred)
    return _mean_of_rows(y_true == y_pred, weights, 1.0)


def sums_of_errors(y_true, y_pred, weights, *, power):
    """Make the mean of a power of the absolute error."""
    y_true, y_pred = check_targets(y_true), check_targets(y_pred, "y_pred")
    check_same_length(y_true=y_true, y_pred=y_pred)
    return _mean_of_rows(np.abs(y_true - y_pred) ** power, weights)


def sums_of_mean_error(y_true, y_pred, weights):
    """Make the mean of prediction minus truth."""
    y_true, y_pred = check_targets(y_true), check_targets(y_pred, "y_pred")
    check_same_length(y_true=y_true, y_pred=y_pred)
    return _mean_of_rows(y_pred - y_true, weights, lowest=-np.inf)


def sums_of_width(y_true, y_pred, weights):
    """Make the mean width of intervals."""
    low, high = np.asarray(y_pred, dtype=float).T
    return _mean_of_rows(high - low, weights)


def sums_of_correlation(y_true, y_pred, weights):
    """Make Pearson's correlation, of centred and scaled numbers: squares of large ones would lose the digits."""
    y_true, y_pred = check_targets(y_true), check_targets(y_pred, "y_pred")
    check_same_length(y_true=y_true, y_pred=y_pred)
    a, b = (_standardized(values) for values in (y_true, y_pred))
    return Sums(weights[:, np.newaxis] * np.column_stack([np.ones(len(a)), a, b, a * a, b * b, a * b]), _correlation)


def _standardized(values):
    spread = values.std()
    return (values - values.mean()) / (spread if spread > _ROUNDING * np.abs(values).max() else 1.0)


def _correlation(sums):
    a, b, aa, bb, ab = (_ratio(each, sums[:, 0]) for each in sums[:, 1:].T)
    variances = np.array([aa - a**2, bb - b**2])
    return _ratio(ab - a * b, np.sqrt(np.where(variances > _ROUNDING, variances, 0).prod(axis=0)))
