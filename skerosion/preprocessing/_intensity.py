"""Grey values of one image at a time: contrast stretch and histogram equalisation.

The two are often taken for each other. A stretch is linear and keeps the shape of the histogram; an equalisation makes
the histogram flat. What the thesis calls histogram equalisation is a stretch.
"""

import numpy as np

from skerosion._validation import Number, check_parameter


def stretch_contrast(images, saturated=0.0):
    """Stretch the grey values of each image linearly over the whole range.

    Parameters
    ----------
    images : ndarray of shape (n, H, W) or (n, H, W, C)
        uint8 of 0..255 or float of 0..1. Channels are stretched together, which keeps hues.
    saturated : float in [0, 0.5), default=0.0
        Share of an image's pixels that may become black, and that may become white. 0 makes the darkest pixel black and
        the lightest white, so that a single odd pixel decides.

    Returns
    -------
    images : ndarray of the same shape and dtype
        ``(value - low) / (high - low)`` of the range, clipped. An image with ``low == high``, such as a constant one,
        has nothing to stretch and stays as it is.

    Raises
    ------
    ValueError
        For other shapes, dtypes or values.

    References
    ----------
    Gonzalez and Woods, Digital Image Processing, section on piecewise linear transformations.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.preprocessing import stretch_contrast
    >>> stretch_contrast(np.array([[[50, 100], [150, 100]]], dtype="uint8")).tolist()
    [[[0, 128], [255, 128]]]
    """
    check_saturated(saturated)
    rows = _as_rows(images)
    if saturated:
        low, high = np.quantile(rows, [saturated, 1 - saturated], axis=1)
    else:
        low, high = rows.min(axis=1), rows.max(axis=1)
    precision = np.result_type(rows.dtype, np.float32)
    low, high = low.astype(precision)[:, None], high.astype(precision)[:, None]
    span = high - low
    stretched = np.clip((rows - low) / np.where(span > 0, span, 1), 0, 1)
    return np.where(span > 0, _of_unit(stretched, rows.dtype), rows).astype(rows.dtype).reshape(np.shape(images))


def equalize_histogram(images):
    """Give the grey values of each image a histogram that is as flat as it can be.

    Parameters
    ----------
    images : ndarray of shape (n, H, W) or (n, H, W, C)
        uint8 of 0..255 or float of 0..1. Channels share one histogram.

    Returns
    -------
    images : ndarray of the same shape and dtype
        ``(F(value) - F(lowest)) / (1 - F(lowest))`` of the range, where F(value) is the share of the image's pixels
        that are not lighter. Order is kept. A constant image has F(lowest) = 1 and stays as it is.

    Raises
    ------
    ValueError
        For other shapes, dtypes or values.

    References
    ----------
    Gonzalez and Woods, Digital Image Processing, section on histogram equalisation.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.preprocessing import equalize_histogram
    >>> equalize_histogram(np.array([[[50, 51], [52, 200]]], dtype="uint8")).tolist()
    [[[0, 85], [170, 255]]]
    """
    rows = _as_rows(images)
    equalized = np.empty_like(rows)
    for row, pixels in enumerate(rows):
        values, places, counts = np.unique(pixels, return_inverse=True, return_counts=True)
        not_lighter = np.cumsum(counts)
        if len(values) == 1:
            equalized[row] = pixels
        else:
            unit = (not_lighter - counts[0]) / (not_lighter[-1] - counts[0])
            equalized[row] = _of_unit(unit, rows.dtype).astype(rows.dtype)[places]
    return equalized.reshape(np.shape(images))


def check_saturated(saturated):
    """Raise where `saturated` is not a share below one half."""
    check_parameter("saturated", saturated, (Number(0, 0.5, open_high=True),))


def _of_unit(values, dtype):
    """Values of 0..1 on the range of a dtype."""
    return np.rint(values * 255) if dtype == np.uint8 else values


def _as_rows(images):
    """Images as (n, pixels), checked."""
    images = np.asarray(images)
    if images.ndim not in (3, 4) or 0 in images.shape[1:]:
        raise ValueError(
            f"X must be images of shape (n, H, W) or (n, H, W, C), got {images.shape}; unfold flattened ones with "
            "X.reshape(-1, H, W), and turn a column of file paths into rows with as_image_rows(X)."
        )
    is_float = images.dtype.kind == "f"
    if images.dtype != np.uint8 and not (is_float and (images.size == 0 or images.min() >= 0 and images.max() <= 1)):
        raise ValueError(
            f"X must be images of uint8, 0..255, or of floats within 0..1, got dtype {images.dtype}; divide by 255."
        )
    return images.reshape(len(images), int(np.prod(images.shape[1:])))
