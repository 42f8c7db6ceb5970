"""What the target column holds: percentages of an eroded surface, or ordinal grades."""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from skerosion._counted import counted
from skerosion.clinical import ratingen
from skerosion.grades._classes import class_positions
from skerosion.grades._looks import LARGEST_GRADE, are_plain_grades, are_shares, note_of_grades
from skerosion.grades._order import is_number, name_of, order_of, plain_values

KINDS = ("auto", "percent", "grade")
"""What `Target.decide` understands as ``kind``."""

MOST_GRADES = 50


@dataclass(frozen=True)
class Target:
    """The kind of a target column and the grades its values fall into.

    Parameters
    ----------
    kind : {"percent", "grade"}
        Percentages (0..100, graded by Ratingen) or ordinal grades.
    classes : tuple of int
        Every grade a row can have, ascending.
    reason : str
        One sentence that says why this kind was taken.
    names : tuple of str or None, default=None
        For grades that are names: what each of the classes 0, 1, ... is called.

    Examples
    --------
    >>> import pandas as pd
    >>> from skerosion.grades import Target
    >>> Target.decide([0, 3, 1, 2]).kind
    'grade'
    >>> percent = Target.decide([0, 5, 100], "percent")
    >>> percent.kind, percent.grade([0, 5, 100]).tolist()
    ('percent', [0, 1, 5])
    >>> swelling = pd.Categorical(["mild", "none"], categories=["none", "mild", "severe"], ordered=True)
    >>> target = Target.decide(swelling)
    >>> target.values(swelling).tolist(), target.shown([0, 2]).tolist()
    ([1.0, 0.0], ['none', 'severe'])
    """

    kind: str
    classes: tuple
    reason: str
    names: tuple | None = None

    @classmethod
    def decide(cls, y, kind="auto"):
        """Look at the target and say what it is, or ask.

        Parameters
        ----------
        y : array-like of shape (n_rows,)
            Target values. An ordered Categorical says its grades and their order itself.
        kind : {"auto", "percent", "grade"}, default="auto"
            ``"auto"`` takes whole numbers 0..K, K at most 10 and each of them present, for grades, and refuses to
            guess what anything else means.

        Returns
        -------
        Target
        """
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(map(repr, KINDS))}, got {kind!r}.")
        order = order_of(y)
        if order is not None:
            _check_none_missing(y)
            return cls._of_order(order, kind)
        y = _finite(y)
        chosen, reason = (kind, f"as asked for by kind={kind!r}") if kind != "auto" else _plain_grades(y)
        _check_values(y, chosen)
        classes = tuple(range(6)) if chosen == "percent" else tuple(int(grade) for grade in np.unique(y))
        if len(classes) < 2:
            raise ValueError(f"the target must hold at least two grades, got only {list(classes)}.")
        if chosen == "percent" and (note := note_of_grades(y, "percent")):
            warnings.warn(note, UserWarning, stacklevel=2)
        return cls(chosen, classes, reason)

    @classmethod
    def _of_order(cls, order, kind):
        if kind == "percent":
            raise ValueError(
                f"a percentage must be a number, got grades in an order of their own: {_listed(order)}. Leave out "
                "kind='percent', or the order."
            )
        if len(order) < 2:
            raise ValueError(f"the target must hold at least two grades, got only {order.tolist()}.")
        reason = f"in the order that is given: {' < '.join(name_of(grade) for grade in order)}"
        if is_number(order) and (order == np.rint(order)).all() and (np.diff(order) > 0).all():
            return cls("grade", tuple(int(grade) for grade in order), reason)
        return cls("grade", tuple(range(len(order))), reason, tuple(name_of(grade) for grade in order))

    @property
    def bins(self):
        """How a target of this kind falls into grades: ``"ratingen"`` for percentages, None for grades."""
        return "ratingen" if self.kind == "percent" else None

    @property
    def grade_name(self):
        """What one grade is called in tables and figures."""
        return "Ratingen grade" if self.kind == "percent" else "grade"

    @property
    def unit(self):
        """The unit of the regressor's errors."""
        return "percentage points" if self.kind == "percent" else "grades"

    @property
    def grid(self):
        """The thresholds a regressor of this target predicts its distribution on: every percent, or the grades."""
        # The grades themselves, not all whole numbers between them: no median is a grade that does not exist.
        return np.arange(101.0) if self.kind == "percent" else np.array(self.classes, dtype=float)

    @property
    def labels(self):
        """All grades as tables and figures write them: their names where they have any."""
        return self.classes if self.names is None else self.names

    def values(self, y):
        """Return the target as the numbers that are computed with: places 0, 1, ... of grades that are names.

        Parameters
        ----------
        y : array-like of shape (n_rows,)

        Returns
        -------
        ndarray of float of shape (n_rows,)
        """
        if self.names is None:
            return np.asarray(plain_values(y), dtype=float)
        names = np.array([name_of(grade) for grade in np.ravel(y)])
        return class_positions(names, np.array(self.names)).astype(float)

    def shown(self, grades):
        """Return grades, or numbers that stand for them, as files write them: by their names where they have any.

        Parameters
        ----------
        grades : array-like of shape (n_rows,)

        Returns
        -------
        ndarray of shape (n_rows,)
        """
        return np.asarray(grades) if self.names is None else np.array(self.names)[self.grade(grades)]

    def grade(self, y):
        """Grade of each value.

        Parameters
        ----------
        y : array-like of shape (n_rows,)
            Numbers, as :meth:`values` returns them.

        Returns
        -------
        ndarray of int of shape (n_rows,)
        """
        if self.kind == "grade":
            return np.rint(np.asarray(y, dtype=float)).astype(np.int64)
        return np.asarray(ratingen(y)).astype(np.int64)

    def training_target(self, task, y):
        """What an estimator of this task is trained on: grades, or for a regressor the values themselves."""
        return self.grade(y) if task == "classifier" else np.asarray(y, dtype=float)


