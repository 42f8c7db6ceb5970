"""Whether the winner of a task differs from the other strategies: paired differences on the same patients."""

from ._scores import ValueForecasts, grade_metrics, value_metrics
from ._strategies import TITLES
from ._tables import DECIDED_BY, ScoreTable, bootstrap_of, winning_strategy

NOTE = (
    "Each resample of patients scores both strategies, so what is hard for both cancels. An interval without 0 shows a "
    "difference; the winner was chosen on these rows, which flatters it a little."
)


def difference_table(result, tables):
    """What each task's winner scores minus what every other strategy scores, in the metric that chose it.

    Parameters
    ----------
    result : SearchResult
    tables : dict of str to ScoreTable
        Those of the tasks.

    Returns
    -------
    ScoreTable or None
        None where no task has two strategies.
    """
    bootstrap = bootstrap_of(result)
    rows = [row for task in DECIDED_BY if task in tables for row in _differences(result, task, tables[task], bootstrap)]
    columns = tuple(column for task, column in DECIDED_BY.items() if any(column in cells for _, _, cells in rows))
    return ScoreTable("Winner minus others", columns, rows, (NOTE, *bootstrap.notes)) if rows else None


def _differences(result, task, table, bootstrap):
    winner, column = winning_strategy(task, table), DECIDED_BY[task]
    metric, y_true, forecasts = _compared(result, task, column)
    return [
        (
            f"{task}, {TITLES[winner]} − {TITLES[other]}",
            "difference",
            {column: bootstrap.difference(metric, y_true, forecasts[winner], forecast)},
        )
        for other, forecast in forecasts.items()
        if other != winner
    ]


def _compared(result, task, column):
    """The metric of a task's column, the truth it takes and what each strategy says."""
    strategies = result.of_task(task)
    if task == "classifier":
        metric = grade_metrics(result.target.classes)[column]
        return metric, result.grades, {name: each.prediction for name, each in strategies.items()}
    metric, part = value_metrics(result.target.grid, None)[column]
    return metric, result.y, {n: getattr(ValueForecasts.of(each.distribution), part) for n, each in strategies.items()}
