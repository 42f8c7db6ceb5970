"""Columns of grades: numbers, names and orders; what only looks like a grade is refused by name."""

import datetime

import numpy as np
import pandas as pd
import pytest

from skerosion.grades import order_of, read_grades, whole_where_possible


def read(values, order=None, dtype=None):
    column, noted = pd.Series(values, name="kl", dtype=dtype), []
    found = read_grades(column, column.isna().to_numpy(), lambda *note: noted.append(note), name="kl", order=order)
    return found, noted


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([2, 0], "i", [2, 0]),
        (["2", "0.0"], "i", [2, 0]),
        ([" 2", "1e1 "], "i", [2, 10]),
        ([0.5, 2], "f", [0.5, 2]),
        (["mild", " none "], "U", ["mild", "none"]),
        (["None", "NA"], "U", ["None", "NA"]),
        (["1a", "1b"], "U", ["1a", "1b"]),
        (["II", "IV"], "U", ["II", "IV"]),
    ],
)
def test_what_a_column_holds(values, kind, expected):
    found, noted = read(values)
    assert found.dtype.kind == kind
    assert found.tolist() == expected
    assert not noted


@pytest.mark.parametrize(
    ("values", "what"),
    [
        (["12,5", "7,5"], "a decimal comma: '12,5'; decimal=',' reads such a file"),
        (["7", "80,0"], "a decimal comma: '80,0'"),
        (["-0,5", "1"], "a decimal comma"),
        (["10 %", "20%"], "a percent sign: '10 %'; write the numbers alone"),
        (["12,5%"], "a percent sign"),
        (["2020-01-01", "2021-12-31"], "dates: '2020-01-01'"),
        (["31.12.2020"], "dates"),
        (["1/2/2020 12:30"], "dates"),
        (["05.01.05"], "dates"),
        (["5 Jan 2005", "06 Jan 2005"], "dates: '5 Jan 2005'"),
        (["3. Oktober 2005"], "dates"),
        (["5-Jan-05"], "dates"),
        (["January 5, 2005"], "dates"),
        (["02-Jan", "1"], "dates: '02-Jan'"),
        (["12:30", "8:05:10"], "times: '12:30'; name the column"),
        (["8:05 pm"], "times"),
        (["1/2", "1"], "fractions: '1/2'; write decimals, or list them"),
        ([1 + 2j], "one grade per row, got complex numbers, such as .1.2j."),
        ([[1], [2]], r"one grade per row, got several values in a cell, such as \[1\]"),
        ([(1, 2)], "several values in a cell"),
        (pd.to_datetime(["2020-01-01"]), "dates, such as 2020-01-01"),
        ([datetime.date(2020, 1, 1)], "dates, such as 2020-01-01"),
        (pd.to_timedelta(["1 day"]), "dates, such as 1 day"),
    ],
)
def test_what_is_no_grade_is_named(values, what):
    with pytest.raises(ValueError, match=f"target='kl' must hold .*{what}"):
        read(values)


@pytest.mark.parametrize(("number", "kind"), [(2**53 - 1, "i"), (2**53, "f"), (2**53 + 1, "f")])
def test_only_whole_numbers_that_floats_tell_apart_are_integers(number, kind):
    assert read([number, 0])[0].dtype.kind == whole_where_possible(np.array([number, np.nan])).dtype.kind == kind


def test_what_is_listed_as_a_grade_is_one_however_it_is_written():
    assert read(["1/2", "0", "1"], order=["0", "1/2", "1"])[0].codes.tolist() == [1, 0, 2]
    assert read(["1/2", "0"], dtype=pd.CategoricalDtype(["0", "1/2"], ordered=True))[0].codes.tolist() == [1, 0]
    assert read(["2 marked", "1 may be", "3-4"])[0].tolist() == ["2 marked", "1 may be", "3-4"]


def test_a_number_among_names_is_noted():
    _, noted = read(["2", "severe", np.inf])
    assert noted == [
        (1, "grade is not a finite number", "'severe'"),
        (2, "grade is not a finite number", "inf"),
    ]


def test_an_ordered_column_keeps_its_order():
    dtype = pd.CategoricalDtype(["none", "mild", "severe"], ordered=True)
    found, _ = read(["mild", None, "none"], dtype=dtype)
    assert order_of(found).tolist() == ["none", "mild", "severe"]
    assert found.codes.tolist() == [1, -1, 0]


@pytest.mark.parametrize(
    ("values", "order", "codes"),
    [
        (["mild", "none "], ["none", "mild"], [1, 0]),
        ([0.5, 1.0], [0, 0.5, "1"], [1, 2]),
        (["0.50", "1"], ["0", "0.5", "1.0"], [1, 2]),
        (pd.Categorical(["b", "a"], categories=["a", "b"], ordered=True), ["b", "a"], [0, 1]),
    ],
)
def test_an_order_that_is_given(values, order, codes):
    found, noted = read(values, order)
    assert found.codes.tolist() == codes
    assert order_of(found).tolist() == found.categories.tolist()
    assert not noted


def test_a_stranger_to_the_order_is_noted():
    found, noted = read(["mild", "Mild", "none"], ["none", "mild"])
    assert noted == [(1, "grade is not in the order none, mild", "'Mild'")]
    assert found.codes.tolist() == [1, -1, 0]


@pytest.mark.parametrize("order", ["none,mild", ["none"], [], ["a", " a"], ["a", ""], 3, [[1, 2]]], ids=str)
def test_orders_that_are_refused(order):
    with pytest.raises(ValueError, match="order must"):
        read(["none"], order)
