"""Changes between two visits: their noise, and how likely the true score rose.

Errors of a change need not be normal: the estimator misreads a film now and then, with all its joints, and no variance
of single visits tells how far. How many standard deviations bound a share of the errors is therefore learned from the
changes of held-out patients, as the threshold of conformal prediction.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm

from skerosion.forecasts import conformal_threshold
from skerosion.visits._copula import factor, given_factor

NO_ERRORS = (np.empty(0), np.empty(0, dtype=int))
"""Of no held-out patients."""

# What rounding leaves of no error.
_ROUNDING = 1e-9
COLUMNS = ("since", "change", "std", "smallest_detectable", "more_than_noise", "probability_of_increase")


class ChangeErrors(NamedTuple):
    """How far off the changes of held-out patients were.

    Attributes
    ----------
    sizes : ndarray of shape (n_changes,)
        In standard deviations of the change.
    patients : ndarray of shape (n_changes,)
        Number of the patient of each, from 0.

    Examples
    --------
    >>> from skerosion.visits._change import ChangeErrors
    >>> round(float(ChangeErrors(np.empty(0), np.empty(0, dtype=int)).bound(0.95)), 2)
    1.96
    >>> round(ChangeErrors(np.linspace(0.1, 4.9, 49), np.arange(49)).bound(0.9), 1)
    4.5
    """

    sizes: np.ndarray
    patients: np.ndarray

    @classmethod
    def of(cls, scores, truth):
        """Those of consecutive visits of some scores, whose true scores are known."""
        patients = pd.factorize(scores.index.get_level_values(0))[0]
        later = np.flatnonzero(np.diff(patients, prepend=-1) == 0)
        _, change, std = _moments(scores, later - 1, later)
        errors = np.abs(change - (truth[later] - truth[later - 1]))
        # What is certain and wrong is off by more than any number of standard deviations.
        sizes = np.divide(errors, std, out=np.where(errors > _ROUNDING, np.inf, 0.0), where=std > 0)
        return cls(sizes, pd.factorize(patients[later])[0])

    def bound(self, confidence):
        """Return how many standard deviations bound so many of the errors: the normal ones where too few are known."""
        normal = float(norm.isf((1 - confidence) / 2))
        if not len(self.sizes):
            return normal
        learned = conformal_threshold(self.sizes, self.patients, confidence)
        return learned if np.isfinite(learned) else max(normal, float(self.sizes.max()))


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
    rises, change, std = _moments(scores, earlier, later)
    smallest = scores.change_errors.bound(confidence) * std
    since = scores.index.get_level_values(1)[earlier]
    values = (since, change, std, smallest, np.abs(change) > smallest, rises)
    return pd.DataFrame(dict(zip(COLUMNS, values, strict=True)), index=scores.index[later])


def _moments(scores, earlier, later):
    """Return of each pair of rows the probability of an increase, the change of the mean and its standard deviation."""
    moments = [pair_moments(scores, *pair) for pair in zip(earlier, later, strict=True)]
    covariance, rises = np.array(moments).reshape(-1, 2).T
    mean, var = scores.mean(), scores.var()
    return rises, mean[later] - mean[earlier], np.sqrt(np.maximum(var[earlier] + var[later] - 2 * covariance, 0))


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
    # What the means lack of the highest score varies as they do.
    lacks = [step * cdf[:, :-1].sum(axis=1) for step, cdf in zip(steps, cdfs, strict=True)]
    covariance = weights @ np.prod([lack - weights @ lack for lack in lacks], axis=0)
    # The earlier sum a is the lower score where a / n_1 < b / n_2, in whole numbers: a <= ceil(b n_1 / n_2) - 1.
    # None is below 0; beyond the last are sums that the later visit cannot have.
    below = -(-np.arange(1, scores.sums.grid.size) * counts[0] // counts[1]) - 1
    rises = weights @ (np.diff(cdfs[1]) * np.take(cdfs[0], below, axis=1, mode="clip")).sum(axis=1)
    return float(covariance), float(np.clip(rises, 0, 1))
