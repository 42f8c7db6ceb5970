"""Forms in which images are handed in: what becomes an array, and what is told why it does not."""

import collections
import math
import os
import sys

import numpy as np
import pandas as pd
from PIL import Image

from .reading import IMAGE_ENDINGS, is_path

_ARRAY_MARKS = ("__array__", "__array_interface__", "__dlpack__")
_TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".parquet")


def as_array(X):
    """Return `X` as NumPy sees it, or say why no array comes of a single image, a stream or parts of several shapes.

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
        Where X is one image or one path, or a list of parts that make no array.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets._forms import as_array
    >>> as_array([np.zeros((2, 2)), np.ones((2, 2))]).shape
    (2, 2, 2)
    """
    check_unmasked(X)
    _check_several(X)
    if isinstance(X, np.ndarray) and X.dtype.kind != "O":
        return X
    if _is_stream(X):
        raise TypeError(
            f"X must be an array of images, a column of file paths or ImageRows, got a {type(X).__name__}. Collect its "
            "images in one array, np.stack(list_of_images), and its labels in y; images that are too many for the "
            "memory stay in their files: hand in the column of their paths, or load_image_table(...).X."
        )
    _check_parts(X)
    return np.asarray(X)


def check_unmasked(X):
    """Refuse an array with masked values, which would be read as what lies below the mask."""
    if isinstance(X, np.ma.MaskedArray) and (masked := np.ma.count_masked(X)):
        raise ValueError(
            f"X must have no masked values, got {masked} of {X.size}; X.filled(0) makes them black, X.data ignores the "
            "mask."
        )


def check_columns_alike(array, X):
    """Refuse a table that has file paths in one column and something else in another."""
    if array.ndim != 2 or array.dtype.kind not in "OUT" or array.shape[1] < 2:
        return
    names = list(getattr(X, "columns", range(array.shape[1])))
    images = [name for name, column in zip(names, array.T, strict=True) if _is_column_of_files(column)]
    if images and len(images) < len(names):
        rest = [name for name in names if name not in images]
        raise ValueError(
            f"X must be the column of file paths alone, got {len(names)} columns, of which {images[0]!r} names images. "
            f"Hand in X[[{images[0]!r}]]; to use {rest[0]!r} too, give each column to a step of its own, "
            f"ColumnTransformer([('images', Embedder(...), [{images[0]!r}]), ('rest', 'passthrough', {rest!r:.80})]): "
            'see "Images beside other columns", docs/guide.md#images-beside-other-columns.'
        )


def is_sparse(X):
    """Whether X is a sparse matrix or array of SciPy; whoever has one has loaded it."""
    return "scipy.sparse" in sys.modules and sys.modules["scipy.sparse"].issparse(X)


def is_gap(value):
    """Whether a value is missing."""
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def _is_stream(X):
    """Whether X gives its parts one after the other and is nothing that NumPy makes an array of."""
    if is_sparse(X) or isinstance(X, (list, tuple, str, bytes, range)):
        return False
    if any(hasattr(X, mark) for mark in _ARRAY_MARKS):
        return False
    return (hasattr(X, "__iter__") or hasattr(X, "__getitem__")) and not _has_buffer(X)


def _has_buffer(X):
    try:
        memoryview(X)
    except TypeError:
        return False
    return True


def _check_several(X):
    """Refuse what is one image, or the name of one, or of something that holds several."""
    if isinstance(X, Image.Image):
        raise ValueError(f"X must hold images, one per row, got a single one of {X.height}x{X.width} pixels: pass [X].")
    if is_path(X):
        raise ValueError(f"X must be a list or a column of file paths, got {os.fspath(X)!r}: {_advice_on_a_path(X)}.")
    if hasattr(X, "X") and hasattr(X, "y"):
        raise ValueError(f"X must hold images alone, got {type(X).__name__}: pass data.X as X and data.y as y.")
    if X is None:
        raise ValueError("X must hold images, their paths or feature vectors, got None.")


def _advice_on_a_path(path):
    if os.path.isdir(path):
        return "list the files of the folder, sorted(pathlib.Path(folder).glob('*.png')), or load a table of them"
    if os.fspath(path).lower().endswith(_TABLES):
        return "read a table with load_image_table(...), which returns X, y and groups"
    return "pass [X] for one image"


def _check_parts(X):
    """Refuse a list or an array of parts that make no array."""
    of_objects = isinstance(X, np.ndarray) and X.ndim == 1
    if not (of_objects or isinstance(X, (list, tuple))) or not len(X):
        return
    if len(X) == 2 and getattr(X[0], "ndim", 0) >= 3 and getattr(X[1], "ndim", 1) < 3:
        raise ValueError("X must be the images alone, got images and something beside them: pass X[0] as X, X[1] as y.")
    if any(isinstance(part, bytes) for part in X):
        raise ValueError(
            "X must hold pixels or paths, got bytes: what files hold becomes images by "
            "[PIL.Image.open(io.BytesIO(part)) for part in X]."
        )
    shapes = collections.Counter(np.shape(part) for part in X) if all(map(_is_array, X)) else {}
    if len(shapes) > 1:
        raise ValueError(
            f"X must hold images, or feature vectors of one length, got {len(X)} arrays of the shapes "
            f"{', '.join(map(str, list(shapes)[:3]))}{', ...' if len(shapes) > 3 else ''}."
        )
    if shapes and of_objects:
        raise ValueError(f"X must be one array, got an array of {len(X)} arrays: pass np.stack(X).")


def _is_array(part):
    return any(hasattr(part, mark) for mark in _ARRAY_MARKS[:2]) and not np.isscalar(part)


def _is_column_of_files(column):
    values = [str(os.fspath(value)) for value in column if is_path(value)][:10]
    return bool(values) and all(value.lower().endswith(IMAGE_ENDINGS) or os.path.isfile(value) for value in values)
