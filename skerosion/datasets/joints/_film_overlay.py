"""A map over a crop, such as where a network looked, drawn back where the crop lies on its film."""

import numpy as np
from PIL import Image

from ._box_maps import corners, inverted


def map_on_film(values, matrix, size, shape):
    """Return a map in line with the pixels of a film.

    Parameters
    ----------
    values : array-like of shape (h, w)
        Over the whole crop, of any resolution.
    matrix : ndarray of shape (2, 3)
        The affine map of the crop, as :func:`box_maps` returns it.
    size : int
        Pixels a side of the crop.
    shape : (H, W)
        Of the film.

    Returns
    -------
    values : ndarray of float32, shape (H, W)
        Interpolated in the box, NaN beside it.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets.joints import box_maps, map_on_film
    >>> matrix = box_maps([(3.5, 1.5)], [90], [4], [False], 16)[0]
    >>> map_on_film([[1, 1], [0, 0]], matrix, 16, (4, 6))[1].tolist()
    [nan, nan, 0.0, 0.25, 0.75, 1.0]
    """
    values = np.asarray(values, dtype=np.float32)
    drawn = np.full(shape, np.nan, dtype=np.float32)
    ends = corners(matrix, size)
    left, top = np.clip(np.floor(ends.min(axis=0)).astype(int), 0, shape[::-1])
    right, bottom = np.clip(np.ceil(ends.max(axis=0)).astype(int) + 1, 0, shape[::-1])
    if right > left and bottom > top:
        back = inverted(matrix)
        # From the film's pixels to the crop's, and on to the map's, all counted from the corner as Pillow does.
        scale = np.array(values.shape[::-1]) / size
        offset = back @ (left, top, 1) + 0.5 - back[:, :2] @ (0.5, 0.5)
        data = np.column_stack([back[:, :2], offset]) * scale[:, np.newaxis]
        window = Image.fromarray(values).transform(
            (right - left, bottom - top), Image.Transform.AFFINE, data.ravel().tolist(), Image.Resampling.BILINEAR,
            fillcolor=float("nan"),
        )  # fmt: skip
        drawn[top:bottom, left:right] = np.asarray(window)
    return drawn
