"""Whether the winner of a task differs from the best floor and the other strategies: paired, on the same patients."""

from functools import partial

from ._doubt import ValueForecasts
from ._floor_rows import floor_forecasts, floor_grades
from ._paired_scores import SHOWN
from ._score_columns import grade_metrics, value_metrics
from ._score_tables import ScoreTable, bootstrap_of, winning_strategy

NOTE = f"Each resample of patients scores both, so what is hard for both cancels. {SHOWN}"
CHOSEN_HERE = "; the {} was chosen on these rows, which flatters it a little."
CHOSEN_BEFORE = "; the {} was chosen on other patients."


def difference_table(result, tables, winners=None):
    """What each task's best strategy, a winner or not, scores minus what the best floor and every other one score.

    In the metric that decides.

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
        None where there is no task.
    """
    bootstrap = bootstrap_of(result)
    decided_by = result.decided_by
    chosen = winners or {
        task: winning_strategy(column, tables[task], result.titles)
        for task, column in decided_by.items()
        if task in tables
    }
    rows = [
        row for task, winner in chosen.items() for row in _differences(result, tables[task], task, winner, bootstrap)
    ]
    columns = tuple(column for column in decided_by.values() if any(column in cells for _, _, cells in rows))
    title = f"Chosen {result.candidate} minus others"
    return ScoreTable(title, columns, rows, (_note(result, winners), *bootstrap.notes)) if rows else None


def _note(result, winners):
    """What a difference says, and where its first side was chosen, as far as there was a choice."""
    if not any(len(result.of_task(task)) > 1 for task in result.decided_by):
        return f"{NOTE}."
    return NOTE + (CHOSEN_HERE if winners is None else CHOSEN_BEFORE).format(result.candidate)


def _differences(result, table, task, winner, bootstrap):
    column, titles = result.decided_by[task], result.titles
    metric, y_true, forecasts = compared(result, task, column)
    best_floor = table.best_floor(column)
    beside = partial(bootstrap.difference, metric, y_true, forecasts[winner], name=column)
    others = {best_floor: floors_compared(result, task, column)[best_floor]}
    others |= {titles[name]: forecast for name, forecast in forecasts.items() if name != winner}
    return [
        (f"{task}, {titles[winner]} − {name}", "difference", {column: beside(other, floor=name == best_floor)})
        for name, other in others.items()
    ]


def compared(result, task, column):
    """The metric of a task's column, the truth it takes and what each strategy says."""
    strategies = result.of_task(task)
    if task == "classifier":
        metric = grade_metrics(result.target.classes)[column]
        return metric, result.grades, {name: each.prediction for name, each in strategies.items()}
    metric, part = value_metrics(result.target.grid, None)[column]
    return metric, result.y, {n: getattr(ValueForecasts.of(each.distribution), part) for n, each in strategies.items()}


def floors_compared(result, task, column):
    """What each floor says to the metric of a task's column."""
    if task == "classifier":
        return floor_grades(result)
    part = value_metrics(result.target.grid, None)[column][1]
    return {name: getattr(each, part) for name, each in floor_forecasts(result).items()}
