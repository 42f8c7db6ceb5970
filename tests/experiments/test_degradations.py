"""Changes of images: what each does to pixels, on every kind of pixels that an estimator takes."""

import io

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from skerosion.experiments import DEGRADATIONS

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 24, 16, 1)).astype(np.uint8)
SMOOTH = ndimage.gaussian_filter(np.random.default_rng(1).random((24, 24)), 3).reshape(1, 24, 24, 1)
SMOOTH = ((SMOOTH - SMOOTH.min()) / np.ptp(SMOOTH)).astype(np.float32)


@pytest.mark.parametrize("name", DEGRADATIONS)
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_each_keeps_shape_and_dtype_and_takes_every_channel_alike(name, dtype):
    images = IMAGES if dtype == "uint8" else (IMAGES / 255).astype(dtype)
    changed = DEGRADATIONS[name](np.repeat(images, 3, axis=-1))
    assert changed.shape == (3, 24, 16, 3) and changed.dtype == dtype
    assert changed.min() >= 0 and changed.max() <= (255 if dtype == "uint8" else 1)
    np.testing.assert_array_equal(changed, np.repeat(DEGRADATIONS[name](images), 3, axis=-1))
    np.testing.assert_array_equal(changed[1:2], DEGRADATIONS[name](np.repeat(images, 3, axis=-1)[1:2]))


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_pixels_of_8_bits_and_of_floats_change_alike(name):
    floats = DEGRADATIONS[name]((IMAGES / 255).astype(np.float64)) * 255
    np.testing.assert_allclose(DEGRADATIONS[name](IMAGES), floats, atol=1.01)


def test_grey_values_follow_their_formulas():
    values = IMAGES.astype(float)
    for factor in (0.7, 1.3):
        expected = np.minimum(factor * values, 255)
        np.testing.assert_allclose(DEGRADATIONS[f"exposure x {factor}"](IMAGES), expected, atol=0.5001)
    np.testing.assert_array_equal(DEGRADATIONS["polarity inverted"](IMAGES), 255 - values)


def test_turns_are_those_of_scipy():
    turned = DEGRADATIONS["turned by 5 degrees"](SMOOTH)[0, ..., 0]
    reference = ndimage.rotate(SMOOTH[0, ..., 0], 5, reshape=False, order=1, mode="nearest")
    np.testing.assert_allclose(turned, reference, atol=1e-6)


def test_a_shift_moves_what_was_there():
    shifted = DEGRADATIONS["shifted by 4 % of the side"](SMOOTH)  # by one pixel of 24
    np.testing.assert_array_equal(shifted[:, 1:, 1:], SMOOTH[:, :-1, :-1])


def test_half_the_resolution_knows_means_of_four_pixels_alone():
    rearranged = IMAGES.astype(float).reshape(3, 12, 2, 8, 2, 1)[:, :, ::-1, :, ::-1].reshape(IMAGES.shape)
    halved = DEGRADATIONS["half the resolution"]
    np.testing.assert_array_equal(halved(rearranged.astype(np.uint8)), halved(IMAGES))
    assert not (halved(IMAGES) == IMAGES).all()


def test_jpeg_is_that_of_pillow():
    file = io.BytesIO()
    Image.fromarray(IMAGES[0, ..., 0]).save(file, "JPEG", quality=30)
    np.testing.assert_array_equal(DEGRADATIONS["JPEG of quality 30"](IMAGES)[0, ..., 0], np.asarray(Image.open(file)))
