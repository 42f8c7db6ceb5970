"""Targets fall into grades by right-closed edges, and what is not a grade is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.clinical import ratingen
from skerosion.grades import bin_edges, grades_of


def test_ratingen_grades_of_the_edges():
    percent = [0, 0.1, 20, 20.5, 21, 80, 80.1, 100]
    np.testing.assert_array_equal(grades_of(percent, "ratingen"), [0, 1, 1, 2, 2, 4, 5, 5])


@given(st.lists(st.floats(0, 100), min_size=1))
def test_ratingen_bins_are_the_clinical_grades(percent):
    np.testing.assert_array_equal(grades_of(percent, "ratingen"), ratingen(percent))


@given(
    st.lists(st.integers(-50, 50), min_size=1, max_size=6, unique=True).map(sorted),
    st.lists(st.floats(-100, 100), min_size=1),
)
def test_a_grade_lies_between_its_edges(edges, y):
    bounds = np.concatenate([[-np.inf], edges, [np.inf]])
    grades = grades_of(y, edges)
    assert (bounds[grades] < y).all()
    assert (y <= bounds[grades + 1]).all()


@pytest.mark.parametrize("y", [[2, 0, 1], [2.0, 0.0, 1.0], ["b", "a", "b"], [True, False]])
def test_grades_come_back_as_they_are(y):
    np.testing.assert_array_equal(grades_of(y), y)


@pytest.mark.parametrize(
    "y", [pd.Series([1, 0, 2], index=[7, 8, 9]), np.array([[1], [0], [2]]), np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]])]
)
def test_containers_of_grades(y):
    np.testing.assert_array_equal(grades_of(y), [1, 0, 2])


def test_a_column_of_percentages():
    np.testing.assert_array_equal(grades_of(pd.DataFrame({"y": [0.0, 50.0]}), "ratingen"), [0, 3])


def test_a_continuous_target_needs_bins():
    with pytest.raises(ValueError, match="Unknown label type.*'continuous'.*Pass bins"):
        grades_of([0.5, 1.5, 2.0])


@pytest.mark.parametrize(
    "y, bins, message",
    [
        ([[1, 1], [0, 1]], None, "exactly one grade"),
        ([0.0, np.nan], None, "Input y contains NaN"),
        ([0.0, np.nan], "ratingen", "Input y contains NaN"),
        ([0.0, np.inf], [1, 2], "infinity"),
        (None, None, "Expected array-like"),
    ],
)
def test_targets_that_are_refused(y, bins, message):
    with pytest.raises(ValueError, match=message), np.errstate(invalid="ignore"):
        grades_of(np.array(y) if y is not None else None, bins)


def test_named_edges_can_be_read():
    np.testing.assert_array_equal(bin_edges("ratingen"), [0, 20, 40, 60, 80])
    np.testing.assert_array_equal(bin_edges((1, 2.5)), [1, 2.5])
    assert bin_edges(None) is None


@pytest.mark.parametrize(
    "bins, message",
    [
        ("rating", r"bins must be one of \['ratingen'\].*got 'rating'"),
        ([], "strictly ascending upper edges, got"),
        ([1, 1], "strictly ascending"),
        ([2, 1], "strictly ascending"),
        ([1, np.nan], "finite"),
        ([[1, 2]], "list of finite"),
        (["low"], "bins must hold numbers"),
        (object(), "bins must hold numbers"),
    ],
)
def test_bins_that_are_refused(bins, message):
    with pytest.raises(ValueError, match=message):
        bin_edges(bins)


def test_names_need_no_bins():
    with pytest.raises(ValueError, match="y must hold numbers where bins are given, got mild"):
        grades_of(["mild", "none"], "ratingen")


@pytest.mark.parametrize("y", [np.array(["mild", 3], dtype=object), np.array([1], "M8[D]"), np.array([1], "m8[D]")])
def test_what_is_no_number_falls_into_no_grade(y):
    with pytest.raises(ValueError, match="y must hold numbers where bins are given"):
        grades_of(y, "ratingen")


def test_a_column_of_objects_may_hold_numbers():
    np.testing.assert_array_equal(grades_of(np.array([0, 50.5], dtype=object), "ratingen"), [0, 3])
