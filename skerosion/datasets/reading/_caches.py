"""Decoded pixels that are kept, so that no file is decoded twice: in the memory of a process, or on a disk for all."""

import errno
import hashlib
import os
import shutil
import struct
import threading
import weakref
import zlib

import numpy as np
import PIL

from ._sizes import times
from ._threads import for_each

_LAYOUT = 4  # counts up when decoding or the files of a folder change, so that older pixels are left alone
_MARK = struct.Struct("<qq16sBI")  # size and mtime of the file, digest of its content, bits in use, checksum of pixels
_CANNOT_RESERVE = (errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)


class MemoryCache:
    """The first images that were decoded, as many as there is room for.

    Parameters
    ----------
    n : int
        Number of rows.
    image_shape : (H, W, C)
        Of each image.
    megabytes : float
        Room; nothing of it is taken before there are images.
    """

    def __init__(self, n, image_shape, megabytes):
        room = int(megabytes * 2**20) // int(np.prod(image_shape))
        self._pixels = np.empty((min(room, n), *image_shape), dtype=np.uint8)
        self._slots = np.full(n, -1, dtype=np.int64)
        self._used = 0
        self._lock = threading.Lock()

    def load(self, rows, places, images, accept):
        """Copy what is here of ``rows[places]`` to ``images[places]``; return the places that are left."""
        slots = self._slots[rows[places]]
        here = slots >= 0
        images[places[here]] = self._pixels[slots[here]]
        return places[~here]

    def keep(self, row, image, state, digest, used):
        """Put an image here if there is room."""
        with self._lock:
            if self._slots[row] < 0 and self._used < len(self._pixels):
                self._pixels[self._used] = image
                self._slots[row] = self._used  # last: a reader in another thread never finds an empty slot
                self._used += 1

    def mark(self, row):
        """Return None: what this process decoded says nothing about the file as it is now."""


