"""Where the pixels of a crop lie on the film."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.datasets.joints import apply_map, box_maps, corners, inverted

BOXES = {
    "centre": st.tuples(st.floats(-50, 500), st.floats(-50, 500)),
    "angle": st.floats(-180, 180),
    "side": st.floats(1, 300),
    "mirrored": st.booleans(),
    "size": st.integers(8, 200),
}


@given(**BOXES)
def test_the_middle_of_a_crop_is_the_centre_of_its_box_and_its_corners_are_half_a_diagonal_away(
    centre, angle, side, mirrored, size
):
    matrix = box_maps([centre], [angle], [side], [mirrored], size)[0]
    assert apply_map(matrix, [((size - 1) / 2,) * 2])[0] == pytest.approx(centre, abs=1e-9)
    away = np.linalg.norm(corners(matrix, size) - centre, axis=1)
    assert away == pytest.approx(side / np.sqrt(2), rel=1e-9)


@given(**BOXES)
def test_a_map_and_its_inverse_undo_each_other(centre, angle, side, mirrored, size):
    matrix = box_maps([centre], [angle], [side], [mirrored], size)[0]
    places = np.array([(0, 0), (size, 3.5), (-2, size)])
    assert apply_map(inverted(matrix), apply_map(matrix, places)) == pytest.approx(places, abs=1e-6)


@pytest.mark.parametrize(("angle", "up"), [(0, (0, -1)), (90, (1, 0)), (180, (0, 1)), (-90, (-1, 0))])
@pytest.mark.parametrize("mirrored", [False, True])
def test_an_angle_turns_the_upper_side_clockwise_mirrored_or_not(angle, up, mirrored):
    matrix = box_maps([(0, 0)], [angle], [10], [mirrored], 10)[0]
    assert matrix[:, :2] @ (0, -1) == pytest.approx(up, abs=1e-12)


def test_a_mirrored_crop_shows_the_left_of_the_box_on_its_right():
    plain, mirrored = box_maps([(0, 0)] * 2, [30] * 2, [10] * 2, [False, True], 10)
    assert apply_map(plain, [(0, 3)]) == pytest.approx(apply_map(mirrored, [(9, 3)]))
