"""From the forecasts of joints to those of visits, with the correlations learned on held-out training patients."""

import warnings
from functools import partial

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from skerosion._counted import counted
from skerosion._types import Bins
from skerosion._validation import Flag, Number, check_parameters, numbers_for
from skerosion.clinical import RAU_JOINT_COUNT
from skerosion.grades import bin_edges
from skerosion.visits._change import ChangeErrors
from skerosion.visits._copula import HIGHEST, check_correlation, estimate_correlation, has_pairs, member_sides
from skerosion.visits._grade_sums import sum_of_grades
from skerosion.visits._rau_distribution import RauDistribution
from skerosion.visits._visit_rows import N_GRADES, grade_cdf, true_grades, visit_rows
from skerosion.visits._visit_scores import Recalibration, fit_recalibration, mean_grade

# Fewer say nothing of what visits, or patients, have in common.
_FEWEST_VISITS, _FEWEST_PATIENTS = 24, 10
_NEAR_HIGHEST = HIGHEST - 0.005


def _check_correlation(correlation, name):
    if not isinstance(correlation, str) or correlation != "estimate":
        check_correlation(correlation, name)


class RauForecaster(BaseEstimator):
    """Rau scores of visits from the predicted distributions of their joints, which err together.

    A radiograph that is too dark, or a patient with unusual bones, misleads the forecasts of all joints the same way.
    And the forecast of a joint knows nothing of the others: among damaged joints a doubtful one is rather damaged too.
    ``fit`` learns both on training patients that the estimator of the joints was not fitted on; the scores of other
    patients then have intervals as wide as they have to be.

    Parameters
    ----------
    correlation : "estimate" or float, default="estimate"
        Correlation of the normal scores of a visit's joints; a number from 0 (independent joints) to 0.99 is taken as
        it is.
    visit_correlation : "estimate" or float, default="estimate"
        Likewise of a patient's visits, for the changes between them.
    recalibrate : bool, default=True
        Whether the forecasts of joints are shifted by what the other joints of the visit say, and spread. Four numbers
        are learned then: with fewer than some dozen visits take False, which leaves them as they are.
    bins : {"ratingen"} or None, default="ratingen"
        How the target falls into grades: ``"ratingen"`` for percentages, None where it is the grades 0 to 5 already.
    reference_count : float, default=38
        Number of joints that the score stands for.

    Attributes
    ----------
    correlation_ : float
        Of the joints of a visit.
    visit_correlation_ : float
        Of the visits of a patient; 0, which makes changes less certain, where no patient has two visits.
    change_errors_, change_patients_ : ndarray of shape (n_changes,)
        How far off the changes between consecutive visits were, in standard deviations of each, and the number of the
        patient of each: what the smallest detectable change is learned from.
    recalibration_ : Recalibration
        ``intercept``, ``slope`` and ``spread``: 0, 0 and 1 for forecasts that need none.
    n_visits_, n_patients_ : int
        How many they were learned from.

    Notes
    -----
    The normal score of joint j of visit v is :math:`\\Phi^{-1}(F_{vj}(G_{vj}))`; that of a calibrated forecast is
    standard normal. Here it is

    .. math:: Z_{vj} = \\alpha + \\beta m_v + \\sigma \\left(\\sqrt{\\rho} U_v + \\sqrt{1 - \\rho} E_{vj}\\right)

    with the mean m of the expected grades of the visit's joints and independent standard normal U and E; without
    recalibration :math:`\\alpha = \\beta = 0` and :math:`\\sigma = 1`. The four numbers maximise the likelihood of the
    observed grades, visits taken as independent of each other:

    .. math:: \\ell = \\sum_v \\log \\int \\prod_{j \\in v}
        \\left[\\Phi\\left(\\frac{b_{vj} - \\sqrt{\\rho} u}{\\sqrt{1 - \\rho}}\\right) -
        \\Phi\\left(\\frac{a_{vj} - \\sqrt{\\rho} u}{\\sqrt{1 - \\rho}}\\right)\\right] \\varphi(u) du,
        \\quad b_{vj} = \\frac{\\Phi^{-1}(F_{vj}(g_{vj})) - \\alpha - \\beta m_v}{\\sigma},

    and a likewise with the grade below. The correlation of the visits is estimated in the same way from the
    distributions of their scores. Forecasts of joints that are too sure or biased each by itself are better corrected
    before, on their whole grid: see :class:`skerosion.CalibratedForecaster`.

    References
    ----------
    P. Krupskii, H. Joe, "Factor copula models for multivariate data", Journal of Multivariate Analysis 120, 2013.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.visits import RauForecaster
    >>> rng = np.random.default_rng(1)
    >>> patients, visits = np.repeat(np.arange(150), 20), np.tile(np.repeat([0, 1], 10), 150)
    >>> shared = rng.normal(size=(150, 2))[patients, visits]  # what the joints of a visit have in common
    >>> grades = np.clip(np.floor(2.5 + shared + rng.normal(size=3000)), 0, 5)
    >>> forecast = np.tile([0.144, 0.362, 0.638, 0.856, 0.961, 1.0], (3000, 1))  # cdfs that are right on average
    >>> forecaster = RauForecaster(bins=None).fit(forecast, grades, patients, visits)
    >>> round(forecaster.correlation_, 1), round(forecaster.visit_correlation_, 1)
    (0.5, 0.0)
    >>> forecaster.predict_distribution(forecast[:10], patients[:10], visits[:10]).interval(0.9, "shortest").round(-1)
    array([[ 20., 130.]])
    """

    _rules = {
        "correlation": partial(_check_correlation, name="correlation"),
        "visit_correlation": partial(_check_correlation, name="visit_correlation"),
        "recalibrate": (Flag(),),
        "bins": numbers_for("bins", bin_edges),
        "reference_count": (Number(0, open_low=True),),
    }

    def __init__(
        self,
        *,
        correlation: float | str = "estimate",
        visit_correlation: float | str = "estimate",
        recalibrate: bool = True,
        bins: Bins = "ratingen",
        reference_count: int = RAU_JOINT_COUNT,
    ):
        self.correlation = correlation
        self.visit_correlation = visit_correlation
        self.recalibrate = recalibrate
        self.bins = bins
        self.reference_count = reference_count

    def fit(self, forecast, y, groups, visits, *, grid=None):
        """Learn the correlations from patients that the forecasts' estimator has not seen.

        Parameters
        ----------
        forecast : GridDistribution or array-like of shape (n_rows, n_points)
            Distributions of the percentages or grades, one for each joint, such as
            ``CRPSRegressor.predict_distribution`` returns; or their cdfs.
        y : array-like of shape (n_rows,)
            True percentages or grades.
        groups, visits : array-like of shape (n_rows,)
            Patient and visit of each joint.
        grid : array-like of shape (n_points,) or None, default=None
            Thresholds of cdfs given as an array; None is 0, 1, ..., n_points - 1.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For rows that differ in number, values off their scale, or where a correlation is to be estimated and no
            visit has two joints.
        """
        check_parameters(self)
        cdf, grades = grade_cdf(forecast, grid, self.bins), true_grades(y, self.bins)
        if len(grades) != len(cdf):
            raise ValueError(f"y must hold one truth for each of the {len(cdf)} forecasts, got {len(grades)}.")
        codes, index = visit_rows(groups, visits, len(cdf))
        self._fit_joints(cdf, grades, codes)
        self._fit_visits(self._sums(cdf, codes), np.bincount(codes, weights=grades).astype(int), index)
        self.n_visits_, self.n_patients_ = len(index), index.get_level_values(0).nunique()
        self._warn_of_little()
        return self

    def _warn_of_little(self):
        """Warn of numbers that were learned from too few patients, or lie where the search for them ends."""
        estimated = {
            name: getattr(self, f"{name}_")
            for name in ("correlation", "visit_correlation")
            if getattr(self, name) == "estimate"
        }
        found = [f"{name}_ {value:.2f}" for name, value in estimated.items()]
        found += [f"recalibration_ {tuple(round(each, 2) for each in self.recalibration_)}"] if self.recalibrate else []
        doubts = [f"{name}_ is at its bound" for name, value in estimated.items() if value > _NEAR_HIGHEST]
        if self.recalibrate and self.n_visits_ < _FEWEST_VISITS:
            doubts.append(f"recalibrate=True wants {_FEWEST_VISITS} visits")
        if found and self.n_patients_ < _FEWEST_PATIENTS:
            doubts.append(f"{_FEWEST_PATIENTS} patients are the least to learn from")
        if doubts:
            warnings.warn(
                f"learned from {counted(self.n_visits_, 'visit')} of {counted(self.n_patients_, 'patient')}: "
                f"{', '.join(found)}; {', and '.join(doubts)}. Fit on more patients, or pass "
                "recalibrate=False and a correlation.",
                stacklevel=3,
            )

    def _fit_joints(self, cdf, grades, codes):
        """Learn the recalibration and the correlation of joints, together where both are asked for."""
        known = None if self.correlation == "estimate" else float(self.correlation)
        below, at = _sides(np.column_stack([cdf, np.ones(len(cdf))]), grades)
        sides = member_sides(below, at, grades, N_GRADES, codes)
        if known is None and not has_pairs(sides):
            raise ValueError(
                "visits must hold one with two joints to estimate their correlation, got one joint each; pass "
                "correlation=0 for independent ones."
            )
        self.recalibration_ = Recalibration()
        if self.recalibrate:
            self.recalibration_, self.correlation_ = fit_recalibration(sides, mean_grade(cdf, codes), known)
        else:
            self.correlation_ = estimate_correlation(below, at, grades, N_GRADES, codes) if known is None else known

    def _fit_visits(self, predicted, sums, index):
        """Learn the correlation of a patient's visits, and how far off changes between them are."""
        scores, n_joints = predicted
        self.visit_correlation_ = self._visit_correlation(scores, n_joints, sums, index)
        scores = self._distribution(predicted, index)
        self.change_errors_, self.change_patients_ = ChangeErrors.of(scores, scores.step * sums)

    def _visit_correlation(self, scores, n_joints, sums, index):
        if self.visit_correlation != "estimate":
            return float(self.visit_correlation)
        n_points, (patients, _) = (N_GRADES - 1) * n_joints + 1, pd.factorize(index.get_level_values(0))
        found = estimate_correlation(*_sides(scores.cdf, sums), sums, n_points, patients)
        return 0.0 if np.isnan(found) else found

    def predict_distribution(self, forecast, groups, visits, *, grid=None):
        """Return the scores of visits as distributions.

        Parameters
        ----------
        forecast : GridDistribution or array-like of shape (n_rows, n_points)
            As for ``fit``, of other patients.
        groups, visits : array-like of shape (n_rows,)
            Patient and visit of each joint.
        grid : array-like of shape (n_points,) or None, default=None
            As for ``fit``.

        Returns
        -------
        RauDistribution
            One row per visit, sorted by patient and visit.
        """
        check_is_fitted(self, "correlation_")
        cdf = grade_cdf(forecast, grid, self.bins)
        codes, index = visit_rows(groups, visits, len(cdf))
        errors = (self.change_errors_, self.change_patients_)
        return self._distribution(self._sums(cdf, codes), index, change_errors=errors)

    def predict(self, forecast, groups, visits, *, grid=None):
        """Return the expected score of each visit, sorted by patient and visit.

        Parameters
        ----------
        forecast, groups, visits, grid
            As for :meth:`predict_distribution`.

        Returns
        -------
        ndarray of shape (n_visits,)
        """
        return self.predict_distribution(forecast, groups, visits, grid=grid).mean()

    def _distribution(self, predicted, index, **settings):
        settings |= {"reference_count": self.reference_count, "visit_correlation": self.visit_correlation_}
        return RauDistribution(*predicted, index, **settings)

    def _sums(self, cdf, codes):
        return sum_of_grades(self.recalibration_.apply(cdf, codes), codes, self.correlation_)


def _sides(cdf, places):
    """Return the cdf just below and at a place of each row."""
    rows, edges = np.arange(len(places)), np.insert(cdf, 0, 0, axis=1)
    return edges[rows, places], edges[rows, places + 1]
