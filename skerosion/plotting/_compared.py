"""The metrics that strategies are compared by, what each reads of a forecast, and its floors."""

from collections.abc import Mapping

import numpy as np

from skerosion.forecasts import GridDistribution
from skerosion.metrics import Metric, constant_grades, constant_values, find_metric, list_metrics, marginal_cdf

from ._shown import distribution_of, grade_labels

READ = ("grades", "numbers", "distributions")


def chosen_metrics(metrics, forecast=None):
    """Return the metrics that were asked for: by name, or own callables by their titles.

    Parameters
    ----------
    metrics : str, sequence of str, or mapping of title to callable
    forecast : array-like, GridDistribution or None, default=None
        What own callables will read.

    Returns
    -------
    list of Metric

    Examples
    --------
    >>> from skerosion.plotting._compared import chosen_metrics
    >>> [metric.title for metric in chosen_metrics(["accuracy", "crps"])]
    ['accuracy', 'CRPS']
    """
    if isinstance(metrics, Mapping):
        return [Metric("own", title, metric, _kind_of(forecast)) for title, metric in metrics.items()]
    names = [metrics] if isinstance(metrics, str) else list(metrics)
    drawn = {each for reads in READ for each in list_metrics(reads)}
    unknown = [name for name in names if name not in drawn]
    if unknown or not names:
        got = repr(unknown[0]) if unknown else "none"
        raise ValueError(
            f"metrics must name some of {', '.join(sorted(drawn))}, got {got}; an own one goes in a mapping, or "
            "register_metric gives it a name."
        )
    return [find_metric(name) for name in names]


def _kind_of(forecast):
    if isinstance(forecast, GridDistribution):
        return "distributions"
    return "grades" if np.asarray(forecast).dtype.kind in "iubUO" else "numbers"


def read_evaluations(metric, found):
    """Return the truth, what the metric reads of each estimator, and the order of the grades, None for numbers."""
    first = next(iter(found.values()))
    if metric.reads == "grades":
        grades = {name: each.grades for name, each in found.items()}
        return first.grades[0], {name: predicted for name, (_, predicted, _) in grades.items()}, first.grades[2]
    if metric.reads == "numbers":
        return first.numbers[0], {name: each.numbers[1] for name, each in found.items()}, None
    return first.numbers[0], {name: distribution_of(each) for name, each in found.items()}, None


def floor_forecasts(metric, y_true, forecast, reference=None, labels=None):
    """Return forecasts that never look at an image, by name.

    Parameters
    ----------
    metric : Metric
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
    >>> from skerosion.metrics import find_metric
    >>> from skerosion.plotting._compared import floor_forecasts
    >>> list(floor_forecasts(find_metric("accuracy"), [0, 0, 1, 2], [0, 0, 0, 0]))
    ['floor: always 0', 'floor: always 1']
    >>> floor_forecasts(find_metric("mae"), [0, 0, 9], [1, 1, 1])["floor: mean"].tolist()
    [3.0, 3.0, 3.0]
    """
    known = np.asarray(y_true if reference is None else reference)
    n_rows = len(y_true)
    if metric.reads == "grades":
        constants = constant_grades(known, grade_labels([known], labels))
        return {f"floor: always {grade}": np.full(n_rows, grade) for grade in constants}
    if metric.reads == "numbers":
        constants = constant_values(known)
        return {f"floor: {name}": np.full(n_rows, constants[name]) for name in ("mean", "median")}
    marginal = marginal_cdf(known, forecast.grid)
    return {"floor: marginal distribution": GridDistribution(forecast.grid, np.tile(marginal, (n_rows, 1)))}
