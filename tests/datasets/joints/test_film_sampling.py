"""A crop is one reading of the film: its points lie where the map says, its grey values are near the ideal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from skerosion.datasets.joints import apply_map, box_maps, inverted, sample_film

SIZE = 64


def blobs(places, spread, shape=(260, 240)):
    """A film of bright spots, whose centres are known to any part of a pixel."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    squares = [((columns - x) ** 2 + (rows - y) ** 2) / (2 * spread**2) for x, y in places]
    return np.rint(230 * np.exp(-np.min(squares, axis=0))).astype(np.uint8)


def centre_of(crop, near, reach):
    """The centroid of the spot next to a place of a crop."""
    rows, columns = np.mgrid[: crop.shape[0], : crop.shape[1]]
    weight = crop.astype(float) * (np.hypot(columns - near[0], rows - near[1]) < reach)
    return np.array([(columns * weight).sum(), (rows * weight).sum()]) / weight.sum()


@settings(deadline=None, max_examples=40)
@given(
    angle=st.floats(-180, 180),
    scale=st.floats(0.6, 3.4),
    mirrored=st.booleans(),
    shift=st.tuples(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5)),
)
def test_points_of_a_scene_land_where_they_must_to_a_tenth_of_a_pixel(angle, scale, mirrored, shift):
    centre = np.array([120.0, 130.0]) + shift
    matrix = box_maps([centre], [angle], [scale * SIZE], [mirrored], SIZE)[0]
    places = apply_map(matrix, [(20.3, 19.6), (44.1, 22.5), (31.5, 45.2)])
    crop = sample_film(blobs(places, spread=2.2 * scale), matrix, SIZE)
    for place in apply_map(inverted(matrix), places):
        assert centre_of(crop, place, reach=9) == pytest.approx(place, abs=0.1)


def scene(x, y):
    """Waves that both the film and the crop can show: the ideal crop is the scene at the crop's pixels."""
    waves = np.sin(0.31 * x + 0.13 * y) + np.sin(0.21 * y - 0.17 * x + 1) + np.cos(0.07 * x + 0.29 * y + 2)
    return 127.5 + 38 * waves


@pytest.mark.parametrize(("side", "most"), [(45, 0.5), (83, 0.5), (147, 1.2)])
def test_a_crop_sampled_once_is_nearer_the_ideal_than_one_that_is_cut_turned_and_resized(side, most):
    rows, columns = np.mgrid[:400, :400]
    film = np.rint(scene(columns, rows)).astype(np.uint8)
    matrix = box_maps([(201, 197)], [27], [side], [False], SIZE)[0]
    places = apply_map(matrix, np.stack(np.meshgrid(range(SIZE), range(SIZE)), axis=-1).reshape(-1, 2))
    ideal = scene(*places.T).reshape(SIZE, SIZE)
    errors = sample_film(film, matrix, SIZE) - ideal, cut_turned_resized(film, (201, 197), 27, side) - ideal
    once, often = (np.sqrt(np.mean(each**2)) for each in errors)
    assert once < min(most, 0.6 * often)  # rounding film and crop alone makes 0.4


def cut_turned_resized(film, centre, angle, side, half=150):
    """What is done elsewhere, its centre kept: a square that holds the box at any turn, turned, cut again, resized."""
    cut = Image.fromarray(film[centre[1] - half : centre[1] + half + 1, centre[0] - half : centre[0] + half + 1])
    low = half - side // 2
    box = np.asarray(cut.rotate(angle, Image.Resampling.BILINEAR))[low : low + side, low : low + side]
    return np.asarray(Image.fromarray(box).resize((SIZE, SIZE), Image.Resampling.BILINEAR))


def test_what_shrinks_is_the_mean_of_its_area():
    film = np.random.default_rng(0).integers(0, 256, (120, 120)).astype(np.uint8)
    matrix = box_maps([(59.5, 59.5)], [0], [120], [False], 20)[0]
    mean = film.reshape(20, 6, 20, 6).mean(axis=(1, 3))
    # The interpolation carries a little over from the pixels next to an area.
    assert np.abs(sample_film(film, matrix, 20) - mean)[1:-1, 1:-1].max() < 12


def test_a_box_of_whole_pixels_is_the_film_itself():
    film = np.random.default_rng(1).integers(0, 256, (50, 40)).astype(np.uint8)
    matrix = box_maps([(19.5, 24.5)], [0], [16], [False], 16)[0]
    assert (sample_film(film, matrix, 16) == film[17:33, 12:28]).all()
    turned = box_maps([(19.5, 24.5)], [90], [16], [False], 16)[0]
    assert (sample_film(film, turned, 16) == np.rot90(film[17:33, 12:28])).all()


def test_beyond_the_film_its_border_goes_on():
    film = np.tile(np.arange(30, dtype=np.uint8) * 8, (30, 1))
    crop = sample_film(film, box_maps([(-0.5, 14.5)], [0], [16], [False], 16)[0], 16)
    assert (crop[:, :8] == 0).all() and (crop[:, 8:] == film[0, :8]).all()
