"""The registry's main table: one radiograph per row becomes one row for each scored joint that the radiograph shows."""

import datetime
import re

import numpy as np
import pandas as pd

from skerosion._counted import counted
from skerosion._keys import as_keys
from skerosion.clinical import FOOT_JOINTS, SIDES, joint_name, registry_columns

from ..reading import is_missing, is_path, read_frame, read_keys, says_no_number, with_numbers

COLUMNS = ("patient_id", "date_x", "sop_iuid", "body_part")
#: Columns that one row per joint gains; "image" is the position of its radiograph among those that are used.
GAINED = ("row", "image", "date", "visit", "part", "side", "joint", "column", "percent", "path", "mirrored")
VISIT = ["patient_key", "date"]

_PART_WORDS = {"hand": "hand", "hands": "hand", "foot": "foot", "feet": "foot"}


def read_registry_table(table, name, needed, *, taken=(), **written):
    """Return a table of the registry, whose identities stay text, and the folder its paths start from.

    Parameters
    ----------
    table : str, path-like or DataFrame
    name : str
        What to call it in a message.
    needed : sequence of str
        Columns it must have: identities, which stay the text they are.
    taken : collection of str
        Names that its other columns must not have.
    **written
        sep, encoding and decimal, as for ``read_text_table``.
    """
    frame, folder = read_frame(table, **written)
    check_table(frame, name, needed, taken)
    return with_numbers(frame, names=needed) if is_path(table) else frame, folder


def check_table(frame, name, needed, taken=()):
    """Refuse a table without rows, without its columns, with one twice, or with columns of names that are taken."""
    found = ", ".join(map(str, frame.columns))
    if repeated := [column for column, again in zip(frame.columns, _is_repeated(frame), strict=True) if again]:
        raise ValueError(f"{name} must have every column once, got {', '.join(map(str, repeated))}; rename them.")
    missing = [column for column in needed if list(frame.columns).count(column) != 1]
    if missing:
        raise ValueError(f"{name} must have one column of each name in {missing}. Columns: {found}.")
    if not len(frame):
        raise ValueError(f"{name} must have at least one row, got a header alone.")
    clash = [column for column in frame.columns if column in taken and column not in needed]
    if clash:
        raise ValueError(f"{name} must not have columns of the names {clash}, which the result needs; rename them.")


def _is_repeated(frame):
    numbered = frame.columns.astype(str).str.fullmatch(r".* \(column \d+\)")  # as a file with a repeated name is read
    return frame.columns.duplicated() | np.asarray(numbered, dtype=bool)


def joint_columns(frame, columns=None):
    """Return the columns of joints that are read, ``{column: (side, joint)}``, and those that are not.

    Parameters
    ----------
    frame : DataFrame
        The main table.
    columns : dict of str to str, default=None
        ``{column: joint}``; None is the registry's, as far as the table has them.
    """
    named = registry_columns() if columns is None else dict(columns)
    missing = [column for column in named if column not in frame.columns]
    if columns is not None and missing:
        raise ValueError(f"columns must name columns of main, which has no {missing}.")
    joints = {}
    for column in (column for column in named if column in frame.columns):
        side, _, joint = joint_name(named[column]).partition("_")
        if side not in SIDES:
            raise ValueError(f"columns must tell the side of each joint, as 'left_mcp2', got {named[column]!r}.")
        joints[column] = (side, joint)
    if not joints:
        raise ValueError("main must have a column for at least one joint, such as 'hand_left_1'; see columns=.")
    like_joints = frame.columns[frame.columns.map(_column_form).str.fullmatch(r"(hand|foot)_(left|right)_\d+")]
    return joints, [column for column in like_joints if column not in joints]


def _column_form(column):
    """Return a column's name as the registry writes it: hand_left_4 for HAND-LEFT 4."""
    return re.sub(r"[\W_]+", "_", str(column)).strip("_").lower()


def column_notes(joints, ignored, columns=None):
    """Return what is odd about the columns of joints, and which of the registry's columns are missing.

    Parameters
    ----------
    joints, ignored
        As :func:`joint_columns` returns them.
    columns : dict or None
        What the caller named.

    Examples
    --------
    >>> column_notes({"hand_left_1": ("left", "pip5")}, ["HAND_LEFT_2"])[0]
    ["main's column 'HAND_LEFT_2' is not read; rename it to hand_left_2, or name it in columns=."]
    """
    missing = [column for column in registry_columns() if column not in joints] if columns is None else []
    odd = [
        f"main's column {column!r} is not read; rename it to {_column_form(column)}, or name it in columns=."
        for column in ignored
        if _column_form(column) in missing
    ]
    lacking = (
        f"{len(missing)} of {counted(len(registry_columns()), 'joint')} without a column in main: {', '.join(missing)}."
    )
    return odd, [lacking] if missing else []


def read_radiographs(frame, date_format, excluded, unmatched):
    """Return the positions of the rows that can be read and what each shows; note the others.

    Returns
    -------
    DataFrame
        Indexed by position: row (its label), patient_key, date, visit, shown (a set of (part, side)).
    """
    radiographs, problems = read_visits(frame, "date_x", date_format)
    for name, problem in (("sop_iuid", "no image named"), ("body_part", "no body part")):
        for row in np.flatnonzero(is_missing(frame[name])):
            problems[row].append((problem, ""))
    radiographs["shown"] = [parts_shown(part) for part in frame["body_part"]]
    for row, reasons in enumerate(problems):
        if reasons:
            excluded.add(*in_one(reasons), row=frame.index[row])
    radiographs = radiographs[[not reasons for reasons in problems]]
    foreign = ~radiographs["shown"].astype(bool)
    for row in radiographs[foreign].itertuples():
        note(unmatched, row, "body part without scored joints", str(frame["body_part"].iloc[row.Index]))
    radiographs = radiographs[~foreign].copy()
    radiographs["visit"] = radiographs.groupby("patient_key")["date"].rank("dense").astype(np.int64) - 1
    return radiographs


