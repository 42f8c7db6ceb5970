"""DAS28 against published cases, its categories at their edges, the EULAR response."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.clinical import ACTIVITY_CUT_OFFS, das28_activity, das28_crp, das28_esr, eular_response

FORMULAS = {"ESR": das28_esr, "CRP": das28_crp}
COUNTS, HEALTH = st.integers(0, 28), st.floats(0, 100)
SCORES = st.floats(0, 10)


@pytest.fixture(scope="module")
def reference(shared):
    """The tables of published cases by name."""
    return {path.stem: pd.read_csv(path) for path in (shared / "reference" / "das28").glob("*.csv")}


def test_scores_of_the_reference(reference):
    cases = reference["das28_cases"]
    assert len(cases) == 6
    for case in cases.itertuples():
        score = FORMULAS[case.variant](case.tjc28, case.sjc28, case.acute_phase, case.patient_global_0_100)
        assert round(score, case.decimals) == case.expected


def test_activities_of_the_reference(reference):
    cases = reference["das28_categories"]
    schemes = cases["scheme"].map(lambda name: "crp" if "2.4/2.9/4.6" in name else "common")
    assert len(cases) == 16 and schemes.value_counts().to_dict() == {"common": 10, "crp": 6}
    for scheme, rows in cases.groupby(schemes):
        assert das28_activity(rows["value"], scheme=scheme).tolist() == rows["expected"].tolist()


def test_responses_of_the_reference(reference):
    cases = reference["eular_response_cases"]
    assert len(cases) == 9
    found = eular_response(cases["das28_before"], cases["das28_after"])
    assert found.tolist() == cases["expected"].str.lower().tolist()


@given(COUNTS, COUNTS, st.floats(1, 200), HEALTH)
def test_esr_forms_are_their_formulas(tender, swollen, esr, health):
    joints = 0.56 * math.sqrt(tender) + 0.28 * math.sqrt(swollen)
    assert das28_esr(tender, swollen, esr, health) == pytest.approx(joints + 0.7 * math.log(esr) + 0.014 * health)
    assert das28_esr(tender, swollen, esr) == pytest.approx((joints + 0.7 * math.log(esr)) * 1.08 + 0.16)


@given(COUNTS, COUNTS, st.floats(0, 500), HEALTH)
def test_crp_forms_are_their_formulas(tender, swollen, crp, health):
    joints = 0.56 * math.sqrt(tender) + 0.28 * math.sqrt(swollen)
    level = 0.36 * math.log(crp + 1)
    assert das28_crp(tender, swollen, crp, health) == pytest.approx(joints + level + 0.014 * health + 0.96)
    assert das28_crp(tender, swollen, crp) == pytest.approx((joints + level) * 1.10 + 1.15)


@given(COUNTS, COUNTS, st.floats(1, 200), st.floats(0, 500), st.none() | HEALTH)
def test_every_score_has_an_activity(tender, swollen, esr, crp, health):
    for score in (das28_esr(tender, swollen, esr, health), das28_crp(tender, swollen, crp, health)):
        assert das28_activity(score) in ("remission", "low", "moderate", "high")


@pytest.mark.parametrize("scheme", ACTIVITY_CUT_OFFS)
def test_edges_of_the_activities(scheme):
    remission, low, moderate = ACTIVITY_CUT_OFFS[scheme]
    values = [remission - 0.001, remission, low, low + 0.001, moderate, moderate + 0.001]
    assert das28_activity(values, scheme).tolist() == ["remission", "low", "low", "moderate", "moderate", "high"]


@pytest.mark.parametrize(("value", "activity"), [(2.6, "low"), (3.2, "low"), (5.1, "moderate")])
@pytest.mark.parametrize("step", [-2, -1, 0, 1, 2])
def test_rounding_does_not_move_a_score_over_a_cut_off(value, activity, step):
    moved = value + step * np.spacing(value)
    assert das28_activity(moved) == das28_activity(np.float32(value)) == activity
    assert das28_activity(np.array([value], dtype=np.float32)).tolist() == [activity]
    assert das28_activity(sum([value / 10] * 10)) == activity


def test_the_high_cut_off_is_not_that_of_the_thesis():
    assert das28_activity([5.11, 5.15, 5.2]).tolist() == ["high"] * 3


@pytest.mark.parametrize(
    ("before", "after", "response"),
    [
        (4.4, 3.2, "moderate"),  # 1.2000000000000002 in floating point
        (4.41, 3.2, "good"),
        (4.5, 3.3, "moderate"),
        (3.8, 3.2, "no response"),  # 0.5999999999999996
        (3.81, 3.2, "moderate"),
        (5.7, 5.1, "no response"),
        (5.71, 5.1, "moderate"),
        (5.72, 5.11, "no response"),
        (6.31, 5.11, "no response"),
        (6.32, 5.11, "moderate"),
        (3.0, 3.5, "no response"),
    ],
)
def test_edges_of_the_responses(before, after, response):
    assert eular_response(before, after) == response
    single = np.array([before], dtype=np.float32), np.array([after], dtype=np.float32)
    assert eular_response(*single).tolist() == [response]


def test_the_coarser_of_two_precisions_rounds():
    """4.4 in single precision is 4.4000001, from which 3.2 in double precision is 1.2000001 away: not more than 1.2."""
    single, double = np.float32, np.float64
    for kinds in ((single, double), (double, single)):
        before, after = (kind([value]) for kind, value in zip(kinds, (4.4, 3.2), strict=True))
        assert eular_response(before, after).tolist() == ["moderate"]
        assert eular_response(before, kinds[1]([3.8])).tolist() == ["no response"]


@given(SCORES, SCORES, st.floats(0, 3))
def test_starting_worse_never_lessens_the_response(before, after, more):
    order = ["no response", "moderate", "good"]
    response = order.index(eular_response(min(before, 10), after))
    assert order.index(eular_response(min(before + more, 10), after)) >= response


def test_labels_are_ordered_in_pandas_and_missing_stays_missing():
    scores = pd.Series([2.0, None, 6.0], index=["a", "b", "c"], name="das28")
    activity = das28_activity(scores)
    assert activity.cat.ordered and activity.max() == "high" and activity.name == "das28"
    assert activity.isna().to_dict() == {"a": False, "b": True, "c": False}
    assert das28_activity([2.0, None]).tolist() == ["remission", None] and das28_activity(np.nan) is None
    response = eular_response(scores, scores - 1.5)
    assert response.tolist() == ["good", np.nan, "moderate"] or response.isna().tolist() == [False, True, False]


def test_labels_of_a_table():
    frame = pd.DataFrame([[2.0, 3.0], [4.0, np.nan]], index=["x", "y"], columns=["das28", "das28"])
    activity = das28_activity(frame)
    assert activity.columns.tolist() == ["das28", "das28"] and activity.index.tolist() == ["x", "y"]
    assert activity.astype(object).where(activity.notna(), None).values.tolist() == [
        ["remission", "low"],
        ["moderate", None],
    ]
    assert all(activity.iloc[:, column].cat.ordered for column in (0, 1))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: das28_activity(3, scheme="esr"), r"scheme must be one of \['common', 'crp'\], got 'esr'"),
        (lambda: das28_activity([3, 38]), "value must lie between 0 and 10, got 38 in row 1 .*; it is not a DAS28"),
        (lambda: das28_activity(-9), "value must lie between 0 and 10, got -9"),
        (lambda: eular_response(5, [4, 11]), "after must lie between 0 and 10, got 11 in row 1"),
        (
            lambda: das28_esr([0, 0], [0, 0], [1, 0.5], [0, 0]),
            "the score of these values must lie between 0 and 10, got -0.48.* in row 1 .*; check esr.* counts as 1",
        ),
        (lambda: das28_esr(0, 0, 0.5), "the score of these values must lie between 0 and 10, got -0.36"),
        (lambda: das28_crp([28], 28, 44000, 100), "must lie between 0 and 10, got 10.6.*; check crp, in mg/L"),
        (
            lambda: das28_crp(2, 1, 8, 101),
            r"global_health must lie between 0 and 100 mm, got 101; .* missing \(NaN\)",
        ),
        (lambda: eular_response(np.inf, 4), "before must lie between 0 and 10, got inf"),
    ],
)
@pytest.mark.filterwarnings("ignore:crp is read in mg/L")
def test_errors_name_parameter_rule_and_value(call, message):
    with pytest.raises(ValueError, match=message):
        call()
