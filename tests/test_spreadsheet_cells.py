"""No text of a user runs as a formula in a spreadsheet, and every text comes back as it was."""

import pathlib
import re
import tempfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import skerosion
from skerosion._keys import as_keys
from skerosion._spreadsheet_cells import csv_text, plain_text, safe_cell, write_csv
from skerosion.datasets.reading import read_text_table

PACKAGE = pathlib.Path(skerosion.__file__).parent
FORMULAS = ["=1+1", "=cmd|' /C calc'!A0", "+1+2", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "-x.png", "--", "\uff1d1+1"]
INNER = ["'-1.5", "a;=1+1", "a\n=1+1", "a|@x", "a;'=1", "'=1", "''=1"]
NUMBERS = ["-1.5", "+7", "-0", "-.5", "1e-3", "-1e+30", "-5."]
HARMLESS = ["P-7", "a=b", "007", "", "NA", "'001", "it's", "x@y", "1,-2"]
# What decides, often and in any order, and anything else now and then.
TEXTS = st.lists(
    st.sampled_from([*"=+-@\t\r\n;|',\"a1. \uff1d"]) | st.characters(exclude_categories=["Cs"]), max_size=8
).map("".join)


def begins_formula(cell):
    """Whether a spreadsheet may take a cell, or what it takes for one, for a formula; said apart from the rule."""
    parts = re.split(r"[;|\t\r\n]", cell)
    dangerous = [
        part for part in parts if part[:1] in ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20") and part
    ]
    return cell[:1] in ("\t", "\r") or any(not is_number(part) or len(parts) > 1 for part in dangerous)


def is_number(text):
    try:
        return np.isfinite(float(text)) and text.isascii() and "_" not in text
    except ValueError:
        return False


@pytest.mark.parametrize("text", [*FORMULAS, *INNER])
def test_formulas_are_marked(text):
    assert "'" in safe_cell(text) and safe_cell(text) != text
    assert not begins_formula(safe_cell(text)) and plain_text(safe_cell(text)) == text


@pytest.mark.parametrize("text", [*NUMBERS, *HARMLESS])
def test_numbers_and_plain_texts_stay(text):
    assert safe_cell(text) == text == plain_text(text)


@given(TEXTS)
def test_every_text_is_safe_and_comes_back(text):
    assert not begins_formula(safe_cell(text))
    assert plain_text(safe_cell(text)) == text


@given(st.floats() | st.integers())
def test_numbers_are_never_marked(number):
    assert safe_cell(repr(number)) == repr(number)


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4))
def test_patients_are_called_as_before_when_a_table_is_read_back(pairs):
    frame = pd.DataFrame(pairs, columns=["=path", "who"]).assign(change=-1.5)
    with tempfile.TemporaryDirectory() as folder:
        back = read_text_table(write_csv(pathlib.Path(folder, "table.csv"), frame))
    assert list(back.columns) == ["=path", "who", "change"] and set(back["change"]) == {"-1.5"}
    for name in ("=path", "who"):
        assert as_keys(back[name]).tolist() == as_keys(frame[name]).tolist()


def test_a_patient_behind_an_apostrophe_is_another_one(tmp_path):
    names = ["=A", "'=A", "''=A", "-7", "'-7", "''-7"]
    back = read_text_table(write_csv(tmp_path / "table.csv", pd.DataFrame({"row": 0, "who": names})))
    assert back["who"].tolist() == names


def test_what_is_no_text_is_written_as_pandas_writes_it():
    frame = pd.DataFrame({"day": pd.array([1, None], dtype="Int64"), "grade": pd.Categorical(["-", "b"]), "none": None})
    frame["float"], frame["bool"], frame["mixed"] = [-0.123456789, np.nan], [True, False], [-3, pathlib.Path("@a")]
    lines = csv_text(frame, digits=3).splitlines()
    assert lines == ["day,grade,none,float,bool,mixed", "1,'-,,-0.123,True,-3", ",b,,,False,'@a"]
    assert csv_text(frame[:0][["day", "grade"]]) == "day,grade\n"


def test_every_table_of_the_package_is_written_so():
    """One way out: whoever writes CSV otherwise leaves formulas in it."""
    others = [
        path.name
        for path in PACKAGE.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\.to_csv\(|csv\.writer|DictWriter|to_excel", line) and not re.match(r"\s*(>>>|\.\.\.)", line)
    ]
    assert set(others) == {"_spreadsheet_cells.py"}
