"""What is padding or lies behind a shutter is black, and has no say in the range in use."""

import numpy as np
import pytest

pydicom = pytest.importorskip("pydicom")

from skerosion.datasets.reading._film_border import shown_pixels  # noqa: E402

EDGES = {"UpperHorizontalEdge": 3, "LowerHorizontalEdge": 8, "LeftVerticalEdge": 2, "RightVerticalEdge": 9}


def shutter(kind="Shutter", **values):
    header = pydicom.Dataset()
    for name, value in values.items():
        setattr(header, name.replace("Kind", kind), value)
    return header


@pytest.mark.parametrize("kind", ["Shutter", "Collimator"])
def test_a_rectangle_counts_rows_and_columns_from_one(kind):
    edges = {f"Kind{edge}": value for edge, value in EDGES.items()}
    shown = shown_pixels(np.zeros((12, 10), int), shutter(kind, KindShape="RECTANGULAR", **edges))
    expected = np.zeros((12, 10), bool)
    expected[2:8, 1:9] = True
    assert (shown == expected).all()


@pytest.mark.parametrize("kind", ["Shutter", "Collimator"])
def test_a_circle_has_its_center_and_radius(kind):
    header = shutter(kind, KindShape="CIRCULAR", CenterOfCircularKind=[6, 4], RadiusOfCircularKind=3)
    shown = shown_pixels(np.zeros((12, 10), int), header)
    rows, columns = np.nonzero(shown)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (2, 8, 0, 6)
    assert shown.sum() == sum((i * i + j * j) <= 9 for i in range(-3, 4) for j in range(-3, 4))


def test_a_polygon_is_filled_and_shapes_meet():
    corners = [1, 1, 1, 9, 9, 1]  # row, column: the upper left half
    header = shutter(KindShape="POLYGONAL", VerticesOfThePolygonalKind=corners)
    shown = shown_pixels(np.zeros((9, 9), int), header)
    assert (shown == (np.add.outer(np.arange(9), np.arange(9)) <= 8)).all()
    header.ShutterShape = ["POLYGONAL", "RECTANGULAR"]
    for edge, value in EDGES.items():
        setattr(header, f"Shutter{edge}", value)
    both = shown_pixels(np.zeros((9, 9), int), header)
    assert not both[:2].any() and (both <= shown).all() and both.any()


def test_padding_of_signed_pixels_may_be_written_unsigned():
    header = pydicom.Dataset()
    header.add_new("PixelPaddingValue", "US", 65536 - 2000)
    stored = np.array([[-2000, 5]], dtype=np.int16)
    assert shown_pixels(stored, header).tolist() == [[False, True]]
