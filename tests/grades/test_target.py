import re
import warnings

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from skerosion.grades import Target


@pytest.mark.parametrize("largest", [1, 4, 10])
def test_all_whole_numbers_from_0_are_grades(largest):
    target = Target.decide(np.tile(np.arange(largest + 1.0), 3))
    assert target.kind == "grade"
    assert target.classes == tuple(range(largest + 1))
    assert target.reason == f"all values are whole numbers from 0 to {largest}"


@pytest.mark.parametrize(
    ("values", "seen"),
    [
        ([0, 5, 100], "3 different values from 0 to 100, all whole, above 10 too"),
        (range(0, 101, 5), "21 different values from 0 to 100"),
        (range(19), "19 different values from 0 to 18, all whole, above 10 too"),
        (range(12), "12 different values from 0 to 11, all whole, above 10 too"),
        ([0, 1, 2, 2.5, 3, 4], "1 of 6 not whole numbers, such as 2.5"),
        ([0, 0.25, 1], "as shares of 1 are (percentages are 100 times as large)"),
        ([0, 1, 3, 4], "4 different values from 0 to 4, all whole, but without 2"),
        ([0, 2], "but without 1."),
        ([0, 7], "but without 1, 2, 3, 4, 5, 6."),
        ([0, 10], "but without 1, 2, 3, 4, 5, 6, ..."),
        ([1, 2, 3], "all whole, but not counted from 0"),
        ([-1, 0, 1], "all whole, but not counted from 0"),
        ([0, 150], "from 0 to 150"),
        ([12.5, 80.0], "such as 12.5"),
    ],
)
def test_anything_less_plain_asks(values, seen):
    with pytest.raises(ValueError, match=re.escape(seen)) as caught:
        Target.decide(list(values))
    asked = ("kind='percent'", "kind='grade'", "order=[", "classes=", "bins=")
    assert all(way in str(caught.value) for way in asked)


def test_kind_that_is_asked_for_wins():
    assert Target.decide([0, 5, 10], "percent").kind == "percent"
    assert Target.decide([0, 15, 20], "grade").classes == (0, 15, 20)
    assert Target.decide(range(50), "grade").classes == tuple(range(50))


@pytest.mark.parametrize("scores", [[0, 1, 2], range(19), range(6)])
def test_grades_that_are_called_percentages_are_asked_about(scores):
    with pytest.warns(UserWarning, match="percent: all .* whole numbers from 0 to .* as if they were grades or scores"):
        assert Target.decide(list(scores) * 4, "percent").kind == "percent"


@pytest.mark.parametrize("percent", [[0, 5, 10, 20], [0, 1], [0, 1, 2, 25], [0, 1.5, 3], [0, 0.5, 2]])
def test_small_percentages_are_left_alone(percent):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Target.decide(percent * 5, "percent")


@pytest.mark.parametrize(
    ("values", "kind", "message"),
    [
        ([0, 100.5], "percent", "must lie within 0..100, got values between 0 and 100.5"),
        ([0, 0.2, 1], "percent", "look like shares of 1; multiply them by 100"),
        ([0, 0.5], "grade", "whole number, got 0.5"),
        ([7.0], "auto", r"at least two grades, got only \['7'\]"),
        ([0, 1, np.nan], "auto", r"one finite number a row, got shape \(3,\) with 1 missing value\."),
        (np.zeros((2, 2)), "auto", r"one finite number a row, got shape \(2, 2\)"),
        ([], "auto", r"one finite number a row, got shape \(0,\)"),
        (["mild", "severe"], "auto", r"holds names \(mild, severe\).*order=\['none', 'mild', 'severe'\].*classes="),
        (["mild", "severe"], "grade", "no order but that of the alphabet"),
        ([0, 1], "stage", "kind must be one of 'auto', 'percent', 'grade', got 'stage'"),
        (list(range(80)), "grade", "grades must be few, got 80"),
        (pd.Categorical(["a", "b"], ordered=True), "percent", "in an order of their own: a, b"),
        (pd.Categorical(["a", "a"], ordered=True), "auto", "at least two grades"),
    ],
)
def test_what_is_no_target_is_said(values, kind, message):
    with pytest.raises(ValueError, match=message):
        Target.decide(values, kind)


