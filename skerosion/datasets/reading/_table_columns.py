"""The columns of an image table: grades, patients and paths, with what is missing in each."""

import difflib
import itertools
import os
import re

import numpy as np
import pandas as pd

from skerosion._counted import counted
from skerosion._keys import as_keys, look_alikes
from skerosion.grades import read_grades

from ._csv import read_text_table
from ._picture_files import is_path

_NO_NUMBER = {"na", "n/a", "nan", "none", "null", "#n/a", "#na", "<na>", "-nan", "nil"}
_FLOAT = re.compile(r"\d+\.0")  # how pandas writes whole numbers of a column that has a gap
_SCIENTIFIC = re.compile(r"\d[.,]\d+[eE]\+\d+")  # how spreadsheets write numbers that are too long for a cell
_SHEET_ERROR = re.compile(r"#(N/A|NV|[A-ZÀ-Þ]+(/0)?[!?])")  # what a cell shows whose formula failed
_NOT_PLAIN = re.compile(r"[+-]?(0\d.*|\d{16,}|.*_.*)")  # as numbers they would lose zeros or digits, or are a name


def read_frame(table, **written):
    """Return the table as a DataFrame, of text alone where it is a file, and the folder its paths start from.

    How a file is `written` is told as for ``read_text_table``: sep, encoding and decimal.
    """
    if is_path(table):
        return read_text_table(table, **written), os.path.dirname(os.path.abspath(os.fspath(table)))
    told = [f"{name}={value!r}" for name, value in written.items() if value is not None]
    if told:
        raise ValueError(f"sep, encoding and decimal are of a CSV file, got {' and '.join(told)} with a DataFrame")
    return _as_pandas(table), os.curdir


def _as_pandas(table):
    """Return a table of pandas, or one of polars or pyarrow, as a DataFrame of pandas."""
    if isinstance(table, pd.DataFrame):
        return table
    if not hasattr(table, "to_pandas"):
        raise ValueError(
            "the table must be a CSV file, a spreadsheet or a DataFrame of pandas, polars or pyarrow, got a "
            f"{type(table).__name__}"
        )
    try:
        # As floats, whole numbers of a column with a gap would lose their last digits.
        return table.to_pandas(integer_object_nulls=True)
    except ImportError:  # polars needs pyarrow for that
        return pd.DataFrame({name: table[name].to_list() for name in table.columns}, dtype=object)


def with_numbers(frame, names=()):
    """Return a table of text with numbers in the columns that hold nothing else, NaN where nothing stands.

    Parameters
    ----------
    frame : DataFrame of text
        As ``read_text_table`` returns it.
    names : sequence of str
        Columns of names, which stay the text they are.

    Examples
    --------
    >>> import pandas as pd
    >>> from skerosion.datasets.reading._table_columns import with_numbers
    >>> frame = pd.DataFrame({"age": ["61", "NA"], "patient": ["61", "NA"], "code": ["007", "12"]})
    >>> with_numbers(frame, names=["patient"]).to_dict("list")
    {'age': [61.0, nan], 'patient': ['61', 'NA'], 'code': ['007', '12']}
    """
    read = {name: frame[name] if name in names else _numbers_or_text(frame[name]) for name in frame.columns}
    return pd.DataFrame(read, index=frame.index).infer_objects()


def says_no_number(column):
    """Where a column of numbers has none: empty cells, and what programs write for them, such as NA."""
    words = column.map(lambda value: isinstance(value, str) and value.strip().lower() in _NO_NUMBER)
    return is_missing(column) | words.to_numpy(dtype=bool)


def _numbers_or_text(column):
    cells = column.str.strip()
    gone = says_no_number(cells)
    known = cells[~gone]
    if set(known) <= {"True", "False"} and len(known) == len(cells):
        return cells == "True"
    numbers = pd.to_numeric(cells.where(~gone), errors="coerce")
    plain = np.isfinite(numbers[~gone]).all() and not any(map(_NOT_PLAIN.fullmatch, known))
    if plain and (len(known) or (cells == "").all()):
        return numbers
    return cells.where(cells != "", None)


