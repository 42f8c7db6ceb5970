"""Whether the winner of a task differs from the other strategies: paired differences on the same patients."""

from ._scores import ValueForecasts, grade_metrics, value_metrics
from ._tables import DECIDED_BY, ScoreTable, bootstrap_of, winning_strategy

NOTE = (
    "Each resample of patients scores both strategies, so what is hard for both cancels. An interval without 0 shows a "
    "difference; the winner was chosen on these rows, which flatters it a little."
)


CHOSEN_BEFORE = (
    "Each resample of patients scores both, so what is hard for both cancels. An interval without 0 shows a "
    "difference; the winner was chosen on other patients."
)


def difference_table(result, tables, winners=None):
    """What each task's winner scores minus what every other strategy scores, in the metric that chose it.

    Parameters
    ----------
    result : Scored
    tables : dict of str to ScoreTable
        Those of the tasks.
    winners : dict of str to str or None, default=None
        The strategy of each task that was chosen on other rows; None takes the best of each table.

    Returns
    -------
    ScoreTable or None
        None where no task has two strategies.
    """
    bootstrap = bootstrap_of(result)
    chosen = winners or {t: winning_strategy(t, tables[t], result.titles) for t in DECIDED_BY if t in tables}
    rows = [row for task, winner in chosen.items() for row in _differences(result, task, winner, bootstrap)]
    columns = tuple(column for task, column in DECIDED_BY.items() if any(column in cells for _, _, cells in rows))
    note = NOTE if winners is None else CHOSEN_BEFORE
    return ScoreTable("Winner minus others", columns, rows, (note, *bootstrap.notes)) if rows else None


def _differences(result, task, winner, bootstrap):
    column, titles = DECIDED_BY[task], result.titles
    metric, y_true, forecasts = _compared(result, task, column)
    return [
        (
            f"{task}, {titles[winner]} − {titles[other]}",
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
