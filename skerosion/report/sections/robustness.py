"""What happens when images are exposed, turned, inverted or compressed otherwise."""

from .._document import NotGiven
from .._frames import grid_of

TITLE, PLACE = "Robustness", 140


def blocks(subject):
    """The change of each metric, paired by patient."""
    frame = subject.frames.get("robustness")
    if frame is None:
        return [NotGiven("robustness", "scores of the same images exposed, turned, inverted or compressed otherwise")]
    return [grid_of("Robustness", frame)]
