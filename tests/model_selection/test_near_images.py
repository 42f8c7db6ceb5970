"""The fine structure of pictures and what counts as alike, piece by piece beside loops that say the same."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.ndimage import gaussian_filter

from skerosion.model_selection import _near_images as near
from skerosion.model_selection._near_images import ChancePairs, best_of_rows

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def pictures():
    """Pictures of different brightness, wider than high."""
    rng = np.random.default_rng(0)
    return (rng.normal(size=(3, 20, 24)) + np.array([5, 50, 90])[:, None, None]).astype(np.float32)


def local_contrast(picture, smallest, largest):
    """What is between two sizes in one picture, in units of how much of it there is around each pixel."""
    finest = gaussian_filter(picture, smallest) if smallest else picture
    fine = finest - gaussian_filter(picture, largest)
    strength = np.sqrt(gaussian_filter(fine**2, 2 * largest))
    return fine / (strength + 0.3 * strength.mean())


@pytest.mark.parametrize("sizes", [(0, 2), (0.5, 2)])
def test_fine_structure_is_that_of_each_picture_by_itself(pictures, sizes):
    expected = [local_contrast(picture, *sizes) for picture in pictures]
    assert_allclose(near._fine_structure(pictures, *sizes), expected, rtol=1e-3, atol=1e-5)


def test_a_picture_without_structure_has_none():
    flat = np.full((2, 8, 8), 100, np.float32)
    assert_allclose(near._fine_structure(flat, 0, 2), 0, atol=1e-2)
    assert_allclose(near._unit(flat), 0)


def test_units_have_mean_zero_and_length_one_each(pictures):
    units = near._unit(pictures)
    assert_allclose(units.mean(axis=(1, 2)), 0, atol=1e-6)
    assert_allclose((units**2).sum(axis=(1, 2)), 1, rtol=1e-5)
    assert_allclose(near._unit(pictures / 1e4), units, atol=1e-4)


@pytest.mark.parametrize(("size", "side"), [(6, 3), (5, 2), (4, 4), (7, 3)])
def test_averaging_gives_each_place_the_mean_of_what_it_covers(size, side):
    fine = np.repeat(np.arange(size), side)  # each pixel as `side` parts, of which each place has `size`
    expected = [np.bincount(part, minlength=size) / size for part in np.split(fine, side)]
    found = near._averaging(size, side)
    assert found.dtype == np.float32
    assert_allclose(found, expected, rtol=1e-6)


def test_pictures_are_averaged_to_a_side_at_most(pictures):
    assert_allclose(near._averaged(pictures, 100), pictures, rtol=1e-6)
    means = pictures.reshape(3, 10, 2, 12, 2).mean(axis=(2, 4))
    assert_allclose(near._averaged(near._averaged(pictures, 20)[:, :, :24], 10).shape, (3, 10, 10))
    assert_allclose(near._averaged(pictures[:, :, :20], 10), means[:, :, :10], rtol=1e-5)


def test_what_rows_are_described_by(pictures):
    spectra, coarse = near._describe(lambda rows: pictures[rows][..., None], 3)
    assert spectra.dtype == np.complex64 and coarse.dtype == np.float32
    units = near._unit(np.stack([local_contrast(picture, 0, 2) for picture in pictures]))
    assert_allclose(spectra, np.fft.rfft2(units), atol=1e-3)
    units = near._unit(np.stack([local_contrast(picture, 0.5, 2) for picture in pictures]))
    assert_allclose(coarse, units.reshape(3, -1), atol=1e-4)


@pytest.mark.parametrize(
    ("height", "width", "reach"), [(20, 24, (3, 3)), (8, 24, (2, 3)), (20, 4, (3, 1)), (10, 12, (2, 3))]
)
def test_correlations_are_the_largest_of_small_shifts(height, width, reach):
    one, other = np.random.default_rng(1).normal(size=(2, 4, height, width))
    down, right = (np.arange(-each, each + 1) for each in reach)
    shifted = [(one * np.roll(other, (a, b), axis=(1, 2))).sum(axis=(1, 2)) for a in down for b in right]
    found = near._shifted_correlation(np.fft.rfft2(one), np.fft.rfft2(other))
    assert_allclose(found, np.max(shifted, axis=0), rtol=1e-6)


@pytest.mark.parametrize("axis", [1, 2])
@pytest.mark.parametrize("shift", [-4, -3, 3, 4])
def test_a_picture_is_known_again_three_pixels_away_and_no_further(axis, shift):
    one = near._unit(np.random.default_rng(1).normal(size=(1, 20, 20)))
    found = near._shifted_correlation(np.fft.rfft2(one), np.fft.rfft2(np.roll(one, shift, axis=axis)))
    assert (found[0] > 0.999) == (abs(shift) == 3)


def test_each_row_meets_the_five_of_other_patients_most_like_it():
    rng = np.random.default_rng(2)
    coarse, patients = rng.normal(size=(30, 7)).astype(np.float32), np.repeat(np.arange(10), 3)
    expected = set()
    for row in range(30):
        others = np.flatnonzero(patients != patients[row])
        nearest = others[np.argsort(-(coarse[others] @ coarse[row]))[:5]]
        expected |= {(min(row, each), max(row, each)) for each in nearest.tolist()}
    assert_array_equal(near._candidates(coarse, patients), sorted(expected))


def test_few_rows_meet_all_of_other_patients():
    coarse = np.random.default_rng(3).normal(size=(4, 5)).astype(np.float32)
    assert near._candidates(coarse, np.array([0, 0, 1, 2])).tolist() == [[0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]


def test_the_three_best_scores_are_those_of_rows_that_have_three():
    pairs = np.array([[0, 1], [0, 2], [0, 3], [1, 2], [2, 3], [0, 4]])
    scores = np.array([0.1, 0.5, 0.3, 0.7, 0.2, 0.4])
    # Row 0 has .5 .4 .3 .1, row 2 .7 .5 .2; rows 1 and 3 have two, row 4 one, row 5 none.
    assert best_of_rows(pairs, scores, 6).tolist() == [[0.5, 0.4, 0.3], [0.7, 0.5, 0.2]]


def test_expected_pairs_are_halves_of_exponentials_above_the_second_best():
    best = np.tanh(np.array([[0.9, 0.5, 0.4], [0.8, -0.3, -0.5], [0.7, 0.6, 0.3]]))
    mean = 2 * np.median([0.1, 0.2, 0.3]) / np.log(2)
    chance = ChancePairs(best)
    for z in (-0.2, 0.55, 2.0):
        expected = np.exp(-np.clip((z - np.array([0.5, -0.3, 0.6])) / mean, 0, None)).sum() / 2
        assert chance.expected([np.tanh(z)])[0] == pytest.approx(expected)


def test_perfect_scores_stay_finite():
    chance = ChancePairs(np.array([[1.0, 1.0, 1.0], [1.0, -1.0, -1.0]]))
    assert np.isfinite(chance.expected([1.0, -1.0])).all() and np.isfinite(chance.threshold)
