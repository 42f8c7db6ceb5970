"""Views on the host: exact moves of whole pixels, and what Keras makes of the same numbers."""

import numpy as np
import pytest

from skerosion.preprocessing import Augmentation, identity, transform_images


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (3, 9, 12, 2)).astype("uint8")


def test_identity_mirror_and_shift_move_whole_pixels(images):
    np.testing.assert_array_equal(transform_images(images, identity(1)[0]), images)
    np.testing.assert_array_equal(transform_images(images, [-1, 0, 11, 0, 1, 0, 0, 0]), images[:, :, ::-1])
    shifted = transform_images(images, [1, 0, 2, 0, 1, 0, 0, 0])
    np.testing.assert_array_equal(shifted[:, :, :-2], images[:, :, 2:])
    np.testing.assert_array_equal(shifted[:, :, -2:], np.repeat(images[:, :, -1:], 2, axis=2))


def test_exposure_is_clipped_and_the_dtype_stays(images):
    dark, bright = (
        transform_images(images, identity(1)[0], (1.0, -0.9)),
        transform_images(images, identity(1)[0], (2, 0)),
    )
    assert dark.dtype == np.uint8 and dark.max() <= 26 and bright.max() == 255
    floats = transform_images((images / 255).astype("float32"), identity(1)[0], (1.0, 0.5))
    assert floats.dtype == np.float32 and floats.max() == 1.0 and floats.min() >= 0.5


def test_it_is_what_the_network_does_in_training(images):
    keras = pytest.importorskip("keras")
    transforms, _ = Augmentation(rotation=25, shear=0.2, zoom=0.2, shift=0.1, flip=True).draw([1, 2, 3], (9, 12))
    floats = (images / 255).astype("float32")
    for transform in transforms:
        theirs = keras.ops.image.affine_transform(
            floats, np.tile(transform, (3, 1)), interpolation="bilinear", fill_mode="nearest"
        )
        ours = transform_images(floats, transform)
        np.testing.assert_allclose(ours, keras.ops.convert_to_numpy(theirs), atol=1e-4)


def test_other_shapes_are_an_error(images):
    with pytest.raises(ValueError, match=r"images must have the shape \(n, H, W, C\), got \(9, 12, 2\)"):
        transform_images(images[0], identity(1)[0])
