"""A map drawn back on the film lies on its joint."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.datasets.joints import apply_map, box_maps, corners, map_on_film

SHAPE = (150, 180)


def spot(resolution, place, spread):
    """A bright spot on a map, at a place given as a share of its sides."""
    rows, columns = (np.mgrid[:resolution, :resolution] + 0.5) / resolution
    return np.exp(-((columns - place[0]) ** 2 + (rows - place[1]) ** 2) / (2 * spread**2))


@given(
    angle=st.floats(-180, 180),
    side=st.floats(40, 90),
    mirrored=st.booleans(),
    place=st.tuples(st.floats(0.35, 0.65), st.floats(0.35, 0.65)),
    resolution=st.sampled_from([18, 75, 150]),
)
def test_the_brightest_place_of_a_map_is_where_its_crop_shows_it(angle, side, mirrored, place, resolution):
    matrix = box_maps([(88.3, 74.6)], [angle], [side], [mirrored], 150)[0]
    drawn = map_on_film(spot(resolution, place, 0.1), matrix, 150, SHAPE)
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    weight = np.where(np.isnan(drawn) | (drawn < 0.2), 0, drawn)
    centre = np.array([(columns * weight).sum(), (rows * weight).sum()]) / weight.sum()
    assert centre == pytest.approx(apply_map(matrix, [np.array(place) * 150 - 0.5])[0], abs=0.1)


def test_beside_the_box_there_is_nothing():
    matrix = box_maps([(60, 50)], [30], [40], [True], 64)[0]
    drawn = map_on_film(np.ones((9, 9)), matrix, 64, SHAPE)
    assert np.isfinite(drawn).sum() == pytest.approx(1600, rel=0.02) and np.nanmin(drawn) == np.nanmax(drawn) == 1
    low, high = corners(matrix, 64).min(axis=0), corners(matrix, 64).max(axis=0)
    rows, columns = np.nonzero(np.isfinite(drawn))
    assert (columns >= low[0] - 0.5).all() and (columns <= high[0] + 0.5).all()
    assert (rows >= low[1] - 0.5).all() and (rows <= high[1] + 0.5).all()


def test_a_box_that_reaches_beyond_the_film_is_drawn_as_far_as_the_film():
    drawn = map_on_film(np.ones((4, 4)), box_maps([(0, 0)], [0], [40], [False], 16)[0], 16, SHAPE)
    assert np.isfinite(drawn).sum() == 20**2 or np.isfinite(drawn).sum() == 21**2
    assert np.isnan(map_on_film(np.ones((4, 4)), box_maps([(-90, 0)], [0], [40], [False], 16)[0], 16, SHAPE)).all()
