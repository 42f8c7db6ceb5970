"""The items of reporting checklists, and where the run answers them."""

from .._checklists import CHECKLISTS, fill, shares
from .._table_blocks import block_of_frame

TITLE, PLACE = "Checklists", 190

NOTE = (
    "Numbers are those of the list, words are ours. What only you can say, the card takes (page={{'card': ...}}): "
    '{{"{name} 4": "..."}}.'
)


def blocks(subject):
    """A table a checklist."""
    return [_table(checklist, fill(checklist, subject)) for checklist in CHECKLISTS]


def _table(checklist, filled):
    total, by_us, given = shares(filled)
    title = (
        f"{checklist.name}: this run answers {given} of {total} items; {by_us} can be answered here, the others by you"
    )
    return block_of_frame(title, filled, (f"{checklist.source}. {NOTE.format(name=checklist.name)}",))
