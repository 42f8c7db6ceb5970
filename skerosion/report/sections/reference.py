"""Where the grades come from, and how far readers agree."""

from .._document import NotGiven
from .._table_blocks import block_of_frame

TITLE, PLACE = "Reference standard", 60

_OF_READERS = {
    "agreement": ("Agreement of readers",),
    "readers": (
        "Agreement of readers",
        "The grade that estimators are trained on and scored against is the median of the readers' votes.",
    ),
    "reader_level": (
        "Estimators among readers",
        "Estimator and readers are compared with the same reader, who is left out, by the quadratic kappa on images of "
        "patients that were not trained on; the difference is the estimator's less the other's, with its interval.",
        "It is no ceiling: who knows what readers agree on may come nearer to each of them than any other reader does.",
    ),
}


def blocks(subject):
    """Agreement of readers and suspicious labels, as far as there are any."""
    made = [
        block_of_frame(title, subject.frames[name], notes)
        for name, (title, *notes) in _OF_READERS.items()
        if name in subject.frames
    ]
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
