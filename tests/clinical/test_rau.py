"""The Rau score: mean grade times 38, with the number of joints behind it."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.clinical import RAU_JOINT_COUNT, SIDES, rau_score, registry_columns

GRADES = st.lists(st.integers(0, 5) | st.none(), min_size=1, max_size=38)


@given(GRADES)
def test_it_is_38_times_the_mean_of_the_scored_joints(grades):
    scored = [grade for grade in grades if grade is not None]
    score, n_joints = rau_score(grades)
    assert n_joints == len(scored)
    if scored:
        assert score == pytest.approx(sum(scored) * 38 / len(scored)) and 0 <= score <= 190
    else:
        assert np.isnan(score)


def test_all_joints_scored_is_the_sum():
    grades = np.arange(RAU_JOINT_COUNT) % 6
    assert rau_score(grades) == (grades.sum(), 38)
    assert rau_score(np.full(38, 5)).score == 190


def test_the_reference_count_is_a_parameter():
    assert rau_score([1, 2, None], reference_count=32) == (48.0, 2)
    assert rau_score([3], reference_count=1) == (3.0, 1)


@given(GRADES)
def test_missing_joints_change_the_count_only(grades):
    score, n_joints = rau_score(grades)
    longer = rau_score([*grades, None, np.nan])
    assert longer.n_joints == n_joints and (longer.score == score or np.isnan(score))


def test_a_table_gives_a_line_a_visit():
    grades = pd.DataFrame({"mcp2": [1, 5], "mcp3": [2, None], "mcp4": [None, None]}, index=["a", "b"])
    rau = rau_score(grades)
    pd.testing.assert_series_equal(rau.score, pd.Series([57.0, 190.0], index=["a", "b"], name="rau_score"))
    assert rau.n_joints.to_dict() == {"a": 2, "b": 1} and rau.n_joints.name == "n_joints"
    one = rau_score(grades.loc["a"])
    assert one == (57.0, 2) and type(one.score) is float and type(one.n_joints) is int


def test_arrays_lose_their_last_axis():
    grades = np.array([[[0, 1], [2, np.nan]], [[np.nan, np.nan], [5, 5]]])
    score, n_joints = rau_score(grades)
    np.testing.assert_array_equal(score, [[19, 76], [np.nan, 190]])
    np.testing.assert_array_equal(n_joints, [[2, 1], [0, 2]])


def test_expected_grades_give_an_expected_score():
    assert rau_score([0.5, 1.5]).score == 38.0


VISIT = {"left_mcp2": [1], "left_mcp3": [2]}


@pytest.mark.parametrize(
    "column", ["patient_id", "rau_score", "date", "total", "n_joints", "visit", "left_cmc1", ("a", "b")]
)
def test_a_column_that_is_no_joint_is_named(column):
    grades = pd.DataFrame(VISIT).assign(**{"x": 5}).rename(columns={"x": column})
    with pytest.raises(ValueError, match="grades must have a column for each joint and no other, got") as caught:
        rau_score(grades)
    assert repr(column) in str(caught.value) and "grades.drop(columns=...)" in str(caught.value)
    with pytest.raises(ValueError, match="a column for each joint"):
        rau_score(grades.iloc[0])
    assert rau_score(grades.to_numpy()[0]).n_joints == 3


@pytest.mark.parametrize("again", ["left_mcp2", "MCP2 left", "hand_left_7", "L MCP II"])
def test_a_joint_is_counted_once(again):
    grades = pd.concat([pd.DataFrame(VISIT), pd.DataFrame({again: [5]})], axis="columns")
    with pytest.raises(ValueError, match="grades must hold each joint once, got left_mcp2 in the columns") as caught:
        rau_score(grades)
    assert repr(["left_mcp2", again]) in str(caught.value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mcp2", "right_mcp2"),
        ("left_wrist", "left_radius"),
        ("wrist 1", "left wrist"),
        ("Wrist", "ulna R"),
        (("left", "mcp2"), ("", "mcp2")),
    ],
)
def test_what_may_be_the_same_joint_is_refused(one, other):
    with pytest.raises(ValueError, match="grades must hold each joint once, got"):
        rau_score(pd.DataFrame([[1, 2]], columns=pd.Index([one, other], tupleize_cols=False)))
    assert rau_score(pd.DataFrame([[1, 2]], columns=["left_wrist", "right_radius"])).n_joints.tolist() == [2]


def test_names_of_joints_may_be_any_that_joint_name_knows():
    names = [*registry_columns().values(), *(f"{side} wrist {place}" for side in SIDES for place in range(1, 5))]
    assert rau_score(pd.DataFrame([[1] * 38], columns=names)).score.tolist() == [38]
    assert rau_score(pd.DataFrame([[1] * 30], columns=list(registry_columns()))).n_joints.tolist() == [30]
    sides = pd.MultiIndex.from_product([SIDES, ["mcp2", "PIP III"]])
    assert rau_score(pd.DataFrame([[1, 2, 3, 4]], columns=sides)).score.tolist() == [95]
    assert rau_score(pd.DataFrame([[1, 2]])).score[0] == rau_score(pd.Series([1, 2])).score == 57


@pytest.mark.parametrize(("n_joints", "options", "limit"), [(39, {}, 38), (33, {"reference_count": 32}, 32)])
def test_more_joints_than_the_score_counts_are_refused(n_joints, options, limit):
    message = rf"at most {limit} scored joints a visit \(reference_count\), got {n_joints}"
    with pytest.raises(ValueError, match=message):
        rau_score(np.ones((1, n_joints)), **options)
    some_missing = np.where(np.arange(n_joints) < limit, 1, np.nan)
    assert rau_score(some_missing, **options) == (limit, limit)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: rau_score([0, 35]),
            "grades must lie between 0 and 5, got 35 in row 1 .*; percentages",
        ),
        (lambda: rau_score(3), "grades must hold the joints of a visit, got the single number 3"),
        (lambda: rau_score([1], reference_count=0), "reference_count must be a positive number of joints, got 0"),
        (lambda: rau_score([1], reference_count=np.inf), "must be a positive number of joints, got inf"),
        (lambda: rau_score([1], reference_count=True), "must be a positive number of joints, got True"),
        (lambda: rau_score([1], reference_count="38"), "reference_count must be a positive number of joints, got '38'"),
        (
            lambda: rau_score(pd.DataFrame({"mcp2": [0, -1]}, index=["a", "b"])),
            "grades must lie .*, got -1 in row 'b', column 'mcp2'",
        ),
    ],
)
def test_errors_name_parameter_rule_and_value(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_visit_without_joints_has_no_score_and_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        score, n_joints = rau_score([None, None])
    assert np.isnan(score) and n_joints == 0
