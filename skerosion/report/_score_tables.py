"""The tables of scores: every strategy and every floor with all metrics and their patient-bootstrap intervals."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from skerosion.metrics import loss_of

from ._doubt import PatientBootstrap, ValueForecasts
from ._floor_rows import floor_forecasts, floor_grades
from ._score_columns import better_of, grade_metrics, value_metrics


@dataclass(frozen=True)
class ScoreTable:
    """A table of scores.

    Parameters
    ----------
    title : str
    columns : tuple of str
    rows : list of (str, str, dict)
        Name of the row, ``"strategy"``, ``"floor"`` or ``"difference"``, and column -> (value, low, high). A column may
        be missing.
    notes : tuple of str, default=()
        What a reader should know about the intervals.

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
    notes: tuple = ()

    def cell(self, name, column):
        """Value and interval of a row in a column."""
        return next(cells[column] for row, _, cells in self.rows if row == name)

    def value(self, name, column):
        """Value of a row in a column."""
        return self.cell(name, column)[0]

    def best(self, column):
        """Name of the best strategy in a column; None where none is better than every floor, and where none is best."""
        name, floor = self.leading(column), self.best_floor(column)
        if name is None or floor is None:
            return name
        loss = loss_in(column)
        return name if loss(self.value(name, column)) < loss(self.value(floor, column)) else None

    def leading(self, column):
        """Name of the best strategy in a column, even below a floor; None in a table without strategies."""
        return None if better_of(column) is None else self._first(column, "strategy")

    def best_floor(self, column):
        """Name of the best floor in a column; None without one."""
        return self._first(column, "floor")

    def _first(self, column, wanted):
        loss = loss_in(column)
        candidates = [
            (loss(cells[column][0]), name) for name, kind, cells in self.rows if kind == wanted and column in cells
        ]
        return min(candidates, key=lambda pair: pair[0])[1] if candidates else None


def loss_in(column):
    """What is the smaller, the better a value of a column is, as a function."""
    return partial(loss_of, better_of(column))


def winning_strategy(column, table, titles):
    """Name of the strategy that is the best of a table in a column; whether it beats the floors, `verdicts_of` tells.

    Parameters
    ----------
    column : str
    table : ScoreTable
    titles : dict of str to str
        Strategy -> name of its row.

    Returns
    -------
    str

    Examples
    --------
    >>> from skerosion.report import ScoreTable
    >>> from skerosion.report._score_tables import winning_strategy
    >>> cells = {"CRPS": (0.03, 0.02, 0.04)}
    >>> table = ScoreTable("t", ("CRPS",), [("weights", "strategy", cells)])
    >>> winning_strategy("CRPS", table, {"class_weights": "weights"})
    'class_weights'
    """
    best = table.leading(column)
    return next(name for name, title in titles.items() if title == best)


def classifier_table(result):
    """The thesis' table 4: grades of every classifier strategy.

    Parameters
    ----------
    result : Scored

    Returns
    -------
    ScoreTable
    """
    strategies = {result.titles[name]: each.prediction for name, each in result.of_task("classifier").items()}
    metrics = grade_metrics(result.target.classes)
    bootstrap = bootstrap_of(result)

    def cells(prediction, floor=False):
        return bootstrap.cells(metrics, result.grades, prediction, floor=floor)

    rows = _rows(cells, strategies, floor_grades(result))
    return ScoreTable(f"Classifier: {result.extent}", tuple(metrics), rows, tuple(bootstrap.notes))


def recall_table(result):
    """Recall of each grade, of the classifiers and of the regressors' medians read as grades.

    Parameters
    ----------
    result : Scored

    Returns
    -------
    ScoreTable
    """
    from sklearn.metrics import accuracy_score

    grades, bootstrap = result.grades, bootstrap_of(result)
    metrics = grade_metrics(result.target.classes, "recalls")
    present = np.unique(grades).tolist()
    names = dict(zip(present, (f"grade {grade}" for grade in result.target.shown(present)), strict=True))

    def cells(prediction, floor=False):
        if floor:  # which knows one grade, whose recall is 1, and no other
            return bootstrap.cells(metrics, grades, prediction, floor=True)
        # The recall of a grade is the accuracy on its rows: the others weigh nothing.
        recalls = {
            name: bootstrap.score(accuracy_score, grades, prediction, grades == g, name=f"recall of {name}")
            for g, name in names.items()
        }
        return recalls | bootstrap.cells(metrics, grades, prediction)

    columns = (*names.values(), *metrics)
    rows = _rows(cells, graded(result), floor_grades(result))
    return ScoreTable(f"Recall of each grade: {result.extent}", columns, rows, tuple(bootstrap.notes))


def graded(result):
    """Predicted grades of every strategy, of regressors by their medians.

    Parameters
    ----------
    result : Scored

    Returns
    -------
    dict of str to ndarray of shape (n_rows,)
        ``"classifier, original"``, ..., ``"regressor, original"``, ...
    """
    classifiers = {
        f"classifier, {result.titles[name]}": each.prediction for name, each in result.of_task("classifier").items()
    }
    regressors = result.of_task("regressor").items()
    return classifiers | {f"regressor, {result.titles[name]}": result.median_grade(each) for name, each in regressors}


def regressor_table(result):
    """The thesis' table 5: distributions of every regressor strategy.

    Parameters
    ----------
    result : Scored

    Returns
    -------
    ScoreTable
    """
    predictions = result.of_task("regressor")
    strategies = {result.titles[name]: ValueForecasts.of(each.distribution) for name, each in predictions.items()}
    floors = floor_forecasts(result)
    metrics = value_metrics(result.target.grid, floors["floor: marginal CDF"].distribution.cdf)
    bootstrap = bootstrap_of(result)

    def cells(forecasts, floor=False):
        read = {column: (metric, getattr(forecasts, part)) for column, (metric, part) in metrics.items()}
        return {
            column: bootstrap.score(metric, result.y, of, floor=floor, name=column)
            for column, (metric, of) in read.items()
            if of is not None
        }

    title = f"Regressor: {result.extent}; points are {result.target.unit}"
    return ScoreTable(title, tuple(metrics), _rows(cells, strategies, floors), tuple(bootstrap.notes))


def bootstrap_of(result):
    """The same resamples of patients for every table of a search."""
    return PatientBootstrap(result.groups, len(result.y), seed=result.seed)


def _rows(cells, strategies, floors):
    return [(name, "strategy", cells(each)) for name, each in strategies.items()] + [
        (name, "floor", cells(each, floor=True)) for name, each in floors.items()
    ]


MAKERS = {"classifier": classifier_table, "regressor": regressor_table}
"""What makes the table of each task."""
