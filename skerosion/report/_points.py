"""The scores of all candidates and floors as points with intervals, a panel a score."""

import math

from matplotlib.ticker import MaxNLocator

from ._document import Points
from ._format import cell_texts
from ._score_columns import better_of, columns_of

BETTER = {"higher": "higher is better", "lower": "lower is better"}


def drawn_columns(task):
    """The columns of a task's table that are drawn beside each other."""
    if task == "classifier":
        return [each.title for each in columns_of("grades")]
    return [each.title for each in columns_of("levels") if isinstance(each.better, str)]


def points_of(table, task, title):
    """Draw the main scores of a table.

    Parameters
    ----------
    table : ScoreTable
    task : str
    title : str

    Returns
    -------
    Points

    Examples
    --------
    >>> from skerosion.report import ScoreTable
    >>> from skerosion.report._points import points_of
    >>> table = ScoreTable("t", ("accuracy",), [("original", "strategy", {"accuracy": (0.5, 0.4, 0.6)})])
    >>> points_of(table, "classifier", "Scores").panels[0]["rows"]
    [['original', False, 0.5, 0.4, 0.6, '0.500 (0.400–0.600)']]
    """
    drawn = [column for column in drawn_columns(task) if any(column in cells for _, _, cells in table.rows)]
    return Points(title, [_panel(table, column) for column in drawn], (task,))


def _panel(table, column):
    rows = [
        [name, kind == "floor", *map(_finite, cells[column]), " ".join(cell_texts(table, column, cells[column]))]
        for name, kind, cells in table.rows
        if column in cells
    ]
    return panel(column, rows, BETTER.get(better_of(column), ""))


def panel(title, rows, better=""):
    """Points on an axis that holds them and their intervals.

    Parameters
    ----------
    title : str
    rows : list of list
        Name, whether it is a floor, value and ends of the interval (None where there are none), and these as text.
    better : str, default=""

    Returns
    -------
    dict

    Examples
    --------
    >>> from skerosion.report._points import panel
    >>> panel("coverage", [["all", False, 0.9, 0.8, 1.0, "90 %"]])["ticks"]
    [0.8, 0.85, 0.9, 0.95, 1.0]
    """
    ends = _ends([each for row in rows for each in row[2:5] if each is not None])
    return {"title": title, "better": better, "ends": ends, "ticks": _ticks(*ends), "rows": rows}


def _finite(number):
    return float(number) if math.isfinite(number) else None


def _ends(numbers):
    """Where the axis begins and ends: a little beyond all points and intervals."""
    low, high = min(numbers, default=0.0), max(numbers, default=1.0)
    room = 0.04 * (high - low) or 0.1
    return [low - room, high + room]


def _ticks(low, high):
    """Round numbers between the ends of an axis."""
    return [round(float(each), 10) for each in MaxNLocator(5).tick_values(low, high) if low <= each <= high]
