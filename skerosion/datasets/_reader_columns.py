"""The columns of several readers in an image table: their votes, and the one grade that stands for them."""

import numpy as np
import pandas as pd

from skerosion.grades import median_vote, order_of, read_grades, whole_where_possible

from .reading import check_columns, is_missing, listed, read_names


def check_readers(target, readers, reader):
    """Raise ValueError for columns of grades that exclude each other."""
    if isinstance(readers, str) or (readers is not None and len(readers) == 1):
        raise ValueError(
            f"readers must list at least two columns, one a reader, got {readers!r}; a column that names the reader of "
            "each row is reader="
        )
    if len(readers) and (target is not None or reader is not None):
        raise ValueError(
            f"readers are columns of grades, whose median is the target: target and reader must be None beside them, "
            f"got target={target!r} and reader={reader!r}"
        )


def as_parameters(readers):
    """Return the columns of readers by what messages call each."""
    return {f"readers[{number}]": name for number, name in enumerate(readers)}


def one_row_an_image(frame, *, image, target, reader, group=None):
    """Return a table of one row an image and reader as one of one row an image, and the columns of its readers.

    Parameters
    ----------
    frame : DataFrame
    image, target, reader : str
        Columns of image, grade and reader.
    group : str or None, default=None
        Column of patients, of which an image has one.

    Returns
    -------
    wide : DataFrame
        The first row of each image, without grade and reader, with a column for each reader called as in
        ``"expert_id 3"``.
    readers : list of str
        These columns, in the order in which readers come first.
    """
    check_columns(frame, image=image, target=target, reader=reader, group=group)
    if target is None:
        raise ValueError("target must name the column of the grades where reader names that of their readers, got None")
    images, said_by = read_names(frame[image]), read_names(frame[reader])
    _check_said_once(frame, images, said_by, reader)
    if group is not None:
        _check_one_patient(frame, images, group)
    columns = {each: f"{reader} {each}" for each in dict.fromkeys(said_by)}
    # A row that names no image is one by itself, which is noted when its image is looked for.
    rows = pd.Series([name or number for number, name in enumerate(images)], index=frame.index)
    votes = pd.DataFrame({"row": rows, "by": [columns[each] for each in said_by], "said": frame[target]})
    spread = votes.pivot(index="row", columns="by", values="said").reindex(rows.unique())
    wide = frame[~rows.duplicated().to_numpy()].drop(columns=[target, reader])
    return wide.assign(**{name: spread[name].to_numpy() for name in columns.values()}), list(columns.values())


def _check_said_once(frame, images, said_by, reader):
    nameless = [frame.index[row] for row, each in enumerate(said_by) if not each]
    if nameless:
        raise ValueError(f"reader={reader!r} must name a reader in each row, got none in row {nameless[0]}")
    pairs = pd.Series(list(zip(images, said_by, strict=True)))
    again = pairs[pairs.duplicated() & (pairs.str[0] != "")]
    if len(again):
        name, who = again.iloc[0]
        raise ValueError(f"a reader must grade an image once, got two rows of {name} by {who} ({len(again)} such rows)")


def _check_one_patient(frame, images, group):
    patients = frame[group].groupby(np.array(images, dtype=object)).nunique(dropna=False)
    several = [name for name in patients.index[patients > 1] if name]
    if several:
        raise ValueError(f"group={group!r} must be one patient for each image, got several for {listed(several)}")


def read_votes(frame, readers, findings, order=None):
    """Return what readers said and the median of each row's votes; note the rows that nobody graded.

    Parameters
    ----------
    frame : DataFrame
    readers : sequence of str
        A column a reader.
    findings : Findings
    order : sequence or None, default=None
        All grades from the lowest to the highest; None takes that of ordered Categoricals.

    Returns
    -------
    votes : ndarray of shape (n_rows, n_readers)
        Numbers with NaN, or names with None.
    y : ndarray or Categorical of shape (n_rows,)
        The lower median.
    """
    read = [_read_one(frame[name], findings, order) for name in readers]
    orders = [order_of(each) for each, _ in read]
    if any(not np.array_equal(each, orders[0]) for each in orders):
        raise ValueError("readers must grade in the same order, got columns of different ones: pass it as order=")
    texts = [np.asarray(each).dtype.kind not in "iuf" for each, _ in read]
    if any(texts) and not all(texts):
        names = readers[texts.index(False)], readers[texts.index(True)]
        raise ValueError("readers must grade in one way, got numbers in column {!r} and names in {!r}".format(*names))
    votes = np.column_stack([np.where(gone, None, np.asarray(each, dtype=object)) for each, gone in read])
    votes = votes if any(texts) else votes.astype(np.float64)
    nobody = np.flatnonzero(np.all([gone for _, gone in read], axis=0))
    for row in nobody:
        findings.add(row, "no grade")
    return votes, _one_grade(votes, orders[0], readers)


def _read_one(column, findings, order):
    """Return a reader's grades, and where there is none."""
    missing = is_missing(column)

    def note(row, reason, detail=""):
        findings.add(row, reason, f"{column.name}: {detail}")

    grades = read_grades(column, missing, note, name=column.name, order=order)
    return grades, missing | np.asarray(pd.isna(grades))


def _one_grade(votes, order, readers):
    if order is not None:
        return pd.Categorical(median_vote(votes, order), categories=order, ordered=True)
    if votes.dtype == object:
        raise ValueError(
            "order must list the grades from the lowest to the highest where readers give names, as in column "
            f"{readers[0]!r}: the median of their votes depends on it"
        )
    return whole_where_possible(median_vote(votes))
