"""What a prediction loses when a part of the image is covered."""

from numbers import Integral, Real

import numpy as np
from sklearn.utils import check_scalar

from skerosion._types import Any

from ._network import FittedRows
from ._targets import make_target

BRIGHT = ("quantile", 0.9)
"""About the grey of bone: covering an erosion with it puts back the bone that is missing."""


def occlusion_sensitivity(
    estimator: Any, X: Any, *, patch: Any = None, stride: Any = None, fill: Any = BRIGHT, target: Any = None
) -> np.ndarray:
    """Return how much the target falls when a square of each image is covered, place by place.

    Covered images go through the estimator's own ``forecast``, its batch size of them at a time: what is explained is
    the prediction that a user gets, whatever the backend, no layer has to be chosen, and an estimator made of others,
    such as an ensemble, is asked like any. The price is one prediction for each place of the square.

    Parameters
    ----------
    estimator : fitted estimator, Pipeline or search
        That ends in an estimator of this package, fitted on images. What transforms images before is done once: the
        images are covered as they reach the last step.
    X : ImageRows or array-like
        Images as for ``predict``.
    patch : int or None, default=None
        Side of the square in pixels; None is a twelfth of the shorter side of the image, 2 at least: about an erosion.
    stride : int or None, default=None
        Pixels from one place to the next, at most `patch`; None is half the patch. The last place of a row or column
        ends at the rim.
    fill : ("quantile", q), "mean", float or array-like of shape (n,), default=("quantile", 0.9)
        What covers: a quantile of the grey levels of each image and channel, their mean, or a grey level (0..255 for
        uint8 images, 0..1 for float), the same for all images or one each. It decides what is asked. An erosion is
        bone that is missing: the grey of bone fills it and the predicted damage falls, while a darker square erodes
        the bone beside it. For damage that adds bone take a dark one.
    target : None, grade, array-like of n grades, str or tuple, default=None
        As for :func:`grad_cam`; a grade by its probability. None is the grade predicted for the whole image, or the
        mean.

    Returns
    -------
    ndarray of shape (n, H, W), float32
        The target of the whole image minus that of the covered one, averaged over the squares that cover a pixel: in
        units of the prediction, or as a difference of probabilities. Positive where the target rests on the pixel,
        negative where covering it raises the target.

    Raises
    ------
    TypeError
        For an estimator of another package.
    ValueError
        For feature vectors, images of another size than the fit's, squares that do not fit, a stride that leaves gaps,
        a grey level out of range, or a target that the estimator does not predict.

    References
    ----------
    M. D. Zeiler, R. Fergus, "Visualizing and understanding convolutional networks", ECCV 2014.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion import CNNClassifier
    >>> from skerosion.inspection import occlusion_sensitivity
    >>> images = np.zeros((20, 16, 16), np.uint8)
    >>> images[10:, 2:6, 2:6] = 255
    >>> settings = {"filters": (4,), "convolutions": 1, "dense_units": (4,), "epochs": 1, "random_state": 0}
    >>> classifier = CNNClassifier(**settings).fit(images, np.repeat([0, 1], 10))
    >>> occlusion_sensitivity(classifier, images[:2], patch=8, target=1).shape
    (2, 16, 16)
    """
    fitted = FittedRows(estimator, X)
    height, width = fitted.image_size
    patch, stride = _check_patch(patch, stride, height, width)
    fill = _check_fill(fill, fitted.rows)
    corners = _corners(height, width, patch, stride)
    drops = _drops(fitted, corners, patch, fill, make_target(target, fitted.step, len(fitted)))
    return _spread(drops, corners, patch, (height, width))


def _check_patch(patch, stride, height, width):
    patch = max(2, min(height, width) // 12) if patch is None else patch
    check_scalar(patch, "patch", Integral, min_val=1, max_val=min(height, width))
    stride = max(1, patch // 2) if stride is None else stride
    check_scalar(stride, "stride", Integral, min_val=1)
    if stride > patch:
        raise ValueError(f"stride must be at most the patch of {patch} pixels, else pixels stay bare, got {stride}.")
    return patch, stride


def _check_fill(fill, rows):
    """Return a function from images and their rows to what covers them, a grey level for each channel."""
    if isinstance(fill, str) and fill == "mean":
        return lambda images, _: images.mean(axis=(1, 2))
    if isinstance(fill, tuple) and len(fill) == 2 and fill[0] == "quantile":
        share = check_scalar(fill[1], "fill[1]", Real, min_val=0, max_val=1)
        return lambda images, _: np.quantile(images, share, axis=(1, 2))
    levels = _grey_levels(fill, rows)
    return lambda _, positions: levels[positions]


def _grey_levels(fill, rows):
    white, levels = 255 if rows.dtype == np.uint8 else 1, np.asarray(fill)
    if levels.dtype.kind not in "iuf" or levels.shape not in ((), (len(rows),)):
        raise ValueError(
            f"fill must be ('quantile', q), 'mean', a grey level or one for each of the {len(rows)} images, got "
            f"{fill!r}."
        )
    if not ((levels >= 0) & (levels <= white)).all():
        raise ValueError(f"fill must hold grey levels from 0 to {white} for {rows.dtype} images, got {fill!r}.")
    return np.broadcast_to(levels, (len(rows),))


def _corners(height, width, patch, stride):
    """Return the top left corners of all squares, of shape (n_places, 2)."""
    # The last square ends at the border, so that every pixel is covered by one.
    starts = [np.unique([*range(0, side - patch, stride), side - patch]) for side in (height, width)]
    return np.stack(np.meshgrid(*starts, indexing="ij"), axis=-1).reshape(-1, 2)


def _drops(fitted, corners, patch, fill, target):
    """Return the fall of the target for each row and place, of shape (n, n_places)."""
    whole = fitted.step.forecast(fitted.rows)
    target = target.fixed(whole)
    before = target.values(whole)
    drops = np.empty((len(fitted), len(corners)), dtype=np.float32)
    for start in range(0, drops.size, fitted.batch_size):
        pairs = np.arange(start, min(start + fitted.batch_size, drops.size))
        rows, places = np.divmod(pairs, len(corners))
        # Pairs of a batch come from few images: each is read once and covered in many places.
        needed, which = np.unique(rows, return_inverse=True)
        images = fitted.rows.read(needed)
        grey = fill(images, needed)[which]
        covered = _covered(images[which], corners[places], patch, grey)
        drops[rows, places] = before[rows] - target.take(rows).values(fitted.step.forecast(covered))
    return drops


def _covered(images, corners, patch, grey):
    """Cover one square of each image with its grey level; the images are overwritten."""
    # NumPy would cut off the fraction, which darkens by half a grey level on average.
    grey = np.rint(grey) if images.dtype == np.uint8 else grey
    for image, (top, left), level in zip(images, corners, grey, strict=True):
        image[top : top + patch, left : left + patch] = level
    return images


def _spread(drops, corners, patch, size):
    """Return for each pixel the mean over the squares that cover it."""
    maps, times = np.zeros((len(drops), *size), dtype=np.float32), np.zeros(size, dtype=np.float32)
    for drop, (top, left) in zip(drops.T, corners, strict=True):
        square = (..., slice(top, top + patch), slice(left, left + patch))
        maps[square] += drop[:, np.newaxis, np.newaxis]
        times[square] += 1
    return maps / times
