"""The columns of an image table: grades, patients and paths, with what is missing in each."""

import difflib
import os

import numpy as np
import pandas as pd

from skerosion.grades import read_grades


def read_frame(table):
    """Return the table as a DataFrame, and the folder its paths start from."""
    if isinstance(table, pd.DataFrame):
        return table, os.curdir
    try:
        frame = pd.read_csv(table, encoding="utf-8-sig")  # spreadsheets put a mark at the beginning
    except pd.errors.EmptyDataError as error:
        raise ValueError(f"table {str(table)!r} is empty; it must have a header and at least one row") from error
    return frame, os.path.dirname(os.path.abspath(os.fspath(table)))


def check_columns(frame, **columns):
    """Refuse a table without rows or without a column that was named."""
    for parameter, column in columns.items():
        found = list(frame.columns).count(column)
        if column is not None and found != 1:
            message = f"{parameter}={column!r} must be one column of the table, found {found} of this name."
            raise ValueError(f"{message} {_hint(frame, column)}")
    if not len(frame):
        raise ValueError("the table must have at least one row, got a header alone")


def read_target(column, findings, order=None):
    """Return the grades as an array, or as a Categorical where their order is known; note rows without a usable one."""
    missing = is_missing(column)
    for row in np.flatnonzero(missing):
        findings.add(row, "no grade")
    return read_grades(column, missing, findings.add, name=column.name, order=order)


def read_groups(column, findings):
    """Return the patients as an array of integers or of text; note the rows without one."""
    missing = is_missing(column)
    for row in np.flatnonzero(missing):
        findings.add(row, "no patient")
    if pd.api.types.is_numeric_dtype(column[~missing].infer_objects()):
        return _whole_where_possible(pd.to_numeric(column.where(~missing)).to_numpy(np.float64, na_value=np.nan))
    return np.array([str(value) for value in column])


def read_names(column):
    """Return the images as the table writes them, "" where it names none."""
    return ["" if gone else str(name) for name, gone in zip(column, is_missing(column), strict=True)]


def resolve(names, root, findings):
    """Return the files as an array, relative names starting from `root`; note the rows without one."""
    for row, name in enumerate(names):
        if not name:
            findings.add(row, "no image named")
    return np.array([os.path.join(os.fspath(root), name) if name else "" for name in names], dtype=object)


def is_missing(column):
    """Where a column has no value, or only blanks."""
    blank = column.map(lambda value: isinstance(value, str) and not value.strip())
    return (column.isna() | blank.astype(bool)).to_numpy()


def _whole_where_possible(numbers):
    """Return whole numbers as int64: a column with a gap is read as float."""
    known = numbers[np.isfinite(numbers)]
    if len(known) and (known == np.rint(known)).all() and (np.abs(known) < 2**53).all():
        return np.where(np.isfinite(numbers), numbers, 0).astype(np.int64)
    return numbers


def _hint(frame, column):
    names = [str(name) for name in frame.columns]
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        return f"Only {names[0]!r} was found: read the file with pandas.read_csv(path, sep=...) and pass the DataFrame."
    close = difflib.get_close_matches(str(column), names, n=1)
    meant = f" Did you mean {close[0]!r}?" if close else ""
    return f"Columns: {', '.join(names)}.{meant}"
