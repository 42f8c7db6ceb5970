"""What numbers look like: grades, shares of 1, percentages."""

import numpy as np

LARGEST_GRADE = 10
"""Whole numbers from 0 to at most this one, none of them missing, are grades without being asked."""


_FEWEST, _FIRST_FIFTH, _STEP = 10, 20, 5


def are_plain_grades(y):
    """Whether numbers are all of 0..K and nothing else, K from 1 to 10: grades, whoever looks at them.

    Examples
    --------
    >>> from skerosion.grades import are_plain_grades
    >>> are_plain_grades([0, 2, 1, 0]), are_plain_grades([0, 2]), are_plain_grades([0, 0.5, 1])
    (True, False, False)
    """
    levels = np.unique(y)
    return 2 <= len(levels) <= LARGEST_GRADE + 1 and np.array_equal(levels, np.arange(len(levels)))


def are_shares(y):
    """Whether numbers look like shares of 1 rather than percentages: all from 0 to 1, some between."""
    return bool(len(y) and y.min() >= 0 and y.max() <= 1 and (y != np.rint(y)).any())


def note_of_grades(y, name):
    """Return a sentence on percentages that look like grades or scores, "" where they do not.

    Readers estimate percentages in steps of five, up to 100: whole numbers up to 20, some of them between these steps,
    are rather something else. Fewer than 10 of them say nothing.

    Parameters
    ----------
    y : array-like of shape (n_rows,)
        Numbers that are read as percentages.
    name : str
        What to call them.

    Examples
    --------
    >>> from skerosion.grades import note_of_grades
    >>> note_of_grades([0, 0, 1, 2, 3, 4, 5, 5, 0, 0], "percent")
    'percent: all 10 values are whole numbers from 0 to 5, so that all are of Ratingen grades 0 and 1, ...'
    >>> note_of_grades([0, 5, 10, 20] * 3, "percent")
    ''
    """
    y = np.asarray(y, dtype=float)
    y = y[np.isfinite(y)]
    if len(y) < _FEWEST or not 1 < y.max() <= _FIRST_FIFTH or (y != np.rint(y)).any() or not (y % _STEP).any():
        return ""
    return (
        f"{name}: all {len(y)} values are whole numbers from {y.min():g} to {y.max():g}, so that all are of Ratingen "
        "grades 0 and 1, as if they were grades or scores. If so, they are not percentages: read them as grades."
    )


def check_percentages(y, bins):
    """Refuse a target that is not a percentage where ``bins`` are those of Ratingen, which are of percentages.

    Parameters
    ----------
    y : array-like of shape (n_rows,)
        Targets that something is learned from.
    bins : "ratingen", array-like or None
        Any other bins take any number.

    Examples
    --------
    >>> from skerosion.grades import check_percentages
    >>> check_percentages([0, 0.25, 0.5], "ratingen")
    Traceback (most recent call last):
    ValueError: y must hold percentages where bins is 'ratingen', got numbers from 0 to 0.5, as shares of 1 are; ...
    """
    if not (isinstance(bins, str) and bins == "ratingen"):
        return
    y = np.asarray(y, dtype=float)
    known = y[np.isfinite(y)]
    if are_shares(known):
        raise ValueError(
            f"y must hold percentages where bins is 'ratingen', got numbers from {known.min():g} to {known.max():g}, "
            "as shares of 1 are; multiply them by 100."
        )
    if len(known) and (known.min() < 0 or known.max() > 100):
        raise ValueError(
            f"y must hold percentages where bins is 'ratingen', got numbers from {known.min():g} to {known.max():g}; "
            "list the upper edges of the grades of another scale."
        )
