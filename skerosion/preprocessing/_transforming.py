"""One transform for many images, on the host: what a network would do in training, for views of images elsewhere."""

import numpy as np


def transform_images(images, transform, exposure=(1.0, 0.0)):
    """Apply one transform and one exposure, as :meth:`Augmentation.draw` returns them, to all of some images.

    Pixels are read between their neighbours by bilinear interpolation; beyond the border stands its nearest pixel.

    Parameters
    ----------
    images : ndarray of shape (n, H, W, C)
        uint8 of 0..255 or float of 0..1.
    transform : array-like of shape (8,)
        ``[a0, a1, a2, b0, b1, b2, 0, 0]``: the pixel at column x and row y of the result is read at column
        a0 x + a1 y + a2 and row b0 x + b1 y + b2.
    exposure : tuple of (float, float), default=(1.0, 0.0)
        Contrast factor and brightness offset, on pixels of 0..1.

    Returns
    -------
    images : ndarray of shape (n, H, W, C)
        In the dtype of the given ones.

    Raises
    ------
    ValueError
        For images of another number of dimensions.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.preprocessing import transform_images
    >>> images = np.array([[1, 2], [3, 4]], dtype="uint8").reshape(1, 2, 2, 1)
    >>> mirrored = transform_images(images, [-1, 0, 1, 0, 1, 0, 0, 0])
    >>> mirrored[0, :, :, 0].tolist()
    [[2, 1], [4, 3]]
    """
    images = np.asarray(images)
    if images.ndim != 4:
        raise ValueError(f"images must have the shape (n, H, W, C), got {images.shape}.")
    moved = _moved(images, np.asarray(transform, dtype=np.float64))
    factor, offset = (float(part) for part in exposure)
    white = 255.0 if images.dtype == np.uint8 else 1.0
    if (factor, offset) != (1.0, 0.0):
        moved = np.clip(moved * factor + offset * white, 0.0, white)
    return np.rint(moved).astype(np.uint8) if images.dtype == np.uint8 else moved.astype(images.dtype)


def _moved(images, transform):
    """Return the images read at the places of the transform, as floats."""
    height, width = images.shape[1:3]
    y, x = np.mgrid[:height, :width]
    left, right, across = _neighbours(transform[0] * x + transform[1] * y + transform[2], width)
    top, bottom, down = _neighbours(transform[3] * x + transform[4] * y + transform[5], height)
    upper = images[:, top, left] * (1 - across) + images[:, top, right] * across
    lower = images[:, bottom, left] * (1 - across) + images[:, bottom, right] * across
    return upper * (1 - down) + lower * down


def _neighbours(places, size):
    """Return the pixel before and after each place, and how far it lies between them, with an axis for channels."""
    places = np.clip(places, 0, size - 1)
    before = np.floor(places).astype(int)
    between = (places - before).astype(np.float32)[..., np.newaxis]
    return before, np.minimum(before + 1, size - 1), between
