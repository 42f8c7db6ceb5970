"""Confidence intervals that know that joints cluster in patients: whole patients are drawn, never single rows."""

import inspect
import warnings

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.utils import check_random_state

from skerosion._counted import counted
from skerosion._keys import as_keys
from skerosion._types import Any, ArrayLike, Groups, Seed, Weights
from skerosion._validation import Whole, check_parameter
from skerosion.forecasts import GridDistribution
from skerosion.metrics._agreement import NONE, Drawn, bounds_of, margins_of, margins_of_difference, with_certain_kept
from skerosion.metrics._checks import check_confidence, check_number, check_same_length, check_weights
from skerosion.metrics._draw_percentiles import interval_of
from skerosion.metrics._metric import find_metric, naming_own
from skerosion.metrics._sums import sums_of

# Numbers in one block of draws; 16 MiB of float64.
_BLOCK_SIZE = 2**21
# From this share of resamples without some grade on, the interval is not to be trusted unseen.
_INCOMPLETE_WARNING = 0.05
# A grade in so many groups is lacking in 5 % of the resamples.
_FEW = 3


def group_bootstrap_interval(
    metric: Any,
    y_true: ArrayLike,
    y_pred: Any,
    groups: Groups,
    *,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    sample_weight: Weights = None,
    random_state: Seed = None,
    floor: bool = False,
):
    """Return the bootstrap interval of a metric over groups: patients are drawn with replacement, with all their rows.

    A resample that lacks a grade has no recall of it. The class-normalised metrics average over the grades that a
    resample has; how many lack one is counted, and warned of from 5 % on. A constant, or what else all patients of
    each grade agree about, is certain of the grades that it lacks: these count as on all rows, and a floor keeps no
    doubt. Resamples on which a metric is undefined are left out and counted.

    The draws of n patients vary too little, by a factor of :math:`\\sqrt{(n - 1) / n}`, and their percentiles are those
    of a normal quantile where Student's is due: the plain ones of a 95 % interval hold about 90 % with 10 patients.
    So the ends are those at :math:`\\Phi(\\mp \\sqrt{n / (n - 1)}\\, t_{n - 1})`, of many patients the plain ones.
    So intervals hold what they claim from 10 patients on; of 5 patients those of an accuracy or a kappa held 87 %, and
    where a grade is rare those of a quadratic kappa about 91 % even with 50 (see the page of results on coverage).

    Where all patients agree (all of a grade are right, or all are wrong) every resample repeats the estimate, which
    says nothing of other patients. There the ends move outwards by Clopper and Pearson's bound on the number of
    patients: of n of them a share of up to :math:`1 - (\\alpha / 2)^{1 / n}` may be otherwise, and as wrong or right as
    the metric knows. This is so for each grade by itself in a mean over grades, so a grade of few patients who are all
    right does not narrow it. A metric without bounds (an absolute error of numbers, a metric of your own) that is the
    same for all has no interval: both ends are NaN, with a warning. A mean of your own scores can say between what
    these lie by an attribute ``bounds``, such as ``(0.0, 1.0)``.

    Parameters
    ----------
    metric : callable, Metric or str
        ``metric(y_true, y_pred)``, of this package, of scikit-learn or your own; set keywords by
        :func:`functools.partial`. Or one that :func:`list_metrics` names. Metrics of this package take a fraction of a
        second, for others that accept ``sample_weight`` each row is weighted by how often its group was drawn, and
        others see repeated rows.
    y_true : array-like of shape (n_rows,)
        Targets.
    y_pred : array-like with n_rows rows, or GridDistribution
        Predictions as the metric takes them: grades, numbers, cdfs, intervals.
    groups : array-like of shape (n_rows,)
        The patient of each row.
    n_resamples : int, default=1000
        Number of draws.
    confidence : float, default=0.95
        Confidence of the interval, whose ends are percentiles of the draws, farther out the fewer groups there are.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        Weights of the rows.
    random_state : int, RandomState instance or None, default=None
        Source of the draws.
    floor : bool, default=False
        Whether `y_pred` was made without looking at the images: that a constant grade is always right on its own rows
        and never on others is then known, and the ends are those of the draws alone.

    Returns
    -------
    BootstrapInterval
        ``low, high``, with ``estimate`` and ``draws``.

    References
    ----------
    C. A. Field, A. H. Welsh, "Bootstrapping clustered data", JRSS B 69, 2007;
    B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, chapter 13;
    T. C. Hesterberg, "What teachers should know about the bootstrap", The American Statistician 69, 2015 (expanded
    percentiles); C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the
    binomial", Biometrika 26, 1934.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.metrics import group_bootstrap_interval, within_one_accuracy
    >>> rng = np.random.default_rng(0)
    >>> patients = np.repeat(np.arange(200), 10)
    >>> y_true = rng.integers(0, 5, 2000)
    >>> y_pred = np.clip(y_true + rng.integers(-2, 3, 2000), 0, 4)
    >>> interval = group_bootstrap_interval(within_one_accuracy, y_true, y_pred, patients, random_state=0)
    >>> print(f"{interval.estimate:.2f} ({interval.low:.2f} to {interval.high:.2f})")
    0.74 (0.72 to 0.76)
    >>> low, high = group_bootstrap_interval(within_one_accuracy, [0, 1] * 8, [0, 1] * 8, range(16), random_state=0)
    >>> print(f"all are right: {low:.2f} to {high:.2f}")
    all are right: 0.63 to 1.00
    """
    settings = (groups, n_resamples, confidence, sample_weight, random_state, floor)
    return _bootstrap(metric, y_true, (y_pred,), *settings)


