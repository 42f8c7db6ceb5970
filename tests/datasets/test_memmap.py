"""Memory maps pickle by file name, whatever view of them is at hand."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.datasets import ArraySource, ImageRows
from skerosion.datasets._memmap import describe_memmap, open_memmap


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A memory map of 20 images that starts 16 bytes into its file."""
    path = tmp_path_factory.mktemp("memmap") / "images.raw"
    array = np.memmap(path, dtype="uint8", mode="w+", offset=16, shape=(20, 6, 5))
    array[:] = np.random.default_rng(0).integers(0, 256, array.shape)
    array.flush()
    return np.memmap(path, dtype="uint8", mode="r", offset=16, shape=(20, 6, 5))


@given(st.data())
def test_any_slice_is_found_again_in_its_file(saved, data):
    view = saved[tuple(data.draw(st.slices(length)) for length in saved.shape)]
    again = open_memmap(**describe_memmap(view))
    assert again.dtype == view.dtype and not (again.size and again.flags.writeable)
    np.testing.assert_array_equal(again, view)


@pytest.mark.parametrize(
    "view",
    [
        lambda array: array[..., np.newaxis],
        lambda array: array.reshape(20, 30),
        lambda array: array.transpose(0, 2, 1),
        lambda array: np.asarray(array)[5:],
        lambda array: array[::-3],
    ],
)
def test_a_reshaped_view_is_found_too(saved, view):
    np.testing.assert_array_equal(open_memmap(**describe_memmap(view(saved))), view(saved))


def test_rows_of_a_memory_map_pickle_without_pixels(saved):
    rows = ImageRows(saved[2:])[[5, 0]]
    content = pickle.dumps(rows)
    assert len(content) < 2000 and b"images.raw" in content
    np.testing.assert_array_equal(np.asarray(pickle.loads(content)), np.asarray(rows))
    assert "memory map" in repr(rows.source)


def test_a_npy_file_opened_by_numpy_works(tmp_path):
    images = np.random.default_rng(1).uniform(size=(5, 4, 4)).astype("float32")
    np.save(tmp_path / "images.npy", images)
    source = ArraySource(np.load(tmp_path / "images.npy", mmap_mode="r"))
    content = pickle.dumps(source)
    assert b"images.npy" in content
    np.testing.assert_array_equal(pickle.loads(content).read([3, 1])[..., 0], images[[3, 1]])


def test_private_changes_and_plain_arrays_pickle_by_value(saved):
    private = np.memmap(saved.filename, dtype="uint8", mode="c", offset=16, shape=(20, 6, 5))
    private[0] = 255 - saved[0]
    assert describe_memmap(private) is None and describe_memmap(np.zeros(3)) is None
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(ArraySource(private))).read([0])[0, ..., 0], private[0])
