"""CVAT's XML for images: points, skeletons of points, and boxes, which may be turned.

Attributes of a shape that are called side, reader or reason are its own; a point that is outside is not visible.
"""

from . import CORNER, box_centre
from .coco import side_in

KIND = "xml"
_OWN = ("side", "reader", "reason")


def is_like(root):
    """Tell whether XML is a list of annotated images."""
    return root.tag == "annotations"


def read(root, options):
    """Return points and boxes of every image."""
    if root.find("track") is not None:
        raise ValueError("it holds tracks of a video; export the task as 'CVAT for images'")
    points = []
    for image in root.iter("image"):
        shapes = [(shape, "") for shape in image if shape.tag in ("points", "box")]
        shapes += [(point, skeleton.get("label")) for skeleton in image.iter("skeleton") for point in skeleton]
        shapes = [(shape, owner) for shape, owner in shapes if shape.tag in ("points", "box")]
        points += [{"image": image.get("name"), **_point(shape, owner)} for shape, owner in shapes]
    return points


def _point(shape, owner):
    known = {"side": side_in(owner), "joint": shape.get("label")}
    known |= {each.get("name"): each.text or "" for each in shape.iter("attribute") if each.get("name") in _OWN}
    if shape.get("outside") == "1":
        return known | {"visible": "no"}
    if shape.tag == "box":
        edges = (float(shape.get(name)) for name in ("xtl", "ytl", "xbr", "ybr"))
        return known | box_centre(*edges) | ({"angle": shape.get("rotation")} if shape.get("rotation") else {})
    places = shape.get("points").split(";")
    if len(places) > 1:
        raise ValueError(f"a shape {shape.get('label')!r} has {len(places)} points; a joint is one point with a label")
    x, y = map(float, places[0].split(","))
    return known | {"x": x - CORNER, "y": y - CORNER}
