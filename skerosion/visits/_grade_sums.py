"""Sums of grades: exact convolutions given a common factor, averaged over it."""

import numpy as np
from scipy.signal import fftconvolve

from skerosion.forecasts import GridDistribution
from skerosion.visits._copula import factor, given_factor

# The joints of hands and feet stay below: what is certain remains exactly so.
_MOST_TERMS = 256
_FFT_NOISE = 1e-15


def sum_of_grades(cdf, codes, correlation):
    """Return the distribution of the sum of the grades of each visit, and its number of joints.

    Parameters
    ----------
    cdf : ndarray of shape (n, 5)
        P(grade <= 0), ..., P(grade <= 4) of each joint.
    codes : ndarray of shape (n,)
        Visit of each joint, 0 to n_visits - 1, each with a joint.
    correlation : float
        Of the normal scores of a visit's joints.

    Returns
    -------
    sums : GridDistribution
        One row per visit, on 0, 1, ..., 5 times the largest number of joints.
    n_joints : ndarray of shape (n_visits,)

    References
    ----------
    L. Andersen, J. Sidenius, S. Basu, "All your hedges in one basket", Risk, November 2003: the recursion given the
    factor, there for the losses of a credit portfolio.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.visits._grade_sums import sum_of_grades
    >>> coins = np.array([[0.5, 1, 1, 1, 1]] * 2)
    >>> sums, n_joints = sum_of_grades(coins, np.array([0, 0]), correlation=0.0)
    >>> sums.pmf[0, :3]
    array([0.25, 0.5 , 0.25])
    """
    n_joints = np.bincount(codes)
    summed = np.ones((len(n_joints), cdf.shape[1] * n_joints.max() + 1))
    for visit, pmf in enumerate(sums_of_units(cdf, codes, correlation)):
        summed[visit, : len(pmf) - 1] = np.minimum(np.cumsum(pmf)[:-1], 1)
    return GridDistribution(None, summed), n_joints


def sums_of_units(cdf, codes, correlation):
    """Yield the probabilities of 0, 1, ... as the sum of the places of the members of each unit.

    Parameters
    ----------
    cdf : ndarray of shape (n, n_points - 1)
        P(place <= 0), P(place <= 1), ... of each member, without the last, which is 1.
    codes, correlation
        As for :func:`sum_of_grades`.

    Yields
    ------
    ndarray of shape ((n_points - 1) * n_members + 1,)
    """
    values, weights = factor(correlation)
    for members in members_of_units(codes):
        conditional = given_factor(cdf[members], values, correlation)
        yield convolve(np.diff(conditional, axis=2, prepend=0, append=1), weights)


def members_of_units(codes):
    """Return the rows of each unit, units and rows in their order."""
    return np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes))[:-1])


def convolve(pmf, weights):
    """Return the distribution of the sum of places that are independent given the factor, averaged over it.

    Neighbours are added in pairs, the sums of these again: what is added is of one length. The last pair, which is half
    of the work, is averaged as it is added.

    Parameters
    ----------
    pmf : ndarray of shape (n_values, n_members, n_points)
    weights : ndarray of shape (n_values,)

    Returns
    -------
    ndarray of shape ((n_points - 1) * n_members + 1,)
    """
    width = (pmf.shape[2] - 1) * pmf.shape[1] + 1
    # A place moves whole blocks, which lie together in memory.
    terms = np.ascontiguousarray(pmf.transpose(2, 1, 0))
    while (n_members := terms.shape[1]) > 2:
        paired = n_members - n_members % 2
        added = _added(terms[:, :paired:2], terms[:, 1:paired:2])
        alone = np.pad(terms[:, paired:], ((0, len(added) - len(terms)), (0, 0), (0, 0)))
        terms = np.concatenate([added, alone], axis=1) if paired < n_members else added
    return (terms[:, 0] @ weights if n_members == 1 else _added_on_average(*terms.swapaxes(0, 1), weights))[:width]


def _added_on_average(first, second, weights):
    """Return the distribution of the sum of a pair: of each two of their places the mean probability, line by line."""
    n_points = len(first)
    if n_points > _MOST_TERMS:
        return _added(first, second) @ weights
    both = np.zeros((n_points, 2 * n_points))
    both[:, :n_points] = (first * weights) @ second.T
    # Read with one column less, each line begins one place later than the one above: sums stand below each other.
    return both.ravel()[: n_points * (2 * n_points - 1)].reshape(n_points, -1).sum(axis=0)


def _added(first, second):
    """Return the distributions of the sums of pairs: term by term, which is exact, or by FFT where these are many."""
    n_points = len(first)
    if n_points > _MOST_TERMS:
        total = fftconvolve(first, second, axes=0)
        return np.where(total > _FFT_NOISE, total, 0)
    total = np.zeros((2 * n_points - 1, *first.shape[1:]))
    for place, probability in enumerate(first):
        total[place : place + n_points] += probability * second
    return total
