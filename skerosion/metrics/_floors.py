"""Floors: what a forecast scores that never looks at an image."""

from functools import partial

import numpy as np

from skerosion._types import ArrayLike, Bins, Grid, Labels, Weights
from skerosion.grades import grades_of
from skerosion.metrics._checks import check_targets
from skerosion.metrics._crps import marginal_cdf
from skerosion.metrics._metric import find_metric

# Both kappas of a constant are 0 by definition.
OF_GRADES = ("accuracy", "class_normalized_accuracy", "within_one_accuracy", "macro_mae")
OF_NUMBERS = ("mae", "mse")
OF_DISTRIBUTIONS = ("crps", "crps_points")


def grade_floors(
    y_true: ArrayLike,
    *,
    reference: ArrayLike | None = None,
    bins: Bins = None,
    labels: Labels = None,
    sample_weight: Weights = None,
):
    """Return what each constant grade scores.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        Targets: grades, or numbers with `bins`.
    reference : array-like or None, default=None
        Targets whose grades are the constants, in general those of the training part; None takes `y_true`.
    bins : "ratingen", array-like of shape (n_edges,) or None, default=None
        How numbers fall into grades, as for the estimators; None takes grades as they are.
    labels : array-like of shape (n_grades,) or None, default=None
        All grades in their order; needed for strings.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        Weights of the rows.

    Returns
    -------
    dict of grade to dict of str to float
        ``accuracy``, ``class_normalized_accuracy`` (one over the number of grades), ``within_one_accuracy`` and
        ``macro_mae`` of each constant grade; both kappas are 0 by definition.

    Examples
    --------
    >>> from skerosion.metrics import grade_floors
    >>> floors = grade_floors([0, 0, 0, 0, 10, 50], bins="ratingen")
    >>> {grade: round(scores["within_one_accuracy"], 2) for grade, scores in floors.items()}
    {0: 0.67, 1: 0.67, 3: 0.33}
    """
    y_true = grades_of(y_true, bins)
    constants = np.unique(y_true if reference is None else grades_of(reference, bins)).tolist()
    score = partial(_scores, OF_GRADES, y_true, sample_weight=sample_weight, labels=labels)
    return {constant: score(np.full(len(y_true), constant)) for constant in constants}


def _scores(names, y_true, y_pred, *, sample_weight, **given):
    """Return what a forecast scores by some metrics."""
    functions = {name: find_metric(name).given(**given) for name in names}
    return {name: float(each(y_true, y_pred, sample_weight=sample_weight)) for name, each in functions.items()}


def constant_grades(known, scale):
    """Return the constants that are the floors of grades: the commonest, and the middle one, which none is far from.

    Parameters
    ----------
    known : array-like of shape (n_rows,)
        Grades that the floors know, of the training part.
    scale : array-like of shape (n_grades,)
        All grades in their order; of two as common as each other it is the first that counts.

    Returns
    -------
    commonest, middle

    Examples
    --------
    >>> constant_grades([2, 0, 2, 1], range(4))
    (2, 2)
    """
    known, scale = np.asarray(known), np.asarray(scale)
    counts = (known[:, np.newaxis] == scale).sum(axis=0)
    return tuple(scale[place].item() for place in (counts.argmax(), len(scale) // 2))


def constant_values(known):
    """Return the constants that are the floors of numbers, by name.

    Parameters
    ----------
    known : array-like of shape (n_rows,)
        Targets that the floors know, of the training part.

    Returns
    -------
    dict of str to float
        ``"most frequent"``, ``"mean"`` and ``"median"``: a target that there is, so that the step at it lies on the
        grid and a floor has one absolute error, as a number and as a distribution.

    Examples
    --------
    >>> constant_values([20, 0, 10, 0])
    {'most frequent': 0.0, 'mean': 7.5, 'median': 0.0}
    """
    known = np.asarray(known, dtype=float)
    values, counts = np.unique(known, return_counts=True)
    found = values[counts.argmax()], known.mean(), np.quantile(known, 0.5, method="inverted_cdf")
    return dict(zip(("most frequent", "mean", "median"), map(float, found), strict=True))


def value_floors(
    y_true: ArrayLike, *, reference: ArrayLike | None = None, grid: Grid = None, sample_weight: Weights = None
):
    """Return what the most frequent target, the mean, the median and the marginal distribution score.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        Numbers within the grid.
    reference : array-like or None, default=None
        Targets that mean, median and distribution are taken of, in general those of the training part; None takes
        `y_true`.
    grid : array-like of shape (n_points,) or None, default=None
        Thresholds of the marginal distribution; None is 0, 1, ..., 100.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        Weights of the rows of `y_true`.

    Returns
    -------
    dict of str to dict of str to float
        ``mae`` and ``mse`` of ``"most frequent"``, ``"mean"`` (smallest squared error of all constants) and
        ``"median"`` (smallest absolute error; of an even number of targets the lower of the two in the middle, as
        :meth:`GridDistribution.median` has it); ``crps`` and ``crps_points`` of ``"marginal distribution"``.

    Examples
    --------
    >>> from skerosion.metrics import value_floors
    >>> floors = value_floors([0, 0, 10, 50])
    >>> floors["mean"], floors["median"]["mae"]
    ({'mae': 17.5, 'mse': 425.0}, 15.0)
    >>> round(floors["marginal distribution"]["crps_points"], 1)
    10.0
    """
    y_true = check_targets(y_true)
    known = y_true if reference is None else check_targets(reference, "reference")
    constants = constant_values(known)
    grid = np.arange(101) if grid is None else grid
    marginal = marginal_cdf(known, grid)
    score = partial(_scores, y_true=y_true, sample_weight=sample_weight)
    floors = {name: score(OF_NUMBERS, y_pred=np.full(len(y_true), constant)) for name, constant in constants.items()}
    return floors | {"marginal distribution": score(OF_DISTRIBUTIONS, y_pred=marginal, grid=grid)}
