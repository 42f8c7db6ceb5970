"""The intraclass correlation of several readings of the same images."""

import numpy as np

from skerosion._types import ArrayLike
from skerosion._validation import Choice, check_parameter
from skerosion.grades import checked_votes, is_number

_DESIGNS = ("one-way", "two-way")


def intraclass_correlation(votes: ArrayLike, design: str = "two-way") -> float:
    """Return the intraclass correlation of single readings: the share of their variance that lies between images.

    ``"two-way"`` is ICC(2,1), for readers who each read all images: with the mean squares of images :math:`R`, of
    readers :math:`C` and of the rest :math:`E`, n images and k readers,

    .. math:: \\frac{R - E}{R + (k - 1) E + k (C - E) / n}

    ``"one-way"`` is ICC(1,1), :math:`(B - W) / (B + (k_0 - 1) W)` with the mean squares between and within images,
    for any readers: a reader who grades higher counts as error there. Images may have different numbers of readings,
    of which :math:`k_0` is the mean less their variance over the number of readings.

    Parameters
    ----------
    votes : array-like of shape (n_rows, n_readers)
        Numbers; NaN where a reader did not vote.
    design : {"two-way", "one-way"}, default="two-way"
        Two-way takes the images that all readers have read.

    Returns
    -------
    float
        At most 1; NaN where all votes are the same.

    Raises
    ------
    ValueError
        For votes that are names, and where fewer than two images were read twice.

    References
    ----------
    P. E. Shrout, J. L. Fleiss, "Intraclass correlations: uses in assessing rater reliability", Psychological Bulletin
    86, 1979; for unequal numbers of readings A. Donner, "A review of inference procedures for the intraclass
    correlation coefficient in the one-way random effects model", International Statistical Review 54, 1986.

    Examples
    --------
    The table of Shrout and Fleiss.

    >>> from skerosion.metrics import intraclass_correlation
    >>> votes = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> print(f"{intraclass_correlation(votes):.2f}, {intraclass_correlation(votes, 'one-way'):.2f}")
    0.29, 0.17
    """
    check_parameter("design", design, (Choice(_DESIGNS),))
    votes = checked_votes(votes)
    if not is_number(votes):
        raise ValueError("votes must be numbers for an intraclass correlation; give names their places in the order.")
    if not _is_read_twice(votes, design):
        raise ValueError(f"votes must have two rows at least that several readers graded, got {votes.shape[0]} rows.")
    return correlation_of(votes, design)


def correlation_of(votes, design):
    """Return `intraclass_correlation` of votes that are checked, NaN where fewer than two rows were read twice."""
    if not _is_read_twice(votes, design):
        return np.nan
    read = _read(votes, design)
    return _two_way(votes[read]) if design == "two-way" else _one_way(votes[read], np.isfinite(votes[read]))


def _read(votes, design):
    cast = np.isfinite(votes)
    return cast.all(axis=1) if design == "two-way" else cast.any(axis=1)


def _is_read_twice(votes, design):
    read = votes[_read(votes, design)]
    return (np.isfinite(read).sum(axis=1) > 1).sum() > 1


def _two_way(votes):
    (n, k), mean = votes.shape, votes.mean()
    of_rows, of_readers = votes.mean(axis=1), votes.mean(axis=0)
    between = k * np.square(of_rows - mean).sum() / (n - 1)
    readers = n * np.square(of_readers - mean).sum() / (k - 1)
    rest = np.square(votes - of_rows[:, None] - of_readers + mean).sum() / ((n - 1) * (k - 1))
    return _ratio(between - rest, between + (k - 1) * rest + k * (readers - rest) / n)


def _one_way(votes, cast):
    counts, total = cast.sum(axis=1), cast.sum()
    of_rows = np.where(cast, votes, 0.0).sum(axis=1) / counts
    mean = np.where(cast, votes, 0.0).sum() / total
    between = (counts * np.square(of_rows - mean)).sum() / (len(votes) - 1)
    within = np.where(cast, np.square(votes - of_rows[:, None]), 0.0).sum() / (total - len(votes))
    usual = (total - np.square(counts).sum() / total) / (len(votes) - 1)
    return _ratio(between - within, between + (usual - 1) * within)


def _ratio(part, whole):
    return float(part / whole) if whole else np.nan
