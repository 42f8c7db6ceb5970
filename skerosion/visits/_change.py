"""Changes between two visits: their noise, and how likely the true score rose."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from skerosion.visits._copula import factor, given_factor

COLUMNS = ("since", "change", "std", "smallest_detectable", "more_than_noise", "probability_of_increase")


def changes_between(scores, earlier, later, confidence):
    """Return the table of changes between rows of a RauDistribution, see :meth:`RauDistribution.changes`.

    Parameters
    ----------
    scores : RauDistribution
    earlier, later : ndarray of int, shape (n_pairs,)
        Rows.
    confidence : float

    Returns
    -------
    DataFrame
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie strictly between 0 and 1, got {confidence!r}; 95 % is 0.95.")
    moments = [pair_moments(scores, *pair) for pair in zip(earlier, later, strict=True)]
    covariance, rises = np.array(moments).reshape(-1, 2).T
    mean, var = scores.mean(), scores.var()
    change = mean[later] - mean[earlier]
    std = np.sqrt(np.maximum(var[earlier] + var[later] - 2 * covariance, 0))
    smallest = norm.isf((1 - confidence) / 2) * std
    since = scores.index.get_level_values(1)[earlier]
    values = (since, change, std, smallest, np.abs(change) > smallest, rises)
    return pd.DataFrame(dict(zip(COLUMNS, values, strict=True)), index=scores.index[later])


def pair_moments(scores, earlier, later):
    """Return the covariance of the scores of two rows, and the probability that the later one is the higher.

    Examples
    --------
    >>> from skerosion.visits import rau_distribution
    >>> from skerosion.visits._change import pair_moments
    >>> coins = rau_distribution([[0.5, 1], [0.5, 1]], groups=[0, 0], visits=[0, 1], bins=None)
    >>> pair_moments(coins, 0, 1)
    (0.0, 0.25)
    """
    values, weights = factor(scores.visit_correlation)
    cdfs = [given_factor(scores.sums.cdf[row], values, scores.visit_correlation) for row in (earlier, later)]
    steps, counts = scores.step[[earlier, later]], scores.n_joints[[earlier, later]]
    means = [step * (scores.sums.grid[-1] - cdf[:, :-1].sum(axis=1)) for step, cdf in zip(steps, cdfs, strict=True)]
    covariance = weights @ (means[0] * means[1]) - (weights @ means[0]) * (weights @ means[1])
    # The earlier sum a is the lower score where a / n_1 < b / n_2, in whole numbers: a <= ceil(b n_1 / n_2) - 1.
    below = -(-np.arange(cdfs[1].shape[1]) * counts[0] // counts[1]) - 1
    lower = np.where(below >= 0, cdfs[0][:, np.clip(below, 0, cdfs[0].shape[1] - 1)], 0)
    rises = weights @ (np.diff(cdfs[1], axis=1, prepend=0) * lower).sum(axis=1)
    return float(covariance), float(np.clip(rises, 0, 1))
