"""Pixels in files: read when a batch asks for them, kept decoded in memory or on a disk."""

import os
import warnings

import numpy as np

from skerosion._validation import Number, check_image_shape, check_parameter

from .reading import (
    DiskCache,
    MemoryCache,
    check_bits,
    chosen_size,
    content_digest,
    decode_image,
    file_state,
    film_choices,
    folder_of,
    for_each,
    read_bytes,
    times,
    unreadable,
    unused_bits,
)

_DIGEST_BYTES = 16
_UNKNOWN = 255  # bits in use of a file that was not read yet
_MOST_PIXELS = 8192 * 8192


class FileSource:
    """Images in files, read when asked for, in uint8 and at one size.

    Decoded images are kept, so that the second epoch decodes nothing: in memory while they fit into `cache_mb`, or all
    of them in `cache_dir`, which folds, processes and later sessions share. The cache in memory belongs to the process
    and is not pickled; that on the disk is found again by whoever unpickles the source. A file that has changed since
    this source first read it is an error, never other pixels.

    Parameters
    ----------
    paths : sequence of str or path-like
        JPEG, PNG, TIFF, BMP or DICOM files (told by content, not by name).
    image_shape : int, (H, W) or (H, W, C), default=None
        Size to which every image is resized, of 8192 x 8192 pixels at most; C is 1 (grey, the default) or 3. None takes
        height and width of the files where all have the same, and otherwise the median of each, 512 at most, with a
        warning.
    bits : int, default=None
        How many bits of 16-bit files are in use: 2**bits - 1 becomes 255. None means all 16.
    window, polarity
        Of DICOM files, as for ``load_image_table``.
    cache_mb : float, default=128
        Largest size of the cache in memory in MB; 0 keeps nothing. Of more images than fit, the first that were read
        stay and the others are decoded in each epoch. Not used with `cache_dir`.
    cache_dir : str or path-like, default=None
        Folder on a fast disk for decoded images, made where missing; None keeps them in memory. They take n * H * W * C
        bytes there, reserved at once, in a folder of their own for each list of files and way of reading them, which
        may be deleted when no process uses it. What is read often stays in the page cache of the operating system,
        which is not memory of the process. A file whose size or modification time is another than when it was decoded
        is decoded again; it is compared when this source reads it for the first time.

    Attributes
    ----------
    shape : tuple
        (n, H, W, C).
    dtype : numpy.dtype
        uint8.
    value_range : tuple
        (0, 255).
    paths : ndarray of str, shape (n,)
        The files, by absolute paths.

    Raises
    ------
    OSError
        Where `cache_dir` cannot be written or its disk has no room for all images.

    Warns
    -----
    UserWarning
        Where files of 16 bits do not use them and `bits` is None (found as they are read), and where a size is chosen.

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

    def __init__(self, paths, image_shape=None, bits=None, *, window=None, polarity=None, cache_mb=128, cache_dir=None):
        # Absolute from the start: another process may unpickle this in another folder.
        self.paths = np.array([path and os.path.abspath(path) for path in map(os.fspath, paths)], dtype=object)
        if not len(self.paths):
            raise ValueError("Found array with 0 sample(s): paths must name at least one image, got none")
        check_bits(bits)
        films = film_choices(window, polarity)
        check_parameter("cache_mb", cache_mb, (Number(0),))
        self.image_shape = check_read_shape(_size_of(self.paths, bits) if image_shape is None else image_shape)
        self.bits = bits
        self.films = films
        self.cache_mb = cache_mb
        self.cache_dir = None if cache_dir is None else os.path.abspath(cache_dir)
        self._folder = None if cache_dir is None else self._folder_below(cache_dir)
        self._digests = np.zeros((len(self.paths), _DIGEST_BYTES), dtype=np.uint8)  # of what was read; 0: nothing yet
        self._used = np.full(len(self.paths), _UNKNOWN, dtype=np.uint8)
        self._bits_told = bits is not None
        self._start_cache()

    @property
    def shape(self):
        """(n, H, W, C)."""
        return (len(self.paths), *self.image_shape)

    @property
    def digests(self):
        """Digests of the files' contents, uint8 of shape (n, 16), 0 for those that nobody has read: a view."""
        return self._digests

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
            Where a file is not an image that can be read, or another one than when it was read before.
        """
        indices = np.asarray(indices, dtype=np.int64)
        images = np.empty((len(indices), *self.image_shape), dtype=np.uint8)
        _, first, again = np.unique(indices, return_index=True, return_inverse=True)
        missing = self._cache.load(indices, first, images, self._accept)
        self._decode_into(images, indices, missing)
        self._tell_unused_bits(indices[missing])
        repeats = np.flatnonzero(first[again] != np.arange(len(indices)))
        images[repeats] = images[first[again[repeats]]]
        return images

    def digest(self, row):
        """Check that a file is an image, and keep its pixels.

        Parameters
        ----------
        row : int
            Number of the file.

        Returns
        -------
        digest : bytes
            16 bytes that tell the content of the file from any other. Where `cache_dir` has the image already and the
            file has not changed since, nothing is read.

        Raises
        ------
        FileNotFoundError
            Where the file is not there.
        ValueError
            Where it is not an image that can be read.
        """
        known = self._cache.mark(row)
        if known is None:
            self._decode(row)
        elif not self._accept(row, *known):
            self._refuse(row)
        return self._digests[row].tobytes()

    def unused_bits(self):
        """Say which of 16 bits no file uses, of those that were read; "" where there is nothing to say.

        Whoever asks tells it: this source does not warn of it again.
        """
        self._bits_told = True
        known = self._used[self._used != _UNKNOWN]
        return unused_bits(known, self.bits, whole=len(known) == len(self._used))

    def _folder_below(self, cache_dir):
        """Where in `cache_dir` these images lie, read in this way."""
        return folder_of(cache_dir, self.paths, self.image_shape, self.bits, self.films)

    def _decode_into(self, images, rows, places):
        def decode(place):
            images[place] = self._decode(rows[place])

        for_each(decode, places)

    def _decode(self, row):
        """Read a file, put its pixels into the cache and return them."""
        path = self.paths[row]
        state = file_state(path)  # before reading: a file that changes meanwhile is no longer in this state
        content = read_bytes(path)
        image, used = decode_image(content, path, self.image_shape, self.bits, self.films)
        digest = digest_of_file(content, path)
        if not self._accept(row, digest, used):
            self._refuse(row)
        if state is not None:
            self._cache.keep(row, image, state, digest, used)
        return image

    def _accept(self, row, digest, used):
        """Whether a content is the one that was read first, which is the one that counts."""
        digest = np.frombuffer(digest, dtype=np.uint8)
        known = self._digests[row]
        if known.any() and (known != digest).any():
            return False
        self._digests[row], self._used[row] = digest, used
        return True

    def _refuse(self, row):
        raise ValueError(
            f"the file {self.paths[row]!r} has changed since it was first read here; load the table (or make the "
            "FileSource) again, so that all pixels are of one state of the files."
        )

    def _tell_unused_bits(self, rows):
        """Warn once where files of 16 bits have only some in use, which leaves a handful of grey values."""
        if self._bits_told or not len(rows):
            return
        complete = (self._used != _UNKNOWN).all()
        note = unused_bits(self._used if complete else self._used[rows], self.bits, whole=complete)
        if note:
            self._bits_told = True
            warnings.warn(note, UserWarning, stacklevel=3)

    def _start_cache(self):
        if self._folder is None:
            self._cache = MemoryCache(len(self.paths), self.image_shape, self.cache_mb)
        else:
            self._cache = DiskCache(self._folder, self.paths, self.image_shape)

    def __repr__(self):
        return f"FileSource({times(self.shape)})"

    def __getstate__(self):
        return {name: value for name, value in self.__dict__.items() if name != "_cache"}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._start_cache()


def digest_of_file(content, path):
    """Return the digest of what decides a file's pixels."""
    try:
        return content_digest(content, _DIGEST_BYTES)
    except ValueError as error:
        raise unreadable(path, error) from error


def _size_of(paths, bits):
    size, note = chosen_size(paths, bits)
    if note:
        warnings.warn(f"{note} Pass image_shape= for another.", UserWarning, stacklevel=3)
    return size


def check_read_shape(image_shape, **options):
    """Return the shape that images are read at, which must be grey or colour and of a size that memory can hold.

    Parameters
    ----------
    image_shape : int, (H, W) or (H, W, C)
    **options
        As for ``check_image_shape``.

    Examples
    --------
    >>> from skerosion.datasets._files import check_read_shape
    >>> check_read_shape(64)
    (64, 64, 1)
    """
    shape, name = check_image_shape(image_shape, **options), options.get("name", "image_shape")
    if shape[2] not in (1, 3):
        raise ValueError(f"{name} must ask for 1 (grey) or 3 (colour) channels, got {shape}")
    if shape[0] * shape[1] > _MOST_PIXELS:
        raise ValueError(
            f"{name} must ask for {_MOST_PIXELS:,} pixels per image at most (8192 x 8192), got {times(shape[:2])}; "
            "name a smaller size, images are resized as they are read."
        )
    return shape
