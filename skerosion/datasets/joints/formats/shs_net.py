"""The wide tables of SHS_NET: a row a film, columns such as PIP2_x and PIP2_y; the thumb has IP and MP.

The side is the last letter of the film's name, as in ``hand_L.png``.
"""

import os

from ...reading import says_no_number

KIND = "table"


def is_like(frame):
    """Tell whether a table has a film's name and joints in pairs of columns."""
    return "img_id" in frame.columns and bool(_joints(frame))


def read(frame, options):
    """Return each pair of columns as a point; empty cells are points that are not there."""
    numbers = frame.mask(frame.apply(says_no_number))
    return [
        {"image": name, "side": _side(name), "joint": joint, "x": x, "y": y}
        for joint in _joints(frame)
        for name, x, y in zip(frame["img_id"], numbers[f"{joint}_x"], numbers[f"{joint}_y"], strict=True)
    ]


def _joints(frame):
    names = [name.removesuffix("_x") for name in frame.columns if name.endswith("_x")]
    return [name for name in names if f"{name}_y" in frame.columns]


def _side(name):
    last = os.path.splitext(name)[0].rpartition("_")[2]
    return last if last in ("L", "R") else ""
