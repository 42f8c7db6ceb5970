"""The tables of the ARISE-2025 challenge: a row a joint, with the centre and the sides of its box in pixels.

A patient is one film, which the column patient_id names; hand is the side, and a finger's number may stand apart from
its joint.
"""

from . import CORNER

KIND = "table"
_NEEDED = ("patient_id", "hand", "joint", "xcenter", "ycenter", "dx", "dy")
_NO_FINGER = ("", "none", "nan")


def is_like(frame):
    """Tell whether a table has the challenge's columns."""
    return set(_NEEDED) <= set(frame.columns)


def read(frame, options):
    """Return each box by its centre."""
    return [_point(row) for row in frame.to_dict("records")]


def joint_of(row):
    """Return the name of a row's joint, with its finger where that stands apart."""
    finger = str(row.get("finger", "")).strip().removesuffix(".0")
    return row["joint"] if finger.lower() in _NO_FINGER else f"{row['joint']} {finger}"


def _point(row):
    box = {"x": float(row["xcenter"]) - CORNER, "y": float(row["ycenter"]) - CORNER}
    box |= {"width": float(row["dx"]), "height": float(row["dy"])}
    return {"image": row["patient_id"], "side": row["hand"], "joint": joint_of(row)} | box
