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
    low = (cdf >= np.minimum(0.5 - threshold, 1.0) - _ROUNDING).argmax(axis=1)
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


def ranked_scores(pmf):
    """Return for each class the ranked-probability score that the forecast gets where that class is true.

    From a class k to the next one it rises by 2 F(k) - 1, so that it falls to the median and rises beyond: all classes
    with a score up to any threshold are neighbours.

    References
    ----------
    E. S. Epstein, "A scoring system for probability forecasts of ranked categories", Journal of Applied Meteorology 8,
    1969.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.promises._conformity import ranked_scores
    >>> ranked_scores(np.array([[0.25, 0.5, 0.25]]))
    array([[0.625, 0.125, 0.625]])
    """
    cdf = np.cumsum(pmf, axis=1)
    steps = np.hstack([np.zeros((len(cdf), 1)), 2 * cdf[:, :-1] - 1]).cumsum(axis=1)
    return ((cdf[:, :-1] - 1) ** 2).sum(axis=1, keepdims=True) + steps


def window_scores(pmf):
    """Return for each class the largest probability of a shortest window that lacks it.

    The shortest window of a probability p is the one of fewest neighbouring classes that hold more than p together. As
    p rises these windows need not hold one another: a class may leave again. Its score is the probability up to
    which some window lacks it, so that the classes with a score up to p are those of all windows from p on: an
    intersection of windows, which has no gap, and no more classes than the shortest window itself.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.promises._conformity import window_scores
    >>> window_scores(np.array([[0.4, 0.05, 0.3, 0.25]]))
    array([[0.55, 0.55, 0.4 , 0.75]])
    """
    n, n_classes = pmf.shape
    mass = np.hstack([np.zeros((n, 1)), np.cumsum(pmf, axis=1)])
    columns, scores = np.arange(n_classes), np.zeros(pmf.shape)
    for width in range(1, n_classes):
        held = mass[:, width:] - mass[:, :-width]
        first = held.argmax(axis=1)[:, np.newaxis]
        lacking = (columns < first) | (columns >= first + width)
        scores = np.where(lacking, np.maximum(scores, held.max(axis=1, keepdims=True)), scores)
    return scores


SCORES = {"outward": outward_scores, "rps": ranked_scores, "shortest": window_scores}
"""How classes are ordered, by name."""


def within(scores, threshold):
    """Tell which scores lie up to the threshold."""
    return scores <= threshold + _ROUNDING


def sets_within(scores, thresholds):
    """Return the sets of neighbouring classes whose scores lie up to the thresholds.

    The class of the least score is always in, and gaps are filled, which thresholds that differ between classes leave:
    both only add coverage.

    Parameters
    ----------
    scores : ndarray of shape (n, K)
    thresholds : float or ndarray that fits to (n, K)

    Returns
    -------
    ndarray of bool, shape (n, K)

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.promises import sets_within
    >>> sets_within(np.array([[0.0, 0.6, 0.7], [0.0, 0.6, 0.9]]), np.array([0.5, 0.5, 0.8]))
    array([[ True,  True,  True],
           [ True, False, False]])
    """
    inside = within(scores, thresholds)
    inside[np.arange(len(scores)), scores.argmin(axis=1)] = True
    upward, downward = np.logical_or.accumulate(inside, axis=1), np.logical_or.accumulate(inside[:, ::-1], axis=1)
    return upward & downward[:, ::-1]


def ends_of_sets(inside, values):
    """Return the least and the largest value of each set, of shape (n, 2).

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.promises import ends_of_sets
    >>> ends_of_sets(np.array([[True, True, False]]), np.array([0.0, 5.0, 10.0]))
    array([[0., 5.]])
    """
    return np.column_stack(
        [np.where(inside, values, np.inf).min(axis=1), np.where(inside, values, -np.inf).max(axis=1)]
    )
