"""The scores that strategies are compared by, what each reads of a forecast, and its floors."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np
from sklearn.metrics import accuracy_score, mean_absolute_error, mean_squared_error

from skerosion.forecasts import GridDistribution
from skerosion.metrics import (
    class_normalized_accuracy,
    constant_grades,
    constant_values,
    crps,
    linear_kappa,
    macro_mae,
    marginal_cdf,
    quadratic_kappa,
    within_one_accuracy,
)

from ._shown import distribution_of, grade_labels


class Score(NamedTuple):
    """A score by which strategies are compared.

    Parameters
    ----------
    title : str
        What figures call it.
    metric : callable
        ``metric(y_true, y_pred)``.
    reads : {"grades", "numbers", "distributions"}
        What ``y_pred`` is.
    smaller_is_better : bool, default=False
        Whether it is an error.
    """

    title: str
    metric: Callable
    reads: str
    smaller_is_better: bool = False


SCORES = {
    "accuracy": Score("accuracy", accuracy_score, "grades"),
    "class_normalized_accuracy": Score("class-normalised accuracy", class_normalized_accuracy, "grades"),
    "within_one_accuracy": Score("±1 class-normalised accuracy", within_one_accuracy, "grades"),
    "quadratic_kappa": Score("quadratic kappa", quadratic_kappa, "grades"),
    "linear_kappa": Score("linear kappa", linear_kappa, "grades"),
    "macro_mae": Score("macro-averaged absolute error", macro_mae, "grades", True),
    "mae": Score("mean absolute error", mean_absolute_error, "numbers", True),
    "mse": Score("mean squared error", mean_squared_error, "numbers", True),
    "crps": Score("CRPS", crps, "distributions", True),
    "crps_points": Score("CRPS in points", partial(crps, unit="points"), "distributions", True),
}


def chosen_scores(metrics, forecast=None):
    """Return the scores that were asked for: by name, or own callables by their titles.

    Parameters
    ----------
    metrics : str, sequence of str, or mapping of title to callable
    forecast : array-like, GridDistribution or None, default=None
        What own callables will read.

    Returns
    -------
    list of Score

    Examples
    --------
    >>> from skerosion.plotting._scores import chosen_scores
    >>> [score.title for score in chosen_scores(["accuracy", "crps"])]
    ['accuracy', 'CRPS']
    """
    if isinstance(metrics, Mapping):
        return [Score(title, metric, _kind_of(forecast)) for title, metric in metrics.items()]
    names = [metrics] if isinstance(metrics, str) else list(metrics)
    unknown = [name for name in names if name not in SCORES]
    if unknown or not names:
        got = repr(unknown[0]) if unknown else "none"
        raise ValueError(f"metrics must name scores of {', '.join(SCORES)}, got {got}; an own one goes in a mapping.")
    return [SCORES[name] for name in names]


def _kind_of(forecast):
    if isinstance(forecast, GridDistribution):
        return "distributions"
    return "grades" if np.asarray(forecast).dtype.kind in "iubUO" else "numbers"


def read_evaluations(score, found):
    """Return the truth, what the score reads of each estimator, and the order of the grades, None for numbers."""
    first = next(iter(found.values()))
    if score.reads == "grades":
        grades = {name: each.grades for name, each in found.items()}
        return first.grades[0], {name: predicted for name, (_, predicted, _) in grades.items()}, first.grades[2]
    if score.reads == "numbers":
        return first.numbers[0], {name: each.numbers[1] for name, each in found.items()}, None
    return first.numbers[0], {name: distribution_of(each) for name, each in found.items()}, None


def with_labels(score, labels):
    """Return the metric of a score, with the order of the grades where it counts distances."""
    if labels is None or score.reads != "grades" or score.metric is accuracy_score:
        return score.metric
    return partial(score.metric, labels=labels)


def floor_forecasts(score, y_true, forecast, reference=None, labels=None):
    """Return forecasts that never look at an image, by name.

    Parameters
    ----------
    score : Score
    y_true : array-like of shape (n_rows,)
    forecast : array-like or GridDistribution
        One of the compared ones, whose grid the marginal distribution takes.
    reference : array-like or None, default=None
        Targets that the floors know; None takes `y_true`.
    labels : array-like or None, default=None
        All grades in their order.

    Returns
    -------
    dict of str to array-like or GridDistribution
        The commonest and the middle grade; mean and median; or the marginal distribution.

    Examples
    --------
    >>> from skerosion.plotting._scores import SCORES, floor_forecasts
    >>> list(floor_forecasts(SCORES["accuracy"], [0, 0, 1, 2], [0, 0, 0, 0]))
    ['floor: always 0', 'floor: always 1']
    >>> floor_forecasts(SCORES["mae"], [0, 0, 9], [1, 1, 1])["floor: mean"].tolist()
    [3.0, 3.0, 3.0]
    """
    known = np.asarray(y_true if reference is None else reference)
    n_rows = len(y_true)
    if score.reads == "grades":
        constants = constant_grades(known, grade_labels([known], labels))
        return {f"floor: always {grade}": np.full(n_rows, grade) for grade in constants}
    if score.reads == "numbers":
        constants = constant_values(known)
        return {f"floor: {name}": np.full(n_rows, constants[name]) for name in ("mean", "median")}
    marginal = marginal_cdf(known, forecast.grid)
    return {"floor: marginal distribution": GridDistribution(forecast.grid, np.tile(marginal, (n_rows, 1)))}
