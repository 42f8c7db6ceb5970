"""The CSV of a points layer of napari: axis-0 is the row, axis-1 the column, whole numbers are centres of pixels.

A column of the layer's features that is called joint, label or name tells the joint; otherwise points are numbered.
"""

KIND = "table"
_NAMES = ("joint", "label", "name")


def is_like(frame):
    """Tell whether a table has napari's axes."""
    return {"axis-0", "axis-1"} <= set(frame.columns)


def read(frame, options):
    """Return the points of one film."""
    if "axis-2" in frame.columns or "vertex-index" in frame.columns:
        raise ValueError("it must be a layer of points on one film: axis-0 and axis-1 alone, without shapes or a stack")
    named = next((name for name in _NAMES if name in frame.columns), None)
    rows = frame.to_dict("records")
    joints = [row[named] if named else options.name_of(number) for number, row in enumerate(rows)]
    return [
        {"image": options.image, "joint": joint, "x": row["axis-1"], "y": row["axis-0"]}
        for joint, row in zip(joints, rows, strict=True)
    ]
