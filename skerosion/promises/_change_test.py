"""Whether the score of a pair of visits rose, with false alarms that are promised."""

import warnings

import numpy as np
import pandas as pd
from scipy.stats import beta
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from skerosion._keys import as_keys
from skerosion._types import Any, ArrayLike
from skerosion._validation import SHARE, check_parameter, check_parameters
from skerosion.promises._alike import check_one_each, comparable, warn_of_unlike
from skerosion.promises._discoveries import benjamini_hochberg, possibility


class ChangeTest(BaseEstimator):
    """Test whether a score rose between two visits, calibrated on pairs of visits between which nothing changed.

    A change is compared with those of stable pairs: films repeated on one day, or re-reads. If nothing changed, a new
    pair is like one of them, and the p-value

    .. math:: p = \\frac{1 + |\\{i : c_i \\ge c\\}|}{n + 1}

    is at most alpha with a probability of at most alpha, whatever the errors are like: no normal distribution and
    no variance is assumed. That is an average over calibrations; the false alarms of a given one scatter about it.
    With `confidence` they stay below alpha for a given calibration with that probability.

    Parameters
    ----------
    confidence : float or None, default=None
        Probability, over calibrations, that the false alarms at an alpha chosen beforehand stay below alpha. None
        promises them on average.

    Attributes
    ----------
    changes_ : ndarray of shape (n_pairs,)
        Of the stable pairs, ascending.
    smallest_p_ : float
        The least p-value there can be, 1 / (n + 1) without `confidence`: below it no alpha ever raises an alarm.

    Notes
    -----
    With `confidence` the p-value of a change that k stable pairs reach is the quantile of that level of the
    distribution Beta(k + 1, n - k): that of the probability beyond the (k + 1)-th largest of n independent changes.

    Stable pairs must be exchangeable with what is tested, had nothing changed: one pair a patient, as many joints, the
    same kinds of films and the same estimator. Numbers of joints and kinds are checked where they are given. Pairs that
    a reader called unchanged are not stable pairs of films: what the reader overlooked counts as noise then.

    References
    ----------
    V. Vovk, A. Gammerman, G. Shafer, Algorithmic Learning in a Random World, 2005 (p-values); V. Vovk, "Conditional
    validity of inductive conformal predictors", Machine Learning 92, 2013 (`confidence`); S. Bates, E. Candès, L. Lei,
    Y. Romano, M. Sesia, "Testing for outliers with conformal p-values", Annals of Statistics 51, 2023 (discoveries).

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.promises import ChangeTest
    >>> stable = np.random.default_rng(0).normal(scale=3, size=199)  # points of the Rau score
    >>> test = ChangeTest().fit(stable, groups=range(199))
    >>> test.p_values([0.0, 5.0, 20.0]).round(3)
    array([0.51 , 0.04 , 0.005])
    >>> careful = ChangeTest(confidence=0.9).fit(stable, groups=range(199))
    >>> print(f"alarm above {test.threshold(0.05):.1f}, with confidence above {careful.threshold(0.05):.1f}")
    alarm above 4.8, with confidence above 5.2
    """

    _rules = {"confidence": (None, SHARE)}

    def __init__(self, *, confidence: float | None = None):
        self.confidence = confidence

    def fit(self, changes: ArrayLike, groups: Any, *, n_joints: Any = None, kind: Any = None):
        """Learn from stable pairs.

        Parameters
        ----------
        changes : array-like of shape (n_pairs,)
            Later score minus earlier one, such as ``RauDistribution.changes()["change"]``; or any number that is larger
            the surer a rise is, such as the change over its standard deviation.
        groups : array-like of shape (n_pairs,)
            The patient of each, each once.
        n_joints : array-like of shape (n_pairs, 2) or None, default=None
            Joints of both visits, to be checked against those of tested pairs.
        kind : array-like of shape (n_pairs,) or None, default=None
            What kind of films they are, to be checked likewise.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For patients with several pairs, or changes that are not numbers.
        """
        check_parameters(self)
        changes = _numbers(changes)
        check_one_each(groups, len(changes))
        self.changes_ = np.sort(changes)
        self._joints, self._films = _facts(n_joints, kind, len(changes))
        self.smallest_p_ = float(self._p_of(np.zeros(1))[0])
        return self

    def p_values(self, changes: ArrayLike):
        """Return the p-value of each change: small where hardly a stable pair rose as much.

        Parameters
        ----------
        changes : array-like of shape (n,)

        Returns
        -------
        ndarray of shape (n,)
        """
        check_is_fitted(self, "changes_")
        return self._p_of(len(self.changes_) - np.searchsorted(self.changes_, _numbers(changes), side="left"))

    def _p_of(self, reached):
        """Return the p-values of changes that so many stable pairs reach."""
        n = len(self.changes_)
        if self.confidence is None:
            return (1 + reached) / (n + 1)
        # Beta(n + 1, 0) is the certain event.
        return np.where(reached < n, beta(reached + 1, np.maximum(n - reached, 1)).ppf(self.confidence), 1.0)

    def threshold(self, alpha: float):
        """Return the change that must be exceeded for a p-value of at most alpha; infinite with too few stable pairs.

        Parameters
        ----------
        alpha : float
            False alarms among pairs between which nothing changed.

        Returns
        -------
        float
        """
        check_is_fitted(self, "changes_")
        check_parameter("alpha", alpha, (SHARE,))
        allowed = int((self._p_of(np.arange(len(self.changes_) + 1)) <= alpha + 1e-12).sum())
        return self.changes_[-allowed] if allowed else np.inf

    def test(self, changes: ArrayLike, *, n_joints: Any = None, kind: Any = None, rate: float = 0.1):
        """Return p-values of the pairs of a clinic, and which are discoveries: a share of `rate` of them may be false.

        Parameters
        ----------
        changes : array-like of shape (n,)
            As for :meth:`fit`, one pair a patient.
        n_joints, kind : as for :meth:`fit`
            Compared with those of the stable pairs.
        rate : float, default=0.1
            Expected share of discoveries that are false (Benjamini and Hochberg).

        Returns
        -------
        DataFrame
            ``change``, ``p``, ``discovery`` and ``comparable``: False where no stable pair has so few or so many
            joints, or such films.

        Warns
        -----
        UserWarning
            Where pairs are unlike the stable ones, and where these are too few for a discovery.
        """
        check_is_fitted(self, "changes_")
        check_parameter("rate", rate, (SHARE,))
        changes = _numbers(changes)
        joints, films = _facts(n_joints, kind, len(changes))
        alike = np.broadcast_to(comparable(joints, films, self._joints, self._films), changes.shape)
        warn_of_unlike(alike, joints, self._joints)
        if message := possibility(len(changes), 1 / (len(self.changes_) + 1), rate):
            warnings.warn(message, stacklevel=2)
        # On average over calibrations: what is known of discoveries holds for these p-values.
        plain = ChangeTest().fit(self.changes_, np.arange(len(self.changes_))).p_values(changes)
        found = {"p": self.p_values(changes), "discovery": benjamini_hochberg(plain, rate), "comparable": alike}
        return pd.DataFrame({"change": changes} | found)


def _numbers(changes):
    changes = np.asarray(changes, dtype=float)
    if changes.ndim != 1 or not len(changes) or np.isnan(changes).any():
        raise ValueError(
            f"changes must be numbers, one for each pair, got shape {changes.shape} with {np.isnan(changes).sum()} "
            "missing; leave pairs without a change out."
        )
    return changes


def _facts(n_joints, kind, n_pairs):
    """Return numbers of joints and kinds of film as arrays, None where they are not given."""
    joints = None if n_joints is None else np.asarray(n_joints)
    films = None if kind is None else as_keys(kind, "kind")
    if joints is not None and joints.shape != (n_pairs, 2):
        raise ValueError(f"n_joints must be of shape ({n_pairs}, 2), joints of both visits, got {joints.shape}.")
    if films is not None and len(films) != n_pairs:
        raise ValueError(f"kind must name the films of each of the {n_pairs} pairs, got {len(films)}.")
    return joints, films
