"""Keys: one patient is one text, however the name was stored."""

import unicodedata
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import GroupKFold, LeaveOneGroupOut

from skerosion._keys import as_keys, keys_for, look_alikes, unique_keys


@pytest.mark.parametrize(
    ("values", "keys"),
    [
        ([7, 12], ["7", "12"]),
        (np.array([7.0, np.nan, 12.0]), ["7", "", "12"]),
        (pd.Series([7, None], dtype="Int64"), ["7", ""]),
        (np.array([1.5, 2.0], dtype=np.float32), ["1.5", "2"]),
        ([Decimal("12.0"), Decimal("1.10")], ["12", "1.10"]),
        ([1234567890123456789, None], ["1234567890123456789", ""]),
        (np.array([2**63], dtype=np.uint64), ["9223372036854775808"]),
        (["007", "7", "1.10", "1.1"], ["007", "7", "1.10", "1.1"]),
        (["NA", "None", "nan", "null"], ["NA", "None", "nan", "null"]),
        (["A ", "\tA", "A\u00a0", "\ufeffA", "A\u200b"], ["A"] * 5),
        (["", "  ", None, np.nan, pd.NA, pd.NaT], [""] * 6),
        ([b"A", b"B "], ["A", "B"]),
        (pd.Categorical(["b", "a"]), ["b", "a"]),
        (pd.Series(["b", None]), ["b", ""]),
        ([7, "A7"], ["7", "A7"]),
        ([7, "7"], ["7", "7"]),
        ([True, False], ["True", "False"]),
        (pd.to_datetime(["2010-03-05"]), ["2010-03-05 00:00:00"]),
        (range(3), ["0", "1", "2"]),
        ([], []),
    ],
)
def test_what_is_one_patient(values, keys):
    found = as_keys(values)
    assert found.tolist() == keys and found.dtype.kind == "U"
    assert as_keys(found).tolist() == keys, "a key is its own key"


def test_forms_of_unicode_are_one():
    assert as_keys([unicodedata.normalize("NFD", "Jürgen"), "Jürgen"]).tolist() == ["Jürgen"] * 2


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1.2345678901234567e18], "patients must be text or integers, got the number 1.234.*lost digits.*dtype=str"),
        ([1, "0001"], "patients must be text throughout, got the number 1 beside the text '0001'"),
        ([0, "00"], "the number 0 beside the text '00'"),
        ([(1, 2)], "patients must have one text or number for each row, got .1, 2."),
        (np.zeros((2, 2)), "patients must have one dimension, got the shape"),
        ("P1", "patients must be a list or an array"),
        (7, "patients must be a list or an array"),
    ],
)
def test_what_names_no_patient_is_refused(values, message):
    with pytest.raises(ValueError, match=message):
        as_keys(values, "patients")


@given(st.lists(st.integers(0, 10**20), min_size=1))
def test_whole_numbers_keep_their_order(numbers):
    keys, number = unique_keys(numbers)
    assert keys.tolist() == [str(each) for each in sorted(set(numbers))]
    assert keys[number].tolist() == list(map(str, numbers))


@given(st.lists(st.text(st.characters(codec="ascii", exclude_categories=["C"]), min_size=1), min_size=1))
def test_keys_are_told_apart_as_text_is(names):
    keys, number = unique_keys(names)
    assert sorted(keys.tolist()) == sorted({name.strip() for name in names})
    assert keys[number].tolist() == [name.strip() for name in names]


def test_a_splitter_of_scikit_learn_gets_numbers_in_the_order_of_numbers():
    ids = np.repeat([2, 10, 9, 100], 3)
    of_numbers = [test.tolist() for _, test in GroupKFold(2).split(ids, groups=ids)]
    of_keys = [test.tolist() for _, test in GroupKFold(2).split(ids, groups=keys_for(GroupKFold(2), as_keys(ids)))]
    assert of_keys == of_numbers
    assert keys_for(LeaveOneGroupOut(), None) is None


def test_other_splitters_get_names():
    assert keys_for(object(), as_keys(["10", "2"])).tolist() == ["10", "2"]


@pytest.mark.parametrize("pair", [("P07", "P7"), ("p1", "P1"), ("A 1", "A1"), ("\uff11", "1"), ("003-01", "3-1")])
def test_look_alikes_are_named(pair):
    assert look_alikes([*pair, "Q"]) == [pair]


@pytest.mark.parametrize(
    "pair",
    [
        *[("7.0", "7"), ("7.00", "7"), ("007", "7.0"), ("7,0", "7"), ("1,234", "1234"), ("1e3", "1000"), ("+7", "7")],
        *[("P\u200b1", "P1"), ("P\xad1", "P1"), ("P\u20601", "P1"), ("P\ufe0f1", "P1")],
        *[
            ("P-01", "P\u201101"),
            ("P\u201301", "P-1"),
            ("A_1", "A 1"),
            ("A-1", "A1"),
            ("7\u22121", "7-1"),
            ("7_1", "7-1"),
        ],
        *[('="001"', "001"), ("'001", "1"), ('"P1"', "P1"), ("1 234", "1234"), ("1 2", "1-2")],
        *[("\u04101", "A1"), ("\u03a1\u0397", "PH"), ("\u0663", "3")],
    ],
)
def test_what_is_written_in_several_ways_is_asked_about(pair):
    assert look_alikes(pair) == [pair] and look_alikes(pair[::-1]) == [pair[::-1]]


@pytest.mark.parametrize(
    "pair",
    [
        ("P70", "P7"),
        ("1.1", "1.10"),
        ("10", "1"),
        ("100", "1"),
        ("1-12", "11-2"),
        ("7.5", "7"),
        ("1_1", "11"),
        ("-", "_1"),
    ],
)
def test_others_look_different(pair):
    assert look_alikes(pair) == []
