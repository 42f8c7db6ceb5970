"""Pixels in files: read once while there is room, in any order, in threads, and pickled by path."""

import os
import pickle
import warnings
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


def overwrite(path, value, state=None):
    """Put another image into a file, with the size and time of before where `state` is given."""
    path.write_bytes(b"")
    Image.new("L", (10, 12), value).save(path)
    if state is not None:
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


@pytest.mark.parametrize("cache", ["none", "disk"])
def test_a_file_that_changes_after_it_was_read_is_an_error(grey_files, tmp_path, cache):
    paths, _ = grey_files
    options = {"cache_mb": 0} if cache == "none" else {"cache_dir": tmp_path / "cache"}
    source = FileSource(paths, (8, 8), **options)
    source.read(range(6))
    again = pickle.loads(pickle.dumps(source))
    overwrite(paths[2], 77)
    sources = [source, again] if cache == "none" else [again]  # a cache that has read a row does not look at its file
    for changed in sources:
        with pytest.raises(ValueError, match="grey100.png' has changed since it was first read here; load the table"):
            changed.read([1, 2])
        assert changed.read([1]).max() == 50
        with pytest.raises(ValueError, match="has changed"):
            changed.digest(2)
    assert FileSource(paths, (8, 8), **options).read([2]).max() == 77
    if cache == "disk":  # another source has put other pixels where this one reads
        with pytest.raises(ValueError, match="has changed"):
            source.read([2])


def test_what_is_in_memory_stays_as_it_was_checked(grey_files):
    paths, brightness = grey_files
    source = FileSource(paths, (8, 8))
    source.read(range(6))
    overwrite(paths[2], 77)
    assert source.read(range(6))[:, 0, 0, 0].tolist() == brightness


def test_a_change_counts_by_content_and_not_by_time(grey_files):
    paths, _ = grey_files
    source = FileSource(paths, (8, 8), cache_mb=0)
    source.read([2, 3])
    paths[2].touch()
    assert source.read([2]).max() == 100
    state = paths[3].stat()
    overwrite(paths[3], 151, state)
    assert paths[3].stat().st_mtime_ns == state.st_mtime_ns
    with pytest.raises(ValueError, match="has changed"):
        source.read([3])
    overwrite(paths[3], 150)
    assert source.read([3]).max() == 150


@pytest.mark.parametrize(
    ("values", "expected"), [([4095] * 4, "12"), ([16383] * 4, "14"), ([65535, 4095] * 2, "2 of 4")]
)
def test_unused_bits_are_told_once(save, values, expected):
    paths = [save(f"{row}.png", np.full((8, 8), value, dtype="uint16")) for row, value in enumerate(values)]
    source = FileSource(paths, cache_mb=0)
    with pytest.warns(UserWarning, match=expected) as caught:
        for _ in range(2):
            for rows in ([0, 1], [2, 3]):
                source.read(rows)
    assert len(caught) == 1
    for quiet in (FileSource(paths, bits=16), pickle.loads(pickle.dumps(source))):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            quiet.read(range(4))


def test_files_of_eight_bits_that_are_nearly_black_are_told_once(save):
    paths = [save(f"{row}.png", np.full((8, 8), row, dtype="uint8")) for row in range(4)]
    source = FileSource(paths)
    with pytest.warns(
        UserWarning, match="No image of 8 bits .3 in all that are not black. has a value above 3"
    ) as told:
        source.read([0, 1])
        source.read(range(4))
    assert len(told) == 1
    bright = save("bright.png", np.full((8, 8), 16, dtype="uint8"))
    for quiet in (FileSource(paths, bits=8), FileSource([*paths, bright])):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            quiet.read(range(4))
            quiet.read(range(len(quiet.paths)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_shape": 8193}, "image_shape must ask for 67,108,864 pixels per image at most .*, got 8193x8193"),
        ({"image_shape": (1, 10**9)}, "at most"),
        ({"image_shape": (3, 64, 64)}, "1 .grey. or 3 .colour. channels, got"),
        ({"image_shape": (8, 8, 2)}, "1 .grey. or 3 .colour. channels, got"),
        ({"image_shape": 0}, "image_shape must be a positive integer"),
        ({"bits": 17}, "bits must be an integer of at least 1 and at most 16, got 17"),
        ({"bits": True}, "bits must be an integer of at least 1 and at most 16, got True"),
        ({"cache_mb": float("nan")}, "cache_mb must be a finite number of at least 0, got nan"),
        ({"cache_mb": -1}, "cache_mb must be a finite number of at least 0, got -1"),
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
