"""Score tables as CSV and as Markdown."""

import pandas as pd

from ._score_columns import meanings_of


def to_frame(table):
    """A score table with one row for each metric of each strategy.

    Parameters
    ----------
    table : ScoreTable

    Returns
    -------
    pandas.DataFrame
        Columns row, kind, metric, value, low, high.

    Examples
    --------
    >>> from skerosion.report import ScoreTable
    >>> from skerosion.report._format import to_frame
    >>> table = ScoreTable("t", ("accuracy",), [("original", "strategy", {"accuracy": (0.5, 0.4, 0.6)})])
    >>> to_frame(table).values.tolist()
    [['original', 'strategy', 'accuracy', 0.5, 0.4, 0.6]]
    """
    lines = [
        (name, kind, column, *cells[column])
        for name, kind, cells in table.rows
        for column in table.columns
        if column in cells
    ]
    return pd.DataFrame(lines, columns=["row", "kind", "metric", "value", "low", "high"])


def to_markdown(table):
    """A score table in Markdown: value and interval in each cell, the best strategy of a column in bold.

    Examples
    --------
    >>> from skerosion.report import ScoreTable
    >>> from skerosion.report._format import to_markdown
    >>> table = ScoreTable("Title", ("accuracy",), [("original", "strategy", {"accuracy": (0.5, 0.4, 0.6)})])
    >>> print(to_markdown(table))
    **Title**
    <BLANKLINE>
    |  | accuracy |
    |---|---|
    | original | **0.500** (0.400–0.600) |
    """
    lines = [
        f"**{table.title}**",
        "",
        "| " + " | ".join(["", *table.columns]) + " |",
        "|---" * (len(table.columns) + 1) + "|",
    ]
    for name, _, cells in table.rows:
        texts = [_markdown_cell(table, name, column, cells) for column in table.columns]
        lines.append("| " + " | ".join([name, *texts]) + " |")
    return "\n".join(lines + [f"\nNote: {note}" for note in table.notes])


def _markdown_cell(table, name, column, cells):
    if column not in cells:
        return "–"
    value, interval = cell_texts(table, column, cells[column])
    return f"**{value}** {interval}" if table.best(column) == name else f"{value} {interval}"


def explanations(tables):
    """What the columns of some tables say, each once, in Markdown; empty where no column is a metric."""
    titles = dict.fromkeys(title for table in tables for title in table.columns)
    return "\n".join(f"- {line}" for line in meanings_of(titles))


CAPTION = (
    "95 % intervals from resampling patients, and by Clopper and Pearson's bound where all of them agree; the best "
    "of a column in bold, where no floor is as good; floors never look at the image."
)
"""What a reader of a table needs to know."""


def cell_texts(table, column, cell):
    """Value and interval of a cell as text, with as many digits as the largest value of its column needs.

    Examples
    --------
    >>> from skerosion.report import ScoreTable
    >>> from skerosion.report._format import cell_texts
    >>> cell = (0.0291, 0.028, 0.03)
    >>> cell_texts(ScoreTable("t", ("CRPS",), [("original", "strategy", {"CRPS": cell})]), "CRPS", cell)
    ('0.0291', '(0.0280–0.0300)')
    """
    value, low, high = cell
    digits = _digits(max(abs(cells[column][0]) for _, _, cells in table.rows if column in cells))
    if not low <= high:
        return f"{value:.{digits}f}", "(no interval)"
    dash = " to " if low < 0 else "–"
    return f"{value:.{digits}f}", f"({low:.{digits}f}{dash}{high:.{digits}f})"


def _digits(largest):
    """Digits after the point: four below 0.1, three below 10, then fewer."""
    return 4 if 0 < largest < 0.1 else 3 if largest < 10 else 2 if largest < 100 else 1
