import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skerosion.forecasts import Forecast, GridDistribution
from skerosion.metrics import expected_losses, label_losses, largest_of_each_grade, standardized_losses


def test_loss_of_a_grade_is_minus_the_logarithm_of_its_probability():
    forecast = Forecast.of_probabilities([[0.25, 0.75], [1.0, 0.0]], classes=["mild", "severe"])
    assert label_losses(forecast, ["mild", "mild"]) == pytest.approx([np.log(4), 0.0])
    assert np.isfinite(label_losses(forecast, ["mild", "severe"])).all()  # a probability of 0 is no infinite loss


def test_loss_of_a_value_is_the_crps_in_its_unit():
    # A forecast of one point: its CRPS is the absolute error.
    forecast = Forecast.of_distribution(GridDistribution([0, 10, 20], [[0.0, 1.0, 1.0]]))
    assert label_losses(forecast, [20]) == pytest.approx([10.0])


@pytest.mark.parametrize("kind", ["grades", "values"])
def test_expected_loss_is_the_mean_over_labels_drawn_from_the_forecast(kind):
    pmf, points = np.array([[0.2, 0.3, 0.5]]), np.array([0.0, 10.0, 30.0])
    of_values = Forecast.of_distribution(GridDistribution(points, pmf.cumsum(axis=1)))
    forecast = of_values if kind == "values" else Forecast.of_probabilities(pmf, classes=points)
    losses = [label_losses(forecast, [point])[0] for point in points]
    assert expected_losses(forecast) == pytest.approx(pmf @ losses)


def test_entropy_is_that_of_each_row_and_a_sure_grade_has_none():
    forecast = Forecast.of_probabilities([[0.5, 0.5], [1.0, 0.0]], classes=[0, 1])
    assert expected_losses(forecast) == pytest.approx([np.log(2), 0.0])


def test_loss_of_a_value_without_distribution_is_its_error():
    forecast = Forecast(np.array([3.0, 4.0]))
    assert label_losses(forecast, [1, 6]).tolist() == [2.0, 2.0]
    assert expected_losses(forecast).tolist() == [0.0, 0.0]  # it doubts nothing


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 50), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=40))
def test_every_fold_and_grade_has_mean_0_and_deviation_1_or_nothing(rows):
    losses, folds, grades = (np.array(column) for column in zip(*rows, strict=True))
    scores = standardized_losses(losses, folds, grades)
    for fold, grade in set(zip(folds.tolist(), grades.tolist(), strict=True)):
        cell = scores[(folds == fold) & (grades == grade)]
        if cell.any():
            assert cell.mean() == pytest.approx(0, abs=1e-6) and cell.std() == pytest.approx(1, rel=1e-6)
        else:
            assert np.ptp(losses[(folds == fold) & (grades == grade)]) <= 1e-6


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12])
def test_what_differs_by_rounding_is_alike_in_any_unit(unit):
    assert standardized_losses(unit * np.array([1, 1 + 1e-12]), np.zeros(2), np.zeros(2)).tolist() == [0.0, 0.0]
    assert standardized_losses(unit * np.array([1.0, 3.0]), np.zeros(2), np.zeros(2)) == pytest.approx([-1.0, 1.0])


def test_largest_are_told_by_grade_and_spare_small_grades():
    values = np.r_[np.arange(20.0), np.arange(9.0) + 100]
    largest = largest_of_each_grade(values, np.repeat([0, 1], [20, 9]), 0.1)
    assert largest.dtype == bool and np.flatnonzero(largest).tolist() == [18, 19]
    assert not largest_of_each_grade(np.ones(20), np.zeros(20), 0.1).any()  # none above the others


def test_largest_counts_only_what_is_known():
    values = np.r_[np.arange(10.0), np.full(10, np.nan)]
    assert np.flatnonzero(largest_of_each_grade(values, np.zeros(20), 0.1)).tolist() == [9]
    assert not largest_of_each_grade(np.r_[np.arange(9.0), np.nan], np.zeros(10), 0.1).any()
