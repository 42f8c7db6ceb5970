"""Score tables as CSV, as Markdown and on the terminal."""

import pandas as pd


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
    >>> from skerosion.report import ScoreTable, to_frame
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
    >>> from skerosion.report import ScoreTable, to_markdown
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
    return "\n".join(lines)


def _markdown_cell(table, name, column, cells):
    if column not in cells:
        return "–"
    value, interval = cell_texts(cells[column])
    return f"**{value}** {interval}" if table.best(column) == name else f"{value} {interval}"


def to_rich(table):
    """A score table for the terminal.

    Parameters
    ----------
    table : ScoreTable

    Returns
    -------
    rich.table.Table
    """
    from rich import box
    from rich.table import Table

    drawn = Table(title=table.title, title_justify="left", box=box.SIMPLE_HEAD, caption=CAPTION, caption_justify="left")
    drawn.add_column("")
    for column in table.columns:
        drawn.add_column(column, justify="right")
    for name, kind, cells in table.rows:
        texts = [_rich_cell(table, name, column, cells) for column in table.columns]
        drawn.add_row(name, *texts, style="dim" if kind == "floor" else None)
    return drawn


CAPTION = (
    "95 % intervals from resampling patients; the best strategy of a column in bold; floors never look at the image."
)
"""What a reader of a table needs to know."""


def _rich_cell(table, name, column, cells):
    if column not in cells:
        return "–"
    value, interval = cell_texts(cells[column])
    value = f"[bold]{value}[/bold]" if table.best(column) == name else value
    return f"{value}\n[dim]{interval[1:-1]}[/dim]"


def cell_texts(cell):
    """Value and interval of a cell as text, with digits for the size of the value.

    Examples
    --------
    >>> from skerosion.report._format import cell_texts
    >>> cell_texts((0.5, 0.4, 0.6)), cell_texts((209.6, 190.0, 230.0)), cell_texts((0.0291, 0.028, 0.03))
    (('0.500', '(0.400–0.600)'), ('209.6', '(190.0–230.0)'), ('0.0291', '(0.0280–0.0300)'))
    """
    value, low, high = cell
    digits = 4 if 0 < abs(value) < 0.1 else 3 if abs(value) < 10 else 2 if abs(value) < 100 else 1
    return f"{value:.{digits}f}", f"({low:.{digits}f}–{high:.{digits}f})"
