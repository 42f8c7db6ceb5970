import numpy as np
import pytest

from skerosion.distributions import GridDistribution
from skerosion.estimators import Forecast
from skerosion.report import SavedEstimator, Target, prediction_table


class Fixed:
    """Forecasts what it is given."""

    def __init__(self, forecast):
        self.given = forecast

    def forecast(self, X):
        return self.given


def saved(task, target, forecast):
    return SavedEstimator(Fixed(forecast), task, "original", target, (8, 8, 1), {})


def test_classifier_gives_each_grade_a_column():
    forecast = Forecast(np.array([2, 0]), np.array([[0.3, 0.7], [0.6, 0.4]]), np.array([0, 2]))
    table = prediction_table(saved("classifier", Target.decide([0, 2], "grade"), forecast), None)
    assert table.columns.tolist() == ["prediction", "p_0", "p_2"]
    assert table.values.tolist() == [[2, 0.3, 0.7], [0, 0.6, 0.4]]


def test_regressor_of_grades_gives_their_probabilities_and_an_interval():
    distribution = GridDistribution([0, 1, 2], [[0.2, 0.5, 1.0], [0.0, 0.0, 1.0]])
    forecast = Forecast(distribution.mean(), distribution=distribution)
    table = prediction_table(saved("regressor", Target.decide([0, 1, 2]), forecast), None, interval=0.5)
    np.testing.assert_allclose(table[["p_0", "p_1", "p_2"]], [[0.2, 0.3, 0.5], [0, 0, 1]], atol=1e-9)
    assert table[["interval_low", "interval_high"]].values.tolist() == distribution.interval(0.5).tolist()


def test_regressor_of_percentages_gives_ratingen_grades():
    cdf = np.linspace(0, 1, 101)[None, :]
    distribution = GridDistribution(np.arange(101), cdf)
    forecast = Forecast(distribution.mean(), distribution=distribution)
    table = prediction_table(saved("regressor", Target.decide([0, 100], "percent"), forecast), None)
    # P(0) = F(0), P(g) = F(20 g) - F(20 (g - 1)), P(5) = 1 - F(80).
    np.testing.assert_allclose(table.filter(like="p_").values[0], [0, 0.2, 0.2, 0.2, 0.2, 0.2], atol=1e-9)


@pytest.mark.parametrize("interval", [0, 1, 90])
def test_impossible_interval_is_an_error(interval):
    with pytest.raises(ValueError, match=f"interval should lie strictly between 0 and 1, got {interval}"):
        prediction_table(saved("regressor", Target.decide([0, 1]), None), None, interval=interval)
