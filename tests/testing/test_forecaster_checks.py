"""Every estimator keeps the contract of forecasters, and what breaks it is named."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_is_fitted

from skerosion import (
    AugmentedForecaster,
    CalibratedForecaster,
    CNNClassifier,
    CNNRegressor,
    ConformalForecaster,
    ContextForecaster,
    CRPSRegressor,
    ForecastEnsemble,
    GradedRegressor,
    ImageRows,
    OrdinalClassifier,
    TwoLevelClassifier,
)
from skerosion.forecasts import Forecast, ForecastMixin, GridDistribution
from skerosion.testing import check_forecaster

QUICK = {"dense_units": (8,), "batch_size": 30, "epochs": 2, "random_state": 0, "verbose": 0}
GRADES = np.tile([0, 1, 2], 20)
NAMES = np.array(["none", "mild", "severe"])
PATIENTS = np.repeat(np.arange(20), 3)
FEATURES = np.column_stack([GRADES, np.ones(60)]).astype(np.float32)
CLASSIFIER, ORDINAL = CNNClassifier(**QUICK), OrdinalClassifier(**QUICK)
REGRESSOR, GRADING = CRPSRegressor(**QUICK), CRPSRegressor(bins="ratingen", point="median", **QUICK)
NAMED = OrdinalClassifier(classes=NAMES.tolist(), **QUICK)


@pytest.mark.parametrize(
    "estimator",
    [
        CLASSIFIER,
        CNNClassifier(decision="balanced", **QUICK),
        ORDINAL,
        OrdinalClassifier(head="cumulative_link", decision="median", **QUICK),
        REGRESSOR,
        GRADING,
        CRPSRegressor(head="sigmoid", grid="auto", **QUICK),
        CNNRegressor(**QUICK),
        CNNRegressor(bins="ratingen", **QUICK),
        CalibratedForecaster(ORDINAL, random_state=0),
        CalibratedForecaster(GRADING, method="isotonic", cv=2),
        ConformalForecaster(CLASSIFIER, random_state=0),
        ConformalForecaster(GRADING, guarantee="patient", cv=0.5, random_state=0),
        ConformalForecaster(REGRESSOR, random_state=0),
        ForecastEnsemble(ORDINAL, n_seeds=2, random_state=0),
        ForecastEnsemble([("a", REGRESSOR), ("b", GRADING)], weights="crps", random_state=0),
        GradedRegressor(CRPSRegressor(grid="auto", **QUICK)),
        GradedRegressor(CLASSIFIER, bins=[0.5, 1.5], decision="median"),
        TwoLevelClassifier(CLASSIFIER, LogisticRegression()),
        CalibratedForecaster(ConformalForecaster(ForecastEnsemble(GRADING), random_state=0), random_state=0),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_every_estimator_keeps_the_contract(estimator):
    check_forecaster(estimator)


@pytest.mark.parametrize("estimator", [NAMED, CalibratedForecaster(NAMED, random_state=0), ConformalForecaster(NAMED)])
def test_grades_that_are_names_have_no_distribution(estimator):
    check_forecaster(estimator, FEATURES, NAMES[GRADES], groups=PATIENTS)


@pytest.mark.parametrize("inner", [CLASSIFIER, GRADING], ids=["classes", "values"])
def test_views_of_images(inner):
    images = np.tile((40 + 80 * GRADES).astype(np.uint8)[:, None, None, None], (1, 8, 8, 1))
    small = {"filters": (4,), "convolutions": 1}
    check_forecaster(AugmentedForecaster(inner.set_params(**small)), images, GRADES)


def test_other_joints_of_the_patient():
    check_forecaster(ContextForecaster(CLASSIFIER), ImageRows(FEATURES, groups=PATIENTS), GRADES)


class Sound(ForecastMixin, RegressorMixin, BaseEstimator):
    """Says 0, 10 or 20, whatever the row; what breaks the contract is derived from it."""

    def fit(self, X, y):
        self.fitted_ = True
        return self

    def forecast(self, X):
        check_is_fitted(self)
        return Forecast.of_distribution(GridDistribution([0, 10, 20], np.tile([0.2, 0.7, 1.0], (len(X), 1))))


class Shares(ForecastMixin, ClassifierMixin, BaseEstimator):
    """Says the same of every row, as a classifier."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def forecast(self, X):
        check_is_fitted(self)
        return Forecast.of_probabilities(np.tile([0.2, 0.5, 0.3], (len(X), 1)), self.classes_)


class WithoutForecast(LogisticRegression):
    """Has no forecast."""


class BeforeFit(Sound):
    """Says something before a fit."""

    def forecast(self, X):
        return Forecast.of_distribution(GridDistribution([0, 10], np.tile([0.2, 1.0], (len(X), 1))))


class ReturnsNothing(Sound):
    """Returns nothing from fit."""

    def fit(self, X, y):
        super().fit(X, y)


class OfOtherKind(Shares):
    """Gives a forecast of values, though it is a classifier."""

    def forecast(self, X):
        return Forecast.of_distribution(super().forecast(X).distribution)


class OtherPrediction(Sound):
    """Predicts something else than its forecast."""

    def predict(self, X):
        return super().predict(X) + 1


class NoSum(Shares):
    """Gives probabilities that do not sum to 1."""

    def forecast(self, X):
        given = super().forecast(X)
        return Forecast(given.prediction, 2 * given.probabilities, given.classes)


class OtherOrder(Shares):
    """Has its columns in another order than classes_."""

    def forecast(self, X):
        given = super().forecast(X)
        return Forecast.of_probabilities(given.probabilities, given.classes[::-1])


class Narrower(Sound):
    """Has intervals that shrink with their coverage."""

    def predict_interval(self, X, coverage=0.9):
        return super().predict_interval(X, coverage=1 - coverage)


class LooksAround(Sound):
    """Predicts by the place of a row."""

    def forecast(self, X):
        return Forecast(np.arange(float(len(X))), distribution=super().forecast(X).distribution)


class WithoutMethods(RegressorMixin, BaseEstimator):
    """Has a forecast and predict, and nothing else."""

    fit, forecast = Sound.fit, Sound.forecast

    def predict(self, X):
        return self.forecast(X).prediction


@pytest.mark.parametrize("estimator", [Sound(), Shares()])
def test_what_keeps_the_contract_passes(estimator):
    assert check_forecaster(estimator) is None


@pytest.mark.parametrize(
    ("estimator", "expected"),
    [
        (WithoutForecast(), "forecast must be there"),
        (BeforeFit(), "forecast must raise NotFittedError before fit"),
        (ReturnsNothing(), "fit must return the estimator"),
        (OfOtherKind(), "forecast must be one of classes"),
        (OtherPrediction(), "predict must be the forecast's prediction"),
        (NoSum(), "predict_proba must sum to 1 in each row"),
        (OtherOrder(), "forecast must have the classes of classes_ in their order"),
        (Narrower(), "predict_interval must be wider for a larger coverage"),
        (LooksAround(), "forecast must say the same of a row whatever rows are around it"),
        (WithoutMethods(), "predict_distribution must be there: take ForecastMixin"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_broken_rule_is_named(estimator, expected):
    with pytest.raises(AssertionError, match=expected):
        check_forecaster(estimator)


def test_rows_come_with_their_targets():
    with pytest.raises(ValueError, match="X and y must be given together"):
        check_forecaster(Sound(), FEATURES)
