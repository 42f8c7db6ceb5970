"""Datumaro's JSON, which CVAT exports, too: points, skeletons and boxes of items."""

from . import CORNER, box_centre

KIND = "json"


def is_like(content):
    """Tell whether JSON is a list of items."""
    return isinstance(content, dict) and {"items", "categories"} <= content.keys()


def read(content, options):
    """Return points and boxes of every item."""
    labels = [label["name"] for label in content["categories"]["label"]["labels"]]
    points = []
    for item in content["items"]:
        media = item.get("image") or item.get("media") or {}
        shapes = [shape for each in item["annotations"] for shape in each.get("elements", [each])]
        for shape in shapes:
            points += [{"image": media.get("path") or item["id"], **point} for point in _points(shape, labels)]
    return points


def _points(shape, labels):
    known = {"joint": labels[shape["label_id"]]}
    if shape["type"] == "bbox":
        left, top, width, height = shape["bbox"]
        return [known | box_centre(left, top, left + width, top + height)]
    if shape["type"] != "points":
        return []
    x, y = shape["points"]  # one point a joint; more are a ValueError
    seen = shape.get("visibility", [2])[0]
    return [known | ({"x": x - CORNER, "y": y - CORNER} if seen else {"visible": "no"})]
