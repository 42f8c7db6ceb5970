"""One reading of a film for a crop: an affine map, sampled once, every pixel the mean of the area that it covers."""

import math

import numpy as np
from PIL import Image

from ._box_maps import corners

_MARGIN = 3  # pixels about the box that the interpolation reaches
_FINEST = 16  # samples a side of a crop's pixel; what shrinks more is no joint on a film


def sample_film(film, matrix, size):
    """Return the crop that an affine map takes from a film.

    The film is interpolated by bicubic splines. Where it shrinks, as many samples as the shrinking asks for lie within
    each pixel of the crop, along its own axes, and their mean is its value: an area filter that turns with the box.
    What lies beyond the film repeats its border.

    Parameters
    ----------
    film : ndarray of uint8, shape (H, W)
    matrix : ndarray of shape (2, 3)
        As :func:`box_maps` returns it.
    size : int
        Pixels a side of the crop.

    Returns
    -------
    crop : ndarray of uint8, shape (size, size)

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets.joints import box_maps, sample_film
    >>> film = np.zeros((20, 20), "uint8")
    >>> film[:, 10:] = 200
    >>> sample_film(film, box_maps([(9.5, 9.5)], [0], [8], [True], 4)[0], 4)[0].tolist()
    [200, 200, 0, 0]
    """
    window, (left, top) = _window(film, matrix, size)
    fine = min(_FINEST, max(1, math.ceil(round(math.sqrt(abs(np.linalg.det(matrix[:, :2]))), 6))))
    # Pillow puts (0, 0) at the corner of the first pixel, in what it reads and in what it makes.
    linear = matrix[:, :2] / fine
    offset = matrix[:, 2] - matrix[:, :2] @ np.full(2, 0.5) + 0.5 - (left, top)
    data = (*linear[0], offset[0], *linear[1], offset[1])
    side = size * fine
    # As floats: of bytes, Pillow's interpolation cuts the fractions off.
    exact = Image.fromarray(window.astype(np.float32))
    crop = exact.transform((side, side), Image.Transform.AFFINE, data, Image.Resampling.BICUBIC).reduce(fine)
    return np.rint(np.clip(crop, 0, 255)).astype(np.uint8)


def _window(film, matrix, size):
    """Return the part of a film that a box reads, its border repeated beyond the film, and where that part starts."""
    ends = corners(matrix, size)
    low = np.floor(ends.min(axis=0)).astype(int) - _MARGIN
    high = np.ceil(ends.max(axis=0)).astype(int) + _MARGIN + 1
    columns, rows = (np.clip(np.arange(start, stop), 0, most - 1) for start, stop, most in _spans(low, high, film))
    return film[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1][np.ix_(rows - rows[0], columns - columns[0])], low


def _spans(low, high, film):
    return zip(low.tolist(), high.tolist(), film.shape[1::-1], strict=True)
