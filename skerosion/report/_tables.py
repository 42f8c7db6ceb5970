"""The tables of a search: every strategy and every floor with all metrics and their patient-bootstrap intervals."""

from dataclasses import dataclass

import numpy as np

from ._floors import grade_floors, value_floors
from ._intervals import PatientBootstrap
from ._scores import INTERVAL_COVERAGE, confusion_columns, grade_scores, mean_of, recall_scores, skill_of, value_errors
from ._strategies import TITLES

LOWER_IS_BETTER = ("macro MAE", "CRPS", "CRPS in points", "MSE of the mean", "MAE of the median")
"""Columns in which the best row has the smallest value."""

TARGETS = {"90 % interval coverage": INTERVAL_COVERAGE}
"""Columns in which the best row is the nearest to a value."""


@dataclass(frozen=True)
class ScoreTable:
    """A table of scores.

    Parameters
    ----------
    title : str
    columns : tuple of str
    rows : list of (str, str, dict)
        Name of the row, ``"strategy"`` or ``"floor"``, and column -> (value, low, high). A column may be missing.

    Examples
    --------
    >>> from skerosion.report import ScoreTable
    >>> table = ScoreTable("t", ("accuracy",), [("original", "strategy", {"accuracy": (0.5, 0.4, 0.6)})])
    >>> table.best("accuracy"), table.value("original", "accuracy")
    ('original', 0.5)
    """

    title: str
    columns: tuple
    rows: list

    def value(self, name, column):
        """Value of a row in a column."""
        return next(cells[column][0] for row, _, cells in self.rows if row == name)

    def best(self, column):
        """Name of the best strategy in a column."""
        loss = self._loss(column)
        candidates = [
            (loss(cells[column][0]), name) for name, kind, cells in self.rows if kind == "strategy" and column in cells
        ]
        return min(candidates, key=lambda pair: pair[0])[1]

    def _loss(self, column):
        if column in TARGETS:
            return lambda value: abs(value - TARGETS[column])
        return (lambda value: value) if column in LOWER_IS_BETTER else (lambda value: -value)


def classifier_table(result):
    """The thesis' table 4 for this search: grades of every classifier strategy.

    Parameters
    ----------
    result : SearchResult

    Returns
    -------
    ScoreTable
    """
    scores = grade_scores(result.target.classes)
    named = [(TITLES[name], "strategy", each.prediction) for name, each in result.of_task("classifier").items()]
    named += [(name, "floor", prediction) for name, prediction in grade_floors(result).items()]
    title = f"Classifier: {_data_line(result)}"
    return ScoreTable(title, tuple(scores), _grade_rows(result, named, scores))


def recall_table(result):
    """Recall of each grade, of the classifiers and of the regressors' medians read as grades.

    Parameters
    ----------
    result : SearchResult

    Returns
    -------
    ScoreTable
    """
    recalls = recall_scores(result.target.classes)
    scores = recalls | {
        name: grade_scores(result.target.classes)[name] for name in ("class-normalised accuracy", "quadratic kappa")
    }
    named = [
        (f"classifier, {TITLES[name]}", "strategy", each.prediction)
        for name, each in result.of_task("classifier").items()
    ]
    for name, each in result.of_task("regressor").items():
        named.append((f"regressor's median, {TITLES[name]}", "strategy", result.median_grade(each)))
    return ScoreTable(f"Recall of each grade: {_data_line(result)}", tuple(scores), _grade_rows(result, named, scores))


def _grade_rows(result, named, scores):
    bootstrap = PatientBootstrap(result.groups, len(result.y), seed=result.plan.seed)
    rows = []
    for name, kind, prediction in named:
        columns = confusion_columns(result.grades, prediction, result.target.classes)
        rows.append((name, kind, {column: bootstrap.interval(columns, score) for column, score in scores.items()}))
    return rows


def regressor_table(result):
    """The thesis' table 5 for this search: distributions of every regressor strategy.

    Parameters
    ----------
    result : SearchResult

    Returns
    -------
    ScoreTable
    """
    errors = {
        TITLES[name]: value_errors(each.distribution, result.y) for name, each in result.of_task("regressor").items()
    }
    floors = value_floors(result)
    reference = floors["floor: marginal distribution"]["crps"]
    bootstrap = PatientBootstrap(result.groups, len(result.y), seed=result.plan.seed)
    n_points = len(next(iter(result.of_task("regressor").values())).grid)
    rows = [(name, "strategy", _value_cells(each, reference, n_points, bootstrap)) for name, each in errors.items()]
    rows += [(name, "floor", _value_cells(each, reference, n_points, bootstrap)) for name, each in floors.items()]
    columns = ("CRPS", "CRPS in points", "CRPS skill", "MSE of the mean", "MAE of the median", "90 % interval coverage")
    return ScoreTable(f"Regressor: {_data_line(result)}; points are {result.target.unit}", columns, rows)


def _value_cells(errors, reference, n_points, bootstrap):
    """Cells of one row; a floor that is one number has no interval and may have no CRPS."""
    columns = np.stack(
        [errors.get(key, np.zeros(len(reference))) for key in ("crps", "squared", "absolute", "inside")] + [reference],
        axis=1,
    )
    statistics = {
        "CRPS": ("crps", lambda sums, n: sums[:, 0] / n / n_points),
        "CRPS in points": ("crps", mean_of(0)),
        "CRPS skill": ("crps", skill_of(0, 4)),
        "MSE of the mean": ("squared", mean_of(1)),
        "MAE of the median": ("absolute", mean_of(2)),
        "90 % interval coverage": ("inside", mean_of(3)),
    }
    return {
        name: bootstrap.interval(columns, statistic)
        for name, (needs, statistic) in statistics.items()
        if needs in errors
    }


def _data_line(result):
    patients = "" if result.groups is None else f" of {len(np.unique(result.groups)):,} patients"
    by = "" if result.groups is None else " by patient"
    return f"{len(result.y):,} images{patients}, out of fold, {len(result.folds)} folds{by}"
