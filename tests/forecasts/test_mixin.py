"""Which predictions there are, and why some are not."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from skerosion.forecasts import Forecast, ForecastMixin, GridDistribution

X = np.zeros((2, 1))


class Values(ForecastMixin, RegressorMixin, BaseEstimator):
    """The same distribution for all rows."""

    def __init__(self, *, bins=None, alone=False):
        self.bins = bins
        self._gives_distribution = not alone

    def forecast(self, X):
        distribution = GridDistribution([0, 10, 20], np.tile([0.2, 0.7, 1.0], (len(X), 1)))
        return self._decided(Forecast.of_distribution(distribution))


class Grades(ForecastMixin, ClassifierMixin, BaseEstimator):
    """The same probabilities for all rows."""

    def __init__(self, classes_=(0, 1, 2)):
        self.classes_ = np.asarray(classes_)

    def forecast(self, X):
        return Forecast.of_probabilities(np.tile([0.2, 0.5, 0.3], (len(X), 1)), self.classes_)


def test_values_have_grades_with_bins_only():
    assert Values().predict(X).tolist() == [11, 11] and Values().predict_quantile(X, 0.7).tolist() == [10, 10]
    graded = Values(bins=[0])
    np.testing.assert_allclose(graded.predict_proba(X), [[0.2, 0.8]] * 2)
    np.testing.assert_allclose(graded.predict_cumproba(X), [[0.2, 1.0]] * 2)
    with pytest.raises(AttributeError) as raised:
        Values().predict_proba(X)
    assert all(
        way in str(raised.value.__cause__) for way in ("bins, such as 'ratingen'", "predict_distribution(X).pmf")
    )


def test_single_values_have_neither():
    alone = Values(bins=[0], alone=True)
    for name in ("predict_proba", "predict_cumproba", "predict_cdf", "predict_interval", "predict_quantile"):
        with pytest.raises(AttributeError) as raised:
            getattr(alone, name)
        assert "Values predicts single values" in str(raised.value.__cause__)


def test_grades_have_distributions_where_they_are_numbers():
    assert Grades().predict(X).tolist() == [1, 1] and Grades().predict_distribution(X).mean().tolist() == [1.1, 1.1]
    assert Grades().predict_interval(X, coverage=0.5).tolist() == [[1, 2]] * 2
    names = Grades(["none", "mild", "severe"])
    np.testing.assert_allclose(names.predict_cumproba(X), [[0.2, 0.7, 1.0]] * 2)
    with pytest.raises(AttributeError) as raised:
        names.predict_cdf(X)
    assert "which the grades ['none', 'mild', 'severe'] are not" in str(raised.value.__cause__)


def test_cdfs_and_decisions_are_those_of_the_forecast():
    np.testing.assert_array_equal(Values().predict_cdf(X), [[0.2, 0.7, 1.0]] * 2)
    decided = Grades()._decided(Grades().forecast(X))
    assert decided.prediction.tolist() == [1, 1] and decided.classes.tolist() == [0, 1, 2]


def test_an_estimator_decides_in_its_own_way():
    class Likely(Grades):
        def _decide(self, probabilities):
            return (probabilities >= 0.2).argmax(axis=1)

    class Medians(Values):
        def _summarize(self, distribution):
            return distribution.median()

    assert Likely()._decided(Likely().forecast(X)).prediction.tolist() == [0, 0]
    assert Medians().predict(X).tolist() == [10, 10]
