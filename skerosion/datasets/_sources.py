"""Where pixels lie in memory: an array or a memory map of images, or feature vectors instead of pixels.

A source knows its shape and reads rows by number. It never moves a pixel that nobody asked for, and it pickles by name
where it can: a memory map by its file, files (``_files.py``) by their paths.
"""

import warnings

import numpy as np

from ._forms import check_unmasked
from ._memmap import describe_memmap, open_memmap
from .reading import times

_CHECK_BYTES = 1 << 25  # float images are looked through 32 MB at a time, which a memory map can afford
_NEARLY_BLACK = 4096 / 65535  # of 12 bits that were divided by 16 bits' white
_LOOK_BYTES = 1 << 20  # bright images show it at once
_CHANNELS = (1, 2, 3, 4)  # of a picture: grey, colour, either with transparency
_SMALLEST_SIDE = 5  # a picture of fewer pixels a side is rather its channels


class ArraySource:
    """Images in an array or a memory map, left where they are.

    Parameters
    ----------
    array : ndarray of shape (n, H, W) or (n, H, W, C)
        uint8 of 0..255 or float of 0..1. Not copied. Channels come last: what looks as if they came first, or like a
        single image, is refused.

    Attributes
    ----------
    shape : tuple
        (n, H, W, C).
    dtype : numpy.dtype
        dtype of the pixels.
    value_range : tuple
        Black and white: (0, 255) or (0.0, 1.0).

    Warns
    -----
    UserWarning
        Where images are nearly black, as masks of 0 and 1 are, and floats that were divided by too much.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets import ArraySource
    >>> ArraySource(np.zeros((5, 8, 8), dtype="uint8")).shape
    (5, 8, 8, 1)
    """

    def __init__(self, array):
        check_unmasked(array)
        if array.ndim not in (3, 4):
            raise ValueError(f"images must have the shape (n, H, W) or (n, H, W, C), got {array.shape}")
        if 0 in array.shape[1:]:
            raise ValueError(f"images must have at least one pixel and one channel, got the shape {array.shape}")
        check_layout(array.shape)
        _check_values(array)
        self.array = array if array.ndim == 4 else array[..., np.newaxis]

    @property
    def shape(self):
        """(n, H, W, C)."""
        return self.array.shape

    @property
    def dtype(self):
        """Dtype of the pixels."""
        return self.array.dtype

    @property
    def value_range(self):
        """What black and white are."""
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
        # Not np.take, which first copies the whole of an array that is not contiguous.
        return np.asarray(self.array)[np.asarray(indices, dtype=np.int64)]

    def __repr__(self):
        kind = "memory map" if describe_memmap(self.array) else "array"
        return f"ArraySource({kind} of {self.dtype}, {times(self.shape)})"

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
        Finite numbers; kept as float32, or as they are where they are uint8, which flattened images may be.

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
        check_unmasked(array)
        # Here, because it takes seconds to import, and images need none of it.
        from sklearn.utils import check_array

        self.array = check_array(array, dtype=[np.float32, np.uint8], input_name="X")

    @property
    def shape(self):
        """(n, d)."""
        return self.array.shape

    @property
    def dtype(self):
        """Dtype of the features as they are read."""
        return np.dtype(np.float32)

    def read(self, indices):
        """Return some rows.

        Parameters
        ----------
        indices : integer array of shape (m,)

        Returns
        -------
        features : ndarray of float32, shape (m, d)
        """
        return self.array[np.asarray(indices, dtype=np.int64)].astype(np.float32, copy=False)

    def __repr__(self):
        return f"FeatureSource({times(self.shape)})"


def check_layout(shape):
    """Refuse arrays that would be read as images, but not as those that were meant."""
    if len(shape) == 4 and shape[1] in _CHANNELS and shape[2] >= _SMALLEST_SIDE and shape[3] >= _SMALLEST_SIDE:
        raise ValueError(
            f"images must have the shape (n, H, W, C), channels last, got {shape}, which looks like (n, C, H, W): "
            "pass np.moveaxis(X, 1, -1)."
        )
    if len(shape) == 3 and shape[2] in _CHANNELS and min(shape[:2]) >= _SMALLEST_SIDE:
        raise ValueError(
            f"images must have the shape (n, H, W) or (n, H, W, C), got {shape}, which looks like one image (H, W, C): "
            f"pass X[np.newaxis]. {shape[0]} grey images of {shape[1]}x{shape[2]} pixels are X[..., np.newaxis]."
        )


def check_dtype(dtype):
    """Refuse pixels that are neither uint8 nor float."""
    if dtype != np.uint8 and dtype.kind != "f":
        raise ValueError(
            f"images must be uint8 of 0..255 or float of 0..1, got dtype {dtype}. Convert them: "
            "X.astype('uint8') if the values are 0..255, (X / 65535).astype('float32') if they use 16 bits, X / 4095 "
            "if they use 12."
        )


def _check_values(array):
    """Refuse pixels that are neither uint8 nor float of 0..1, without a temporary of the array's size."""
    check_dtype(array.dtype)
    if array.dtype == np.uint8:
        _tell_nearly_black(array)
        return
    step, brightest = max(1, _CHECK_BYTES // max(1, array[:1].nbytes)), 0.0
    for start in range(0, len(array), step):
        chunk = array[start : start + step]
        low, high = chunk.min(), chunk.max()
        if not (low >= 0 and high <= 1):  # written so that NaN is refused too
            raise ValueError(
                f"float images must be within 0..1, got values from {low} to {high} in rows {start} to "
                f"{start + len(chunk) - 1}. Divide by 255 (or hand in uint8), and replace NaN."
            )
        brightest = max(brightest, float(high))
    if 0 < brightest <= _NEARLY_BLACK:
        warnings.warn(
            f"float images of 0..1 have no value above {brightest:.2g} and are nearly black: divide them by the value "
            "of white, once (4095 where 12 bits are in use).",
            UserWarning,
            stacklevel=4,
        )


def _tell_nearly_black(array):
    """Warn where no value of uint8 images is above 15; the first that is ends the search."""
    step, brightest = max(1, _LOOK_BYTES // max(1, array[:1].nbytes)), 0
    for start in range(0, len(array), step):
        brightest = max(brightest, int(array[start : start + step].max()))
        if brightest > 255 * _NEARLY_BLACK:
            return
    if brightest:
        warnings.warn(
            f"uint8 images of 0..255 have no value above {brightest} and are nearly black: scale masks or levels to "
            f"0..255, X * {255 // brightest}.",
            UserWarning,
            stacklevel=5,
        )