SEVERITY = pd.CategoricalDtype(["none", "mild", "moderate", "severe"], ordered=True)


def test_an_ordered_categorical_keeps_its_order():
    y = pd.Series(["severe", "none", "mild"], index=[7, 8, 9]).astype(SEVERITY)
    target = Target.decide(y)
    assert (target.kind, target.classes, target.names) == ("grade", (0, 1, 2, 3), tuple(SEVERITY.categories))
    assert target.labels == target.names
    assert "none < mild < moderate < severe" in target.reason
    assert target.values(y).tolist() == [3, 0, 1]
    assert target.shown([3.0, 0, 1]).tolist() == y.tolist()
    assert target.grid.tolist() == [0, 1, 2, 3]


def test_two_names_in_order_are_grades():
    assert Target.decide(pd.Categorical(["b", "a"], ordered=True)).names == ("a", "b")


def test_numbers_in_an_order_of_their_own():
    half = pd.Categorical([0, 0.5, 1, 2], ordered=True)
    assert Target.decide(half).names == ("0", "0.5", "1", "2")
    assert Target.decide(half).values(half).tolist() == [0, 1, 2, 3]
    falling = pd.Categorical([1, 2, 3], categories=[3, 2, 1], ordered=True)
    assert Target.decide(falling).values(falling).tolist() == [2, 1, 0]
    rising = pd.Categorical([1, 3], categories=[1, 2, 3], ordered=True)
    assert Target.decide(rising) == Target("grade", (1, 2, 3), "in the order that is given: 1 < 2 < 3")
    assert Target.decide(rising).values(rising).tolist() == [1, 3]


def test_percent_is_graded_by_ratingen():
    target = Target.decide([0, 50.5, 100], "percent")
    assert target.bins == "ratingen"
    grades = target.grade([0, 0.1, 20, 20.5, 21, 80, 80.1, 100])
    assert grades.dtype == int and grades.tolist() == [0, 1, 1, 2, 2, 4, 5, 5]
    assert target.shown([0, 50.5]).tolist() == [0, 50.5]
    assert target.classes == tuple(range(6))
    assert len(target.grid) == 101


def test_classifier_is_trained_on_grades_and_regressor_on_values():
    target = Target.decide([0, 50.5, 100], "percent")
    assert target.training_target("classifier", [0, 50.5]).tolist() == [0, 3]
    assert target.training_target("regressor", [0, 50.5]).tolist() == [0, 50.5]


def test_numbers_are_computed_with_in_double_precision():
    whole = Target.decide([0, 1, 2])
    assert whole.values([2, 0]).dtype == whole.training_target("regressor", [2, 0]).dtype == float


@given(st.lists(st.integers(0, 9), min_size=2, max_size=30).filter(lambda grades: len(set(grades)) > 1))
def test_grades_stay_what_they_are(grades):
    target = Target.decide([float(grade) for grade in grades], "grade")
    assert target.grade(grades).tolist() == grades
    assert target.grid.tolist() == sorted(set(grades))


@pytest.mark.parametrize(
    "values", [pd.to_datetime(["2020-01-01", "2021-01-01"]), np.array([1j, 2]), pd.to_timedelta(["1 day", "2 days"])]
)
def test_neither_numbers_nor_names(values):
    with pytest.raises(ValueError, match="numbers or names of grades, got (datetime|complex|timedelta)"):
        Target.decide(values, "grade")


def test_missing_grades_of_an_order_are_counted():
    with pytest.raises(ValueError, match="1 missing value in 2 rows"):
        Target.decide(pd.Categorical(["a", None], categories=["a", "b"], ordered=True))


def test_one_grade_alone_is_no_target():
    with pytest.raises(ValueError, match=r"the target must hold at least two grades, got only \[3\]"):
        Target.decide([3, 3], "grade")


def test_what_a_target_is_called():
    percent, grade = Target.decide([0, 30, 100], "percent"), Target.decide([0, 1])
    assert (percent.grade_name, percent.unit) == ("Ratingen grade", "percentage points")
    assert (grade.grade_name, grade.unit) == ("grade", "grades")
