"""The shortest intervals of distributions on a grid."""

import numpy as np

_TOLERANCE = 1e-6


def shortest_intervals(grid, cdf, coverage):
    """Return the first and last place of the shortest interval that holds the probability in each row.

    Of several as short as each other it is the one that holds most, and of those the lowest.

    Parameters
    ----------
    grid : ndarray of shape (n_points,)
        Ascending.
    cdf : ndarray of shape (n, n_points)
        Rows rise to 1.
    coverage : float
        Probability, 0 to 1.

    Returns
    -------
    ndarray of int, shape (n, 2)

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.forecasts._shortest_intervals import shortest_intervals
    >>> shortest_intervals(np.arange(4.0), np.cumsum([[0.6, 0.3, 0.05, 0.05], [0.05, 0.05, 0.5, 0.4]], axis=1), 0.9)
    array([[0, 1],
           [2, 3]])
    """
    return np.array([_shortest(grid, row, coverage) for row in cdf], dtype=int).reshape(-1, 2)


def _shortest(grid, row, coverage):
    below = np.append(0.0, row[:-1])
    last = np.searchsorted(row, below + coverage - _TOLERANCE)
    first = np.flatnonzero(last < len(row))
    width, held = grid[last[first]] - grid[first], row[last[first]] - below[first]
    best = first[np.lexsort((first, -held.round(9), width))[0]]
    return best, last[best]
