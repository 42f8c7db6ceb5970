"""Images that come one by one, in a list or a column, of one size or of several: put into one array."""

import collections
import warnings

import numpy as np
from PIL import Image

from ._forms import check_unmasked
from ._sources import check_dtype, check_layout
from .reading import common_size, picture_pixels


def pictures_of(X):
    """Return the images of a list, a Series or a column one by one, None where X is something else.

    Parameters
    ----------
    X : object

    Returns
    -------
    pictures : list of PIL.Image.Image or ndarray, or None

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets._pictures import pictures_of
    >>> len(pictures_of([np.zeros((4, 6)), np.zeros((5, 5))]))
    2
    >>> pictures_of([0.5, 1.0]) is None
    True
    """
    parts = _parts(X)
    return list(parts) if parts is not None and len(parts) and all(map(_is_picture, parts)) else None


def stack_pictures(pictures, image_shape=None):
    """Put images into one array, those of another size resized as files are: bilinear, with antialiasing.

    Parameters
    ----------
    pictures : list of PIL.Image.Image or ndarray
        Grey, (H, W) or (H, W, 1), or all of as many channels. A palette, transparency or 16 bits of a PIL image are
        read as those of a file.
    image_shape : (H, W, C), default=None
        None takes the size of the images where all have one, and otherwise the median of each side, 512 at most,
        with a warning.

    Returns
    -------
    images : ndarray of shape (n, H, W, C)

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets._pictures import stack_pictures
    >>> stack_pictures([np.zeros((4, 6), "uint8"), np.zeros((8, 8), "uint8")], (4, 6, 1)).shape
    (2, 4, 6, 1)
    """
    images = [_pixels(picture) for picture in pictures]
    _check_alike(images, image_shape)
    size = _size_of(images) if image_shape is None else image_shape[:2]
    return np.stack([_resized(image, size) for image in images])


def _parts(X):
    if isinstance(X, (list, tuple)):
        return X
    shape = getattr(X, "shape", ())
    if len(shape) not in (1, 2) or (len(shape) == 2 and shape[1] != 1):
        return None
    array = np.asarray(X)
    return array.ravel() if array.dtype == object else None


def _is_picture(part):
    return isinstance(part, Image.Image) or (hasattr(part, "__array__") and getattr(part, "ndim", 0) in (2, 3))


def _pixels(picture):
    check_unmasked(picture)
    image = picture_pixels(picture) if isinstance(picture, Image.Image) else np.asarray(picture)
    return image if image.ndim == 3 else image[..., np.newaxis]


def _check_alike(images, image_shape):
    """Refuse images that no single array of pixels is made of, whatever their size."""
    for image in images:
        check_dtype(image.dtype)
        check_layout((len(images), *image.shape))
    _check_one(
        "uint8 of 0..255 or all float of 0..1", {"float" if each.dtype.kind == "f" else "uint8" for each in images}
    )
    channels = collections.Counter(image.shape[2] for image in images)
    _check_one("of as many channels", {f"{count} with {number} channels" for number, count in channels.items()})
    if image_shape is not None and image_shape[2] not in channels:
        raise ValueError(
            f"image_shape={image_shape} asks for {image_shape[2]} channels, but the images have {images[0].shape[2]}; "
            f"pass image_shape={(*image_shape[:2], images[0].shape[2])}, or convert them, PIL.Image.fromarray(image)"
            f".convert({'L' if image_shape[2] == 1 else 'RGB'!r})."
        )


def _check_one(rule, kinds):
    if len(kinds) > 1:
        raise ValueError(
            f"images must be all {rule}, got {' and '.join(sorted(kinds))}; convert them to one kind, such as grey "
            "pictures of 8 bits: PIL.Image.fromarray(image).convert('L')."
        )


def _size_of(images):
    size, note = common_size(np.array([image.shape[:2] for image in images]))
    if note:
        warnings.warn(
            f"{note} Pass image_shape= to the estimator or to as_image_rows for another.", UserWarning, stacklevel=6
        )
    return size


def _resized(image, size):
    if image.shape[:2] == tuple(size):
        return image
    kind = np.uint8 if image.dtype == np.uint8 else np.float32
    resized = [_resized_channel(channel.astype(kind), size) for channel in np.moveaxis(image, -1, 0)]
    return np.stack(resized, axis=-1).astype(image.dtype)


def _resized_channel(channel, size):
    resized = np.asarray(Image.fromarray(channel).resize(tuple(size)[::-1], Image.Resampling.BILINEAR))
    return np.clip(resized, channel.min(), channel.max())  # float sums leave the range by a last digit
