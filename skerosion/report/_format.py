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


def print_table(table, console):
    """Print a score table, in several parts where the terminal is too narrow for all its columns.

    Parameters
    ----------
    table : ScoreTable
    console : rich.console.Console

    Examples
    --------
    >>> from rich.console import Console
    >>> from skerosion.report import ScoreTable
    >>> from skerosion.report._format import print_table
    >>> table = ScoreTable("Title", ("accuracy",), [("original", "strategy", {"accuracy": (0.5, 0.4, 0.6)})])
    >>> print_table(table, Console(width=60))  # doctest: +ELLIPSIS
    Title
    ...original...0.500...0.400–0.600...
    """
    name_width = min(20, max(len(name) for name, _, _ in table.rows))
    fitting = max(1, (console.width - name_width - 3) // (CELL_WIDTH + 3))
    parts = -(-len(table.columns) // fitting)
    per_part = -(-len(table.columns) // parts)
    for start in range(0, len(table.columns), per_part):
        columns = table.columns[start : start + per_part]
        console.print(to_rich(table, columns, titled=start == 0, name_width=name_width))
    for note in (CAPTION, *table.notes):
        console.print(note, style="dim", highlight=False, markup=False)
    console.print()


CELL_WIDTH = 16
"""Characters of the longest word of a heading, and of an interval below 0 with three digits."""


def _width(table, column):
    """Room for the longest interval of a column, so that none is broken."""
    intervals = [cell_texts(table, column, cells[column])[1] for _, _, cells in table.rows if column in cells]
    return max(CELL_WIDTH, *(len(interval) - 2 for interval in intervals))


def to_rich(table, columns=None, *, titled=True, name_width=20):
    """A score table, or some of its columns, for the terminal.

    Parameters
    ----------
    table : ScoreTable
    columns : sequence of str or None, default=None
        None takes all.
    titled : bool, default=True
    name_width : int, default=20
        Characters for the names of the rows.

    Returns
    -------
    rich.table.Table
    """
    from rich import box
    from rich.table import Table

    columns = table.columns if columns is None else columns
    drawn = Table(title=table.title if titled else None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    drawn.add_column("", min_width=name_width)
    for column in columns:
        drawn.add_column(column, justify="right", min_width=CELL_WIDTH, max_width=_width(table, column))
    for name, kind, cells in table.rows:
        texts = [_rich_cell(table, name, column, cells) for column in columns]
        drawn.add_row(name, *texts, style="dim" if kind == "floor" else None)
    return drawn


CAPTION = (
    "95 % intervals from resampling patients, and by Clopper and Pearson's bound where all of them agree; the best "
    "strategy of a column in bold, where no floor is as good; floors never look at the image."
)
"""What a reader of a table needs to know."""


def _rich_cell(table, name, column, cells):
    if column not in cells:
        return "–"
    value, interval = cell_texts(table, column, cells[column])
    value = f"[bold]{value}[/bold]" if table.best(column) == name else value
    return f"{value}\n[dim]{interval[1:-1]}[/dim]"


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
