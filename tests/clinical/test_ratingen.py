"""Ratingen grades and their probabilities: the edges, the threshold of zero, missing values, what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.clinical import RATINGEN_EDGES, ratingen, ratingen_probabilities
from skerosion.forecasts import GridDistribution


def test_edges_are_right_closed():
    assert ratingen([0, 0.1, 20, 20.5, 21, 80, 80.1, 100]).tolist() == [0, 1, 1, 2, 2, 4, 5, 5]
    assert ratingen([20, 40, 60, 80, 100]).tolist() == [1, 2, 3, 4, 5]


@given(st.floats(0, 100))
def test_grade_is_the_fifth_rounded_up(percent):
    grade = ratingen(percent)
    assert isinstance(grade, int)
    assert (grade == 0) == (percent == 0)
    assert percent == 0 or 20 * (grade - 1) < percent <= 20 * grade


def test_zero_threshold_takes_small_predictions_to_zero():
    assert ratingen([0.2, 1.0, 1.01, 30], zero_threshold=1).tolist() == [0, 0, 1, 2]
    assert ratingen([10, 25, 45], zero_threshold=30).tolist() == [0, 0, 3]


def test_a_threshold_of_100_takes_everything_to_zero():
    assert ratingen([0, 50, 100], zero_threshold=100).tolist() == [0, 0, 0]


def test_shape_is_kept():
    grades = ratingen(np.full((2, 3), 50, dtype=np.float32))
    assert grades.shape == (2, 3) and grades.dtype.kind == "i" and (grades == 3).all()


@pytest.mark.parametrize("percent", [-0.1, 100.5, np.inf])
def test_outside_of_a_percentage_is_refused(percent):
    with pytest.raises(ValueError, match=r"percent must lie between 0 and 100, got .*1 of 2 values"):
        ratingen([5, percent])


@pytest.mark.parametrize("threshold", [-1, 101, np.nan])
def test_zero_threshold_is_a_percentage(threshold):
    with pytest.raises(ValueError, match="zero_threshold must lie between 0 and 100"):
        ratingen([5], zero_threshold=threshold)


def test_missing_percentages_stay_missing():
    np.testing.assert_array_equal(ratingen([0, None, np.nan, 30]), [0, np.nan, np.nan, 2])
    assert np.isnan(ratingen(None)) and np.isnan(ratingen(pd.NA))


def test_tables_keep_their_labels():
    percent = pd.DataFrame({"mcp2": [0.0, 55.0], "mcp3": [np.nan, 20.0]}, index=["a", "b"])
    grades = ratingen(percent)
    pd.testing.assert_frame_equal(grades, pd.DataFrame({"mcp2": [0.0, 3.0], "mcp3": [np.nan, 1.0]}, index=["a", "b"]))
    column = ratingen(percent["mcp2"])
    assert column.dtype.kind == "i" and column.name == "mcp2" and column.to_dict() == {"a": 0, "b": 3}


def test_a_wrong_percentage_is_named_by_row_and_column():
    with pytest.raises(ValueError, match="got 105 in row 'b', column 'mcp3'"):
        ratingen(pd.DataFrame({"mcp2": [0, 5], "mcp3": [10, 105]}, index=["a", "b"]))


@given(st.lists(st.integers(0, 100), min_size=1, max_size=30))
def test_probabilities_are_shares_of_the_graded_sample(percent):
    cdf = np.mean(np.array(percent)[:, np.newaxis] <= np.arange(101), axis=0)
    probabilities = ratingen_probabilities(GridDistribution(None, cdf[np.newaxis]))
    shares = np.bincount(ratingen(percent), minlength=6) / len(percent)
    np.testing.assert_allclose(probabilities, shares[np.newaxis], atol=1e-12)


def test_probabilities_are_those_of_the_edges():
    cdf = np.linspace(0.3, 1, 101)[np.newaxis]
    at = {edge: cdf[0, int(edge)] for edge in RATINGEN_EDGES}
    expected = [at[0], at[20] - at[0], at[40] - at[20], at[60] - at[40], at[80] - at[60], 1 - at[80]]
    np.testing.assert_allclose(ratingen_probabilities(GridDistribution(None, cdf))[0], expected)


@pytest.mark.parametrize(
    ("distribution", "message"),
    [
        (np.ones((1, 101)), r"must give grade probabilities, got ndarray; .*GridDistribution\(None, cdf\)"),
        (GridDistribution([0, 150], [[0.5, 1]]), "must be one of percentages, got a grid from 0 to 150"),
        (GridDistribution([0, 50, 101], [[0.2, 0.5, 1]]), "got a grid from 0 to 101"),
        (GridDistribution([-10, 0, 100], [[0.2, 0.5, 1]]), "got a grid from -10 to 100"),
    ],
)
def test_what_has_no_grade_probabilities_is_refused(distribution, message):
    with pytest.raises(ValueError, match=message):
        ratingen_probabilities(distribution)


def test_any_object_that_gives_grade_probabilities_will_do():
    class Forecast:
        def grade_probabilities(self, edges):
            return np.full((2, len(edges) + 1), 1 / (len(edges) + 1))

    assert ratingen_probabilities(Forecast()).shape == (2, 6)