def group_bootstrap_difference(
    metric: Any,
    y_true: ArrayLike,
    y_pred_a: Any,
    y_pred_b: Any,
    groups: Groups,
    *,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    sample_weight: Weights = None,
    random_state: Seed = None,
    floor: bool = False,
):
    """Return the bootstrap interval of the difference of a metric between two estimators, on the same draws.

    The draws are paired, so what makes a resample hard for both cancels. An interval without 0 shows a difference;
    two overlapping intervals of the metric itself show nothing either way. Where patients all agree the ends move as
    those of :func:`group_bootstrap_interval` do; where one of the two is a floor, or agrees so, a grade that a resample
    lacks counts as on all rows for both.

    Parameters
    ----------
    metric : callable, Metric or str
        As for :func:`group_bootstrap_interval`.
    y_true : array-like of shape (n_rows,)
        Targets.
    y_pred_a, y_pred_b : array-like with n_rows rows, or GridDistribution
        Predictions of both for the same rows; the difference is that of a minus that of b.
    groups : array-like of shape (n_rows,)
        The patient of each row.
    n_resamples : int, default=1000
        Number of draws.
    confidence : float, default=0.95
        Confidence of the interval, whose ends are percentiles of the draws, farther out the fewer groups there are.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        Weights of the rows.
    random_state : int, RandomState instance or None, default=None
        Source of the draws.
    floor : bool, default=False
        Whether `y_pred_b` was made without looking at the images, as for :func:`group_bootstrap_interval`.

    Returns
    -------
    BootstrapInterval
        ``low, high``, with ``estimate`` and ``draws`` of the difference.

    References
    ----------
    B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, chapter 13.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.metrics import mean_absolute_error
    >>> from skerosion.metrics import group_bootstrap_difference
    >>> rng = np.random.default_rng(0)
    >>> patients, y_true = np.repeat(np.arange(100), 10), rng.normal(size=1000)
    >>> close, far = y_true + 0.5 * rng.normal(size=1000), y_true + rng.normal(size=1000)
    >>> low, high = group_bootstrap_difference(mean_absolute_error, y_true, close, far, patients, random_state=0)
    >>> high < 0
    True
    """
    settings = (groups, n_resamples, confidence, sample_weight, random_state, floor)
    return _bootstrap(metric, y_true, (y_pred_a, y_pred_b), *settings)


def _bootstrap(metric, y_true, forecasts, groups, n_resamples, confidence, sample_weight, random_state, floor):
    """Return the interval of the metric of one forecast, or of its difference between two."""
    check_confidence(confidence)
    metric = metric if callable(metric) else find_metric(metric).function
    check_parameter("n_resamples", n_resamples, (Whole(1),))
    y_true = np.asarray(y_true)
    codes = _group_codes(groups, y_true)
    weights = check_weights(sample_weight, len(y_true))
    n_groups = codes.max() + 1
    seed = check_random_state(random_state).randint(np.iinfo(np.int32).max)
    drawn = []
    for forecast in forecasts:
        # The same seed gives the same patients to both forecasts.
        counts = _draw_counts(n_groups, n_resamples, np.random.default_rng(seed))
        with naming_own(metric):
            drawn.append(_evaluate(metric, y_true, forecast, codes, weights, sample_weight is not None, counts))
    drawn = with_certain_kept(drawn, floor)
    if len(drawn) > 1 or not floor:
        _warn_of_missing_grades(drawn, n_resamples)
    if len(drawn) == 1:
        margins = NONE if floor else margins_of(drawn[0], confidence)
        settings = (confidence, n_groups, margins, bounds_of(drawn[0]))
        return interval_of(drawn[0].values, drawn[0].n_incomplete, *settings)
    margins = margins_of_difference(*drawn, confidence, floor=floor)
    low, high = np.subtract(bounds_of(drawn[0]), bounds_of(drawn[1])[::-1])
    values = drawn[0].values - drawn[1].values
    n_incomplete = max(each.n_incomplete for each in drawn)
    return interval_of(values, n_incomplete, confidence, n_groups, margins, (low, high))


