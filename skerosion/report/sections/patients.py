"""One row per patient and visit, only where it is asked for."""

from .._document import NotGiven
from .._table_blocks import block_of_frame

TITLE, PLACE = "Patients", 170


def blocks(subject):
    """The rows, or that nobody asked for them."""
    frame = subject.frames.get("patients")
    return (
        [NotGiven("a row per patient", "skerosion predict, told the column of the patient; pool_by_patient in Python")]
        if frame is None
        else [block_of_frame("Patients", frame)]
    )