def read_visits(frame, date, date_format):
    """Return patient and date of each row, and what is wrong with it.

    Returns
    -------
    visits : DataFrame
        Indexed by position: row (its label), patient_key (text, equal in both tables) and date (the day).
    problems : list of list of (str, str)
        For each row what is wrong with it, and what it got instead.
    """
    keys, nobody = read_keys(frame["patient_id"])
    dates, undated = read_days(frame[date], date_format)
    visits = pd.DataFrame({"row": frame.index, "patient_key": keys, "date": dates})
    return visits, [list(filter(None, (nobody.get(row), undated[row]))) for row in range(len(frame))]


def in_one(problems):
    """Return the reasons of several problems as one, and what was got instead."""
    reasons, got = zip(*problems, strict=True)
    return "; ".join(reasons), "; ".join(filter(None, got))


def read_days(column, date_format):
    """Return the day of each cell, NaT where it is missing, and what is wrong with it, None where nothing is.

    Parameters
    ----------
    column : Series
        Dates as text or numbers (20061005), or as dates already.
    date_format : str
        How text is written.
    """
    read = {}
    cells = list(column.astype(object))
    for cell in cells:
        if cell not in read:
            read[cell] = _read_day(cell, date_format)
    days = pd.Series([read[cell][0] for cell in cells], dtype="datetime64[ns]")
    return days, [read[cell][1] for cell in cells]


def _read_day(cell, date_format):
    """Return the day of one cell, and what is wrong with it."""
    if pd.isna(cell) or not str(cell).strip():
        return pd.NaT, ("no date", "")
    is_date = isinstance(cell, (datetime.date, np.datetime64))
    written = str(cell if is_date else as_keys([cell], "dates")[0])
    if not is_date and date_format == "ISO8601" and re.fullmatch(r"\d{4}(-?\d{2})?", written):
        # pandas would take the first of January or of the month, and visits would become one.
        return pd.NaT, ("date names no day; date_format='%Y' or '%Y-%m' takes the first", repr(written))
    try:
        moment = pd.Timestamp(cell) if is_date else pd.to_datetime(written, format=date_format)
        if moment.tzinfo is not None:
            return pd.NaT, ("date with a time zone, so that its day is in doubt; write the day alone", written)
        return moment.as_unit("ns").normalize(), None
    except (pd.errors.OutOfBoundsDatetime, OverflowError):
        return pd.NaT, ("date out of the years 1678 to 2261; leave the cell empty where it is not known", written)
    except ValueError:
        return pd.NaT, ("date is not as date_format says", repr(written))


def parts_shown(body_part):
    """Return the (part, side) pairs that a radiograph of this name shows; none for a part without scored joints."""
    words = str(body_part).lower().replace("_", " ").replace("-", " ").split()
    parts = {_PART_WORDS[word] for word in words if word in _PART_WORDS}
    sides = [side for side in SIDES if side in words] or SIDES
    return {(part, side) for part in parts for side in sides}


def joint_rows(frame, radiographs, joints):
    """Return one row for each joint that a radiograph shows, radiograph by radiograph in the order of the columns.

    Parameters
    ----------
    frame : DataFrame
        The main table.
    radiographs : DataFrame
        As :func:`read_radiographs` returns it.
    joints : dict
        ``{column: (side, joint)}``.
    """
    number = {column: place for place, column in enumerate(joints)}
    places = [
        (row.Index, row.row, row.patient_key, row.date, row.visit, _part_of(joint), side, joint, column)
        for row in radiographs.itertuples()
        for column, (side, joint) in joints.items()
        if (_part_of(joint), side) in row.shown
    ]
    names = ["image", "row", "patient_key", "date", "visit", "part", "side", "joint", "column"]
    rows = pd.DataFrame(places, columns=names)
    image = rows["image"].to_numpy(dtype=np.int64)
    scores = frame[list(joints)].to_numpy(dtype=object)
    rows["percent"] = scores[image, [number[column] for column in rows["column"]]]
    others = [column for column in frame.columns if column not in {*joints, "date_x"}]
    named = frame[others].assign(sop_iuid=as_keys(frame["sop_iuid"], "sop_iuid"))
    return pd.concat([named.iloc[image].reset_index(drop=True), rows], axis="columns")


def keep_scored(rows, excluded, unmatched):
    """Return the joints with a percentage; note which were not scored, by radiograph, and which have another value."""
    gone = says_no_number(rows["percent"])
    percent = pd.to_numeric(rows["percent"].where(~gone), errors="coerce").astype(float)
    wrong = ~gone & ~percent.between(0, 100).to_numpy()
    for row in rows[wrong].itertuples():
        detail = f"got {row.percent!r}"
        if re.fullmatch(r"\d+,\d+", str(row.percent)):
            detail += "; decimal=',' reads decimal commas"
        excluded.add(
            "percent is not a number from 0 to 100", row=row.row, joint=f"{row.side}_{row.joint}", detail=detail
        )
    for _, of_one in rows[gone].groupby("image", sort=False):
        names = ", ".join(of_one["side"] + "_" + of_one["joint"])
        note(unmatched, next(of_one.itertuples()), "joints not scored", names)
    return rows.assign(percent=percent)[~(gone | wrong)].reset_index(drop=True)


def note(unmatched, row, reason, detail="", table="main"):
    """Note a row of one of the tables that has no partner."""
    unmatched.add(reason, table=table, row=row.row, patient_id=row.patient_key, date=row.date.date(), detail=detail)


def _part_of(joint):
    return "foot" if joint in FOOT_JOINTS else "hand"
