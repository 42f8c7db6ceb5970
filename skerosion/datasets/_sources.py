"""Where pixels lie: an array or memory map, files, or no pixels at all but feature vectors.

A source knows its shape and reads rows by number. It never moves a pixel that nobody asked for, and it pickles by name
where it can: a memory map by its file, files by their paths.
"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from sklearn.utils import check_array, check_scalar

from skerosion._validation import check_image_shape

from ._memmap import describe_memmap, open_memmap
from ._reading import image_size, read_image

_CHECK_BYTES = 1 << 25  # float images are looked through 32 MB at a time, which a memory map can afford
_THREADS = max(2, min(8, os.cpu_count() or 2))


class ArraySource:
    """Images in an array or a memory map, left where they are.

    Parameters
    ----------
    array : ndarray of shape (n, H, W) or (n, H, W, C)
        uint8 of 0..255 or float of 0..1. Not copied.

    Attributes
    ----------
    shape : tuple
        (n, H, W, C).
    dtype : numpy.dtype
        dtype of the pixels.
    value_range : tuple
        What black and white are: (0, 255) or (0.0, 1.0).

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets import ArraySource
    >>> ArraySource(np.zeros((5, 8, 8), dtype="uint8")).shape
    (5, 8, 8, 1)
    """

    def __init__(self, array):
        if array.ndim not in (3, 4):
            raise ValueError(f"images must have the shape (n, H, W) or (n, H, W, C), got {array.shape}")
        if 0 in array.shape[1:]:
            raise ValueError(f"images must have at least one pixel and one channel, got the shape {array.shape}")
        _check_values(array)
        self.array = array if array.ndim == 4 else array[..., np.newaxis]

    @property
    def shape(self):
        return self.array.shape

    @property
    def dtype(self):
        return self.array.dtype

    @property
    def value_range(self):
        return (0, 255) if self.dtype == np.uint8 else (0.0, 1.0)

    def read(self, indices):
        """Return the pixels of some rows.

        Parameters
        ----------
        indices : integer array of shape (m,)

        Returns
        -------
        images : ndarray of shape (m, H, W, C)
        """
        return np.take(np.asarray(self.array), indices, axis=0)

    def __repr__(self):
        kind = "memory map" if describe_memmap(self.array) else "array"
        return f"ArraySource({kind} of {self.dtype}, {_times(self.shape)})"

    def __getstate__(self):
        place = describe_memmap(self.array)
        return {"array": self.array} if place is None else {"place": place}

    def __setstate__(self, state):
        self.array = state["array"] if "array" in state else open_memmap(**state["place"])


class FeatureSource:
    """Feature vectors, for a head without a backbone.

    Parameters
    ----------
    array : array-like of shape (n, d)
        Finite numbers; kept as float32.

    Attributes
    ----------
    shape : tuple
        (n, d).
    dtype : numpy.dtype
        float32.
    value_range : None
        Features are not scaled.

    Examples
    --------
    >>> from skerosion.datasets import FeatureSource
    >>> FeatureSource([[1, 2], [3, 4]]).read([1])
    array([[3., 4.]], dtype=float32)
    """

    value_range = None

    def __init__(self, array):
        self.array = check_array(array, dtype=np.float32, input_name="X")

    @property
    def shape(self):
        return self.array.shape

    @property
    def dtype(self):
        return self.array.dtype

    def read(self, indices):
        """Return some rows.

        Parameters
        ----------
        indices : integer array of shape (m,)

        Returns
        -------
        features : ndarray of float32, shape (m, d)
        """
        return np.take(self.array, indices, axis=0)

    def __repr__(self):
        return f"FeatureSource({_times(self.shape)})"


class FileSource:
    """Images in files, read when asked for, in uint8 and at one size.

    Decoded images are kept while they fit into `cache_mb`, so that the second epoch reads no file. The cache belongs to the
    process: it is not pickled.

    Parameters
    ----------
    paths : sequence of str or path-like
        JPEG, PNG or TIFF files (told by content, not by name).
    image_shape : int, (H, W) or (H, W, C), default=None
        Size to which every image is resized; C is 1 (grey, the default) or 3. None takes height and width of the first file.
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
            raise ValueError("Found array with 0 sample(s): no path of an image was given, while a minimum of 1 is required")
        if bits is not None:
            check_scalar(bits, "bits", (int, np.integer), min_val=1, max_val=16)
        check_scalar(cache_mb, "cache_mb", (int, float, np.number), min_val=0)
        self.image_shape = check_image_shape(image_size(self.paths[0]) if image_shape is None else image_shape)
        if self.image_shape[2] not in (1, 3):
            raise ValueError(f"image_shape must ask for 1 (grey) or 3 (colour) channels of files, got {self.image_shape}")
        self.bits = bits
        self.cache_mb = cache_mb
        self._start_cache()

    @property
    def shape(self):
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
        rows, inverse = np.unique(np.asarray(indices, dtype=np.int64), return_inverse=True)
        images = np.empty((len(rows), *self.image_shape), dtype=np.uint8)
        slots = self._slots[rows]
        cached = slots >= 0
        images[cached] = self._cache[slots[cached]]
        wanted = np.flatnonzero(~cached)
        if len(wanted):
            images[wanted] = self._decode(rows[wanted])
        return images[inverse]

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
                self._slots[row] = self._used  # last, so that a reader in another thread never sees an empty slot
                self._used += 1

    def _decode(self, rows):
        if len(rows) == 1:
            images = [self._decode_one(rows[0])]
        else:
            # A pool for each call: threads do not survive a fork, and starting them costs less than one image.
            with ThreadPoolExecutor(min(_THREADS, len(rows))) as pool:
                images = list(pool.map(self._decode_one, rows))
        for row, image in zip(rows, images, strict=True):
            self.keep(row, image)
        return images

    def _decode_one(self, row):
        return read_image(self.paths[row], self.image_shape, self.bits)

    def _start_cache(self):
        room = int(self.cache_mb * 2**20) // int(np.prod(self.image_shape))
        self._cache = np.empty((min(room, len(self.paths)), *self.image_shape), dtype=np.uint8)
        self._slots = np.full(len(self.paths), -1, dtype=np.int64)
        self._used = 0
        self._lock = threading.Lock()

    def __repr__(self):
        return f"FileSource({_times(self.shape)})"

    def __getstate__(self):
        return {name: getattr(self, name) for name in ("paths", "image_shape", "bits", "cache_mb")}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._start_cache()