def check_columns(frame, **columns):
    """Refuse a table without rows or without a column that was named, and a column that is named for two things."""
    for parameter, column in columns.items():
        again = re.compile(rf"{re.escape(str(column))} \(column \d+\)")  # how a name that comes twice is read
        found = sum(name == column or bool(again.fullmatch(str(name))) for name in frame.columns)
        if column is not None and found != 1:
            message = f"{parameter}={column!r} must be one column of the table, found {found} of this name."
            raise ValueError(f"{message} {_hint(frame, column)}")
    for first, second in itertools.combinations((name for name in columns if columns[name] is not None), 2):
        if columns[first] == columns[second]:
            raise ValueError(f"{second} must be another column than {first}, got {columns[second]!r} for both")
    if not len(frame):
        raise ValueError("the table must have at least one row, got a header alone")


def read_target(column, findings, order=None):
    """Return the grades as an array, or as a Categorical where their order is known; note rows without a usable one."""
    missing = is_missing(column)
    for row in np.flatnonzero(missing):
        findings.add(row, "no grade")
    return read_grades(column, missing, findings.add, name=column.name, order=order)


def read_groups(column, findings):
    """Return the patients as an array of text; note the rows without one."""
    groups, wrong = read_keys(column)
    for row, (reason, detail) in wrong.items():
        findings.add(row, reason, detail)
    return groups


def read_keys(column):
    """Return the patients of a column as text, and for each row without one the reason and what it got instead."""
    keys = as_keys(column, f"column {column.name!r}")
    known = keys[keys != ""].tolist()
    if len(known) and all(map(_FLOAT.fullmatch, known)):
        keys = np.array([key.removesuffix(".0") for key in keys.tolist()], dtype=str)
    wrong = dict.fromkeys(np.flatnonzero(keys == "").tolist(), ("no patient", ""))
    for row, key in enumerate(keys.tolist()):
        if _SCIENTIFIC.fullmatch(key):
            wrong[row] = ("patient in scientific notation, of which digits are lost", repr(key))
        elif _SHEET_ERROR.fullmatch(key):
            wrong[row] = ("patient is the error of a spreadsheet's formula", repr(key))
    return keys, wrong


def name_look_alikes(keys):
    """Return a sentence on patients whose names look alike, "" if no two do."""
    pairs = look_alikes(keys)
    if not pairs:
        return ""
    named = ", ".join(" and ".join(map(_told_apart(pair), pair)) for pair in pairs[:3])
    more = f", and {counted(len(pairs) - 3, 'more pair')}" if len(pairs) > 3 else ""
    return f"Patients of different spelling are different patients; is one of these twice: {named}{more}?"


def _told_apart(pair):
    """Return how to write two names so that their difference is seen: a dash of Word's looks like any other."""
    return ascii if len({name.isascii() for name in pair}) > 1 else repr


def read_names(column):
    """Return the images as the table writes them, "" where it names none."""
    return ["" if gone else str(name).strip() for name, gone in zip(column, is_missing(column), strict=True)]


def resolve(names, root, findings):
    """Return the files as an array, relative names starting from `root`; note the rows without one."""
    for row, name in enumerate(names):
        if not name:
            findings.add(row, "no image named")
    return np.array([_resolved(name, os.fspath(root)) if name else "" for name in names], dtype=object)


def _resolved(name, root):
    """Return the file of a name. Windows separates folders by backslashes, which elsewhere are part of a name."""
    path = os.path.join(root, name)
    here = os.path.join(root, name.replace("\\", os.sep))
    return here if "\\" in name and os.path.exists(here) and not os.path.exists(path) else path


def is_missing(column):
    """Where a column has no value, or only blanks."""
    blank = column.map(lambda value: isinstance(value, str) and not value.strip())
    return (column.isna() | blank.astype(bool)).to_numpy()


def _hint(frame, column):
    names = [str(name) for name in frame.columns]
    marks = [mark for mark in ",;\t|:" if mark in "".join(names[:1])]
    if len(names) == 1 and marks:
        return f"Only {names[0]!r} was found; sep={max(marks, key=names[0].count)!r} takes it apart."
    close = difflib.get_close_matches(str(column), names, n=1)
    meant = f" Did you mean {close[0]!r}?" if close else ""
    return f"Columns: {', '.join(names)}.{meant}"
