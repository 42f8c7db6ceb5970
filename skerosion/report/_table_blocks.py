"""Tables as blocks of a report."""

import pandas as pd

from ._document import Table
from ._format import cell_texts


def block_of_scores(table, *of):
    """A score table: value and interval in each cell, the best marked, floors dimmed.

    The task whose candidates the rows name follows, where it is of one task.

    Examples
    --------
    >>> from skerosion.report import ScoreTable
    >>> from skerosion.report._table_blocks import block_of_scores
    >>> cells = {"accuracy": (0.5, 0.4, 0.6)}
    >>> block = block_of_scores(ScoreTable("t", ("accuracy",), [("original", "strategy", cells)]))
    >>> block.rows, block.marked
    ([['original', '0.500 (0.400–0.600)']], [(0, 1)])
    """
    rows, marked = [], []
    for number, (name, _, cells) in enumerate(table.rows):
        rows.append([name, *(_cell(table, column, cells) for column in table.columns)])
        marked += [(number, k + 1) for k, column in enumerate(table.columns) if table.best(column) == name]
    dimmed = [number for number, (_, kind, _) in enumerate(table.rows) if kind == "floor"]
    return Table(table.title, ("", *table.columns), rows, tuple(table.notes), marked, dimmed, of=of)


def _cell(table, column, cells):
    return " ".join(cell_texts(table, column, cells[column])) if column in cells else None


def block_of_frame(title, frame, notes=()):
    """A data frame; what is missing is left blank."""
    rows = [[None if pd.isna(cell) else plain(cell) for cell in row] for row in frame.itertuples(index=False)]
    return Table(title, tuple(map(str, frame.columns)), rows, tuple(notes))


def plain(cell):
    """A number or text that JSON knows."""
    cell = cell.item() if hasattr(cell, "item") else cell
    return cell if isinstance(cell, (bool, int, float)) else str(cell)
