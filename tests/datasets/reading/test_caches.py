"""Decoded pixels on a disk: those of the files, shared by processes, never older than the files nor half written."""

import multiprocessing
import os
import pickle
import resource
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from skerosion.datasets import FileSource, ImageRows, as_image_rows, load_image_table
from skerosion.datasets import _files as files
from skerosion.datasets.reading import _caches as caches


@pytest.fixture
def reads(monkeypatch):
    """The image files that are read, in order."""
    paths = []

    def counted(path):
        paths.append(path)
        return original(path)

    original = files.read_bytes
    monkeypatch.setattr(files, "read_bytes", counted)
    return paths


@pytest.fixture
def paths(save):
    """Twelve JPEGs of noise, so that no two rows look alike and a shifted pixel shows."""
    rng = np.random.default_rng(0)
    return [save(f"noise{row}.jpg", rng.integers(0, 256, (20, 24), dtype="uint8"), kind="JPEG") for row in range(12)]


@pytest.fixture
def cache_dir(tmp_path):
    return tmp_path / "cache"


def open_files(paths, cache_dir, image_shape=(16, 12), **options):
    return FileSource(paths, image_shape, cache_dir=cache_dir, **options)


def read_all(source):
    return source.read(np.arange(source.shape[0]))


def cache_file(cache_dir, name):
    (path,) = cache_dir.glob(f"*/{name}")
    return path


@pytest.mark.parametrize("image_shape", [(16, 12), (16, 12, 3), (20, 24)])
def test_pixels_are_those_without_a_cache(paths, cache_dir, image_shape, reads):
    expected = read_all(FileSource(paths, image_shape, cache_mb=0))
    reads.clear()
    source = open_files(paths, cache_dir, image_shape)
    np.testing.assert_array_equal(read_all(source), expected)
    assert len(reads) == len(paths)
    for again in (source, open_files(paths, cache_dir, image_shape)):
        np.testing.assert_array_equal(read_all(again), expected)
        np.testing.assert_array_equal(again.read([7, 0, 7, 3, 0]), expected[[7, 0, 7, 3, 0]])
        assert again.read([]).shape == (0, *expected.shape[1:])
    assert len(reads) == len(paths)


def test_another_source_decodes_only_what_is_missing(paths, cache_dir, reads):
    open_files(paths, cache_dir).read([3, 4])
    reads.clear()
    open_files(paths, cache_dir).read([5, 4, 3])
    assert reads == [str(paths[5])]


def test_other_files_sizes_and_bits_have_folders_of_their_own(paths, cache_dir):
    read_all(open_files(paths, cache_dir))
    read_all(open_files(paths[::-1], cache_dir))
    read_all(open_files(paths, cache_dir, (12, 16)))
    read_all(open_files(paths, cache_dir, bits=12))
    assert len(list(cache_dir.iterdir())) == 4
    assert {path.stat().st_size for path in cache_dir.glob("*/pixels")} == {12 * 16 * 12}


