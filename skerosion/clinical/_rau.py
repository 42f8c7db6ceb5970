"""The Rau score of a patient's visit, from the Ratingen grades of its joints."""

import re
from numbers import Real
from typing import NamedTuple

import numpy as np
import pandas as pd

from skerosion._types import Any
from skerosion.clinical._joints import WRIST, joint_name
from skerosion.clinical._values import Scale, like

#: Joints that the score counts in full: 10 PIP and IP, 10 MCP, 4 sites in each wrist, 4 MTP and one IP in each foot.
RAU_JOINT_COUNT = 38

_ADVICE = "Leave out what is not a joint: grades.drop(columns=...); grades.to_numpy() counts every column as it stands."
_GRADES = Scale("grades", 0, 5, advice="percentages of eroded surface become grades by skerosion.clinical.ratingen")


class RauScore(NamedTuple):
    """A Rau score and how much of it was seen.

    Attributes
    ----------
    score : float, ndarray or Series
        0 to 5 times the reference count; NaN where no joint is scored.
    n_joints : int, ndarray or Series
        Number of scored joints behind it: the fewer, the more of the score is extrapolated.

    Examples
    --------
    >>> from skerosion.clinical import rau_score
    >>> score, n_joints = rau_score([0, 1, 2, None])
    >>> score, n_joints
    (38.0, 3)
    """

    score: object
    n_joints: object


def rau_score(grades: Any, *, reference_count: int = RAU_JOINT_COUNT):
    """Return the Rau score of visits: the mean grade of the scored joints times a fixed number of joints.

    .. math:: S = \\frac{38}{n} \\sum_{j \\text{ scored}} g_j

    The score extrapolates from the joints that are scored to all of them, so their number n belongs beside it.

    Parameters
    ----------
    grades : array-like of shape (..., n_joints), Series or DataFrame
        Ratingen grades 0 to 5, one column per joint, one row per visit; a single row or a Series is one visit. Missing
        values are joints that were not scored. Expected grades, which need not be whole, give an expected score.
        Columns with names (of a Series: its index) must be joints, each another one, see :func:`joint_name`; without
        names (an array, numbered columns) each column is taken for a joint.
    reference_count : float, default=38
        Number of joints that the score stands for.

    Returns
    -------
    RauScore
        ``score`` and ``n_joints``: numbers for one visit, Series with the index of a DataFrame, else arrays of shape
        (...,). The score is NaN where no joint is scored.

    Raises
    ------
    ValueError
        Where a column is not a joint or one that another column holds, a grade lies outside of 0 to 5, a visit has more
        scored joints than `reference_count`, `grades` is a single number, or `reference_count` is not positive.

    References
    ----------
    R. Rau, S. Wassenberg, G. Herborn, G. Stucki, A. Gebler, "A new method of scoring radiographic change in
    rheumatoid arthritis", Journal of Rheumatology 25(11), 1998.

    Examples
    --------
    >>> import pandas as pd
    >>> from skerosion.clinical import rau_score, ratingen
    >>> percent = pd.DataFrame({"left_mcp2": [0, 35], "left_mcp3": [10, None]}, index=["visit 1", "visit 2"])
    >>> rau = rau_score(ratingen(percent))
    >>> rau.score.tolist(), rau.n_joints.tolist()
    ([19.0, 76.0], [2, 1])
    """
    if isinstance(reference_count, bool) or not isinstance(reference_count, Real) or not 0 < reference_count < np.inf:
        raise ValueError(f"reference_count must be a positive number of joints, got {reference_count!r}.")
    _check_joints(grades)
    values = _GRADES.read(grades)
    if not values.ndim:
        raise ValueError(f"grades must hold the joints of a visit, got the single number {values}.")
    n_joints = np.isfinite(values).sum(axis=-1)
    if n_joints.size and n_joints.max() > reference_count:
        raise ValueError(
            f"grades must hold at most {reference_count:g} scored joints a visit (reference_count), got "
            f"{n_joints.max()}; leave out columns that are not joints of the score."
        )
    scored = n_joints > 0
    score = np.where(scored, reference_count * np.nansum(values, axis=-1) / np.where(scored, n_joints, 1), np.nan)
    rows = pd.Series(index=grades.index, dtype=float) if isinstance(grades, pd.DataFrame) else None
    return RauScore(_column(rows, score, "rau_score"), _column(rows, n_joints, "n_joints"))


def _check_joints(grades):
    """Refuse a table with named columns that are not joints, or one joint twice; numbered columns have no names."""
    if not isinstance(grades, (pd.DataFrame, pd.Series)):
        return
    labels, columns = grades.axes[-1], {}
    for label in (label for label in labels if not isinstance(label, Real)):
        columns.setdefault(_joint_of(label), []).append(label)
    for joint in columns:
        names = [name for other, same in columns.items() if _overlap(joint, other) for name in same]
        if len(names) > 1:
            raise ValueError(f"grades must hold each joint once, got {joint} in the columns {names}. {_ADVICE}")


def _overlap(joint, other):
    """Tell whether two columns may hold the same joint: one without its side, or a wrist and a place of it."""
    one, two = (re.fullmatch(r"(left|right)?_?(.*)", name).groups() for name in (joint, other))
    same_side = one[0] == two[0] or None in (one[0], two[0])
    return same_side and (one[1] == two[1] or "wrist" in (one[1], two[1]) and {one[1], two[1]} <= set(WRIST))


def _joint_of(label):
    """Return the joint of a column, whose name may have levels: ``("left", "mcp2")``."""
    try:
        return joint_name(" ".join(map(str, label)) if isinstance(label, tuple) else label)
    except ValueError as error:
        raise ValueError(
            f"grades must have a column for each joint and no other, got {label!r}: {error} {_ADVICE}"
        ) from None


def _column(rows, values, name):
    """Return values as a named column in line with the rows of a table, as they are where there is none."""
    return like(None if rows is None else rows.rename(name), values)
