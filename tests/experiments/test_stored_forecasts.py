import numpy as np

from skerosion.experiments._folds import Fold
from skerosion.experiments._stored_forecasts import forecast_arrays, out_of_fold
from skerosion.forecasts import Forecast, GridDistribution

FOLDS = [Fold(0, np.array([1, 3]), np.array([0, 2]), 0), Fold(1, np.array([0, 2]), np.array([1, 3]), 1)]


def test_rows_go_back_to_their_places():
    parts = [([[0.9, 0.1], [0.2, 0.8]], [0.5, 0.5]), ([[0.4, 0.6], [0.7, 0.3]], [0.9, 0.1])]
    arrays = [forecast_arrays(Forecast.of_probabilities(given, [0, 1]), (0, 1), shares) for given, shares in parts]
    fits = list(zip(FOLDS, arrays, strict=True))
    assert out_of_fold(fits, "original").prediction.tolist() == [0, 1, 1, 0]
    balanced = out_of_fold(fits, "balanced_decision")
    # Only the second fold's training shares were unequal.
    assert balanced.prediction.tolist() == [0, 1, 1, 1]
    np.testing.assert_allclose(balanced.probabilities[3], [0.7, 0.3], rtol=1e-6)


def test_folds_on_different_grids_meet_on_their_union():
    parts = [([0, 1], [[0.3, 1.0], [0.6, 1.0]]), ([0, 1, 2], [[0.1, 0.2, 1.0], [0.5, 0.7, 1.0]])]
    arrays = [forecast_arrays(Forecast.of_distribution(GridDistribution(*part)), (0, 1, 2)) for part in parts]
    together = out_of_fold(zip(FOLDS, arrays, strict=True), "original").distribution
    assert together.grid.tolist() == [0, 1, 2]
    np.testing.assert_allclose(together.cdf, [[0.3, 1, 1], [0.1, 0.2, 1], [0.6, 1, 1], [0.5, 0.7, 1]], rtol=1e-6)


def test_grade_a_fold_never_saw_gets_no_probability():
    forecast = Forecast(np.array([2]), np.array([[0.4, 0.6]]), np.array([0, 2]))
    arrays = forecast_arrays(forecast, (0, 1, 2), shares=[0.5, 0.5])
    np.testing.assert_allclose(arrays["probabilities"], [[0.4, 0, 0.6]], rtol=1e-6)
    assert arrays["shares"].tolist() == [0.5, 0, 0.5] and arrays["prediction"].tolist() == [2]


def test_single_values_are_kept_as_they_are():
    fits = [(fold, forecast_arrays(Forecast(np.array([1.5, 2.5]) + fold.number), (0, 1))) for fold in FOLDS]
    assert out_of_fold(fits, "original").prediction.tolist() == [1.5, 2.5, 2.5, 3.5]
