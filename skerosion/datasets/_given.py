"""Whatever is handed in as images becomes a source of pixels, or an error that teaches."""

import os

import numpy as np

from skerosion._validation import check_image_shape

from ._files import FileSource
from ._forms import as_array, check_columns_alike, is_gap, is_sparse
from ._pictures import pictures_of, stack_pictures
from ._sources import ArraySource, FeatureSource
from .reading import is_path

_SOURCE_NAMES = ("read", "shape", "dtype", "value_range")


def as_source(given, image_shape=None, **cache):
    """Return a source itself, or make the one that fits what is given.

    Parameters
    ----------
    given : source or array-like
        What ``as_image_rows`` takes, without rows.
    image_shape : int, (H, W) or (H, W, C), default=None
        Shape of flattened images, or the size to which files and images that come one by one are resized.
    **cache
        For ``FileSource``.

    Returns
    -------
    source : ArraySource, FeatureSource, FileSource or the given one

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets._given import as_source
    >>> as_source(np.zeros((2, 3))), as_source([np.zeros((4, 4)), np.zeros((4, 4))])
    (FeatureSource(2x3), ArraySource(array of float64, 2x4x4x1))
    """
    if all(hasattr(given, name) for name in _SOURCE_NAMES):
        return given
    shape = None if image_shape is None else check_image_shape(image_shape)
    form = form_of(given)
    if form == "pictures":
        return ArraySource(stack_pictures(pictures_of(given), shape))
    if form == "paths":
        return FileSource(_path_column(as_array(given)), shape, **cache)
    if form == "images":
        return checked_shape(ArraySource(as_array(given)), shape)
    if is_sparse(given) or shape is None or np.ndim(given) != 2:
        return FeatureSource(given)  # refuses anything else in scikit-learn's words
    return ArraySource(unflatten(as_array(given), shape))


def form_of(X):
    """Tell in which form images, or numbers in their place, are handed in.

    Parameters
    ----------
    X : array-like

    Returns
    -------
    form : {"pictures", "paths", "images", "numbers"}
        Images one by one, which are resized where they need be, and so are files; an array of images; or numbers in two
        dimensions, feature vectors or not yet unfolded images.

    Raises
    ------
    TypeError, ValueError
        Where X is none of these.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets._given import form_of
    >>> form_of(np.zeros((2, 8, 8))), form_of(["a.png", "b.png"]), form_of([[1.0, 2.0]])
    ('images', 'paths', 'numbers')
    """
    if is_sparse(X):
        return "numbers"
    if pictures_of(X) is not None:
        return "pictures"
    array = as_array(X)
    check_columns_alike(array, X)
    if _holds_paths(array):
        return "paths"
    return "images" if array.ndim >= 3 else "numbers"


def _holds_paths(array):
    """Whether an array holds file paths, gaps included: a gap among numbers is another error than one among paths."""
    if array.dtype.kind == "O":
        return all(is_path(value) or is_gap(value) for value in array.flat) and any(map(is_path, array.flat))
    return array.dtype.kind in "UT"


def _path_column(array):
    if array.ndim != 1 and array.shape[1:] != (1,):
        raise ValueError(
            f"file paths must be a list, or one column of shape (n, 1), got shape {array.shape}. Hand in the column of "
            "the images alone: X[:, 0] of an array, frame[['path']] of a DataFrame."
        )
    paths = array.ravel()
    gaps = [row for row, path in enumerate(paths) if is_gap(path) or not os.fspath(path)]
    if gaps:
        raise ValueError(f"{len(gaps)} of {len(paths)} rows name no image, the first is row {gaps[0]}; leave them out")
    # Here rather than in the first batch, minutes into a training.
    missing = [path for path in paths if not os.path.exists(path)]
    if missing:
        raise FileNotFoundError(
            f"{len(missing)} of {len(paths)} images are not there, the first is {str(missing[0])!r}; "
            "check the paths and the folder they start from, or read the table with load_image_table"
        )
    return paths


def unflatten(array, shape):
    """Return flattened images unfolded, where they lie."""
    if array.shape[1] != np.prod(shape):
        raise ValueError(
            f"image_shape={shape} asks for rows of {np.prod(shape)} pixels, got {array.shape[1]} columns; "
            "leave image_shape=None if the columns are features"
        )
    return array.reshape(len(array), *shape)


def checked_shape(images, shape):
    """Refuse an array of images of another size than the one asked for: nothing is resized that is one array."""
    if shape is not None and tuple(images.shape[1:]) != shape:
        raise ValueError(
            f"image_shape={shape}, but X has the shape {tuple(images.shape)}; only files and lists of images are "
            "resized, list(X) among them"
        )
    return images
