"""Pixels in memory: left where they are, checked without copies, read in their own dtype."""

import tracemalloc
import warnings

import numpy as np
import pytest

from skerosion.datasets import ArraySource, FeatureSource, ImageRows, as_image_rows
from skerosion.datasets._sources import _CHECK_BYTES

BYTES = np.arange(5 * 4 * 3 * 2, dtype=np.uint8).reshape(5, 4, 3, 2)


@pytest.mark.parametrize("images", [BYTES, BYTES[..., 0], BYTES[..., :1], BYTES[:, ::2], BYTES / np.float32(255)])
def test_images_are_neither_copied_nor_converted(images):
    source = ArraySource(images)
    assert np.shares_memory(source.array, images) and source.dtype == images.dtype
    assert source.shape == (images.shape if images.ndim == 4 else (*images.shape, 1))
    read = source.read([3, 0, 3])
    assert read.dtype == images.dtype and not np.shares_memory(read, images)
    np.testing.assert_array_equal(read.reshape(images[[3, 0, 3]].shape), images[[3, 0, 3]])


def test_reading_a_view_that_is_not_contiguous_copies_only_what_is_read():
    images = np.zeros((400, 64, 64, 3), dtype=np.uint8)[..., :1]
    source = ArraySource(images)
    tracemalloc.start()
    source.read([7, 8])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000, f"{peak} bytes"


def test_value_range_follows_the_dtype():
    assert ArraySource(BYTES).value_range == (0, 255)
    assert ArraySource(BYTES / 255.0).value_range == (0.0, 1.0)
    assert FeatureSource([[1.0]]).value_range is None


@pytest.mark.parametrize("value", [-0.001, 1.001, 255.0, np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_one_float_pixel_outside_0_to_1_is_found(value, dtype):
    images = np.full((6, 8, 8), 0.5, dtype=dtype)
    images[4, 3, 2] = value
    with pytest.raises(ValueError, match="float images must be within 0..1, got values from .* in rows 0 to 5"):
        ArraySource(images)


def test_float_images_are_checked_in_chunks_without_temporaries():
    images = np.full((3 * _CHECK_BYTES // (64 * 64 * 4), 64, 64), 0.5, dtype=np.float32)
    tracemalloc.start()
    ArraySource(images)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**20, f"{peak} bytes"
    images[-1, -1, -1] = 2
    with pytest.raises(ValueError, match=f"in rows 4096 to {len(images) - 1}"):
        ArraySource(images)


@pytest.mark.parametrize("dtype", ["int64", "uint16", "int8", "bool", "complex64"])
def test_other_dtypes_are_refused_with_the_way_to_convert(dtype):
    with pytest.raises(ValueError, match=rf"got dtype {dtype}. Convert them: X.astype\('uint8'\)"):
        ArraySource(np.zeros((2, 4, 4), dtype=dtype))


@pytest.mark.parametrize("shape", [(4,), (4, 4), (1, 2, 3, 4, 5)])
def test_other_dimensions_are_refused(shape):
    with pytest.raises(ValueError, match="must have the shape"):
        ArraySource(np.zeros(shape, dtype="uint8"))


def test_images_without_pixels_are_refused():
    with pytest.raises(ValueError, match="at least one pixel"):
        ArraySource(np.zeros((3, 0, 4), dtype="uint8"))


def test_features_become_float32_and_stay_where_they_are_if_they_are():
    features = np.eye(3, dtype=np.float32)
    assert np.shares_memory(FeatureSource(features).array, features)
    source = FeatureSource([[1, 2], [3, 4]])
    assert source.dtype == np.float32 and source.read([1, 1]).tolist() == [[3, 4], [3, 4]]


@pytest.mark.parametrize(("features", "message"), [([[np.nan]], "NaN"), ([[np.inf]], "infinity"), ([1.0], "1D array")])
def test_features_are_refused_in_the_words_of_scikit_learn(features, message):
    with pytest.raises(ValueError, match=message):
        FeatureSource(features)


def channels_first(*shape):
    return np.zeros(shape, dtype="uint8")


@pytest.mark.parametrize("array", [channels_first(9, channels, 16, 20) for channels in (1, 2, 3, 4)])
@pytest.mark.parametrize("form", [ArraySource, ImageRows, as_image_rows])
def test_channels_that_come_first_are_refused(array, form):
    with pytest.raises(ValueError, match=r"channels last, got \(9, ., 16, 20\).*pass np.moveaxis\(X, 1, -1\)"):
        form(array)
    assert form(np.moveaxis(array, 1, -1)).shape == (9, 16, 20, array.shape[1])


def test_channels_that_come_first_are_refused_in_every_storage(tmp_path):
    np.save(tmp_path / "images.npy", channels_first(4, 3, 16, 16))
    for X, image_shape in (
        (np.load(tmp_path / "images.npy", mmap_mode="r"), None),
        (np.zeros((4, 3, 16, 16), dtype="float32"), None),
        (list(channels_first(4, 3, 16, 16)), None),
        (channels_first(4, 768), (3, 16, 16)),
    ):
        with pytest.raises(ValueError, match="np.moveaxis"):
            as_image_rows(X, image_shape=image_shape)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_one_image_alone_is_refused(channels):
    image = channels_first(16, 20, channels)
    with pytest.raises(ValueError, match=r"looks like one image \(H, W, C\): pass X\[np.newaxis\]"):
        as_image_rows(image)
    assert as_image_rows(image[np.newaxis]).shape == (1, 16, 20, channels)
    assert as_image_rows(image[..., np.newaxis]).shape == (16, 20, channels, 1)


@pytest.mark.parametrize("shape", [(9, 3, 4, 3), (9, 16, 16, 12), (9, 16, 3, 3), (3, 16, 16), (1, 16, 16), (4, 5, 6)])
def test_what_may_be_meant_passes(shape):
    assert ArraySource(channels_first(*shape)).shape[:3] == shape[:3]


@pytest.mark.parametrize(("white", "warns"), [(1, True), (15, True), (16, False), (255, False), (0, False)])
def test_uint8_images_that_are_nearly_black_are_told(white, warns):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ArraySource(np.linspace(0, white, 256).astype(np.uint8).reshape(1, 16, 16))
    assert [f"no value above {white} and are nearly black" in str(warning.message) for warning in caught] == [
        True
    ] * warns


@pytest.mark.parametrize(("divisor", "warns"), [(65535, True), (10**6, True), (4095, False), (16383, False)])
def test_float_images_that_were_divided_by_too_much_are_told(divisor, warns):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ArraySource(np.linspace(0, 4095, 256).reshape(1, 16, 16) / divisor)
        ArraySource(np.zeros((2, 16, 16)))
    assert ["nearly black: divide them by the value of white" in str(warning.message) for warning in caught] == [
        True
    ] * warns
