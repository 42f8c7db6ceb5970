import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from skerosion.report import Target


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([0, 1, 2, 3, 4], "grade"),
        ([0, 10], "grade"),
        ([0, 5, 100], "percent"),
        ([0, 0.5, 3], "percent"),
        ([0, 15], "percent"),
    ],
)
def test_kind_is_decided(values, kind):
    target = Target.decide(values)
    assert target.kind == kind
    assert target.reason


def test_kind_that_is_asked_for_wins():
    assert Target.decide([0, 5, 10], "percent").kind == "percent"
    assert Target.decide([0, 15, 20], "grade").classes == (0, 15, 20)


@pytest.mark.parametrize(
    ("values", "kind", "message"),
    [
        ([-1, 3], "auto", "neither a percentage"),
        ([0, 150], "auto", "between 0 and 150"),
        ([0, 150], "percent", "should lie within 0..100"),
        ([0, 0.5], "grade", "whole number, got 0.5"),
        ([2, 2, 2], "auto", "at least two grades"),
        ([0, np.nan], "auto", "1 missing values"),
        (["mild", "severe"], "auto", "should be numbers"),
        ([0, 1], "stage", "kind should be one of"),
        (list(range(80)), "grade", "grades should be few, got 80"),
    ],
)
def test_what_is_no_target_is_said(values, kind, message):
    with pytest.raises(ValueError, match=message):
        Target.decide(values, kind)


def test_percent_is_graded_by_ratingen():
    target = Target.decide([0, 50.5, 100])
    assert target.bins == "ratingen"
    assert target.grade([0, 0.1, 20, 20.5, 21, 80, 80.1, 100]).tolist() == [0, 1, 1, 2, 2, 4, 5, 5]
    assert target.classes == tuple(range(6))
    assert len(target.grid) == 101


def test_classifier_is_trained_on_grades_and_regressor_on_values():
    target = Target.decide([0, 50.5, 100])
    assert target.training_target("classifier", [0, 50.5]).tolist() == [0, 3]
    assert target.training_target("regressor", [0, 50.5]).tolist() == [0, 50.5]


@given(st.lists(st.integers(0, 9), min_size=2, max_size=30).filter(lambda grades: len(set(grades)) > 1))
def test_grades_stay_what_they_are(grades):
    target = Target.decide([float(grade) for grade in grades])
    assert target.grade(grades).tolist() == grades
    assert target.grid.tolist() == sorted(set(grades))
