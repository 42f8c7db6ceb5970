"""Which joints of a visit a person must still read."""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from skerosion._counted import counted
from skerosion._types import Any, ArrayLike
from skerosion._validation import ESTIMATOR, SHARE, Number, check_parameters
from skerosion.promises._read_scores import expected_rest
from skerosion.promises._reading_order import Reading, joints_until
from skerosion.promises._risk_control import boldest, mean_by_unit, monotone, risk_bounds
from skerosion.visits import grade_cdf, true_grades, visit_rows

_ROUNDING = 1e-9
_READ_ALL = -1.0
# Spreads at which reading stops, in parts of the error: from every doubtful joint to none. They are fixed beforehand.
_LIMITS = np.r_[_READ_ALL, 0.0, np.geomspace(0.05, 20, 120), np.inf]


class ReadingPlan(BaseEstimator):
    """Plan which joints of a visit a person must still read, so that its Rau score is as if all had been read.

    The joints of a visit are read in the order of their doubt until what the others leave open is small enough. A joint
    that was read takes the reader's grade, the others what is expected of them given those. How small is enough is
    learned on patients whose joints a reader has read all: for a new patient the expected share of visits whose score
    is further than `error` from what reading all joints gives is at most ``1 - level``.

    Parameters
    ----------
    forecaster : RauForecaster
        Fitted on patients other than those that the plan is fitted on.
    error : float, default=5
        Points of the Rau score.
    level : float, default=0.9
        Expected share of the visits of a new patient that are within `error`, at least.

    Attributes
    ----------
    limit_ : float
        Standard deviation of the score at which reading stops; -1 reads all joints.
    reads_all_ : bool
        Whether the plan is to read all joints, which keeps any promise.
    reason_ : str
        Why, where it is; empty otherwise.
    n_patients_, n_visits_ : int
        What it was learned from.

    Notes
    -----
    Order and stopping rule depend on forecasts alone. With k joints read, those with the largest standard deviations
    :math:`s_j`, the score has about the spread

    .. math:: \\frac{38}{n} \\sqrt{(1 - \\rho) \\sum_{j > k} s_j^2 +
        \\frac{\\rho (1 - \\rho)}{1 - \\rho + k \\rho} \\left(\\sum_{j > k} s_j\\right)^2}

    with the correlation :math:`\\rho` of the forecaster; reading stops at the first k with a spread up to the limit.
    The loss of a patient at a limit is the share of visits beyond `error`. It is not monotone: errors of two joints may
    cancel, so that reading one more breaks a kept promise. So the loss of a visit at a limit is taken as the
    worst of it and of every limit that reads more. This one is monotone, bounds the loss, and is controlled in
    expectation by conformal risk control, for any forecasts, as long as patients of the plan and new ones are
    exchangeable. It takes ``level / (1 - level)`` patients; with fewer the plan is to read all joints.

    References
    ----------
    A. N. Angelopoulos, S. Bates, A. Fisch, L. Lei, T. Schuster, "Conformal risk control", ICLR 2024 (arXiv:2208.02814).

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.promises import ReadingPlan
    >>> from skerosion.visits import RauForecaster
    >>> rng = np.random.default_rng(0)
    >>> visits = np.repeat(np.arange(120), 30)  # one visit a patient
    >>> sure = rng.uniform(size=3600) < 0.7
    >>> forecast = np.where(sure[:, None], [0.98, 1, 1, 1, 1, 1], [0.4, 0.6, 0.8, 0.9, 0.95, 1])
    >>> grades = (rng.uniform(size=(3600, 1)) > forecast).sum(axis=1)
    >>> old, held, new = visits < 40, (visits >= 40) & (visits < 118), visits >= 118
    >>> forecaster = RauForecaster(bins=None, recalibrate=False, correlation=0.0, visit_correlation=0.0)
    >>> forecaster.fit(forecast[old], grades[old], visits[old], visits[old])
    RauForecaster(bins=None, correlation=0.0, recalibrate=False, visit_correlation=0.0)
    >>> plan = ReadingPlan(forecaster, error=5, level=0.9).fit(forecast[held], grades[held], visits[held], visits[held])
    >>> read = plan.joints_to_read(forecast[new], visits[new], visits[new])
    >>> print(read.sum(), "of", len(read), "joints, doubtful ones only:", not sure[new][read].any())
    15 of 60 joints, doubtful ones only: True
    """

    _rules = {"forecaster": ESTIMATOR, "error": (Number(0, open_low=True),), "level": (SHARE,)}

    def __init__(self, forecaster: Any, *, error: float = 5.0, level: float = 0.9):
        self.forecaster = forecaster
        self.error = error
        self.level = level

    def fit(self, forecast: Any, y: ArrayLike, groups: Any, visits: Any, *, grid: ArrayLike | None = None):
        """Learn on patients whose joints were all read where reading may stop.

        Parameters
        ----------
        forecast : GridDistribution or array-like of shape (n_rows, n_points)
            One for each joint, as ``forecaster.fit`` takes them.
        y : array-like of shape (n_rows,)
            The reader's percentages or grades.
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
            For an `error` of 0 or less, a `level` that is no share, rows that differ in number.
        NotFittedError
            Where the forecaster is not fitted.
        """
        check_parameters(self)
        cdf, reading, index = self._read(forecast, groups, visits, grid)
        grades = true_grades(y, self.forecaster.bins)
        if len(grades) != len(cdf):
            raise ValueError(f"y must hold one grade for each of the {len(cdf)} forecasts, got {len(grades)}.")
        self._spreads, self._counts = reading.spreads, reading.counts
        rest = expected_rest(cdf, grades, reading, self.forecaster.correlation_)
        self._errors = self._step(reading)[:, np.newaxis] * np.abs(rest - reading.left(grades))
        self._patients = pd.factorize(index.get_level_values(0))[0]
        self.n_visits_, self.n_patients_ = len(index), int(self._patients.max()) + 1
        self.limit_, _ = self._choose(self.error, self.level)
        self.reads_all_ = self.limit_ == _READ_ALL
        self.reason_ = self._reason() if self.reads_all_ else ""
        return self

    def _read(self, forecast, groups, visits, grid):
        """Return the cdf of each joint's grade, the order in which they are read, and the visits."""
        check_is_fitted(self.forecaster, "correlation_")
        cdf = grade_cdf(forecast, grid, self.forecaster.bins)
        codes, index = visit_rows(groups, visits, len(cdf))
        cdf = self.forecaster.recalibration_.apply(cdf, codes)
        step = self.forecaster.reference_count / np.bincount(codes)
        return cdf, Reading.of(cdf, codes, step, self.forecaster.correlation_), index

    def _step(self, reading):
        return self.forecaster.reference_count / reading.counts

    def _choose(self, error, level):
        """Return the limit for an error and a level, and the table of all limits."""
        limits = np.where(_LIMITS > 0, error * _LIMITS, _LIMITS)
        n_read = joints_until(self._spreads, self._counts, limits)
        beyond = np.take_along_axis(self._errors, n_read, axis=1) > error + _ROUNDING
        missed, worst = (mean_by_unit(each.astype(float), self._patients) for each in (beyond, monotone(beyond)))
        joints = mean_by_unit(n_read / self._counts[:, np.newaxis], self._patients).mean(axis=0)
        table = {"limit": limits, "joints": joints, "missed": missed.mean(axis=0), "bound": risk_bounds(worst)}
        chosen = boldest(table["bound"], 1 - level)
        return (limits[chosen] if chosen > 0 else _READ_ALL), pd.DataFrame(table)

    def _reason(self):
        needed = int(np.ceil(self.level / (1 - self.level) - _ROUNDING))
        if self.n_patients_ < needed:
            patients = counted(self.n_patients_, "patient is", "patients are")
            return f"{patients} too few for level={self.level:g}, which takes {needed}: read all joints."
        return (
            f"with no joint left out may {100 * (1 - self.level):.3g} % of visits be off by more than {self.error:g} "
            "points: read all joints."
        )

    def curve(self, errors: ArrayLike = (1, 2, 3, 5, 7, 10, 15, 20)):
        """Return how many joints must be read for each error, at the plan's level.

        Each line is a plan of its own: choosing among them after seeing the curve is not what the promise is about,
        unless the error is chosen for what it means and not for what it saves.

        Parameters
        ----------
        errors : array-like of shape (n_errors,)
            Points of the Rau score, above 0.

        Returns
        -------
        DataFrame
            ``error``, ``joints`` (share that is read, every patient counting once), ``missed`` (share of visits of the
            plan's patients that are beyond it), ``bound`` (what is promised of it) and ``reads_all``.
        """
        check_is_fitted(self, "limit_")
        lines = []
        for error in np.asarray(errors, dtype=float):
            limit, table = self._choose(error, self.level)
            line = table[table["limit"] == limit].iloc[0]
            bound = 0.0 if limit == _READ_ALL else line["bound"]
            lines.append([error, line["joints"], line["missed"], bound, limit == _READ_ALL])
        return pd.DataFrame(lines, columns=["error", "joints", "missed", "bound", "reads_all"])

    def joints_to_read(self, forecast: Any, groups: Any, visits: Any, *, grid: ArrayLike | None = None):
        """Tell which joints of new visits a person must read.

        Parameters
        ----------
        forecast, groups, visits, grid
            As for :meth:`fit`.

        Returns
        -------
        ndarray of bool, shape (n_rows,)
        """
        check_is_fitted(self, "limit_")
        _, reading, _ = self._read(forecast, groups, visits, grid)
        return reading.first(reading.n_read([self.limit_])[:, 0])

    def predict(self, forecast: Any, y: ArrayLike, groups: Any, visits: Any, *, grid: ArrayLike | None = None):
        """Return the score of each visit from what was read and, of the other joints, from the forecasts.

        Parameters
        ----------
        forecast, groups, visits, grid
            As for :meth:`fit`.
        y : array-like of shape (n_rows,)
            What the reader says of the joints that the plan names; NaN of others. What was read besides is not used,
            since the promise is about the plan alone.

        Returns
        -------
        DataFrame
            Indexed by patient_id and visit: ``rau``, ``n_read`` and ``n_joints``.

        Raises
        ------
        ValueError
            Where a joint that must be read has no grade.
        """
        check_is_fitted(self, "limit_")
        cdf, reading, index = self._read(forecast, groups, visits, grid)
        n_read = reading.n_read([self.limit_])[:, 0]
        grades = self._grades_read(y, reading.first(n_read))
        rest = expected_rest(cdf, grades, reading, self.forecaster.correlation_)
        sums = reading.left(grades)
        score = self._step(reading) * (sums[:, :1] - sums + rest)[np.arange(len(n_read)), n_read]
        return pd.DataFrame({"rau": score, "n_read": n_read, "n_joints": reading.counts}, index=index)

    def _grades_read(self, y, must):
        """Return the reader's grades of the joints that must be read, 0 of others."""
        y, grades = np.asarray(y, dtype=float), np.zeros(len(must), dtype=int)
        if y.shape != must.shape or (lacking := np.isnan(y) & must).any():
            got = (
                f"shape {y.shape}"
                if y.shape != must.shape
                else f"none of {lacking.sum()}, row {lacking.argmax()} first"
            )
            raise ValueError(f"y must hold the reader's grade of all {must.sum()} joints to read, got {got}.")
        if must.any():
            grades[must] = true_grades(y[must], self.forecaster.bins)
        return grades
