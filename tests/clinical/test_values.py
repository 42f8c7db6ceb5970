"""Clinical numbers come from any container and go back into it; what is not such a number is named with its row."""

import math

import numpy as np
import pandas as pd
import pytest

from skerosion.clinical import das28_crp, das28_esr, ratingen

ESR = {"tender": [4, 5], "swollen": [5, 6], "esr": [7, 8], "global_health": [50, 51]}
SCORES = [
    0.56 * math.sqrt(tender) + 0.28 * math.sqrt(swollen) + 0.70 * math.log(esr) + 0.014 * health
    for tender, swollen, esr, health in zip(*ESR.values(), strict=True)
]


def of_kind(kind):
    return {name: kind(values) for name, values in ESR.items()}


@pytest.mark.parametrize(
    "kind", [list, tuple, np.array, lambda values: np.array(values, dtype=np.float32), np.ma.array]
)
def test_sequences_and_arrays_give_arrays(kind):
    scores = das28_esr(**of_kind(kind))
    assert type(scores) is np.ndarray and scores.dtype == np.float64
    np.testing.assert_allclose(scores, SCORES, atol=1e-12)


def test_scalars_give_a_python_number():
    score = das28_esr(*(values[0] for values in ESR.values()))
    assert type(score) is float and score == pytest.approx(SCORES[0], abs=1e-12)
    assert type(ratingen(np.float32(30))) is int


@pytest.mark.parametrize("dtype", ["int64", "float32", "Int64", "Float64", object])
def test_series_keep_index_and_name(dtype):
    visits = pd.Index(["first", "second"], name="visit")
    scores = das28_esr(**of_kind(lambda values: pd.Series(values, index=visits, dtype=dtype)))
    pd.testing.assert_series_equal(scores, pd.Series(SCORES, index=visits), atol=1e-12)
    assert das28_esr(*[pd.Series([1, 2], name="count")] * 3).name == "count"
    assert das28_esr(pd.Series([1], name="t"), pd.Series([1], name="s"), 8).name is None


def test_tables_keep_rows_and_columns():
    frame = pd.DataFrame({"before": [4, 5], "after": [1, 0]}, index=[10, 20])
    scores = das28_crp(frame, frame, frame)
    assert scores.index.tolist() == [10, 20] and scores.columns.tolist() == ["before", "after"]
    assert scores.loc[20, "after"] == das28_crp(0, 0, 0) == 1.15


def test_scalars_and_arrays_join_a_series():
    tender = pd.Series([4, 5], index=["a", "b"])
    pd.testing.assert_series_equal(das28_esr(tender, [5, 6], 7), das28_esr(tender, tender + 1, tender * 0 + 7))


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT, float("nan")])
def test_missing_stays_missing_in_every_place(missing):
    for name in ESR:
        values = {**ESR, name: [ESR[name][0], missing]}
        assert np.isnan(das28_esr(**values)).tolist() == [False, True]
        if name != "global_health":
            assert np.isnan(das28_esr(**{key: column[1] for key, column in values.items()}))


def test_masked_values_are_missing():
    tender = np.ma.array([4, 99], mask=[False, True])
    assert np.isnan(das28_esr(tender, [5, 6], [7, 8])).tolist() == [False, True]


def test_missing_global_health_never_changes_the_form():
    scores = das28_esr([4, 4], [5, 5], [7, 7], [50, np.nan])
    assert np.isnan(scores[1]) and scores[0] == das28_esr(4, 5, 7, 50) != das28_esr(4, 5, 7)


def test_no_rows_are_no_error():
    assert das28_esr([], [], []).shape == ratingen([]).shape == (0,)


def series(*values):
    return pd.Series(values, index=[f"visit {number}" for number in range(len(values))])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tender": [4, 29]}, r"tender must be a whole number from 0 to 28 joints, got 29 in row 1 \(1 of 2 values\)"),
        ({"tender": [-1, 5]}, "tender must be a whole number from 0 to 28 joints, got -1 in row 0"),
        ({"swollen": [4.5, 5]}, "swollen must be a whole number from 0 to 28 joints, got 4.5 in row 0"),
        ({"swollen": 30}, r"swollen must be .*, got 30\.$"),
        ({"esr": [7, 0]}, "esr must be above 0 mm/h, got 0 in row 1 .*; the score takes its logarithm"),
        ({"esr": [7, np.inf]}, "esr must be above 0 mm/h, got inf in row 1"),
        ({"global_health": [50, 101]}, "global_health must lie between 0 and 100 mm, got 101 in row 1"),
        ({"esr": series(7, -3)}, "esr must be above 0 mm/h, got -3 in row 'visit 1'"),
        ({"esr": np.array([[7, 8], [0, 9]])}, r"esr must be .*, got 0 at position \(1, 0\)"),
        ({"esr": ["7", "8"]}, "esr must hold numbers, got '7' in row 0; convert the column .*to_numeric"),
        ({"esr": series(7, "<1")}, "esr must hold numbers, got '<1' in row 'visit 1'"),
        ({"esr": pd.to_datetime(["2010-01-01", "2011-01-01"])}, "esr must hold numbers"),
    ],
)
def test_what_is_no_such_number_is_named(changes, message):
    with pytest.raises(ValueError, match=message):
        das28_esr(**{**ESR, **changes})


def test_crp_may_be_zero_but_not_below():
    assert das28_crp(0, 0, 0, 0) == pytest.approx(0.96)
    with pytest.raises(ValueError, match="crp must be 0 mg/L or above, got -1 in row 1"):
        das28_crp([0, 0], [0, 0], [0, -1])


@pytest.mark.parametrize(
    ("tender", "swollen", "message"),
    [
        (series(1, 2), pd.Series([1, 2]), "swollen and tender must have the same rows"),
        (series(1, 2), pd.DataFrame({"a": [1, 2]}), "swollen and tender must have the same rows, got a DataFrame"),
        (series(1, 2), [1, 2, 3], r"must have the shape \(2,\) of the Series among them"),
        (series(1, 2), [[1, 2]], r"must have the shape \(2,\)"),
    ],
)
def test_rows_that_do_not_match_are_refused(tender, swollen, message):
    with pytest.raises(ValueError, match=message):
        das28_esr(tender, swollen, 10)
