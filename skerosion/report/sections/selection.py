"""What was compared, on which rows the best was chosen, and what that flatters."""

from .._document import Text
from .._table_blocks import block_of_scores

TITLE, PLACE = "Selection", 100


def blocks(subject):
    """The differences between the best and every other candidate."""
    several = any(len(subject.scored.of_task(task)) > 1 for task in subject.verdicts)
    chosen = f"The best of each task was chosen on {subject.chosen_on}."
    made = [Text((chosen if several else f"One {subject.scored.candidate} a task: nothing was chosen.",))]
    if subject.what == "search":
        text = (
            "Its scores are of the same rows, which flatters it: the more candidates and the fewer patients, the more."
        )
        made.append(Text((text,), "note"))
    table = subject.tables.get("difference")
    return made + ([block_of_scores(table)] if table else [])
