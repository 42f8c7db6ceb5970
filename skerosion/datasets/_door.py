"""The door of every estimator and sampler: whatever is handed in as X becomes ImageRows, or an error that teaches."""

import copy
import os

import numpy as np

from skerosion._validation import check_image_shape

from ._files import FileSource
from ._forms import as_array, check_columns_alike, is_gap, is_path, is_sparse
from ._rows import ImageRows
from ._sources import ArraySource, FeatureSource


def as_image_rows(X, *, image_shape=None, groups=None, sample_weight=None, cache_mb=128, cache_dir=None):
    """Make rows of whatever an estimator takes as X. No pixel is moved: arrays and memory maps stay where they are.

    Parameters
    ----------
    X : ImageRows or array-like
        One of

        - ``ImageRows``, returned as they are (with the groups and weights given here);
        - images of shape (n, H, W) or (n, H, W, C), uint8 of 0..255 or float of 0..1, in memory or a memory map;
        - flattened images of shape (n, H*W*C), with `image_shape`;
        - a column of file paths of shape (n, 1), also a DataFrame with one column;
        - feature vectors of shape (n, d).
    image_shape : int, (H, W) or (H, W, C), default=None
        Shape of flattened images, or the size to which files are resized (default: theirs or the median,
        see ``FileSource``; grey).
    groups : array-like of shape (n,), default=None
        The patient of each row; replaces the rows' own.
    sample_weight : array-like of shape (n,), default=None
        The weight of each row; replaces the rows' own.
    cache_mb, cache_dir
        Where decoded images of file paths are kept, as for ``FileSource``. Other forms of X have no use for them:
        `cache_mb` does not matter then, `cache_dir` is refused.

    Returns
    -------
    rows : ImageRows

    Raises
    ------
    ValueError
        Where X is nothing of these, the lengths disagree, or `cache_dir` is given for something else than file paths.
    TypeError
        Where X is a stream, such as a generator or a ``tf.data.Dataset``.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets import as_image_rows
    >>> as_image_rows(np.zeros((3, 64), dtype="uint8"), image_shape=(8, 8))
    ImageRows(3 images of 8x8x1, uint8)
    >>> as_image_rows([[0.5, 1.0], [2.0, 4.0]])
    ImageRows(2 features of 2, float32)
    """
    shape = None if image_shape is None else check_image_shape(image_shape)
    cache = {"cache_mb": cache_mb, "cache_dir": cache_dir}
    rows = _shaped_rows(X, shape) if isinstance(X, ImageRows) else ImageRows(_source_of(X, shape, cache))
    if cache_dir is not None and (isinstance(X, ImageRows) or rows.paths is None):
        raise ValueError(
            f"cache_dir must be None where X holds no file paths, got {cache_dir!r} with {rows!r}; of files, give it "
            "where the paths go in: FileSource, load_image_table or as_image_rows."
        )
    if groups is not None:
        rows = rows.with_groups(_same_length(groups, rows, "groups", dtype=object))
    if sample_weight is not None:
        rows = rows.with_sample_weight(_same_length(sample_weight, rows, "sample_weight"))
    return rows


def _source_of(X, shape, cache):
    if is_sparse(X):
        return FeatureSource(X)  # refuses it in scikit-learn's words
    array = as_array(X)
    if holds_paths(array):
        return FileSource(_path_column(array), shape, **cache)
    # From here on numbers: three dimensions are images, two are features unless a shape says otherwise.
    if array.ndim >= 3:
        source = ArraySource(array)
        return _checked_shape(source, shape)
    if shape is None or array.ndim != 2:
        check_columns_alike(array)
        return FeatureSource(X)
    return ArraySource(_unflatten(array, shape))


def _shaped_rows(rows, shape):
    """Rows of this shape; flattened images that a step took for feature vectors are unfolded, where they lie."""
    if shape is None or rows.kind == "images":
        return _checked_shape(rows, shape)
    view = copy.copy(rows)
    view.source = ArraySource(_unflatten(rows.source.array, shape))
    return view


def holds_numbers(X):
    """Whether `X` is numbers in at most two dimensions, feature vectors or not yet unfolded images."""
    array = as_array(X)
    check_columns_alike(array)
    return array.ndim <= 2 and not holds_paths(array)


def holds_paths(array):
    """Whether an array holds file paths, gaps included: a gap among numbers is another error than one among paths."""
    if array.dtype.kind == "O":
        return all(is_path(value) or is_gap(value) for value in array.flat) and any(map(is_path, array.flat))
    return array.dtype.kind in "UT"


def _path_column(array):
    if array.ndim != 2 or array.shape[1] != 1:
        raise ValueError(
            f"file paths must be one column of shape (n, 1), got shape {array.shape}. "
            "Reshape your data: X[:, np.newaxis] for an array, frame[['path']] for a DataFrame."
        )
    gaps = [row for row, path in enumerate(array[:, 0]) if is_gap(path) or not os.fspath(path)]
    if gaps:
        raise ValueError(f"{len(gaps)} of {len(array)} rows name no image, the first is row {gaps[0]}; leave them out")
    # Here rather than in the first batch, minutes into a training.
    missing = [path for path in array[:, 0] if not os.path.exists(path)]
    if missing:
        raise FileNotFoundError(
            f"{len(missing)} of {len(array)} images are not there, the first is {str(missing[0])!r}; "
            "check the paths and the folder they start from, or read the table with load_image_table"
        )
    return array[:, 0]


def _unflatten(array, shape):
    if array.shape[1] != np.prod(shape):
        raise ValueError(
            f"image_shape={shape} asks for rows of {np.prod(shape)} pixels, got {array.shape[1]} columns; "
            "leave image_shape=None if the columns are features"
        )
    return array.reshape(len(array), *shape)


def _checked_shape(images, shape):
    """Refuse images of another size than the one asked for: only files are resized."""
    if shape is not None and tuple(images.shape[1:]) != shape:
        raise ValueError(f"image_shape={shape}, but X has the shape {tuple(images.shape)}; only files are resized")
    return images


def _same_length(values, rows, name, dtype=None):
    """Refuse other lengths: behind a sampler, imbalanced-learn hands on the groups and weights from before it."""
    values = np.asarray(values, dtype=dtype)
    if values.ndim != 1 or len(values) != len(rows):
        raise ValueError(
            f"{name} has the shape {values.shape}, X has {len(rows)} rows. A sampler step before this one changes the "
            f"number of rows but not {name}: hand X in as ImageRows(..., {name}={name}), where they follow."
        )
    return values
