"""Pixels in files: read when a batch asks for them, kept in memory while there is room."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from sklearn.utils import check_scalar

from skerosion._validation import check_image_shape

from ._reading import image_size, read_image
from ._sources import times

_THREADS = max(2, min(8, os.cpu_count() or 2))  # Pillow lets other threads run while it decodes


class FileSource:
    """Images in files, read when asked for, in uint8 and at one size.

    Decoded images are kept while they fit into `cache_mb`, so that the second epoch reads no file. The cache belongs to
    the process: it is not pickled.

    Parameters
    ----------
    paths : sequence of str or path-like
        JPEG, PNG or TIFF files (told by content, not by name).
    image_shape : int, (H, W) or (H, W, C), default=None
        Size to which every image is resized; C is 1 (grey, the default) or 3. None takes height and width of the first
        file.
    bits : int, default=None
        How many bits of 16-bit files are in use: 2**bits - 1 becomes 255. None means all 16.
    cache_mb : float, default=1024
        Largest size of the cache in MB; 0 keeps nothing.

    Attributes
    ----------
    shape : tuple
        (n, H, W, C).
    dtype : numpy.dtype
        uint8.
    value_range : tuple
        (0, 255).
    paths : ndarray of str, shape (n,)
        The files.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from PIL import Image
    >>> from skerosion.datasets import FileSource
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "joint.png")
    ...     Image.new("L", (20, 20), 90).save(path)
    ...     source = FileSource([path], image_shape=(16, 16))
    ...     source.read([0, 0]).shape
    (2, 16, 16, 1)
    """

    dtype = np.dtype(np.uint8)
    value_range = (0, 255)

    def __init__(self, paths, image_shape=None, bits=None, *, cache_mb=1024):
        self.paths = np.array([os.fspath(path) for path in paths], dtype=object)
        if not len(self.paths):
            raise ValueError("Found array with 0 sample(s): paths must name at least one image, got none")
        if bits is not None:
            check_scalar(bits, "bits", (int, np.integer), min_val=1, max_val=16)
        check_scalar(cache_mb, "cache_mb", (int, float, np.number), min_val=0)
        self.image_shape = check_image_shape(image_size(self.paths[0], bits) if image_shape is None else image_shape)
        if self.image_shape[2] not in (1, 3):
            raise ValueError(f"image_shape must ask for 1 (grey) or 3 (colour) channels, got {self.image_shape}")
        self.bits = bits
        self.cache_mb = cache_mb
        self._start_cache()

    @property
    def shape(self):
        """(n, H, W, C)."""
        return (len(self.paths), *self.image_shape)

    def read(self, indices):
        """Read the images of some rows.

        Parameters
        ----------
        indices : integer array of shape (m,)

        Returns
        -------
        images : ndarray of uint8, shape (m, H, W, C)

        Raises
        ------
        FileNotFoundError
            Where a file is not there.
        ValueError
            Where a file is no image that can be read.
        """
        indices = np.asarray(indices, dtype=np.int64)
        rows = np.unique(indices)
        images = np.empty((len(rows), *self.image_shape), dtype=np.uint8)
        slots = self._slots[rows]
        images[slots >= 0] = self._cache[slots[slots >= 0]]
        self._decode_into(images, rows, np.flatnonzero(slots < 0))
        # Rows in order and without repeats, as in predict, are spared the second copy.
        return images if np.array_equal(rows, indices) else images[np.searchsorted(rows, indices)]

    def keep(self, row, image):
        """Put a decoded image into the cache, if there is room.

        Parameters
        ----------
        row : int
            Number of the file.
        image : ndarray of uint8, shape (H, W, C)
            Its pixels.
        """
        with self._lock:
            if self._slots[row] < 0 and self._used < len(self._cache):
                self._cache[self._used] = image
                self._slots[row] = self._used  # last: a reader in another thread never finds an empty slot
                self._used += 1

    def _decode_into(self, images, rows, places):
        def decode(place):
            images[place] = read_image(self.paths[rows[place]], self.image_shape, self.bits)
            self.keep(rows[place], images[place])

        for_each(decode, places)

    def _start_cache(self):
        room = int(self.cache_mb * 2**20) // int(np.prod(self.image_shape))
        self._cache = np.empty((min(room, len(self.paths)), *self.image_shape), dtype=np.uint8)
        self._slots = np.full(len(self.paths), -1, dtype=np.int64)
        self._used = 0
        self._lock = threading.Lock()

    def __repr__(self):
        return f"FileSource({times(self.shape)})"

    def __getstate__(self):
        return {name: getattr(self, name) for name in ("paths", "image_shape", "bits", "cache_mb")}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._start_cache()


def for_each(function, values):
    """Call a function on each value in a few threads, and return the results in order."""
    if len(values) < 2:
        return [function(value) for value in values]
    # A pool for each call: threads do not survive a fork, and starting them costs less than one image.
    with ThreadPoolExecutor(min(_THREADS, len(values))) as pool:
        return list(pool.map(function, values))