def _group_codes(groups, y_true):
    """Return the number of the group of each row."""
    if groups is None:
        raise ValueError("groups must name the patient of each row, got None; np.arange(n) draws rows one by one.")
    groups = as_keys(groups)
    check_same_length(y_true=y_true, groups=groups)
    if (groups == "").any():
        raise ValueError(
            f"groups must name the patient of each row, got {counted((groups == '').sum(), 'row')} without one."
        )
    codes, names = pd.factorize(groups)
    if len(names) < 2:
        raise ValueError("groups must hold at least 2 groups to draw from, got 1.")
    return codes


def _draw_counts(n_groups, n_resamples, rng):
    """Yield blocks of how often each group is drawn; the very first row is the rows as they are, each group once."""
    yield np.ones((1, n_groups))
    step = max(1, _BLOCK_SIZE // n_groups)
    for start in range(0, n_resamples, step):
        size = min(step, n_resamples - start)
        drawn = rng.integers(n_groups, size=(size, n_groups)) + n_groups * np.arange(size)[:, np.newaxis]
        yield np.bincount(drawn.ravel(), minlength=size * n_groups).reshape(size, n_groups).astype(float)


def _evaluate(metric, y_true, y_pred, codes, weights, weighted, counts):
    """Return the metric on each draw."""
    if not isinstance(y_pred, GridDistribution):
        y_pred = np.asarray(y_pred)
    check_same_length(y_true=y_true, y_pred=y_pred)
    sums = sums_of(metric, y_true, y_pred, weights)
    if sums is None:
        call = _weighted_call(metric, weights, weighted)
        values = [check_number(call(y_true, y_pred, draw[codes].astype(int))) for block in counts for draw in block]
        return Drawn(np.array(values, dtype=float), 0, codes.max() + 1, bounds=getattr(metric, "bounds", None))
    members = sparse.csr_array((np.ones(len(codes)), (codes, np.arange(len(codes)))))
    of_groups = members @ sums.table
    values, completed, n_incomplete = [], [], 0
    for block in counts:
        drawn = (of_groups.T @ block.T).T
        values.append(sums.finish(drawn))
        completed.append(sums.finish(sums.completed(drawn)) if sums.completed else values[-1])
        n_incomplete += int((sums.grade_totals(drawn) <= 0).any(axis=1).sum()) if sums.grade_totals else 0
    of_groups = of_groups.toarray() if sparse.issparse(of_groups) else of_groups
    completed = np.concatenate(completed) if sums.completed else None
    return Drawn(np.concatenate(values), n_incomplete, codes.max() + 1, sums, of_groups, completed=completed)


def _weighted_call(metric, weights, weighted):
    """Return a call of the metric on rows drawn some times each, by weight where it takes weights."""
    if "sample_weight" in inspect.signature(metric).parameters:

        def call(y_true, y_pred, times):
            rows = np.flatnonzero(times * weights)
            return metric(y_true[rows], y_pred[rows], sample_weight=(times * weights)[rows])

    else:
        if weighted:
            raise ValueError(f"sample_weight needs a metric that accepts sample_weight, got {metric!r}; leave it out.")

        def call(y_true, y_pred, times):
            rows = np.repeat(np.arange(len(times)), times)
            return metric(y_true[rows], y_pred[rows])

    return call


def _warn_of_missing_grades(drawn, n_resamples):
    """Tell of grades that lie in so few groups that many resamples lack them."""
    n_incomplete = max(each.n_incomplete for each in drawn)
    if n_incomplete <= _INCOMPLETE_WARNING * n_resamples:
        return
    sums, of_groups = drawn[0].sums, drawn[0].of_groups
    n_groups = (sums.grade_totals(of_groups) > 0).sum(axis=0)
    few = [f"{grade} in {n}" for grade, n in zip(sums.grades, n_groups, strict=True) if n <= max(_FEW, n_groups.min())]
    warnings.warn(
        f"{n_incomplete} of {n_resamples} resamples lack some grade: too few groups have it for an interval "
        f"(grade {', '.join(few)} of {len(of_groups)} groups).",
        stacklevel=4,
    )
