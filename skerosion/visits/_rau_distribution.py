"""The Rau score of visits as a distribution."""

from numbers import Real

import numpy as np
import pandas as pd

from skerosion._counted import counted
from skerosion._types import Any, ArrayLike, Bins
from skerosion.clinical import RAU_JOINT_COUNT
from skerosion.visits._change import NO_ERRORS, ChangeErrors, changes_between
from skerosion.visits._copula import check_correlation
from skerosion.visits._grade_sums import sum_of_grades
from skerosion.visits._visit_rows import VISIT, check_order, grade_cdf, visit_rows

_SINCE = ("previous", "first")


class RauDistribution:
    """Rau scores of visits, each a distribution on what the sum of its joints' grades can be.

    :func:`rau_distribution` and :meth:`RauForecaster.predict_distribution` make them.

    Parameters
    ----------
    sums : GridDistribution
        Sums of the grades 0 to 5 of the scored joints, on 0, 1, ...; one row for each of n visits.
    n_joints : array-like of shape (n,)
        Number of joints behind each sum, at least 1.
    index : MultiIndex of length n or None, default=None
        Patient and visit of each row, the visits of a patient in their order; None numbers patients with one visit
        each.
    reference_count : float, default=38
        Number of joints that the score stands for.
    visit_correlation : float, default=0.0
        Correlation of the normal scores of a patient's visits: what the errors of two visits have in common.
    change_errors : (ndarray of shape (n_changes,), ndarray of shape (n_changes,))
        How far off changes of held-out patients were, in standard deviations of each, and the number of the patient of
        each, as :class:`RauForecaster` learns them; empty ones take errors as normal.

    Attributes
    ----------
    sums, n_joints, index, reference_count, visit_correlation, change_errors
        As given; ``n_joints`` an array, ``index`` a MultiIndex of patient_id and visit.

    Examples
    --------
    >>> from skerosion.visits import rau_distribution
    >>> joints = [[0.5, 1.0, 1.0], [0.0, 0.5, 1.0], [0.0, 0.0, 1.0]]  # cdfs of the grades 0, 1, 2
    >>> rau = rau_distribution(joints, groups=["a", "a", "b"], visits=[0, 0, 0], bins=None)
    >>> rau.frame()[["mean", "low", "high", "n_joints"]]
                      mean   low  high  n_joints
    patient_id visit
    a          0      38.0  19.0  57.0         2
    b          0      76.0  76.0  76.0         1
    """

    def __init__(
        self,
        sums,
        n_joints,
        index=None,
        *,
        reference_count=RAU_JOINT_COUNT,
        visit_correlation=0.0,
        change_errors=NO_ERRORS,
    ):
        _check_reference_count(reference_count)
        self.sums, self.n_joints = sums, np.asarray(n_joints)
        if self.n_joints.shape != (len(sums),) or not (self.n_joints >= 1).all():
            raise ValueError(
                f"n_joints must hold the number of joints, at least 1, of each of {len(sums)} visits, got {n_joints!r}."
            )
        self.index = _numbered(len(sums)) if index is None else index
        self.reference_count = reference_count
        self.visit_correlation = check_correlation(visit_correlation, "visit_correlation")
        self.change_errors = ChangeErrors(*change_errors)

    @property
    def step(self):
        """Score of one grade of one joint in each visit, of shape (n,): the reference count over the joints."""
        return self.reference_count / self.n_joints

    def mean(self):
        """Return the expected scores, of shape (n,)."""
        return self.step * self.sums.mean()

    def var(self):
        """Return the variances, of shape (n,)."""
        return self.step**2 * self.sums.var()

    def std(self):
        """Return the standard deviations, of shape (n,)."""
        return self.step * self.sums.std()

    def median(self):
        """Return the medians, of shape (n,)."""
        return self.step * self.sums.median()

    def quantile(self, q):
        """Return the smallest possible scores at which the cdf reaches `q`.

        Parameters
        ----------
        q : float or array-like of shape (n_levels,)
            Probabilities from 0 to 1.

        Returns
        -------
        ndarray of shape (n,) or (n, n_levels)
        """
        return (self.step * self.sums.quantile(q).T).T

    def interval(self, coverage=0.9, kind="central"):
        """Return intervals that hold at least a probability, both ends included.

        Parameters
        ----------
        coverage : float, default=0.9
            Probability of the interval. Scores take steps, so it holds a little more, and much more where a visit has
            few joints or little doubt.
        kind : {"central", "shortest"}, default="central"
            As for :meth:`GridDistribution.interval`: the one between two quantiles, which exceeds `coverage` about
            twice as far as the other; or the shortest one, as studies and figures of visits take it.

        Returns
        -------
        ndarray of shape (n, 2)
        """
        return self.step[:, np.newaxis] * self.sums.interval(coverage, kind)

    def cdf_at(self, score):
        """Return P(S <= score) of each visit.

        Parameters
        ----------
        score : float or array-like of shape (n,)
            One score for all visits, or one for each.

        Returns
        -------
        ndarray of shape (n,)
        """
        score = np.asarray(score, dtype=float)
        if score.ndim and score.shape != (len(self),) or np.isnan(score).any():
            raise ValueError(f"score must be a number or one for each of {len(self)} visits, got shape {score.shape}.")
        # A score that was computed as a sum times its step is that sum again, whatever rounding did to it.
        places = np.floor(score / self.step + 1e-9).clip(-1, self.sums.grid.size - 1).astype(int)
        return np.insert(self.sums.cdf, 0, 0, axis=1)[np.arange(len(self)), places + 1]

    def changes(self, since="previous", *, confidence=0.95):
        """Return how far the scores moved between visits of a patient, and how far they would by noise alone.

        The change between the visits 1 and 2 is more than noise where its estimate exceeds the smallest detectable
        change

        .. math:: b_c \\sqrt{\\operatorname{Var} S_1 + \\operatorname{Var} S_2 -
            2 \\operatorname{Cov}(S_1, S_2)},

        which with equal variances and no covariance is :math:`b_c \\sqrt{2}` times the standard error of measurement.
        The visits' scores are joined by a Gaussian copula of correlation ``visit_correlation``, the covariance and
        the probability of a true increase are exact under it. The bound b is what a share c of the errors of changes
        between held-out visits stayed below, in such standard deviations and with one more patient whose changes are
        unknown (split conformal prediction): estimators misread some films with all their joints, and 1.96 then
        bounds too few. With too few held-out patients for that, below c / (1 - c), it is the largest error seen or
        the normal quantile, whichever is larger; without any the normal quantile.

        Parameters
        ----------
        since : {"previous", "first"}, default="previous"
            Which earlier visit of the patient each visit is compared with.
        confidence : float, default=0.95
            Share c of the estimated changes whose error stays below the smallest detectable change.

        Returns
        -------
        DataFrame
            One row for each visit but a patient's first, with the columns ``since`` (the earlier visit), ``change``
            (of the mean), ``std``, ``smallest_detectable``, ``more_than_noise`` and ``probability_of_increase``
            (that the later true score is above the earlier one).

        References
        ----------
        J. M. Bland, D. G. Altman, "Measurement error", BMJ 313, 1996 (repeatability); K. Bruynesteyn et al., "Deciding
        on progression of joint damage in paired films of individual patients: smallest detectable difference or
        change", Annals of the Rheumatic Diseases 64, 2005; J. Lei et al., "Distribution-free predictive inference for
        regression", JASA 113, 2018 (errors in standard deviations).

        Examples
        --------
        >>> from skerosion.visits import rau_distribution
        >>> joints = [[0.9, 1.0]] * 20 + [[0.1, 1.0]] * 20  # twenty joints at two visits, cdfs of the grades 0 and 1
        >>> rau = rau_distribution(joints, ["a"] * 40, [2010] * 20 + [2012] * 20, bins=None)
        >>> rau.changes().round(2).iloc[0].to_dict()
        {'since': 2010, 'change': 30.4, 'std': 3.6, 'smallest_detectable': 7.07, 'more_than_noise': True,
         'probability_of_increase': 1.0}
        """
        if since not in _SINCE:
            raise ValueError(f"since must be one of {_SINCE}, got {since!r}.")
        return changes_between(self, *self._pairs(since), confidence)

    def _pairs(self, since):
        """Return the rows of earlier and later visits that are compared."""
        check_order(self.index.get_level_values(1))
        patients = pd.Series(pd.factorize(self.index.get_level_values(0))[0])
        rows = pd.Series(np.arange(len(self)))
        earlier = rows.groupby(patients).shift(1) if since == "previous" else rows.groupby(patients).transform("min")
        later = np.flatnonzero(rows.groupby(patients).cumcount() > 0)
        return earlier.to_numpy()[later].astype(int), later

    def frame(self, coverage=0.9):
        """Return one row per visit with mean, std, median, the ends ``low`` and ``high`` of the interval, and n_joints.

        Parameters
        ----------
        coverage : float, default=0.9
            Of the shortest interval.

        Returns
        -------
        DataFrame
            Indexed by patient_id and visit.
        """
        low, high = self.interval(coverage, kind="shortest").T
        columns = {"mean": self.mean(), "std": self.std(), "median": self.median(), "low": low, "high": high}
        return pd.DataFrame(columns | {"n_joints": self.n_joints}, index=self.index)

    def __len__(self):
        return len(self.sums)

    def __getitem__(self, rows):
        """Return the scores of some visits, by slice, positions or mask; one position keeps its row."""
        chosen = np.atleast_1d(np.arange(len(self))[rows])
        names = ("reference_count", "visit_correlation", "change_errors")
        settings = {name: getattr(self, name) for name in names}
        return type(self)(self.sums[chosen], self.n_joints[chosen], self.index[chosen], **settings)

    def __repr__(self):
        patients = self.index.get_level_values(0).nunique()
        joints = f"{self.n_joints.min()} to {self.n_joints.max()}" if len(self) else "no"
        return f"RauDistribution({counted(len(self), 'visit')} of {counted(patients, 'patient')}, {joints} joints each)"