@pytest.mark.parametrize("same", ["size", "mtime"])
def test_a_changed_file_is_decoded_again(paths, cache_dir, save, same, reads):
    read_all(open_files(paths, cache_dir))
    before = paths[2].stat()
    if same == "size":
        save("noise2.jpg", np.full((20, 24), 9, dtype="uint8"), kind="JPEG")
        content = paths[2].read_bytes()
        paths[2].write_bytes(content + bytes(before.st_size - len(content)))
        os.utime(paths[2], ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000))
    else:
        save("noise2.jpg", np.full((20, 24), 9, dtype="uint8"), kind="JPEG")
        os.utime(paths[2], ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (paths[2].stat().st_size == before.st_size) == (same == "size")
    reads.clear()
    again = open_files(paths, cache_dir)
    assert np.abs(again.read([1, 2])[1].astype(int) - 9).max() <= 1
    assert reads == [str(paths[2])]
    reads.clear()
    assert np.abs(open_files(paths, cache_dir).read([2]).astype(int) - 9).max() <= 1 and not reads


def test_a_file_that_changes_while_it_is_read_is_not_believed(paths, cache_dir, monkeypatch, save):
    def changed_after(path):
        content = original(path)
        save("noise2.jpg", np.full((20, 24), 9, dtype="uint8"), kind="JPEG")
        return content

    original = files.read_bytes
    monkeypatch.setattr(files, "read_bytes", changed_after)
    open_files(paths, cache_dir).read([2])
    monkeypatch.undo()
    assert np.abs(open_files(paths, cache_dir).read([2]).astype(int) - 9).max() <= 1


def test_a_file_that_vanished_is_named(paths, cache_dir):
    read_all(open_files(paths, cache_dir))
    paths[3].unlink()
    with pytest.raises(FileNotFoundError, match="noise3.jpg"):
        read_all(open_files(paths, cache_dir))


def test_a_pickle_opens_the_same_cache(paths, cache_dir, reads, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    rows = ImageRows(open_files(paths, "cache"))
    expected = np.asarray(rows)
    content = pickle.dumps(rows[:4])
    assert len(content) < 4000
    reads.clear()
    monkeypatch.chdir("/")
    np.testing.assert_array_equal(np.asarray(pickle.loads(content)), expected[:4])
    assert not reads and len(list(cache_dir.iterdir())) == 1


def _fill(paths, cache_dir, barrier, order):
    source = open_files(paths, cache_dir)
    barrier.wait(timeout=60)
    for row in order:
        source.read([row])


@pytest.mark.slow
def test_two_processes_write_at_once(paths, cache_dir, reads):
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    orders = [list(range(12)), [*range(5, 12), *range(5)]]
    writers = [context.Process(target=_fill, args=(paths, cache_dir, barrier, order)) for order in orders]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=120)
        assert writer.exitcode == 0
    np.testing.assert_array_equal(
        read_all(open_files(paths, cache_dir)), read_all(FileSource(paths, (16, 12), cache_mb=0))
    )
    assert len(reads) == 12  # of the source without a cache


@pytest.mark.slow
def test_a_writer_that_is_killed_before_the_mark_leaves_no_row(paths, cache_dir, reads):
    script = (
        "import os, signal, sys\n"
        "from skerosion.datasets import FileSource\n"
        "from skerosion.datasets.reading import _caches\n"
        "_caches.zlib.crc32 = lambda image: os.kill(os.getpid(), signal.SIGKILL)\n"
        "FileSource(sys.argv[2:], (16, 12), cache_dir=sys.argv[1]).read([4])\n"
    )
    command = [sys.executable, "-c", script, str(cache_dir), *map(str, paths)]
    assert subprocess.run(command, timeout=120, check=False).returncode == -9
    assert cache_file(cache_dir, "pixels").read_bytes().strip(b"\0")  # the pixels were there
    assert not cache_file(cache_dir, "marks").read_bytes().strip(b"\0")
    expected = read_all(FileSource(paths, (16, 12), cache_mb=0))
    reads.clear()
    np.testing.assert_array_equal(open_files(paths, cache_dir).read([4]), expected[[4]])
    assert reads == [str(paths[4])]


@pytest.mark.parametrize("damage", [b"\0" * 40, b""])
def test_pixels_that_a_power_cut_lost_are_decoded_again(paths, cache_dir, reads, damage):
    expected = read_all(open_files(paths, cache_dir))
    pixels = cache_file(cache_dir, "pixels")
    content = pixels.read_bytes()
    # Zeros in the middle of row 6, or the end of the file cut off within row 6.
    start = 6 * 16 * 12 + 30
    pixels.write_bytes(content[:start] + damage + content[start + len(damage) :] if damage else content[:start])
    reads.clear()
    np.testing.assert_array_equal(read_all(open_files(paths, cache_dir)), expected)
    assert str(paths[6]) in reads and str(paths[5]) not in reads
    reads.clear()
    np.testing.assert_array_equal(read_all(open_files(paths, cache_dir)), expected)
    assert not reads


def test_marks_that_are_noise_are_not_believed(paths, cache_dir):
    expected = read_all(open_files(paths, cache_dir))
    marks = cache_file(cache_dir, "marks")
    marks.write_bytes(np.random.default_rng(0).bytes(marks.stat().st_size))
    np.testing.assert_array_equal(read_all(open_files(paths, cache_dir)), expected)


def test_pixels_that_change_under_a_reader_are_decoded_again(paths, cache_dir, reads):
    source = open_files(paths, cache_dir)
    expected = read_all(source)
    pixels = cache_file(cache_dir, "pixels")
    content = bytearray(pixels.read_bytes())
    content[4 * 16 * 12 + 7] ^= 1
    pixels.write_bytes(content)
    reads.clear()
    np.testing.assert_array_equal(read_all(source), expected)
    assert reads == [str(paths[4])]


def test_a_table_that_was_checked_is_not_read_again(paths, cache_dir, reads, save, tmp_path):
    save("noise5.jpg", Image.open(paths[4]), kind="JPEG", quality="keep")
    paths[7].write_bytes(paths[6].read_bytes())
    table = tmp_path / "labels.csv"
    table.write_text("path,grade\n" + "".join(f"{path.name},{row % 3}\n" for row, path in enumerate(paths)))

    def load():
        with pytest.warns(UserWarning, match="duplicate image"):
            return load_image_table(table, image="path", target="grade", on_problem="report", cache_dir=cache_dir)

    first, first_reads = load(), list(reads)
    reads.clear()
    second = load()
    assert not reads and len(first_reads) == 12
    assert second.message == first.message and second.excluded.equals(first.excluded)
    np.testing.assert_array_equal(np.asarray(second.X), np.asarray(first.X))


def test_the_room_is_taken_at_once(paths, cache_dir):
    open_files(paths, cache_dir, (400, 400))
    assert cache_file(cache_dir, "pixels").stat().st_blocks * 512 >= 12 * 400 * 400


GROWTH = """
import sys
import numpy as np
from skerosion.datasets import FileSource

def read_twice(source):
    for start in [*range(0, source.shape[0], 4)] * 2:
        source.read(np.arange(start, start + 4))

def peak():  # ru_maxrss would start at the size of the process that started this one
    status = open("/proc/self/status").read()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024

source = FileSource(sys.argv[3:] * 25, (400, 400), cache_mb=float(sys.argv[2]), cache_dir=sys.argv[1] or None)
source.read(np.arange(16))
before = peak()
read_twice(source)
print(peak() - before)
"""


def growth_in_megabytes(paths, cache_dir, cache_mb):
    command = [sys.executable, "-c", GROWTH, str(cache_dir), str(cache_mb), *map(str, paths)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory from /proc")
def test_reading_everything_twice_takes_no_more_memory_than_the_bound(paths, cache_dir):
    # 300 images of 400x400 are 46 MB decoded.
    assert growth_in_megabytes(paths, cache_dir, 100) < 8
    assert growth_in_megabytes(paths, "", 2) < 8
    assert growth_in_megabytes(paths, "", 100) > 35  # it is measured


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_refused(paths, tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o555)
    with pytest.raises(PermissionError, match="cache_dir must be a folder that can be written.*locked"):
        open_files(paths, folder)


def test_a_read_only_disk_is_refused(paths, cache_dir, monkeypatch):
    def refuse(path, *arguments, **options):
        raise OSError(caches.errno.EROFS, "Read-only file system", path)

    monkeypatch.setattr(caches.os, "open", refuse)
    with pytest.raises(OSError, match="cache_dir must be a folder that can be written.*cache.*Read-only file system"):
        open_files(paths, cache_dir)


def test_a_file_as_cache_dir_is_refused(paths):
    with pytest.raises(OSError, match="cache_dir must be a folder that can be written.*noise0.jpg"):
        open_files(paths, paths[0])


def test_a_disk_without_room_is_refused(paths, cache_dir, monkeypatch):
    monkeypatch.setattr(caches.shutil, "disk_usage", lambda path: caches.shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(OSError, match="room for 12 images of 1600x1600x1.*has 0 MB left and 29 MB are needed"):
        open_files(paths, cache_dir, 1600)


def test_room_that_cannot_be_reserved_is_refused(paths, cache_dir):
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        with pytest.raises(OSError, match="cache_dir must be a folder.*File too large.*Name another folder"):
            open_files(paths, cache_dir, 1600)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def test_a_disk_that_cannot_reserve_still_works(paths, cache_dir, monkeypatch):
    def cannot(descriptor, offset, size):
        raise OSError(caches.errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(caches.os, "posix_fallocate", cannot)
    expected = read_all(FileSource(paths, (16, 12), cache_mb=0))
    for _ in range(2):
        np.testing.assert_array_equal(read_all(open_files(paths, cache_dir)), expected)


def test_a_disk_that_fills_up_is_named(paths, cache_dir, monkeypatch):
    source = open_files(paths, cache_dir)
    monkeypatch.setattr(caches.os, "pwrite", lambda descriptor, content, offset: 3)
    with pytest.raises(OSError, match="cannot write to the cache_dir .*the disk is full"):
        source.read([0])


def test_descriptors_are_given_back(paths, cache_dir):
    def count():
        return len(os.listdir("/proc/self/fd"))

    read_all(open_files(paths, cache_dir))
    before = count()
    for _ in range(20):
        read_all(open_files(paths, cache_dir))
    assert count() <= before + 2


def test_columns_of_paths_take_a_cache_at_the_door(paths, cache_dir, reads):
    column = np.array(list(map(str, paths)))[:, np.newaxis]
    for expected in (12, 12):
        rows = as_image_rows(column, image_shape=(16, 12), cache_dir=cache_dir)
        assert np.asarray(rows).shape == (12, 16, 12, 1) and len(reads) == expected
    with pytest.raises(ValueError, match="cache_dir must be None where X holds no file paths"):
        as_image_rows(np.zeros((2, 4, 4), dtype="uint8"), cache_dir=cache_dir)
    with pytest.raises(ValueError, match="cache_dir must be None where X holds no file paths"):
        as_image_rows(rows, cache_dir=cache_dir)
