"""One reading of a film for a crop: an affine map, sampled once, every pixel the mean of the area that it covers."""

import math

import numpy as np
from PIL import Image

from ._box_maps import corners

_MARGIN = 8  # pixels about the box that the interpolation reaches; a spline feels some more than it reads
_FINEST = 16  # samples a side of a crop's pixel; what shrinks more is no joint on a film


def sample_film(film, matrix, size):
    """Return the crop that an affine map takes from a film.

    A film that is enlarged is interpolated by cubic splines. Where it shrinks, as many samples as the shrinking asks
    for lie within each pixel of the crop, along its own axes, and their mean is its value: an area filter that turns
    with the box. They are read by Pillow's bicubic interpolation, which sharpens about as much as the mean blurs.
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
    matrix = np.column_stack([matrix[:, :2], matrix[:, 2] - (left, top)])
    crop = _shrunk(window, matrix, size, fine) if fine > 1 else _enlarged(window, matrix, size)
    return np.rint(np.clip(crop, 0, 255)).astype(np.uint8)


def _enlarged(window, matrix, size):
    from scipy.ndimage import affine_transform

    # SciPy counts rows before columns.
    linear, offset = matrix[::-1, 1::-1], matrix[::-1, 2]
    return affine_transform(window.astype(np.float64), linear, offset, (size, size), order=3, mode="nearest")


def _shrunk(window, matrix, size, fine):
    # Pillow puts (0, 0) at the corner of the first pixel, in what it reads and in what it makes.
    offset = matrix[:, 2] - matrix[:, :2] @ np.full(2, 0.5) + 0.5
    data = np.column_stack([matrix[:, :2] / fine, offset]).ravel().tolist()
    # As floats: of bytes, Pillow's interpolation cuts the fractions off.
    exact = Image.fromarray(window.astype(np.float32))
    crop = exact.transform((size * fine,) * 2, Image.Transform.AFFINE, data, Image.Resampling.BICUBIC)
    return np.asarray(crop.reduce(fine))


def _window(film, matrix, size):
    """Return the part of a film that a box reads, its border repeated beyond the film, and where that part starts."""
    ends = corners(matrix, size)
    low = np.floor(ends.min(axis=0)).astype(int) - _MARGIN
    high = np.ceil(ends.max(axis=0)).astype(int) + _MARGIN + 1
    columns, rows = (np.clip(np.arange(start, stop), 0, most - 1) for start, stop, most in _spans(low, high, film))
    return film[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1][np.ix_(rows - rows[0], columns - columns[0])], low


def _spans(low, high, film):
    return zip(low.tolist(), high.tolist(), film.shape[1::-1], strict=True)
