"""3D Slicer's markups (.mrk.json): points in millimetres from the centre of the first pixel, to the left and back.

A film that Slicer opened as a picture or a radiograph without a position has its columns along L and its rows along P;
in RAS both have the other sign.
"""

KIND = "json"


def is_like(content):
    """Tell whether JSON holds markups."""
    return isinstance(content, dict) and "markups" in content


def read(content, options):
    """Return the control points of every list."""
    if options.mm_per_pixel is None:
        raise ValueError("mm_per_pixel must be given where points are in millimetres")
    return [
        {"image": options.image, **_point(point, markup, options.mm_per_pixel)}
        for markup in content["markups"]
        for point in markup["controlPoints"]
    ]


def _point(point, markup, mm_per_pixel):
    if point.get("positionStatus", "defined") != "defined":
        return {"joint": point["label"], "visible": "no"}
    system = str(markup.get("coordinateSystem", "LPS"))
    sign = {"LPS": 1, "1": 1, "RAS": -1, "0": -1}[system]
    left, back, *_ = point["position"]
    row, column = mm_per_pixel
    return {"joint": point["label"], "x": sign * left / column, "y": sign * back / row}
