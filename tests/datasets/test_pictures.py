"""Images that come one by one: the same pixels as an array or files of them, and of several sizes one that is said."""

import warnings

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from skerosion.datasets import FileSource, ImageRows, as_image_rows

SIZES = [(8, 10), (8, 10), (6, 10), (12, 14)]


def grey(size, seed=0):
    return np.random.default_rng(seed).integers(0, 256, size).astype(np.uint8)


MIXED = [grey(size, seed) for seed, size in enumerate(SIZES)]


@pytest.fixture
def files(save):
    return [save(f"{number}.png", image) for number, image in enumerate(MIXED)]


@pytest.mark.parametrize("form", [as_image_rows, ImageRows])
@pytest.mark.parametrize(
    "pack",
    [
        list,
        tuple,
        pd.Series,
        lambda images: pd.Series(images).to_numpy(),
        lambda images: pd.DataFrame({"image": images}),
        lambda images: [Image.fromarray(image) for image in images],
        lambda images: [image[..., np.newaxis] for image in images],
    ],
)
def test_images_of_several_sizes_become_what_their_files_become(files, form, pack):
    with pytest.warns(
        UserWarning, match="3 sizes, from 6x10 to 12x14.*median, 8x10.*Pass image_shape= to the estimator"
    ):
        rows = form(pack(MIXED))
    with pytest.warns(UserWarning, match="median, 8x10"):
        source = FileSource(files)
    np.testing.assert_array_equal(np.asarray(rows), source.read(range(4)))
    assert rows.groups is None and rows[[2, 0]].shape == (2, 8, 10, 1)


def test_a_shape_that_is_asked_for_is_taken_without_a_word(files):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rows = as_image_rows(MIXED, image_shape=(9, 7))
        same = as_image_rows(MIXED[:2], image_shape=(9, 7))
    expected = FileSource(files, (9, 7)).read(range(4))
    np.testing.assert_array_equal(np.asarray(rows), expected)
    np.testing.assert_array_equal(np.asarray(same), expected[:2])


@pytest.mark.filterwarnings("ignore:Images have")
def test_floats_stay_in_their_range_and_differ_from_bytes_by_rounding_alone():
    floats = np.asarray(as_image_rows([image / 255 for image in MIXED]))
    assert floats.dtype == np.float64 and 0 <= floats.min() and floats.max() <= 1
    np.testing.assert_allclose(255 * floats, np.asarray(as_image_rows(MIXED)), atol=1.01)
    white = as_image_rows([np.ones((7, 5)), np.ones((9, 6))], image_shape=(13, 17))
    assert (np.asarray(white) == 1).all()


def test_colours_are_resized_channel_by_channel():
    colour = [np.stack([image, 255 - image, image // 2], axis=-1) for image in MIXED]
    rows = np.asarray(as_image_rows(colour, image_shape=(8, 10, 3)))
    for channel, of_channel in enumerate(np.moveaxis(np.array(colour, dtype=object)[0], -1, 0)):
        np.testing.assert_array_equal(rows[0, ..., channel], of_channel)
    pictures = as_image_rows([Image.fromarray(image) for image in colour], image_shape=(8, 10, 3))
    np.testing.assert_array_equal(np.asarray(pictures), rows)


@pytest.mark.parametrize("mode", ["1", "P", "L", "LA", "RGBA", "CMYK", "I;16"])
def test_pil_images_of_every_mode_are_read_as_their_files_are(mode, tmp_path):
    deep = Image.fromarray((grey((8, 10)).astype(np.uint16) << 8) + 255)
    picture = deep if mode == "I;16" else Image.fromarray(grey((8, 10, 3))).convert(mode)
    path = tmp_path / "picture.tif"
    picture.save(path)
    rows = as_image_rows([picture])
    expected = FileSource([path], (8, 10, rows.shape[3])).read([0])
    np.testing.assert_array_equal(np.asarray(rows), expected)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        ([grey((8, 10)), grey((8, 9, 3))], "of as many channels, got 1 with 1 channels and 1 with 3.*convert"),
        ([grey((8, 10)), grey((8, 9)) / 255], "all uint8 of 0..255 or all float of 0..1, got float and uint8"),
        ([grey((8, 10)).astype(int), grey((8, 9))], "must be uint8 of 0..255 or float of 0..1, got dtype int64"),
        ([255.0 * grey((8, 10)), 255.0 * grey((8, 9))], "float images must be within 0..1"),
        ([grey((3, 8, 10)), grey((3, 8, 9))], r"looks like \(n, C, H, W\): pass np.moveaxis"),
        ([np.ma.masked_equal(grey((8, 10)), grey((8, 10))[0, 0]), grey((8, 9))], "must have no masked values"),
        ([Image.new("F", (8, 8))], "it holds floating-point pixels"),
    ],
)
@pytest.mark.filterwarnings("ignore:Images have")
def test_what_makes_no_array_is_refused_whatever_the_sizes(images, message):
    with pytest.raises(ValueError, match=message):
        as_image_rows(images)


def test_other_channels_than_asked_for_are_refused():
    with pytest.raises(ValueError, match=r"asks for 3 channels, but the images have 1; pass image_shape=\(8, 8, 1\)"):
        as_image_rows(MIXED, image_shape=(8, 8, 3))
