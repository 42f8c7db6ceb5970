"""Points move as the pixels do, and a mirrored image shows the other side."""

import keras
import numpy as np

from skerosion.localization._moved_points import moved_points
from skerosion.preprocessing import Augmentation, compose, identity

SIZE = 48
MIRROR = np.array([[-1, 0, SIZE - 1, 0, 1, 0, 0, 0]], dtype=np.float32)


def spot(x, y):
    """An image with a soft spot at x and y in pixels."""
    places = np.arange(SIZE)
    off = (places - x)[None, :] ** 2 + (places - y)[:, None] ** 2
    return np.exp(-0.5 * off / 2.0**2).astype("float32")[None, ..., None]


def centre(image):
    mass = image[0, ..., 0] / image.sum()
    return mass.sum(axis=0) @ np.arange(SIZE), mass.sum(axis=1) @ np.arange(SIZE)


def target(x, y, state=1.0):
    return np.array([[[[(x + 0.5) / SIZE, (y + 0.5) / SIZE, state]]]])


def test_points_land_where_their_pixels_do():
    augmentation = Augmentation(rotation=40.0, shear=0.2, zoom=0.2, shift=0.1)
    for key in range(5):
        transforms, _ = augmentation.draw([key], (SIZE, SIZE))
        options = {"interpolation": "bilinear", "data_format": "channels_last"}
        image = keras.ops.image.affine_transform(spot(20.0, 27.0), transforms, **options)
        found = moved_points(target(20.0, 27.0), transforms, SIZE)[0]
        assert np.allclose(found[:2] * SIZE - 0.5, centre(keras.ops.convert_to_numpy(image)), atol=0.1)


def test_a_mirrored_image_shows_the_right_side_as_a_left_one():
    sides = np.concatenate([target(10.0, 20.0), target(30.0, 5.0)], axis=1)
    kept, mirrored = (moved_points(sides, each, SIZE)[0] for each in (identity(1), MIRROR))
    assert np.allclose(kept[:2] * SIZE - 0.5, [10.0, 20.0])
    assert np.allclose(mirrored[:2] * SIZE - 0.5, [SIZE - 1 - 30.0, 5.0])
    turned, _ = Augmentation(rotation=90.0).draw([3], (SIZE, SIZE))
    assert moved_points(sides, compose(MIRROR, turned), SIZE)[0, 2] == 1.0


def test_points_that_leave_the_image_are_missing_and_unknown_ones_stay_unknown():
    away = np.array([[1, 0, 30, 0, 1, 0, 0, 0]], dtype=np.float32)
    states = [moved_points(target(10.0, 10.0, state), away, SIZE)[0, 2] for state in (1.0, 0.0, -1.0)]
    assert states == [0.0, 0.0, -1.0]