def _check_none_missing(y):
    missing = int(np.asarray(pd.isna(y)).sum())
    if missing:
        found = f"{counted(missing, 'missing value')} in {counted(len(y), 'row')}"
        raise ValueError(f"the target must be one grade per row, got {found}.")


def _finite(y):
    values = np.asarray(y)
    if values.dtype.kind in "cmM":
        raise ValueError(f"the target must be numbers or names of grades, got {values.dtype.name} values.")
    try:
        values = values.astype(float)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"the target holds names ({_listed(np.unique(values.astype(str)))}), which have no order but that of the "
            "alphabet. List all of them from the lowest to the highest, such as order=['none', 'mild', 'severe']. "
            "In Python, an ordered Categorical tells the order too, and classes=[...] of an estimator."
        ) from error
    if values.ndim != 1 or not len(values) or not np.isfinite(values).all():
        raise ValueError(
            f"the target must be one finite number a row, got shape {values.shape} "
            f"with {counted(int((~np.isfinite(values)).sum()), 'missing value')}."
        )
    return values


def _plain_grades(y):
    """Grades where they are plain; an error that tells what was seen and how to say what it means elsewhere."""
    if len(np.unique(y)) == 1:
        raise ValueError(f"the target must hold at least two grades, got only {[name_of(y[0])]}.")
    if are_plain_grades(y):
        return "grade", f"all values are whole numbers from 0 to {y.max():g}"
    raise ValueError(
        f"the target could mean several things: {_seen(y)}. Nothing is guessed where a guess could give wrong tables; "
        "say what it is: kind='percent' for percentages of eroded surface, graded by Ratingen; "
        "kind='grade' for grades that are whole numbers; order=[0, 0.5, 1] with all grades from the lowest to the "
        "highest for any others. In Python, an estimator takes them as classes=[...], and bins=[...] for numbers that "
        "fall into grades."
    )


def _seen(y):
    levels, whole = np.unique(y), np.equal(y, np.rint(y))
    count = f"{len(levels)} different values from {levels[0]:g} to {levels[-1]:g}"
    if are_shares(y):
        return f"{count} that are not whole numbers, as shares of 1 are (percentages are 100 times as large)"
    if not whole.all():
        return f"{count}, {(~whole).sum()} of {len(y)} not whole numbers, such as {y[~whole][0]:g}"
    if levels[0] != 0:
        return f"{count}, all whole, but not counted from 0"
    if levels[-1] <= LARGEST_GRADE:
        missing = np.setdiff1d(np.arange(levels[-1] + 1), levels)
        return f"{count}, all whole, but without {_listed(missing)}"
    return f"{count}, all whole, above {LARGEST_GRADE} too"


def _listed(grades, most=6):
    names = [name_of(grade) for grade in grades]
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")


def _check_values(y, kind):
    if kind == "percent" and (y.min() < 0 or y.max() > 100):
        raise ValueError(f"a percentage must lie within 0..100, got values between {y.min():g} and {y.max():g}.")
    if kind == "percent" and are_shares(y):
        raise ValueError(
            f"a percentage must lie within 0..100, got values between {y.min():g} and {y.max():g}, some of them no "
            "whole numbers: these look like shares of 1; multiply them by 100."
        )
    if kind == "grade" and not np.equal(y, np.rint(y)).all():
        wrong = y[~np.equal(y, np.rint(y))][0]
        raise ValueError(
            f"a grade must be a whole number, got {wrong:g}; if these are percentages say kind='percent'; "
            "list grades between whole numbers from the lowest to the highest, such as order=[0, 0.5, 1]."
        )
    if kind == "grade" and len(np.unique(y)) > MOST_GRADES:
        raise ValueError(
            f"grades must be few, got {len(np.unique(y))} different values; percentages need kind='percent'."
        )