def rau_distribution(
    forecast: Any,
    groups: Any,
    visits: Any,
    *,
    grid: ArrayLike | None = None,
    bins: Bins = "ratingen",
    correlation: float = 0.0,
    reference_count: int = RAU_JOINT_COUNT,
):
    """Return the Rau score of visits as a distribution, from the predicted distributions of their joints.

    .. math:: S = \\frac{38}{n} \\sum_{j = 1}^n G_j, \\quad P(G_j \\le g) = F_j(20 g)

    Joints that have no row are missing and are extrapolated as :func:`skerosion.clinical.rau_score` does. The sum of
    independent grades is their convolution, which is exact; with a correlation it is the convolution given a common
    normal factor, averaged over the factor. Errors that a visit's joints share do not cancel in the sum: without the
    correlation, intervals are too narrow.

    Parameters
    ----------
    forecast : GridDistribution or array-like of shape (n_rows, n_points)
        Distributions of the percentages or grades, one for each joint of each visit, or their cdfs. A joint has one
        row a visit: keep one where there are several images of it.
    groups : array-like of shape (n_rows,)
        The patient of each joint.
    visits : array-like of shape (n_rows,)
        The visit of each joint: its number or date.
    grid : array-like of shape (n_points,) or None, default=None
        Thresholds of cdfs given as an array; None is 0, 1, ..., n_points - 1.
    bins : {"ratingen"} or None, default="ratingen"
        How the target falls into grades: ``"ratingen"`` for percentages, None where it is the grades 0 to 5 already.
    correlation : float, default=0.0
        Correlation of the normal scores of a visit's joints, 0 to 0.99, as :class:`RauForecaster` estimates it.
    reference_count : float, default=38
        Number of joints that the score stands for.

    Returns
    -------
    RauDistribution
        One row per visit, sorted by patient and visit.

    Raises
    ------
    ValueError
        For rows that differ in number, percentages or grades off their scale, or a correlation out of its range.

    References
    ----------
    L. Andersen, J. Sidenius, S. Basu, "All your hedges in one basket", Risk, November 2003: sums under a one-factor
    Gaussian copula.

    Examples
    --------
    >>> from skerosion.forecasts import GridDistribution
    >>> from skerosion.visits import rau_distribution
    >>> joints = GridDistribution([0, 10, 50, 100], [[0.5, 0.8, 0.9, 1.0]] * 30)
    >>> for correlation in (0, 0.3):
    ...     rau = rau_distribution(joints, groups=[7] * 30, visits=[0] * 30, correlation=correlation)
    ...     print(f"{rau.mean()[0]:.1f}, between {rau.interval(0.9, 'shortest')[0].round(1)}")
    41.8, between [24.1 59.5]
    41.8, between [ 0.  84.9]
    """
    cdf = grade_cdf(forecast, grid, bins)
    correlation = check_correlation(correlation)
    codes, index = visit_rows(groups, visits, len(cdf))
    sums, n_joints = sum_of_grades(cdf, codes, correlation)
    return RauDistribution(sums, n_joints, index, reference_count=reference_count)


def _check_reference_count(reference_count):
    if not isinstance(reference_count, Real) or not 0 < reference_count < np.inf:
        raise ValueError(f"reference_count must be a positive number of joints, got {reference_count!r}.")


def _numbered(n):
    return pd.MultiIndex.from_arrays([np.arange(n), np.zeros(n, dtype=int)], names=VISIT)
