"""COCO's JSON: key points x, y, v of an object, or a box an object whose category is the joint.

Key points are pixels by number, so that whole numbers are centres; boxes run from edge to edge. v is 0 where a point is
missing (then x and y are 0), 1 where it is hidden, 2 where it is seen.
"""

from . import box_centre

KIND = "json"


def is_like(content):
    """Tell whether JSON has COCO's three lists."""
    return isinstance(content, dict) and {"images", "annotations", "categories"} <= content.keys()


def read(content, options):
    """Return the key points of every object, or its box."""
    images = {image["id"]: image["file_name"] for image in content["images"]}
    categories = {category["id"]: category for category in content["categories"]}
    points = []
    for each in content["annotations"]:
        category = categories[each["category_id"]]
        found = _key_points(each, category) if each.get("keypoints") else [_box(each, category)]
        points += [{"image": images[each["image_id"]], **point} for point in found]
    return points


def _key_points(annotation, category):
    numbers, names = annotation["keypoints"], category["keypoints"]
    triples = zip(names, numbers[::3], numbers[1::3], numbers[2::3], strict=True)
    return [_point(category["name"], name, x, y, seen) for name, x, y, seen in triples]


def _point(category, name, x, y, seen):
    # The object may be a hand whose category tells the side.
    named = {"side": side_in(category), "joint": name}
    return named | ({"x": x, "y": y} if seen else {"visible": "no"})


def _box(annotation, category):
    left, top, width, height = annotation["bbox"]
    score = {"score": annotation["score"]} if "score" in annotation else {}
    return {"joint": category["name"]} | box_centre(left, top, left + width, top + height) | score


def side_in(name):
    """Return the side that the name of a whole hand or foot tells, "" where it tells none."""
    words = str(name).lower().replace("_", " ").split()
    return next((side for side in ("left", "right") if side in words), "")
