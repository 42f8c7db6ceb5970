"""What commands print: messages on standard error, tables of scores on standard output."""

from pathlib import Path

import rich.console

from ._words import in_options

CELL_WIDTH = 16
"""Characters of the longest word of a heading, and of an interval below 0 with three digits."""


def say(message):
    """Print one message on standard error, so that standard output holds the tables alone."""
    plain_console(stderr=True).print(visible(in_options(message)), markup=False, highlight=False, soft_wrap=True)


_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}


def visible(text):
    """Return a text in which what would command the terminal, such as of a file's name, is seen instead.

    Examples
    --------
    >>> from skerosion.commands._printing import visible
    >>> print(visible("a\\x1b[31m.png"))
    a\\x1b[31m.png
    """
    return text.translate(_CONTROLS)


def messages_of(caught):
    """Return what recorded warnings tell a user, each once."""
    return list(dict.fromkeys(str(each.message) for each in caught if is_for_users(each.category, each.filename)))


def is_for_users(category, filename):
    """Whether a warning is for the user of a command.

    What pydicom says of how a film is written is not: nobody changes films, and those that it makes unusable are told
    with their reason.
    """
    return issubclass(category, UserWarning) and "pydicom" not in Path(filename).parts


def plain_console(**options):
    """Return a console that is never 0 columns wide, as ``COLUMNS=0`` says it is: nothing would be printed there."""
    console = rich.console.Console(**options)
    return console if console.width else rich.console.Console(width=80, **options)


def print_tables(tables, prefix=""):
    """Print the tables of both tasks and how winners differ from the others, as far as there are any.

    Parameters
    ----------
    tables : dict of str to ScoreTable
    prefix : str, default=""
        Of the names of those to print.
    """
    console = plain_console()
    for name in ("classifier", "regressor", "difference"):
        if prefix + name in tables:
            print_table(tables[prefix + name], console)


def print_table(table, console):
    """Print a score table, in several parts where the terminal is too narrow for all its columns.

    Parameters
    ----------
    table : ScoreTable
    console : rich.console.Console

    Examples
    --------
    >>> from rich.console import Console
    >>> from skerosion.commands._printing import print_table
    >>> from skerosion.report import ScoreTable
    >>> table = ScoreTable("Title", ("accuracy",), [("original", "strategy", {"accuracy": (0.5, 0.4, 0.6)})])
    >>> print_table(table, Console(width=60))  # doctest: +ELLIPSIS
    Title
    ...original...0.500...0.400–0.600...
    """
    from skerosion.report import CAPTION, meanings_of

    name_width = min(20, max(len(name) for name, _, _ in table.rows))
    fitting = max(1, (console.width - name_width - 3) // (CELL_WIDTH + 3))
    parts = -(-len(table.columns) // fitting)
    per_part = -(-len(table.columns) // parts)
    for start in range(0, len(table.columns), per_part):
        columns = table.columns[start : start + per_part]
        console.print(_drawn(table, columns, titled=start == 0, name_width=name_width))
    explained = [] if all(kind == "difference" for _, kind, _ in table.rows) else meanings_of(table.columns)
    for note in (CAPTION, *table.notes, *explained):
        console.print(note, style="dim", highlight=False, markup=False)
    console.print()


def _drawn(table, columns, titled, name_width):
    """Some columns of a score table for the terminal."""
    from rich import box
    from rich.table import Table

    drawn = Table(title=table.title if titled else None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    drawn.add_column("", min_width=name_width)
    for column in columns:
        drawn.add_column(column, justify="right", min_width=CELL_WIDTH, max_width=_width(table, column))
    for name, kind, cells in table.rows:
        drawn.add_row(name, *(_cell(table, name, column, cells) for column in columns), style=_style(kind))
    return drawn


def _style(kind):
    return "dim" if kind == "floor" else None


def _width(table, column):
    """Room for the longest interval of a column, so that none is broken."""
    from skerosion.report import cell_texts

    intervals = [cell_texts(table, column, cells[column])[1] for _, _, cells in table.rows if column in cells]
    return max(CELL_WIDTH, *(len(interval) - 2 for interval in intervals))


def _cell(table, name, column, cells):
    from skerosion.report import cell_texts

    if column not in cells:
        return "–"
    value, interval = cell_texts(table, column, cells[column])
    value = f"[bold]{value}[/bold]" if table.best(column) == name else value
    return f"{value}\n[dim]{interval[1:-1]}[/dim]"
