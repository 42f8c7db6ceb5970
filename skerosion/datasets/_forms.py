"""Forms in which images are handed in: what becomes an array, and what is told why it does not."""

import collections
import math
import os
import sys

import numpy as np
import pandas as pd

from .reading import IMAGE_ENDINGS

_ARRAY_MARKS = ("__array__", "__array_interface__", "__dlpack__")


def as_array(X):
    """Return `X` as NumPy sees it, or say why no array comes of a stream or of images of several sizes.

    Parameters
    ----------
    X : object

    Returns
    -------
    array : ndarray

    Raises
    ------
    TypeError
        Where X gives its images one by one or in batches.
    ValueError
        Where X is a list of images of several sizes.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets._forms import as_array
    >>> as_array([np.zeros((2, 2)), np.ones((2, 2))]).shape
    (2, 2, 2)
    """
    check_unmasked(X)
    if isinstance(X, np.ndarray) and X.dtype.kind != "O":
        return X
    if _is_stream(X):
        raise TypeError(
            f"X must be an array of images, a column of file paths or ImageRows, got a {type(X).__name__}. Collect its "
            "images in one array, np.stack(list_of_images), and its labels in y; images that are too many for the "
            "memory stay in their files: hand in the column of their paths, or load_image_table(...).X."
        )
    _check_one_size(X)
    return np.asarray(X)


def check_unmasked(X):
    """Refuse an array with masked values, which would be read as what lies below the mask."""
    if isinstance(X, np.ma.MaskedArray) and (masked := np.ma.count_masked(X)):
        raise ValueError(
            f"X must have no masked values, got {masked} of {X.size}; X.filled(0) makes them black, X.data ignores the "
            "mask."
        )


def check_columns_alike(array):
    """Refuse a table that has file paths in one column and something else in another."""
    if array.ndim != 2 or array.dtype.kind != "O" or array.shape[1] < 2:
        return
    paths = [number for number in range(array.shape[1]) if _is_column_of_files(array[:, number])]
    if paths and len(paths) < array.shape[1]:
        raise ValueError(
            f"X must be the column of file paths alone, got {array.shape[1]} columns, of which number {paths[0]} "
            "(counted from 0) names images. Hand in frame[['path']], or give each column to a step of its own: "
            "sklearn.compose.ColumnTransformer([('images', Embedder(...), ['path']), ('rest', 'passthrough', [...])])."
        )


def is_path(value):
    """Whether a value may be a file's path."""
    return isinstance(value, (str, os.PathLike))


def is_sparse(X):
    """Whether X is a sparse matrix or array of SciPy; whoever has one has loaded it."""
    return "scipy.sparse" in sys.modules and sys.modules["scipy.sparse"].issparse(X)


def is_gap(value):
    """Whether a value is missing."""
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def _is_stream(X):
    """Whether X gives its parts one after the other and is nothing that NumPy makes an array of."""
    if (
        isinstance(X, (list, tuple, str, bytes, range))
        or is_sparse(X)
        or any(hasattr(X, mark) for mark in _ARRAY_MARKS)
    ):
        return False
    return (hasattr(X, "__iter__") or hasattr(X, "__getitem__")) and not _has_buffer(X)


def _has_buffer(X):
    try:
        memoryview(X)
    except TypeError:
        return False
    return True


def _check_one_size(X):
    """Refuse a list of images of several sizes, which NumPy calls inhomogeneous, and an array of arrays."""
    of_objects = isinstance(X, np.ndarray) and X.ndim == 1
    if not (of_objects or isinstance(X, (list, tuple))) or not len(X) or not all(map(_is_array, X)):
        return
    sizes = collections.Counter(np.shape(part) for part in X)
    if len(sizes) > 1 and all(len(size) >= 2 for size in sizes):
        common = ", ".join(f"{'x'.join(map(str, size))} ({count})" for size, count in sizes.most_common(3))
        raise ValueError(
            f"images must be of one size, got {len(X)} images of {len(sizes)} sizes: {common}"
            f"{', ...' if len(sizes) > 3 else ''}. Resize them, as in np.stack([PIL.Image.fromarray(image).resize((W, "
            "H)) for image in X]), or hand in the column of their files' paths and image_shape=(H, W)."
        )
    if len(sizes) == 1 and of_objects:
        raise ValueError(f"X must be one array of images, got an array of {len(X)} arrays: pass np.stack(X).")


def _is_array(part):
    return any(hasattr(part, mark) for mark in _ARRAY_MARKS[:2]) and not np.isscalar(part)


def _is_column_of_files(column):
    values = [os.fspath(value) for value in column if is_path(value)]
    return bool(values) and all(
        str(value).lower().endswith(IMAGE_ENDINGS) or os.path.isfile(value) for value in values[:10]
    )
