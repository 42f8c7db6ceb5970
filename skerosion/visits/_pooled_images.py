"""The largest and the mean of the images of a unit, such as a patient, from the distributions of the images."""

import numpy as np

from skerosion.forecasts import GridDistribution
from skerosion.visits._copula import factor, given_factor
from skerosion.visits._grade_sums import members_of_units, sums_of_units

# Points of a grid without even steps are moved by less than a thousandth of its span.
_MOST_STEPS, _MOST_PARTS, _ROUNDING = 1000, 20, 1e-6


def largest_of_units(cdf, codes, correlation):
    """Return the cdfs of the largest value of each unit.

    Parameters
    ----------
    cdf : ndarray of shape (n, n_points)
    codes : ndarray of shape (n,)
        Unit of each row, 0 to n_units - 1, each with a row.
    correlation : float
        Of the normal scores of a unit: 0 to 0.99, or 1.

    Returns
    -------
    ndarray of shape (n_units, n_points)

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.visits._pooled_images import largest_of_units
    >>> cdf, codes = np.array([[0.5, 1.0], [0.2, 1.0]]), np.array([0, 0])
    >>> largest_of_units(cdf, codes, 0.0), largest_of_units(cdf, codes, 1.0)
    (array([[0.1, 1. ]]), array([[0.2, 1. ]]))
    """
    pooled = np.empty((codes.max() + 1, cdf.shape[1]))
    values, weights = factor(0.0 if correlation == 1 else correlation)
    for unit, rows in enumerate(members_of_units(codes)):
        if correlation == 1:
            pooled[unit] = cdf[rows].min(axis=0)
        else:
            pooled[unit] = weights @ given_factor(cdf[rows], values, correlation).prod(axis=1)
    return pooled


def means_of_units(distribution, codes, correlation):
    """Yield the distribution of the mean of each unit, a `GridDistribution` of one row.

    Parameters
    ----------
    distribution : GridDistribution
    codes, correlation
        As for :func:`largest_of_units`.

    Yields
    ------
    GridDistribution
    """
    places, step = even_steps(distribution.grid)
    cdf = _on_steps(distribution.cdf, places)
    sums = _comonotone_sums(cdf, codes) if correlation == 1 else sums_of_units(cdf[:, :-1], codes, correlation)
    for pmf, n_members in zip(sums, np.bincount(codes), strict=True):
        rising = np.minimum(np.cumsum(pmf), 1)
        rising[-1] = 1
        grid = distribution.grid[0] + step / n_members * np.arange(len(pmf))
        yield GridDistribution(grid, rising[np.newaxis])


def _comonotone_sums(cdf, codes):
    """Yield the probabilities of the sums where all images of a unit stand at the same level of their cdfs."""
    for rows in members_of_units(codes):
        levels = np.unique(cdf[rows])
        places = sum(np.searchsorted(row, levels) for row in cdf[rows])
        yield np.bincount(places, np.diff(levels, prepend=0), minlength=len(rows) * (cdf.shape[1] - 1) + 1)


def even_steps(grid):
    """Return the places of the points of a grid among even steps, and the step.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.visits._pooled_images import even_steps
    >>> even_steps(np.array([0.0, 10, 25, 100]))
    (array([ 0,  2,  5, 20]), np.float64(5.0))
    """
    gaps = np.diff(grid)
    if not gaps.size:
        return np.zeros(1, dtype=int), 1.0
    span = grid[-1] - grid[0]
    for step in gaps.min() / np.arange(1, _MOST_PARTS + 1):
        steps = gaps / step
        if span <= _MOST_STEPS * step and np.abs(steps - np.rint(steps)).max() < _ROUNDING:
            return np.append(0, np.cumsum(np.rint(steps))).astype(int), step
    step = span / _MOST_STEPS
    return np.rint((grid - grid[0]) / step).astype(int), step


def _on_steps(cdf, places):
    """Return the cdfs at every step, from those at some of them."""
    return cdf[:, np.searchsorted(places, np.arange(places[-1] + 1), side="right") - 1]
