"""Ratingen grades: the edges, the threshold of zero, what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.clinical import ratingen


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


def test_shape_is_kept():
    grades = ratingen(np.full((2, 3), 50, dtype=np.float32))
    assert grades.shape == (2, 3) and grades.dtype.kind == "i" and (grades == 3).all()


@pytest.mark.parametrize("percent", [-0.1, 100.5, np.nan, np.inf])
def test_outside_of_a_percentage_is_refused(percent):
    with pytest.raises(ValueError, match=r"percent must lie between 0 and 100, got .*1 of 2 values"):
        ratingen([5, percent])


@pytest.mark.parametrize("threshold", [-1, 101, np.nan])
def test_zero_threshold_is_a_percentage(threshold):
    with pytest.raises(ValueError, match="zero_threshold must lie between 0 and 100"):
        ratingen([5], zero_threshold=threshold)
