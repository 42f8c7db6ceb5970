"""Measures of images: of both kinds of pixels, and which images are negatives of the others."""

import numpy as np
import pytest

from skerosion.datasets import ImageRows
from skerosion.experiments._image_facts import measure_images

pytestmark = pytest.mark.once


@pytest.fixture
def joints():
    """Forty images of one pattern under noise, as bytes."""
    noise = np.random.default_rng(0).normal(0, 12, (40, 24, 20))
    return np.clip(np.linspace(40, 200, 20) + noise, 0, 255).astype(np.uint8)


def test_measures_are_those_of_the_pixels_between_black_and_white(joints):
    found, pixels = measure_images(ImageRows(joints)), joints.reshape(40, -1) / 255
    assert found["mean"].to_numpy() == pytest.approx(pixels.mean(axis=1), abs=1e-5)
    assert found["spread"].to_numpy() == pytest.approx(pixels.std(axis=1), abs=1e-5)
    assert found["bright"].to_numpy() == pytest.approx(np.quantile(pixels, 0.95, axis=1), abs=1e-5)
    assert found["largest"].to_numpy() == pytest.approx(pixels.max(axis=1), abs=1e-6)
    assert measure_images(ImageRows((joints / 255).astype(np.float32))).to_numpy() == pytest.approx(
        found.to_numpy(), abs=1e-4
    )


@pytest.mark.parametrize("swapped", [0, 1, 19])
def test_negatives_are_unlike_the_others(joints, swapped):
    joints[:swapped] = 255 - joints[:swapped]
    assert list(np.flatnonzero(measure_images(ImageRows(joints))["likeness"] < -0.7)) == list(range(swapped))


def test_images_without_a_pattern_are_like_nothing():
    flat = measure_images(ImageRows(np.full((3, 16, 16), 70, np.uint8)))
    assert (flat["likeness"] == 0).all() and (flat["spread"] < 1e-6).all()
    noise = np.random.default_rng(0).integers(0, 255, (60, 16, 16), dtype=np.uint8)
    assert measure_images(ImageRows(noise))["likeness"].abs().median() < 0.3
