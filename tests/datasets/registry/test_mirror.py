"""Mirrored images: only the chosen ones, only when read, from any source of images."""

import pickle

import numpy as np
import pytest

from skerosion.datasets import ArraySource, FileSource, ImageRows, MirroredSource

MIRRORED = [True, False, True]


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (3, 6, 8, 2), dtype="uint8")


def test_chosen_images_are_turned_left_to_right(images):
    source = MirroredSource(images, MIRRORED)
    expected = np.where(np.array(MIRRORED)[:, None, None, None], images[:, :, ::-1], images)
    np.testing.assert_array_equal(source.read([0, 1, 2]), expected)
    np.testing.assert_array_equal(source.read([2, 2, 1]), expected[[2, 2, 1]])
    assert source.read([]).shape == (0, 6, 8, 2)


def test_the_pixels_behind_it_are_left_alone(images):
    before = images.copy()
    MirroredSource(images, MIRRORED).read([0, 1, 2])
    np.testing.assert_array_equal(images, before)


def test_it_is_a_source_like_the_one_behind_it(images):
    source = MirroredSource(images / 255, MIRRORED)
    assert source.shape == (3, 6, 8, 2) and source.dtype == np.float64 and source.value_range == (0.0, 1.0)
    assert source.paths is None and source.bits is None
    assert ImageRows(source).image_shape == (6, 8, 2) and ImageRows(source).paths is None
    assert repr(source) == f"MirroredSource(2 of 3x6x8x2 mirrored, {ArraySource(images / 255)!r})"


def test_mirrored_twice_is_as_it_was(images):
    again = MirroredSource(MirroredSource(images, MIRRORED), MIRRORED)
    np.testing.assert_array_equal(again.read([0, 1, 2]), images)


def test_files_stay_files(grey_files):
    paths, _ = grey_files
    source = MirroredSource(FileSource(paths, bits=16), [True] * 6)
    assert source.paths.tolist() == [str(path) for path in paths] and source.bits == 16
    source.read([0, 1])
    pickled = pickle.dumps(source)
    assert len(pickled) < 2000, "no pixel is pickled"
    np.testing.assert_array_equal(pickle.loads(pickled).read([3]), source.read([3]))


@pytest.mark.parametrize(
    ("source", "mirrored", "message"),
    [
        (np.zeros((3, 4)), MIRRORED, r"source must hold images for MirroredSource, got FeatureSource\(3x4\)"),
        (np.zeros((3, 4, 4), dtype="uint8"), [True], r"one value for each of the 3 images, got shape \(1,\)"),
    ],
)
def test_what_is_refused(source, mirrored, message):
    with pytest.raises(ValueError, match=message):
        MirroredSource(source, mirrored)
