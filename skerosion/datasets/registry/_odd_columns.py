"""What is odd about the numbers of a registry as columns: shares instead of percentages, values that are not scores."""

import re

import pandas as pd

from skerosion._counted import counted
from skerosion.clinical import unit_note
from skerosion.grades import note_of_grades

from ..reading import says_no_number
from ._main_table import VISIT

_HIGHEST_DAS28 = 10
_DAS28 = re.compile(r"das28(.*score|_?(bsr|crp|esr))?")


def unit_notes(rows):
    """Return a line for each kind of number that looks like another unit.

    Parameters
    ----------
    rows : DataFrame
        One row per joint, with patient_key, date, column, percent and the columns of the secondary table.

    Examples
    --------
    >>> visits = {"patient_key": "7", "date": range(10), "column": "hand_left_1"}
    >>> rows = pd.DataFrame({**visits, "percent": 0.25, "das28": 38})
    >>> for line in unit_notes(rows):
    ...     print(line)
    percent (hand_left_1 to hand_left_1) is read in percent, and 10 of 10 values lie between 0 and 1 ...
    das28 holds 10 values that are no DAS28 score (0 to 10), in 10 visits, such as 38; look for a lost decimal point.
    """
    if not len(rows):
        return []
    joints = f"percent ({rows['column'].iloc[0]} to {rows['column'].iloc[-1]})"
    scores = [name for name in rows.columns if _DAS28.fullmatch(str(name).lower())]
    of_percent = unit_note("percent", rows["percent"], name=joints) or note_of_grades(rows["percent"], joints)
    notes = [of_percent, *(note(rows, name) for name in scores for note in (_text_note, _das28_note))]
    return [note for note in notes if note]


def _text_note(rows, name):
    """Say how many visits have a non-numeric score; "" where no visit has one."""
    visits = rows[[*VISIT, name]].drop_duplicates()
    scores = visits[name][~says_no_number(visits[name])]
    wrong = scores[pd.to_numeric(scores, errors="coerce").isna()]
    if not len(wrong):
        return ""
    return (
        f"{name} holds {counted(len(wrong), 'value that is', 'values that are')} no number, in "
        f"{counted(len(visits), 'visit')}, such as {wrong.iloc[0]!r}, so that the column stays text; "
        "write numbers with a point, and leave missing ones empty."
    )


def _das28_note(rows, name):
    """Say how many visits have a score that is not a DAS28; "" where all are."""
    visits = rows[[*VISIT, name]].drop_duplicates()
    scores = pd.to_numeric(visits[name], errors="coerce")
    wrong = scores[~(scores.between(0, _HIGHEST_DAS28) | scores.isna())]
    if not len(wrong):
        return ""
    return (
        f"{name} holds {counted(len(wrong), 'value that is', 'values that are')} no DAS28 score (0 to "
        f"{_HIGHEST_DAS28}), in {counted(len(visits), 'visit')}, such as {wrong.iloc[0]:g}; look for a lost "
        "decimal point."
    )
