"""The affine map of a square box: from the pixels of its crop to those of the film, and back."""

import numpy as np

MAP_COLUMNS = ("a0", "a1", "a2", "b0", "b1", "b2")


def box_maps(centres, angles, sides, mirrored, size):
    """Return the map of each box: the crop's pixel (u, v) lies at x = a0 u + a1 v + a2, y = b0 u + b1 v + b2.

    Parameters
    ----------
    centres : array-like of shape (n, 2)
        x and y in pixels of the film, whose first pixel has its centre at (0, 0); so has that of the crop.
    angles : array-like of shape (n,)
        Degrees by which the box is turned clockwise, as it is seen: its upper side looks to the right at 90.
    sides : array-like of shape (n,)
        In pixels of the film.
    mirrored : array-like of bool, shape (n,)
        Whether the crop shows the box with its left and right exchanged.
    size : int
        Pixels a side of the crop.

    Returns
    -------
    maps : ndarray of float64, shape (n, 2, 3)

    Examples
    --------
    >>> from skerosion.datasets.joints import box_maps
    >>> box_maps([(10, 20)], [0], [8], [False], 4).tolist()
    [[[2.0, 0.0, 7.0], [0.0, 2.0, 17.0]]]
    """
    turn = np.deg2rad(np.asarray(angles, dtype=float))
    scale = np.asarray(sides, dtype=float) / size
    across = scale * np.where(mirrored, -1.0, 1.0)
    linear = np.array([[across * np.cos(turn), -scale * np.sin(turn)], [across * np.sin(turn), scale * np.cos(turn)]])
    linear = np.moveaxis(linear, 2, 0) + 0.0  # no -0.0
    middle = np.full(2, (size - 1) / 2)
    return np.concatenate([linear, (np.asarray(centres, dtype=float) - linear @ middle)[..., np.newaxis]], axis=2)


def apply_map(matrix, points):
    """Return where points (m, 2) of a crop lie on the film."""
    return np.asarray(points, dtype=float) @ matrix[:, :2].T + matrix[:, 2]


def inverted(matrix):
    """Return the map from the film to the crop.

    Examples
    --------
    >>> from skerosion.datasets.joints import box_maps, inverted
    >>> inverted(box_maps([(10, 20)], [0], [8], [False], 4)[0]).tolist()
    [[0.5, 0.0, -3.5], [0.0, 0.5, -8.5]]
    """
    linear = np.linalg.inv(matrix[:, :2])
    return np.column_stack([linear, -linear @ matrix[:, 2]])


def widened(maps, margin):
    """Return the maps of crops that have so many pixels more on all sides, as large as before.

    Examples
    --------
    >>> from skerosion.datasets.joints import box_maps
    >>> from skerosion.datasets.joints._box_maps import widened
    >>> widened(box_maps([(10, 20)], [0], [8], [False], 4), 1).tolist()
    [[[2.0, 0.0, 5.0], [0.0, 2.0, 15.0]]]
    """
    start = maps[..., 2:] - margin * maps[..., :2].sum(axis=-1, keepdims=True)
    return np.concatenate([maps[..., :2], start], axis=-1)


def corners(matrix, size):
    """Return the corners of a box on the film, of shape (4, 2), round it from the upper left of its crop."""
    low, high = -0.5, size - 0.5
    return apply_map(matrix, [(low, low), (high, low), (high, high), (low, high)])
