"""Points that move with their images, where a network moves these to learn."""

import numpy as np

from skerosion.networks import MISSING, VISIBLE


def moved_points(targets, transforms, size):
    """Return the points of moved squares, as the loss takes them.

    A mirrored square shows a right hand as a left one: then it is the right side's points that are looked for.

    Parameters
    ----------
    targets : ndarray of shape (n, sides, joints, 3)
        x and y as shares of a square, and state.
    transforms : ndarray of shape (n, 8)
        As ``Augmentation.draw`` returns them, from the pixels of a moved square to those of the square.
    size : int
        Pixels a side.

    Returns
    -------
    ndarray of float32, shape (n, 3 * joints)

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.localization._moved_points import moved_points
    >>> from skerosion.preprocessing import identity
    >>> point = np.array([[[[0.25, 0.5, 1.0]], [[0.5, 0.5, 0.0]]]])
    >>> moved_points(point, identity(1), 8).tolist()
    [[0.25, 0.5, 1.0]]
    """
    transforms = np.asarray(transforms, dtype=np.float64)
    linear = transforms[:, [0, 1, 3, 4]].reshape(-1, 2, 2)
    side = (np.linalg.det(linear) < 0).astype(int) if targets.shape[1] > 1 else np.zeros(len(targets), dtype=int)
    points = targets[np.arange(len(targets)), side]
    away = points[..., :2] * size - 0.5 - transforms[:, np.newaxis, [2, 5]]
    shares = (np.einsum("nij,nkj->nki", np.linalg.inv(linear), away) + 0.5) / size
    inside = ((shares > 0) & (shares < 1)).all(axis=-1)
    state = np.where((points[..., 2] == VISIBLE) & ~inside, MISSING, points[..., 2])
    return np.concatenate([shares, state[..., np.newaxis]], axis=-1).reshape(len(points), -1).astype(np.float32)
