"""The same scores for parts of the rows."""

from .._document import NotGiven
from .._table_blocks import block_of_scores

TITLE, PLACE = "Subgroups", 130


def blocks(subject):
    """A table per task."""
    made = [block_of_scores(table) for name, table in subject.tables.items() if name.startswith("by_")]
    by = "by=" if subject.what == "study" else "evaluate(by=)"
    return made or [NotGiven("scores by sex, site, side or another column", f"{by}, the columns to tell rows apart by")]
