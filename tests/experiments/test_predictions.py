import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from skerosion.experiments._folds import Fold
from skerosion.experiments._predictions import (
    GradePredictions,
    forecast_arrays,
    grade_predictions,
    on_grid,
    value_predictions,
)
from skerosion.forecasts import Forecast, GridDistribution

FOLDS = [Fold(0, np.array([1, 3]), np.array([0, 2]), 0), Fold(1, np.array([0, 2]), np.array([1, 3]), 1)]


def test_rows_go_back_to_their_places():
    arrays = [
        {
            "classes": np.array([0, 1]),
            "probabilities": np.array([[0.9, 0.1], [0.2, 0.8]]),
            "shares": np.array([0.5, 0.5]),
        },
        {
            "classes": np.array([0, 1]),
            "probabilities": np.array([[0.4, 0.6], [0.7, 0.3]]),
            "shares": np.array([0.9, 0.1]),
        },
    ]
    fits = list(zip(FOLDS, arrays, strict=True))
    assert grade_predictions(fits, "original", 4).prediction.tolist() == [0, 1, 1, 0]
    balanced = grade_predictions(fits, "balanced_decision", 4)
    # Only the second fold's training shares were unequal.
    assert balanced.prediction.tolist() == [0, 1, 1, 1]
    np.testing.assert_allclose(balanced.probabilities[3], [0.7, 0.3])


def test_folds_on_different_grids_meet_on_their_union():
    fits = [
        (FOLDS[0], {"grid": np.array([0.0, 1.0]), "cdf": np.array([[0.3, 1.0], [0.6, 1.0]])}),
        (FOLDS[1], {"grid": np.array([0.0, 1.0, 2.0]), "cdf": np.array([[0.1, 0.2, 1.0], [0.5, 0.7, 1.0]])}),
    ]
    together = value_predictions(fits, 4)
    assert together.grid.tolist() == [0, 1, 2]
    assert together.cdf.tolist() == [[0.3, 1, 1], [0.1, 0.2, 1], [0.6, 1, 1], [0.5, 0.7, 1]]
    assert len(together.distribution) == 4


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.integers(0, 3))
def test_cdf_is_unchanged_on_its_own_grid(values, before):
    grid = np.arange(len(values)) + before
    cdf = np.sort(values)[None, :]
    wider = on_grid(grid, cdf, np.arange(before + len(values) + 2))
    np.testing.assert_array_equal(wider[:, grid], cdf)
    assert (wider[:, :before] == 0).all() and (wider[:, len(values) + before :] == cdf[:, -1:]).all()


def test_grade_a_fold_never_saw_gets_no_probability():
    forecast = Forecast(np.array([2]), np.array([[0.4, 0.6]]), np.array([0, 2]))
    arrays = forecast_arrays("classifier", forecast, (0, 1, 2), shares=[0.5, 0.5])
    np.testing.assert_allclose(arrays["probabilities"], [[0.4, 0, 0.6]], rtol=1e-6)
    assert arrays["shares"].tolist() == [0.5, 0, 0.5]


def test_regressor_keeps_its_distribution():
    distribution = GridDistribution([0, 1], [[0.25, 1.0]])
    arrays = forecast_arrays("regressor", Forecast(distribution.mean(), distribution=distribution), (0, 1))
    assert arrays["grid"].tolist() == [0, 1] and arrays["cdf"].tolist() == [[0.25, 1.0]]


def test_prediction_is_the_most_probable_grade():
    assert GradePredictions.decide([1, 3], [[0.2, 0.8], [0.6, 0.4]]).prediction.tolist() == [3, 1]
