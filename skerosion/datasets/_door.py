"""The door of every estimator and sampler: whatever is handed in as X becomes ImageRows, or an error that teaches."""

import copy

import numpy as np

from skerosion._validation import check_image_shape

from ._given import as_source, checked_shape, unflatten
from ._rows import ImageRows
from ._sources import ArraySource


def as_image_rows(X, *, image_shape=None, groups=None, sample_weight=None, cache_mb=128, cache_dir=None):
    """Make rows of whatever an estimator takes as X. No pixel is moved: arrays and memory maps stay where they are.

    Parameters
    ----------
    X : ImageRows or array-like
        One of

        - ``ImageRows``, returned as they are (with the groups and weights given here);
        - images of shape (n, H, W) or (n, H, W, C), uint8 of 0..255 or float of 0..1, in memory or a memory map;
        - flattened images of shape (n, H*W*C), with `image_shape`;
        - a list, Series or column of images, arrays or PIL images, of one size or of several;
        - a list, Series or column of file paths, also a DataFrame with one column;
        - feature vectors of shape (n, d).
    image_shape : int, (H, W) or (H, W, C), default=None
        Shape of flattened images, or the size to which files and the images of a list are resized (default: theirs or
        the median, see ``FileSource``; files are read grey).
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
    rows = _shaped_rows(X, shape) if isinstance(X, ImageRows) else ImageRows(as_source(X, shape, **cache))
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


def _shaped_rows(rows, shape):
    """Rows of this shape; flattened images that a step took for feature vectors are unfolded, where they lie."""
    if shape is None or rows.kind == "images":
        return checked_shape(rows, shape)
    view = copy.copy(rows)
    view.source = ArraySource(unflatten(rows.source.array, shape))
    return view


def _same_length(values, rows, name, dtype=None):
    """Refuse other lengths: behind a sampler, imbalanced-learn hands on the groups and weights from before it."""
    values = np.asarray(values, dtype=dtype)
    if values.ndim != 1 or len(values) != len(rows):
        raise ValueError(
            f"{name} has the shape {values.shape}, X has {len(rows)} rows. A sampler step before this one changes the "
            f"number of rows but not {name}: hand X in as ImageRows(..., {name}={name}), where they follow."
        )
    return values
