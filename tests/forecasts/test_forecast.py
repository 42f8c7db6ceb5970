"""Forecasts of classes and of values: taken apart, put together, averaged, kept."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from numpy.testing import assert_allclose, assert_array_equal

from skerosion.forecasts import Forecast, GridDistribution

GRADES = Forecast.of_probabilities([[0.7, 0.2, 0.1], [0.1, 0.4, 0.5]], [0, 1, 2])
NAMES = Forecast.of_probabilities([[0.7, 0.3], [0.4, 0.6]], ["mild", "severe"])
VALUES = Forecast.of_distribution(GridDistribution([0, 10, 20], [[0.2, 0.7, 1.0], [0.0, 0.5, 1.0]]))
SINGLE = Forecast(np.array([1.0, 2.0]))
OBJECTS = Forecast.of_probabilities(NAMES.probabilities, NAMES.classes.astype(object))
ALL = {"grades": GRADES, "names": NAMES, "names as objects": OBJECTS, "values": VALUES, "single values": SINGLE}


@st.composite
def probabilities(draw, n_rows=4, n_classes=3):
    raw = draw(st.lists(st.integers(1, 9), min_size=n_rows * n_classes, max_size=n_rows * n_classes))
    counts = np.reshape(raw, (n_rows, n_classes))
    return counts / counts.sum(axis=1, keepdims=True)


def assert_same(one, other, atol=0.0):
    assert_array_equal(one.prediction, other.prediction)
    assert one.is_of_classes == other.is_of_classes
    if one.is_of_classes:
        assert_array_equal(one.classes, other.classes)
        assert_allclose(one.probabilities, other.probabilities, rtol=0, atol=atol)
    assert (one.distribution is None) == (other.distribution is None)
    if one.distribution is not None:
        assert_array_equal(one.distribution.grid, other.distribution.grid)
        assert_allclose(one.distribution.cdf, other.distribution.cdf, rtol=0, atol=atol)


class TestKinds:
    def test_a_distribution_follows_from_grades_that_are_numbers(self):
        assert GRADES.is_of_classes and not VALUES.is_of_classes and not SINGLE.is_of_classes
        assert_allclose(GRADES.distribution.cdf, [[0.7, 0.9, 1], [0.1, 0.5, 1]])
        assert NAMES.distribution is None and SINGLE.distribution is None

    def test_grades_in_a_falling_order_have_a_rising_grid(self):
        falling = Forecast.of_probabilities([[0.7, 0.2, 0.1]], [2, 1, 0])
        assert falling.distribution.grid.tolist() == [0, 1, 2]
        assert_allclose(falling.distribution.cdf, [[0.1, 0.3, 1.0]])

    def test_values_fall_into_grades_by_bins(self):
        graded = Forecast.of_distribution(VALUES.distribution, "median", bins=[0])
        assert_allclose(graded.probabilities, [[0.2, 0.8], [0.0, 1.0]])
        assert graded.prediction.tolist() == [10, 10] and graded.classes.tolist() == [0, 1]

    @given(probabilities())
    def test_pmf_and_cdf_are_those_of_what_is_predicted(self, given):
        forecast = Forecast.of_probabilities(3 * given, [0, 1, 2])
        assert_allclose(forecast.pmf, given)
        assert_allclose(forecast.cdf, np.cumsum(given, axis=1))
        assert_array_equal(VALUES.pmf, VALUES.distribution.pmf)

    def test_columns_of_targets(self):
        assert [columns.tolist() for columns in GRADES.columns_of([2, 0])] == [[1, -1], [2, 0]]
        assert [columns.tolist() for columns in VALUES.columns_of([10, 15])] == [[0, 1], [1, 1]]
        with pytest.raises(ValueError, match="within the grid"):
            VALUES.columns_of([0, 21])


@pytest.mark.parametrize("forecast", ALL.values(), ids=ALL)
class TestEveryKind:
    def test_parts_make_the_whole_again(self, forecast):
        assert_same(Forecast.concatenate([forecast.take([0]), forecast.take([1])]), forecast)

    def test_folds_go_back_to_their_places(self, forecast):
        assert_same(Forecast.of_folds([([1], forecast.take([1])), ([0], forecast.take([0]))]), forecast)

    def test_files_keep_it_in_single_precision(self, forecast):
        arrays = forecast.to_arrays()
        assert all(array.dtype != object for array in arrays.values())
        assert_same(Forecast.from_arrays(arrays), forecast, atol=1e-7)

    def test_it_says_how_many_rows_of_what(self, forecast):
        kind = "values" if forecast is VALUES or forecast is SINGLE else "classes"
        assert len(forecast) == 2 and repr(forecast) == f"Forecast(n_rows=2, of {kind})"


def test_files_hold_what_is_predicted_alone_and_give_distributions_in_double_precision():
    assert {name: array.dtype.name for name, array in GRADES.to_arrays().items() if name != "prediction"} == {
        "classes": GRADES.classes.dtype.name,
        "probabilities": "float32",
    }
    of_values = VALUES.to_arrays()
    assert {name: array.dtype.name for name, array in of_values.items()} == {
        "prediction": "float64",
        "grid": "float64",
        "cdf": "float32",
    }
    assert Forecast.from_arrays(of_values).distribution.cdf.dtype == float
    assert SINGLE.to_arrays().keys() == {"prediction"}


class TestTogether:
    def test_classes_that_a_part_does_not_know_have_no_probability(self):
        other = Forecast.of_probabilities([[0.4, 0.6]], [1, 3])
        together = Forecast.concatenate([GRADES, other])
        assert together.classes.tolist() == [0, 1, 2, 3]
        assert_allclose(together.probabilities[2], [0, 0.4, 0, 0.6])

    def test_a_given_order_is_kept(self):
        together = Forecast.concatenate([NAMES, NAMES.take([0])], order=["severe", "mild"])
        assert together.classes.tolist() == ["severe", "mild"] and together.prediction.tolist()[:1] == ["mild"]

    def test_grids_meet_on_their_union(self):
        other = Forecast.of_distribution(GridDistribution([5, 10], [[0.5, 1.0]]))
        together = Forecast.concatenate([VALUES, other]).distribution
        assert together.grid.tolist() == [0, 5, 10, 20]
        assert_allclose(together.cdf, [[0.2, 0.2, 0.7, 1], [0, 0, 0.5, 1], [0, 0.5, 1, 1]])

    @given(probabilities(), probabilities(), st.floats(0.01, 0.99))
    def test_an_average_of_classes_is_that_of_their_probabilities(self, one, other, share):
        members = [Forecast.of_probabilities(each, [0, 1, 2]) for each in (one, other)]
        average = Forecast.average(members, [share, 1 - share])
        assert_allclose(average.probabilities, share * one + (1 - share) * other)
        assert_array_equal(average.prediction, average.probabilities.argmax(axis=1))

    def test_an_average_of_values_is_the_mixture(self):
        other = Forecast.of_distribution(GridDistribution([0, 10, 20], [[1.0, 1.0, 1.0], [0.0, 0.0, 1.0]]))
        assert_allclose(Forecast.average([VALUES, other]).distribution.cdf, [[0.6, 0.85, 1], [0, 0.25, 1]])

    def test_balance_divides_by_shares_and_keeps_probabilities(self):
        balanced = GRADES.balanced([0.9, 0.05, 0.05])
        assert balanced.prediction.tolist() == [1, 2] and balanced.probabilities is GRADES.probabilities

    def test_onto_another_grid(self):
        moved = VALUES.onto_grid([5, 10, 20])
        assert moved.distribution.grid.tolist() == [5, 10, 20]
        assert_allclose(moved.distribution.cdf, [[0.2, 0.7, 1], [0, 0.5, 1]])
        assert_array_equal(moved.prediction, VALUES.prediction)


def test_one_part_alone_is_all_there_is():
    assert Forecast.concatenate([GRADES]) is GRADES


def test_values_are_forecast_with_the_probabilities_of_their_points_or_grades():
    distribution = VALUES.distribution
    values = Forecast.of_distribution(distribution)
    assert_allclose(values.probabilities, [[0.2, 0.5, 0.3], [0.0, 0.5, 0.5]])
    assert_array_equal(values.classes, [0, 10, 20])
    graded = Forecast.of_distribution(distribution, bins=[5, 15])
    assert graded.distribution is distribution and graded.classes.tolist() == [0, 1, 2]
    assert_allclose(graded.probabilities, VALUES.probabilities)


def test_parts_are_judged_by_the_first_of_them():
    with pytest.raises((AttributeError, TypeError)):
        Forecast.concatenate([VALUES, SINGLE])
    assert_array_equal(Forecast.concatenate([SINGLE, VALUES]).prediction, [1, 2, *VALUES.prediction])


def test_an_order_counts_where_it_names_all_classes():
    both = [Forecast.of_probabilities([[0.7, 0.3]], ["b", "a"]), Forecast.of_probabilities([[0.4, 0.6]], ["c", "b"])]
    assert Forecast.concatenate(both, order=["c", "b", "a", "d"]).classes.tolist() == ["c", "b", "a"]
    assert Forecast.concatenate(both, order=["c", "b"]).classes.tolist() == ["a", "b", "c"]
    assert Forecast.concatenate([both[0], both[0]]).classes.tolist() == ["b", "a"]


def test_averages_of_values_are_weighted():
    other = Forecast.of_distribution(GridDistribution([0, 10, 20], [[1.0, 1.0, 1.0], [0.0, 0.0, 1.0]]))
    average = Forecast.average([VALUES, other], weights=[3, 1])
    assert_allclose(average.distribution.cdf, 0.75 * VALUES.distribution.cdf + 0.25 * other.distribution.cdf)
    assert_allclose(average.prediction, 0.75 * VALUES.prediction + 0.25 * other.prediction)


def test_averages_stand_in_the_columns_that_are_asked_for_and_sum_to_one():
    off = Forecast(NAMES.prediction, np.float32(NAMES.probabilities) * np.float32(0.999), NAMES.classes)
    average = Forecast.average([off, off], classes=["severe", "mild", "none"])
    assert average.classes.tolist() == ["severe", "mild", "none"]
    assert_allclose(average.probabilities, [[0.3, 0.7, 0], [0.6, 0.4, 0]], atol=1e-6)


def test_other_columns_leave_the_prediction():
    wider = GRADES.onto_classes([0, 1, 2, 3])
    assert_array_equal(wider.prediction, GRADES.prediction)
    assert_array_equal(wider.classes, [0, 1, 2, 3])
    assert_allclose(wider.probabilities[:, :3], GRADES.probabilities)


def test_a_target_beyond_the_grid_is_named():
    with pytest.raises(ValueError, match="^y must "):
        VALUES.columns_of([25, 10])


@pytest.mark.parametrize("kind", ["grades", "names", "values"])
def test_one_member_alone_is_the_average(kind):
    assert_same(Forecast.average([ALL[kind]]), ALL[kind], atol=1e-12)


def test_values_before_grades_are_together_a_distribution():
    together = Forecast.concatenate([VALUES, GRADES])
    assert not together.is_of_classes and together.distribution.grid.tolist() == [0, 1, 2, 10, 20]
    assert_allclose(together.distribution.cdf[[0, 2]], [[0.2, 0.2, 0.2, 0.7, 1], [0.7, 0.9, 1, 1, 1]])
