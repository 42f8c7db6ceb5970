"""What the target column holds: percentages of an eroded surface, or ordinal grades."""

from dataclasses import dataclass

import numpy as np

KINDS = ("auto", "percent", "grade")
"""What `Target.decide` understands as ``kind``."""

LARGEST_GRADE = 10
"""Integers up to this value are taken for grades when the kind is left to be decided."""


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

    Examples
    --------
    >>> from skerosion.report import Target
    >>> Target.decide([0, 3, 4, 2]).kind
    'grade'
    >>> percent = Target.decide([0, 5, 100])
    >>> percent.kind, percent.grade([0, 5, 100]).tolist()
    ('percent', [0, 1, 5])
    """

    kind: str
    classes: tuple
    reason: str

    @classmethod
    def decide(cls, y, kind="auto"):
        """Look at the target and say what it is.

        Parameters
        ----------
        y : array-like of shape (n_rows,)
            Target values.
        kind : {"auto", "percent", "grade"}, default="auto"
            ``"auto"`` takes integers from 0 to 10 for grades and everything else within 0..100 for percentages.

        Returns
        -------
        Target
        """
        if kind not in KINDS:
            raise ValueError(f"kind should be one of {', '.join(map(repr, KINDS))}, got {kind!r}.")
        y = _finite(y)
        chosen, reason = (kind, f"as asked for by kind={kind!r}") if kind != "auto" else _guess(y)
        _check_values(y, chosen)
        classes = tuple(range(6)) if chosen == "percent" else tuple(int(grade) for grade in np.unique(y))
        if len(classes) < 2:
            raise ValueError(f"the target should hold at least two grades, got only {list(classes)}.")
        return cls(chosen, classes, reason)

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

    def grade(self, y):
        """Grade of each value.

        Parameters
        ----------
        y : array-like of shape (n_rows,)

        Returns
        -------
        ndarray of int of shape (n_rows,)
        """
        if self.kind == "grade":
            return np.rint(np.asarray(y, dtype=float)).astype(np.int64)
        from skerosion.clinical import ratingen

        return np.asarray(ratingen(y)).astype(np.int64)

    def training_target(self, task, y):
        """What an estimator of this task is trained on: grades, or for a regressor the values themselves."""
        return self.grade(y) if task == "classifier" else np.asarray(y, dtype=float)


def _finite(y):
    y = np.asarray(y)
    try:
        values = y.astype(float)
    except ValueError as error:
        raise ValueError(
            f"the target should be numbers (grades or percentages), got {y.dtype} values: {error}"
        ) from error
    if values.ndim != 1 or not len(values) or not np.isfinite(values).all():
        raise ValueError(
            f"the target should be one finite number a row, got shape {values.shape} "
            f"with {int((~np.isfinite(values)).sum())} missing values."
        )
    return values


def _guess(y):
    """Integers from 0 to 10 are grades; what lies within 0..100 otherwise is a percentage."""
    lowest, highest = y.min(), y.max()
    if lowest >= 0 and highest <= LARGEST_GRADE and np.equal(y, np.rint(y)).all():
        return "grade", f"all values are whole numbers from {lowest:g} to {highest:g}"
    if lowest >= 0 and highest <= 100:
        return "percent", f"values lie between {lowest:g} and {highest:g} and are not all small whole numbers"
    raise ValueError(
        f"the target is neither a percentage (0..100) nor a grade (whole numbers 0..{LARGEST_GRADE}): its values lie "
        f"between {lowest:g} and {highest:g}. Say which it is with --percent or --grade (kind='percent' or 'grade')."
    )


def _check_values(y, kind):
    if kind == "percent" and (y.min() < 0 or y.max() > 100):
        raise ValueError(f"a percentage should lie within 0..100, got values between {y.min():g} and {y.max():g}.")
    if kind == "grade" and not np.equal(y, np.rint(y)).all():
        wrong = y[~np.equal(y, np.rint(y))][0]
        raise ValueError(
            f"a grade should be a whole number, got {wrong:g}; if these are percentages say --percent (kind='percent')."
        )
    if kind == "grade" and len(np.unique(y)) > 50:
        raise ValueError(
            f"grades should be few, got {len(np.unique(y))} different values; "
            f"percentages need --percent (kind='percent')."
        )
