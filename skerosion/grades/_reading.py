"""Targets as tables write them: numbers, names, and what only looks like one of these."""

import datetime
import re

import numpy as np
import pandas as pd

from skerosion.grades._order import check_order, name_of, order_of

_COMMA = re.compile(r"[+-]?\d+,\d+")
_PERCENT_SIGN = re.compile(r"[+-]?\d+([.,]\d+)?\s*%")
_MONTH = "(jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])"
_DATES = (
    r"\d{4}[-./]\d{1,2}[-./]\d{1,2}([T ].*)?",
    r"\d{1,2}(?P<mark>[-./])\d{1,2}(?P=mark)\d{2}",  # 05.01.05
    r"\d{1,2}[-./]\d{1,2}[-./]\d{4}([T ].*)?",
    rf"\d{{1,2}}\.?[- ]{_MONTH}[a-z]*\.?[- ]\d{{2,4}}",
    rf"{_MONTH}[a-z]*\.? \d{{1,2}},? \d{{4}}",
    rf"\d{{1,2}}[-.]{_MONTH}|{_MONTH}[- ]\d{{2}}",  # what spreadsheets make of the grades 1-2 or 5/1
)
_DATE = re.compile("|".join(_DATES), re.IGNORECASE)
_TIME = re.compile(r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[ap]m)?", re.IGNORECASE)
_FRACTION = re.compile(r"\d+ ?/ ?\d+")
_COMPLEX = (complex, np.complexfloating)
_NO_CELLS = (*_COMPLEX, list, tuple, set, dict, np.ndarray)
_WRITTEN = {
    "a decimal comma": (_COMMA, "decimal=',' reads such a file"),
    "a percent sign": (_PERCENT_SIGN, "write the numbers alone"),
    "dates": (_DATE, "name the column of the grades"),
    "times": (_TIME, "name the column of the grades"),
    "fractions": (_FRACTION, "write decimals, or list them as names of grades from the lowest to the highest, order="),
}


def read_grades(column, missing, note, *, name, order=None):
    """Return a column of grades as an array, or as a Categorical where their order is known.

    Where any grade is a number, all must be: whole numbers become int64, others float64. Otherwise grades are text.

    Parameters
    ----------
    column : Series
    missing : ndarray of bool of shape (n_rows,)
        Rows without a value.
    note : callable
        Gets position, reason and detail of each row whose grade cannot be used.
    name : str
        The column, for messages.
    order : sequence or None, default=None
        All grades from the lowest to the highest; None takes the order of an ordered Categorical.

    Returns
    -------
    ndarray or Categorical of shape (n_rows,)
        Rows that are noted hold anything.

    Raises
    ------
    ValueError
        For columns that hold no grades at all: dates, numbers with decimal commas or percent signs.
    """
    known = order_of(column)
    values = column.astype(object).where(~missing)
    order = None if order is None else check_order(order)
    listed = order if known is None or order is not None else list(map(name_of, known))
    _check_written(values[~missing], name, set(listed or ()))
    if order is not None:
        return _in_order(values, missing, order, note)
    if known is not None:
        return pd.Categorical(values, categories=known.tolist(), ordered=True)
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64)
    if np.isnan(numbers).all():
        return np.array([str(value).strip() for value in values])
    for row in np.flatnonzero(~missing & ~np.isfinite(numbers)):
        note(row, "grade is not a finite number", repr(values.iloc[row]))
    return whole_where_possible(numbers)


def whole_where_possible(numbers):
    """Return whole numbers as int64: a column with a gap is read as float."""
    known = numbers[np.isfinite(numbers)]
    if len(known) and (known == np.rint(known)).all() and (np.abs(known) < 2**53).all():
        return np.where(np.isfinite(numbers), numbers, 0).astype(np.int64)
    return numbers


def _in_order(values, missing, order, note):
    names = np.array([name_of(value) for value in values])
    for row in np.flatnonzero(~missing & ~np.isin(names, order)):
        note(row, f"grade is not in the order {', '.join(order)}", repr(values.iloc[row]))
    return pd.Categorical(np.where(np.isin(names, order), names, None), categories=order, ordered=True)


def _check_written(values, name, listed):
    """Refuse a column whose values are written as something else than grades: it would become a class for each.

    What is listed as the name of a grade is one, however it is written.
    """
    dates = [value for value in values if isinstance(value, (datetime.date, np.datetime64, datetime.timedelta))]
    if dates:
        raise ValueError(f"target={name!r} must hold grades, got dates, such as {dates[0]}; name another column.")
    others = [value for value in values if isinstance(value, _NO_CELLS)]
    if others:
        kind = "complex numbers" if isinstance(others[0], _COMPLEX) else "several values in a cell"
        raise ValueError(f"target={name!r} must hold one grade per row, got {kind}, such as {others[0]}.")
    texts = [value.strip() for value in values if isinstance(value, str) and value.strip() not in listed]
    for what, (written, advice) in _WRITTEN.items():
        found = [text for text in texts if written.fullmatch(text)]
        if found:
            raise ValueError(
                f"target={name!r} must hold numbers or names of grades, got {what}: {found[0]!r}; {advice}."
            )
