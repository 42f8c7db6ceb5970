"""Where the grades come from, and how far readers agree."""

from .._document import NotGiven
from .._table_blocks import block_of_frame

TITLE, PLACE = "Reference standard", 60


def blocks(subject):
    """Agreement of readers and suspicious labels, as far as there are any."""
    made = (
        [block_of_frame("Agreement of readers", subject.frames["agreement"])] if "agreement" in subject.frames else []
    )
    if not made:
        made.append(NotGiven("agreement of readers", "skerosion.experiments.evaluate(second_reader=)"))
    if "outliers" in subject.frames:
        frame = subject.frames["outliers"].drop(columns=["path", "film", "name", "group"], errors="ignore").head(20)
        return [*made, block_of_frame("Labels that disagree with the images that look alike", frame)]
    return [
        *made,
        NotGiven(
            "suspicious labels",
            "a search or a study of networks, which compare labels with those of images that look alike",
        ),
    ]
