"""What learning from some of these patients would gain on the others."""

from .._document import NotGiven
from .._table_blocks import block_of_scores

TITLE, PLACE = "Recalibration", 145


def blocks(subject):
    """The gain of each correction, a table per task."""
    made = [block_of_scores(table) for name, table in subject.tables.items() if name.startswith("adapted_")]
    what = "what a recalibration on some of these patients gains on the others"
    return made or [NotGiven(what, "evaluate(adapt=), the numbers of patients to learn from")]
