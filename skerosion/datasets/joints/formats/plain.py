"""A table with a row a point: image, side, joint, x, y and more, as skerosion keeps them."""

KIND = "table"


def is_like(frame):
    """Tell whether a table has the columns of points."""
    return {"image", "joint", "x", "y"} <= set(frame.columns)


def read(frame, options):
    """Return the rows as they are."""
    return frame.to_dict("records")
