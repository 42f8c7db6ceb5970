"""Scores that order what may happen from likely to unlikely, so that sets of the likely grow without gaps."""

import numpy as np

# The sums on both sides of a comparison are the same ones; this is for their rounding alone.
_ROUNDING = 1e-9


def central_scores(cdf, below, at):
    """Return how far from the middle of its distribution each target lies, from 0 to 0.5.

    The distance of 1/2 from the levels that the CDF jumps over at the target; nothing is drawn within a jump.
    """
    rows = np.arange(len(below))
    before = np.where(below >= 0, cdf[rows, np.maximum(below, 0)], 0)
    return np.maximum(np.maximum(before - 0.5, 0.5 - cdf[rows, at]), 0)


def central_ends(cdf, threshold):
    """Return first and last column of the interval of all points with a central score up to the threshold."""
    low = (cdf >= min(0.5 - threshold, 1.0) - _ROUNDING).argmax(axis=1)
    before = np.hstack([np.zeros((len(cdf), 1)), cdf[:, :-1]])
    return low, (before <= 0.5 + threshold + _ROUNDING).sum(axis=1) - 1


def outward_scores(pmf):
    """Return for each class the probability of the classes that come before it, outward from the most probable one.

    From the set so far, the more probable of its two neighbours comes next, so that all classes with a score up to
    any threshold are neighbours.

    Parameters
    ----------
    pmf : ndarray of shape (n, K)

    Returns
    -------
    ndarray of shape (n, K)
        From 0, of the most probable class, to below 1.
    """
    rows, n_classes = np.arange(len(pmf)), pmf.shape[1]
    # A column of -1 on either side stands for no neighbour.
    padded = np.pad(pmf, ((0, 0), (1, 1)), constant_values=-1.0)
    low = high = pmf.argmax(axis=1) + 1
    scores, mass = np.zeros(pmf.shape), padded[rows, low]
    for _ in range(n_classes - 1):
        downward = padded[rows, low - 1] > padded[rows, high + 1]
        low, high = np.where(downward, low - 1, low), np.where(downward, high, high + 1)
        chosen = np.where(downward, low, high)
        scores[rows, chosen - 1] = mass
        mass = mass + padded[rows, chosen]
    return scores


def within(scores, threshold):
    """Tell which scores lie up to the threshold."""
    return scores <= threshold + _ROUNDING
