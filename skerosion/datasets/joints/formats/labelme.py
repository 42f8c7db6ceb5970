"""LabelMe's JSON: points, and rectangles by two corners; a flag that is set says why a joint cannot be seen."""

from . import CORNER, box_centre

KIND = "json"


def is_like(content):
    """Tell whether JSON is a list of shapes on one image."""
    return isinstance(content, dict) and "shapes" in content and "imagePath" in content


def read(content, options):
    """Return every shape that is a point or a rectangle."""
    shapes = [shape for shape in content["shapes"] if shape.get("shape_type") in ("point", "rectangle")]
    return [{"image": content["imagePath"], **_point(shape)} for shape in shapes]


def _point(shape):
    reasons = [name for name, is_set in (shape.get("flags") or {}).items() if is_set]
    known = {"joint": shape["label"], "reason": ", ".join(reasons)}
    if shape["shape_type"] == "rectangle":
        (left, top), (right, bottom) = shape["points"]
        return known | box_centre(left, top, right, bottom)
    ((x, y),) = shape["points"]
    return known | {"x": x - CORNER, "y": y - CORNER}
