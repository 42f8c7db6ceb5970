"""What every estimator with a forecast must do: one pass, from which all predictions follow."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline

from skerosion._types import ArrayLike, Groups
from skerosion.forecasts import Forecast, GridDistribution, forecast_of

# Between a pass over all rows and one over the same rows in another order: single precision, on any device.
_TOLERANCE = 1e-4
_LEVELS = (0.1, 0.5, 0.9)
_NARROW, _WIDE = 0.5, 0.9
_OF_GRADES = ("predict_proba", "predict_cumproba")
_OF_NUMBERS = ("predict_distribution", "predict_cdf", "predict_quantile", "predict_interval")


def check_forecaster(estimator: Any, X: Any = None, y: ArrayLike | None = None, *, groups: Groups = None):
    """Check that an estimator keeps the contract of forecasters: every prediction follows from one forecast.

    A clone is fitted. What is checked: that ``forecast`` gives a :class:`~skerosion.forecasts.Forecast` of the
    estimator's kind, refuses to before a fit, and says the same again, of rows in any order, and through pipelines;
    that ``predict``, ``predict_proba``, ``predict_cumproba``, ``predict_distribution``, ``predict_cdf``,
    ``predict_quantile(X, q)`` and ``predict_interval(X, coverage=)`` are there where they can be, and agree with it;
    that probabilities are such, and wider intervals hold narrower ones. It goes beside scikit-learn's own
    ``check_estimator``.

    Parameters
    ----------
    estimator : estimator
        With ``forecast``; :class:`~skerosion.forecasts.ForecastMixin` gives the methods.
    X : ImageRows or array-like of shape (n, ...) or None, default=None
        Rows that it can be fitted on; None makes 60 of two features.
    y : array-like of shape (n,) or None, default=None
        Their targets; None makes grades 0, 1, 2 for a classifier, and percentages for a regressor.
    groups : array-like of shape (n,) or None, default=None
        Patients, for a ``fit`` that takes them.

    Raises
    ------
    AssertionError
        Where the estimator breaks a rule, with the name of the method and the rule.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skerosion.estimators import CalibratedForecaster
    >>> from skerosion.testing import check_forecaster
    >>> check_forecaster(CalibratedForecaster(LogisticRegression(), random_state=0))
    """
    if (X is None) != (y is None):
        raise ValueError("X and y must be given together, or neither; got one of them.")
    X, y = _rows(estimator) if X is None else (X, np.asarray(y))
    fitted = clone(estimator)
    _check_refuses_before_fit(fitted, X)
    with warnings.catch_warnings():
        # Few rows make estimators say that they are few.
        warnings.simplefilter("ignore", UserWarning)
        returned = fitted.fit(X, y) if groups is None else fitted.fit(X, y, groups=groups)
        _expect(returned is fitted, fitted, "fit", "must return the estimator")
        case = _Case(fitted, X, fitted.forecast(X))
        for check in _CHECKS:
            check(case)


@dataclass(frozen=True)
class _Case:
    """A fitted estimator, rows, and what it says about them."""

    estimator: Any
    X: Any
    forecast: Forecast

    def expect(self, truth, method, rule):
        _expect(truth, self.estimator, method, rule)

    def same(self, left, right, method, rule, tolerance=0.0):
        """Expect two arrays to be alike, text exactly and numbers up to a tolerance."""
        left, right = np.asarray(left), np.asarray(right)
        is_number = left.dtype.kind == right.dtype.kind == "f" or {left.dtype.kind, right.dtype.kind} <= set("iuf")
        alike = left.shape == right.shape and (
            np.allclose(left, right, rtol=0, atol=tolerance) if is_number else (left == right).all()
        )
        self.expect(alike, method, rule)

    @property
    def distribution(self):
        return self.forecast.distribution


def _expect(truth, estimator, method, rule):
    if not truth:
        raise AssertionError(f"{type(estimator).__name__}.{method} {rule}.")


def _rows(estimator):
    """Return 60 rows of two features whose first tells the target, and their targets."""
    rng = np.random.default_rng(0)
    grades = np.tile([0, 1, 2], 20)
    X = np.column_stack([grades + rng.normal(scale=0.7, size=60), rng.normal(size=60)]).astype(np.float32)
    return X, grades if is_classifier(estimator) else 30.0 * grades


def _check_refuses_before_fit(estimator, X):
    _expect(hasattr(estimator, "forecast"), estimator, "forecast", "must be there")
    try:
        estimator.forecast(X)
    except NotFittedError:
        return
    raise AssertionError(f"{type(estimator).__name__}.forecast must raise NotFittedError before fit.")


def _check_forecast(case):
    forecast, kind = case.forecast, "classes" if is_classifier(case.estimator) else "values"
    case.expect(isinstance(forecast, Forecast), "forecast", "must return a skerosion.forecasts.Forecast")
    case.expect(forecast.is_of_classes == (kind == "classes"), "forecast", f"must be one of {kind}")
    case.expect(np.shape(forecast.prediction) == (len(case.X),), "forecast", "must predict one value per row")
    sizes = {len(case.X) if part is None else len(part) for part in (forecast.probabilities, forecast.prediction)}
    case.expect(sizes == {len(case.X)}, "forecast", "must have probabilities of each row")


def _check_predict(case):
    case.same(case.estimator.predict(case.X), case.forecast.prediction, "predict", "must be the forecast's prediction")


def _check_what_is_there(case):
    """Methods are there where there is something to return, and only there."""
    grades = is_classifier(case.estimator) or getattr(case.estimator, "bins", None) is not None
    has_grades = grades and case.forecast.probabilities is not None
    for names, wanted in ((_OF_GRADES, has_grades), (_OF_NUMBERS, case.distribution is not None)):
        for name in names:
            rule = "must be there: take ForecastMixin" if wanted else "must not be there, for it has nothing to return"
            case.expect(hasattr(case.estimator, name) == wanted, name, rule)


def _check_probabilities(case):
    if not hasattr(case.estimator, "predict_proba"):
        return
    probabilities = np.asarray(case.estimator.predict_proba(case.X))
    case.same(probabilities, case.forecast.probabilities, "predict_proba", "must be the forecast's probabilities")
    case.expect((probabilities >= 0).all(), "predict_proba", "must be at least 0")
    case.same(probabilities.sum(axis=1), np.ones(len(case.X)), "predict_proba", "must sum to 1 in each row", 1e-5)
    if is_classifier(case.estimator):
        classes = case.estimator.classes_
        case.same(case.forecast.classes, classes, "forecast", "must have the classes of classes_ in their order")
        case.expect(np.isin(case.forecast.prediction, classes).all(), "predict", "must predict one of classes_")


def _check_cumulated(case):
    if not hasattr(case.estimator, "predict_cumproba"):
        return
    cumulated = np.asarray(case.estimator.predict_cumproba(case.X))
    sums = np.cumsum(case.forecast.probabilities, axis=1)
    case.same(cumulated, sums, "predict_cumproba", "must be the running sum of predict_proba", 1e-5)
    rises = (np.diff(cumulated, axis=1) >= 0).all() and (cumulated[:, -1] == 1).all()
    case.expect(rises, "predict_cumproba", "must rise along each row and end at 1")


def _check_distribution(case):
    if case.distribution is None:
        return
    estimator, expected, X = case.estimator, case.distribution, case.X
    case.expect(len(expected) == len(X), "forecast", "must have a distribution of each row")
    distribution = estimator.predict_distribution(X)
    case.expect(isinstance(distribution, GridDistribution), "predict_distribution", "must return a GridDistribution")
    case.same(distribution.grid, expected.grid, "predict_distribution", "must lie on the forecast's grid")
    case.same(distribution.cdf, expected.cdf, "predict_distribution", "must be the forecast's distribution")
    case.same(estimator.predict_cdf(X), expected.cdf, "predict_cdf", "must be the cdf of the forecast's distribution")
    quantiles = estimator.predict_quantile(X, q=_LEVELS)
    case.same(quantiles, expected.quantile(_LEVELS), "predict_quantile", "must be quantiles of the distribution")


def _check_intervals(case):
    if case.distribution is None:
        return
    narrow, wide = (case.estimator.predict_interval(case.X, coverage=share) for share in (_NARROW, _WIDE))
    case.expect(np.shape(wide) == (len(case.X), 2), "predict_interval", "must return two ends for each row")
    case.expect((wide[:, 0] <= wide[:, 1]).all(), "predict_interval", "must have its lower end first")
    case.expect(np.isin(wide, case.distribution.grid).all(), "predict_interval", "must end at grid points")
    holds = (wide[:, 0] <= narrow[:, 0]) & (narrow[:, 1] <= wide[:, 1])
    case.expect(holds.all(), "predict_interval", "must be wider for a larger coverage")


def _check_says_the_same(case):
    """Again, in another order, and from inside a pipeline or a freezer."""
    order = np.random.default_rng(0).permutation(len(case.X))
    wrapped = Pipeline([("nothing", "passthrough"), ("last", FrozenEstimator(case.estimator))])
    found = {
        "must say the same again": case.estimator.forecast(case.X),
        "must say the same of a row whatever rows are around it": case.estimator.forecast(case.X[order]).take(
            np.argsort(order)
        ),
        "must say the same inside a Pipeline": forecast_of(wrapped, case.X),
    }
    for rule, forecast in found.items():
        for part in ("probabilities",) if case.forecast.is_of_classes else ("prediction",):
            case.same(getattr(forecast, part), getattr(case.forecast, part), "forecast", rule, _TOLERANCE)


def _check_is_kept(case):
    """Searches keep forecasts in files, in single precision."""
    kept = Forecast.from_arrays(case.forecast.to_arrays())
    case.same(kept.prediction, case.forecast.prediction, "forecast", "must be the same after to_arrays")
    if case.distribution is not None:
        case.same(kept.distribution.cdf, case.distribution.cdf, "forecast", "must be the same after to_arrays", 1e-5)


_CHECKS = (
    _check_forecast,
    _check_predict,
    _check_probabilities,
    _check_what_is_there,
    _check_cumulated,
    _check_distribution,
    _check_intervals,
    _check_says_the_same,
    _check_is_kept,
)
