"""The columns of the tables of scores: metrics of the one table, and what of a forecast each of them reads."""

import itertools
from dataclasses import dataclass

import numpy as np

from skerosion.metrics import Metric, find_metric, metrics_of

INTERVAL_COVERAGE = 0.9
"""Nominal coverage of the regressor's interval in tables and files."""


@dataclass(frozen=True)
class Column:
    """A metric as a column of a table.

    Parameters
    ----------
    metric : Metric
    title : str
    part : str
        What it reads of a `ValueForecasts`; ``"prediction"`` for grades.
    better : {"higher", "lower"}, float or None
        Which way is better, as `skerosion.metrics.Metric` has it.
    """

    metric: Metric
    title: str
    part: str
    better: str | float | None


_PARTS = {"grades": "prediction", "distributions": "distribution", "intervals": "interval"}


def column(name, part=None, title=None):
    """The column of a metric, by its name or itself; the part is what the metric reads where nothing else is said.

    Examples
    --------
    >>> from skerosion.report._score_columns import column
    >>> column("mae").title, column("interval_coverage").title
    ('MAE of the median', '90 % interval coverage')
    """
    metric = find_metric(name)
    part = part or _PARTS.get(metric.reads, metric.point)
    of_part = {"interval": f"{100 * INTERVAL_COVERAGE:g} % {metric.title}"}
    of_part |= {part: f"{metric.title} of the {part}" for part in ("mean", "median")}
    # An interval covers best what it promises.
    better = INTERVAL_COVERAGE if metric.name == "interval_coverage" else metric.better
    return Column(metric, title or of_part.get(part, metric.title), part, better)


def columns_of(table):
    """The columns of a table, one of `skerosion.metrics.Metric.shown_in`: this package's, then users' own metrics.

    Examples
    --------
    >>> from skerosion.report._score_columns import columns_of
    >>> [each.title for each in columns_of("levels")]
    ['CRPS in points', 'CRPS skill', 'MAE of the median', '90 % interval coverage']
    """
    return [column(metric) for metric in metrics_of(table)]


def visit_columns():
    """The columns of visits' Rau scores: of their expected values, and of their intervals."""
    titles = {"mae": "MAE of the Rau score", "interval_width": "width"}
    points = [
        column(each, "prediction", titles.get(each.name)) for each in metrics_of("visits") if each.reads == "numbers"
    ]
    return points, [
        column(each, title=titles.get(each.name)) for each in metrics_of("visits") if each.reads == "intervals"
    ]


DECIDED_BY = {"classifier": column("class_normalized_accuracy").title, "regressor": column("crps").title}
"""The column that chooses the winner of each task where nothing else is said."""


def deciding(choose_by):
    """The column that chooses the winner of each task.

    Parameters
    ----------
    choose_by : sequence of str
        Names of metrics, at most one per task; a task without one has that of `DECIDED_BY`.

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> from skerosion.report import deciding
    >>> deciding(["quadratic_kappa"])
    {'classifier': 'quadratic kappa', 'regressor': 'CRPS'}
    """
    if isinstance(choose_by, str):
        raise ValueError(f"choose_by must be a list of names, got {choose_by!r}; write [{choose_by!r}] for one.")
    names = [find_metric(name, "choose_by").name for name in choose_by]
    known = {"classifier": columns_of("grades"), "regressor": columns_of("values")}
    found = {task: [each for each in columns if each.metric.name in names] for task, columns in known.items()}
    chosen = [each.metric.name for columns in found.values() for each in columns if isinstance(each.better, str)]
    if sorted(chosen) != sorted(names) or any(len(columns) > 1 for columns in found.values()):
        able = [each.metric.name for columns in known.values() for each in columns if isinstance(each.better, str)]
        raise ValueError(
            f"choose_by must name one metric per task, of those where higher or lower is better, {', '.join(able)}, "
            f"got {', '.join(map(str, choose_by))}."
        )
    return DECIDED_BY | {task: columns[0].title for task, columns in found.items() if columns}


def _column_of(title):
    """The column of a title; None for one that is not a metric, such as the recall of a grade."""
    points, ends = visit_columns()
    known = itertools.chain(points, ends, *map(columns_of, ("grades", "recalls", "values", "levels")))
    return next((each for each in known if each.title == title), None)


def meanings_of(titles):
    """What the columns say, a line each.

    Examples
    --------
    >>> from skerosion.report import meanings_of
    >>> meanings_of(["macro MAE", "grade 3"])
    ['macro MAE: how many grades a prediction is off, in each true grade alone, then averaged; 0 is perfect.']
    """
    columns = filter(None, map(_column_of, titles))
    return [f"{each.title}: {each.metric.meaning.rstrip('.')}." for each in columns if each.metric.meaning]


def better_of(title):
    """Which way is better in a column; higher in one that is not a metric, such as the recall of a grade.

    Examples
    --------
    >>> from skerosion.report._score_columns import better_of
    >>> better_of("CRPS"), better_of("grade 3"), better_of("90 % interval coverage"), better_of("width")
    ('lower', 'higher', 0.9, None)
    """
    found = _column_of(title)
    return "higher" if found is None else found.better


def errors_among(titles):
    """The columns in which smaller is better."""
    return tuple(title for title in titles if better_of(title) == "lower")


def grade_metrics(classes, table="grades"):
    """Column -> metric of grades.

    Parameters
    ----------
    classes : sequence of int
        All grades.
    table : {"grades", "recalls"}, default="grades"

    Returns
    -------
    dict of str to callable
    """
    labels = np.asarray(classes)
    return {each.title: each.metric.given(labels=labels) for each in columns_of(table)}


def value_metrics(grid, reference_cdf, table="values"):
    """Column -> metric of values and what of a `ValueForecasts` it reads.

    Parameters
    ----------
    grid : ndarray of shape (n_thresholds,)
    reference_cdf : ndarray of shape (n_rows, n_thresholds)
        Forecast that the skill compares with.
    table : {"values", "levels"}, default="values"

    Returns
    -------
    dict of str to (callable, str)
    """
    known = {"grid": grid, "reference_cdf": reference_cdf}
    return {each.title: (each.metric.given(**known), each.part) for each in columns_of(table)}
