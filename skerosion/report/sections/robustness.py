"""What happens when images are exposed, turned, inverted or compressed otherwise."""

from .._document import NotGiven
from .._table_blocks import block_of_scores

TITLE, PLACE = "Robustness", 140


def blocks(subject):
    """The change of each metric, paired by patient, a table per task."""
    made = [block_of_scores(table) for name, table in subject.tables.items() if name.startswith("robustness_")]
    what = "scores of the same images exposed, turned, inverted or compressed otherwise"
    return made or [NotGiven(what, "evaluate(robustness=True), on images")]