def as_source(source):
    """Return `source` itself, or an array as the source that fits its shape.

    Parameters
    ----------
    source : source or array-like
        Three or four dimensions are images, everything else is feature vectors.

    Returns
    -------
    source : ArraySource, FeatureSource or the given one

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets._sources import as_source
    >>> as_source(np.zeros((2, 3)))
    FeatureSource(2x3)
    """
    if all(hasattr(source, name) for name in ("read", "shape", "dtype", "value_range")):
        return source
    array = source if isinstance(source, np.ndarray) else np.asarray(source)
    return ArraySource(array) if array.ndim in (3, 4) else FeatureSource(source)


def _check_values(array):
    """Refuse pixels that are neither uint8 nor float of 0..1, without a temporary of the array's size."""
    if array.dtype == np.uint8:
        return
    if array.dtype.kind != "f":
        raise ValueError(
            f"images must be uint8 of 0..255 or float of 0..1, got dtype {array.dtype}. Convert them: "
            "X.astype('uint8') if the values are 0..255, (X / 65535).astype('float32') if they are 16-bit."
        )
    step = max(1, _CHECK_BYTES // max(1, array[:1].nbytes))
    for start in range(0, len(array), step):
        chunk = array[start : start + step]
        low, high = chunk.min(), chunk.max()
        if not (low >= 0 and high <= 1):  # written so that NaN is refused too
            raise ValueError(
                f"float images must be within 0..1, got values from {low} to {high} in rows {start} to "
                f"{start + len(chunk) - 1}. Divide by 255 (or hand in uint8), and replace NaN."
            )


def _times(shape):
    return "x".join(map(str, shape))
