"""Pixels in files: read once while there is room, in any order, in threads, and pickled by path."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from skerosion.datasets import FileSource, ImageRows
from skerosion.datasets import _files as files


@pytest.fixture
def reads(monkeypatch):
    """The paths that are read from disk, in order."""
    paths = []

    def counted(path, *arguments):
        paths.append(path)
        return original(path, *arguments)

    original = files.read_bytes
    monkeypatch.setattr(files, "read_bytes", counted)
    return paths


def test_the_first_file_gives_the_size_and_all_are_grey(grey_files):
    paths, brightness = grey_files
    source = FileSource(paths)
    assert source.shape == (6, 12, 10, 1) and source.dtype == np.uint8 and source.value_range == (0, 255)
    assert source.read(range(6))[:, 0, 0, 0].tolist() == brightness


@given(st.lists(st.integers(0, 4), max_size=12))
def test_rows_come_in_the_order_asked_for(tmp_path_factory, order):
    folder = tmp_path_factory.mktemp("files")
    paths = []
    for value in range(5):
        paths.append(folder / f"{value}.png")
        Image.new("L", (8, 8), value * 50).save(paths[-1])
    read = FileSource(paths, 4, cache_mb=32 / 2**20).read(order)
    assert read.shape == (len(order), 4, 4, 1)
    assert read[:, 2, 2, 0].tolist() == [50 * value for value in order]


def test_each_file_is_read_once_while_there_is_room(grey_files, reads):
    paths, brightness = grey_files
    source = FileSource(paths, (8, 8))
    for _ in range(3):
        assert source.read([5, 0, 5])[:, 0, 0, 0].tolist() == [255, 0, 255]
    assert sorted(reads) == sorted(map(str, [paths[0], paths[5]]))


@pytest.mark.parametrize(("images", "expected"), [(0, 12), (4, 8), (6, 6)])
def test_the_cache_is_bounded(grey_files, reads, images, expected):
    source = FileSource(grey_files[0], (8, 8), cache_mb=images * 64 / 2**20)
    first, second = source.read(range(6)), source.read(range(6))
    np.testing.assert_array_equal(first, second)
    assert len(reads) == expected


def test_a_cached_image_cannot_be_changed_from_outside(grey_files):
    source = FileSource(grey_files[0], (8, 8))
    source.read([1])[:] = 7
    assert (source.read([1]) == 50).all()


def test_many_threads_read_the_same_pixels(grey_files):
    paths, brightness = grey_files
    source = FileSource(paths * 20, (8, 8), cache_mb=40 * 64 / 2**20)
    orders = [np.random.default_rng(seed).permutation(120) for seed in range(16)]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(source.read, orders))
    for order, result in zip(orders, results, strict=True):
        assert result[:, 3, 3, 0].tolist() == [brightness[row % 6] for row in order]


def test_a_pickle_holds_paths_and_no_pixels(grey_files):
    paths, brightness = grey_files
    rows = ImageRows(FileSource(paths, (64, 64)))
    pixels = np.asarray(rows)
    content = pickle.dumps(rows)
    assert len(content) < 3000
    again = pickle.loads(content)
    np.testing.assert_array_equal(np.asarray(again), pixels)
    assert again.paths.tolist() == list(map(str, paths)) and again[[2]].paths.tolist() == [str(paths[2])]


def test_a_file_that_vanished_is_named(grey_files):
    paths, _ = grey_files
    source = FileSource(paths, (8, 8))
    paths[3].unlink()
    with pytest.raises(FileNotFoundError, match="grey150.png"):
        source.read(range(6))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_shape": (8, 8, 2)}, "1 .grey. or 3 .colour. channels, got"),
        ({"image_shape": 0}, "image_shape must be a positive integer"),
        ({"bits": 17}, "bits == 17, must be <= 16"),
        ({"cache_mb": -1}, "cache_mb == -1, must be >= 0"),
    ],
)
def test_parameters_are_checked(grey_files, arguments, message):
    with pytest.raises(ValueError, match=message):
        FileSource(grey_files[0], **arguments)


def test_no_paths_are_refused():
    with pytest.raises(ValueError, match="must name at least one image, got none"):
        FileSource([])


def test_repr_shows_the_shape(grey_files):
    assert repr(FileSource(grey_files[0], 8)) == "FileSource(6x8x8x1)"
