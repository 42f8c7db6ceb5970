"""Which pixels of a radiograph are picture: no padding, and nothing behind a shutter or a collimator (PS3.3 C.7.6)."""

import numpy as np
from PIL import Image, ImageDraw


def shown_pixels(stored, header):
    """Return which pixels belong to the picture.

    Parameters
    ----------
    stored : ndarray of integers, shape (H, W)
    header : pydicom.Dataset

    Returns
    -------
    shown : ndarray of bool, shape (H, W)
    """
    shown = ~_is_padding(stored, header)
    for kind in ("Shutter", "Collimator"):
        for shape in several(header.get(f"{kind}Shape")):
            opening = _OPENINGS.get(shape.strip().upper())
            if opening is not None:
                shown &= opening(header, kind, stored.shape)
    return shown


def several(value):
    """Return the values of an element that may be missing, alone or many.

    Examples
    --------
    >>> from skerosion.datasets.reading._film_border import several
    >>> several(None), several(2.0), several([1, 2])
    ([], [2.0], [1, 2])
    """
    if value is None or value == "":
        return []
    return [value] if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__") else list(value)


def _is_padding(stored, header):
    first, last = header.get("PixelPaddingValue"), header.get("PixelPaddingRangeLimit")
    if first is None:
        return np.zeros(stored.shape, dtype=bool)
    ends = sorted(_signed_as(stored, int(each)) for each in (first, first if last is None else last))
    return (stored >= ends[0]) & (stored <= ends[1])


def _signed_as(stored, value):
    """Return a padding value with the sign of the pixels: files that do not say its type have it read unsigned."""
    return value - 65536 if value > 32767 and np.issubdtype(stored.dtype, np.signedinteger) else value


def _rectangle(header, kind, size):
    edges = [f"{kind}{edge}" for edge in ("UpperHorizontalEdge", "LowerHorizontalEdge")]
    edges += [f"{kind}{edge}" for edge in ("LeftVerticalEdge", "RightVerticalEdge")]
    upper, lower, left, right = (int(header[edge].value) for edge in edges)
    rows, columns = _from_one(size)
    return (rows >= upper) & (rows <= lower) & (columns >= left) & (columns <= right)


def _circle(header, kind, size):
    rows, columns = _from_one(size)
    row, column = (float(each) for each in header[f"CenterOfCircular{kind}"].value)
    radius = float(header[f"RadiusOfCircular{kind}"].value)
    return (rows - row) ** 2 + (columns - column) ** 2 <= radius**2


def _polygon(header, kind, size):
    corners = [int(each) - 1 for each in header[f"VerticesOfThePolygonal{kind}"].value]
    inside = Image.new("1", size[::-1])
    ImageDraw.Draw(inside).polygon(list(zip(corners[1::2], corners[::2], strict=True)), fill=1, outline=1)
    return np.asarray(inside)


def _from_one(size):
    """Return the rows and columns as DICOM counts them."""
    return np.ogrid[1 : size[0] + 1, 1 : size[1] + 1]


_OPENINGS = {"RECTANGULAR": _rectangle, "CIRCULAR": _circle, "POLYGONAL": _polygon}