class DiskCache:
    """Decoded images in two files, ``pixels`` and ``marks``, which any number of processes read and write at once.

    A row counts once it has a mark that names the size and the modification time which its image file has now, and the
    checksum of the pixels that lie there. Pixels are written before the mark. So a writer that was killed, two writers
    at once, a power cut or a file that changed cost another decoding and never give wrong pixels. Size and time are
    compared when this object reads a row for the first time, digest and checksum each time: another process may find
    that the file has changed and put other pixels here.

    Pixels are read by position and not mapped: mapped pages would count as memory of the process, up to the whole set.

    Parameters
    ----------
    folder : str
        Where the two files lie, made where missing.
    paths : ndarray of str, shape (n,)
        The image files.
    image_shape : (H, W, C)
        Of each image.

    Raises
    ------
    OSError
        Where the folder cannot be written, the disk has no room for all images, or the system is Windows.
    """

    def __init__(self, folder, paths, image_shape):
        self._folder, self._paths = folder, paths
        self._image_bytes = int(np.prod(image_shape))
        self._checked = np.zeros(len(paths), dtype=bool)
        if not hasattr(os, "pread"):
            raise OSError("cache_dir must be None on Windows, which cannot read a file by position, got a folder.")
        try:
            os.makedirs(folder, exist_ok=True)
            self._pixels = self._open("pixels", len(paths) * self._image_bytes)
            self._marks = self._open("marks", len(paths) * _MARK.size)
        except OSError as error:
            raise OSError(
                error.errno,
                f"cache_dir must be a folder that can be written, on a disk with room for {len(paths)} images of "
                f"{times(image_shape)}, got {folder!r}: {error.strerror or error}. Name another folder, or leave "
                "cache_dir=None",
            ) from error

    def load(self, rows, places, images, accept):
        """Copy what is here of ``rows[places]`` to ``images[places]``; return the places that are left.

        ``accept(row, digest, used)`` says whether a row is of the content that the caller knows.
        """
        found = for_each(lambda place: self._load_one(rows[place], images[place], accept), places)
        return places[~np.array(found, dtype=bool)]

    def keep(self, row, image, state, digest, used):
        """Put an image here, for a file that had this state before it was read and whose content has this digest."""
        self._write(self._pixels, image, row * self._image_bytes)
        # Last: whoever finds the mark finds the pixels.
        self._write(self._marks, _MARK.pack(*state, digest, used, zlib.crc32(image)), row * _MARK.size)

    def mark(self, row):
        """Return digest and bits in use of a file that was decoded and has not changed since, or None."""
        mark = self._mark_of(row)
        return None if mark is None else mark[:2]

    def _load_one(self, row, image, accept):
        mark = self._mark_of(row, compare=not self._checked[row])
        if mark is None:
            return False
        digest, used, checksum = mark
        whole = os.preadv(self._pixels, [image], int(row) * self._image_bytes) == self._image_bytes
        self._checked[row] = whole and zlib.crc32(image) == checksum and accept(row, digest, used)
        return self._checked[row]

    def _mark_of(self, row, compare=True):
        """Return digest, bits in use and checksum of a row, or None where its file is another one than it was."""
        content = os.pread(self._marks, _MARK.size, int(row) * _MARK.size)
        if len(content) < _MARK.size or not any(content):
            return None
        *state, digest, used, checksum = _MARK.unpack(content)
        same = not compare or tuple(state) == file_state(self._paths[row])
        return (digest, used, checksum) if same else None

    def _open(self, name, size):
        descriptor = os.open(os.path.join(self._folder, name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        weakref.finalize(self, os.close, descriptor)
        _reserve(descriptor, size)
        return descriptor

    def _write(self, descriptor, content, offset):
        try:
            written = os.pwrite(descriptor, content, int(offset))
        except OSError as error:
            raise OSError(error.errno, f"cannot write to the cache_dir {self._folder!r}: {error.strerror}") from error
        if written < memoryview(content).nbytes:
            raise OSError(errno.ENOSPC, f"cannot write to the cache_dir {self._folder!r}: the disk is full")


def file_state(path):
    """Return (size, mtime in ns) of a file, None if it does not exist."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def folder_of(cache_dir, paths, image_shape, bits, films=None):
    """Return the folder below `cache_dir` for these files, read in this way.

    Parameters
    ----------
    cache_dir : str or path-like
        The folder that the user named.
    paths : sequence of str
        The files, in order.
    image_shape : (H, W, C)
        Of each image.
    bits : int or None
        How many bits of 16-bit files are in use.
    films : dict or None, default=None
        What ``film_choices`` gives.

    Returns
    -------
    folder : str

    Examples
    --------
    >>> from skerosion.datasets.reading._caches import folder_of
    >>> folder_of("/cache", ["/a.png"], (8, 8, 1), None)[:19]
    '/cache/1x8x8x1-uint'
    """
    how = (_LAYOUT, PIL.__version__, tuple(image_shape), bits, films or {})
    digest = hashlib.blake2b(repr(how).encode(), digest_size=12)
    for path in paths:
        digest.update(b"\0" + os.fsencode(os.path.abspath(path)))
    name = f"{len(paths)}x{times(image_shape)}-uint8-{digest.hexdigest()}"
    return os.path.join(os.path.abspath(cache_dir), name)


def _reserve(descriptor, size):
    """Give a file its size and its place on the disk now: a disk that fills up later would stop a fit."""
    present = os.fstat(descriptor)
    if present.st_size >= size:
        return
    free = shutil.disk_usage(descriptor).free + 512 * present.st_blocks
    if free < size:
        raise OSError(errno.ENOSPC, f"the disk has {free / 2**20:.0f} MB left and {size / 2**20:.0f} MB are needed")
    try:
        os.posix_fallocate(descriptor, 0, size)
    except (AttributeError, OSError) as error:
        # macOS has no such call, and some network disks cannot do it.
        if isinstance(error, OSError) and error.errno not in _CANNOT_RESERVE:
            raise
        os.truncate(descriptor, size)
