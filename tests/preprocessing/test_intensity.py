"""Contrast stretch and histogram equalisation: closed forms, order, and images that have nothing to give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageOps

from skerosion.preprocessing import equalize_histogram, stretch_contrast

FUNCTIONS = [stretch_contrast, equalize_histogram]
pixels = arrays(np.uint8, (2, 5, 6))


@given(pixels)
def test_a_stretch_is_the_linear_map_to_the_whole_range(images):
    for image, stretched in zip(images, stretch_contrast(images), strict=True):
        low, high = int(image.min()), int(image.max())
        if low == high:
            np.testing.assert_array_equal(stretched, image)
        else:
            np.testing.assert_allclose(stretched, (image.astype(float) - low) / (high - low) * 255, atol=0.501)
            assert stretched.min() == 0 and stretched.max() == 255


@given(pixels)
def test_an_equalisation_is_the_share_of_pixels_that_are_not_lighter(images):
    for image, equalized in zip(images, equalize_histogram(images), strict=True):
        share = (image.ravel() <= image.reshape(-1, 1)).mean(axis=1).reshape(image.shape)
        if share.min() == 1:
            np.testing.assert_array_equal(equalized, image)
        else:
            expected = (share - share.min()) / (1 - share.min()) * 255
            np.testing.assert_allclose(equalized, expected, atol=0.501)


def test_equalisation_agrees_with_pillow():
    """Pillow counts in whole steps, of some 250 pixels here, and puts a value in the middle of its share."""
    image = np.random.default_rng(0).normal(90, 25, (255, 255)).clip(0, 255).astype("uint8")
    expected = np.asarray(ImageOps.equalize(Image.fromarray(image)))
    difference = equalize_histogram(image[None])[0].astype(int) - expected
    assert np.abs(difference).max() <= 5


def test_equalised_values_are_spread_evenly_and_stretched_ones_are_not():
    """The correction: the thesis names the second after the first."""
    image = np.random.default_rng(0).beta(2, 8, (1, 100, 100))
    quartiles = [0.25, 0.5, 0.75]
    np.testing.assert_allclose(np.quantile(equalize_histogram(image), quartiles), quartiles, atol=0.01)
    stretched = stretch_contrast(image)
    np.testing.assert_allclose(stretched, (image - image.min()) / np.ptp(image), atol=1e-6)
    assert np.quantile(stretched, 0.5) < 0.3


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_constant_images_stay_and_dtype_and_shape_too(function, dtype):
    white = 255 if dtype == "uint8" else 1
    images = np.stack([np.full((4, 5, 3), level * white) for level in (0, 0.2, 1)]).astype(dtype)
    changed = function(images)
    assert changed.dtype == images.dtype
    np.testing.assert_array_equal(changed, images)
    assert function(images[:0]).shape == (0, 4, 5, 3)


@given(pixels)
def test_order_is_kept(images):
    for function in FUNCTIONS:
        changed = function(images)
        for before, after in zip(images.reshape(2, -1), changed.reshape(2, -1), strict=True):
            assert (np.diff(after[np.argsort(before, kind="stable")].astype(int)) >= 0).all()


def test_saturation_ignores_a_few_odd_pixels():
    image = np.linspace(100, 150, 400).reshape(1, 20, 20).astype("uint8")
    image[0, 0, 0], image[0, -1, -1] = 0, 255
    assert np.ptp(stretch_contrast(image)[0, 5:15]) < 60
    assert np.ptp(stretch_contrast(image, saturated=0.01)[0, 5:15]) > 120


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((3, 64), "uint8"), "unfold flattened"),
        (np.array([["a.png"]]), "as_image_rows"),
        (np.zeros((1, 4, 4), int), "divide by 255"),
        (np.full((1, 4, 4), 2.0), "within 0..1"),
        (np.full((1, 4, 4), np.nan), "within 0..1"),
    ],
)
def test_what_is_no_image_is_refused(function, images, message):
    with pytest.raises(ValueError, match=message):
        function(images)


@pytest.mark.parametrize("saturated", [-0.1, 0.5, 2])
def test_wrong_shares_are_named(saturated):
    with pytest.raises(ValueError, match="saturated"):
        stretch_contrast(np.zeros((1, 2, 2), "uint8"), saturated)
