"""Grades as positions on their scale, so that distances between grades can be counted."""

import warnings

import numpy as np
from sklearn.utils.validation import column_or_1d

from skerosion.grades import order_of, plain_values
from skerosion.metrics._checks import check_same_length

# Numbers further apart than this are names of classes (an index of a file, a year), not positions on a scale.
_WIDEST_SCALE = 1000


def encode_grades(y_true, y_pred, labels=None, *, ordered=True):
    """Return the positions of true and predicted grades on one scale, and the grades of that scale.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_rows,)
        Grades: integers, integer-valued floats, or anything that `labels` lists.
    labels : array-like of shape (n_grades,) or None, default=None
        All grades in their order; None takes that of an ordered Categorical. Without one integers are their own scale,
        missing ones included: 1 and 5 are four grades apart in a fold that lacks 2, 3 and 4.
    ordered : bool, default=True
        Whether distances are to be counted; unordered grades may be strings without `labels`.

    Returns
    -------
    true, pred : ndarray of int of shape (n_rows,)
        Positions.
    labels : ndarray of shape (n_grades,)
        The scale.

    Examples
    --------
    >>> encode_grades(["mild", "none"], ["none", "none"], labels=["none", "mild", "severe"])[0]
    array([1, 0])
    """
    labels = order_of(y_true) if labels is None else labels
    y_true, y_pred = column_or_1d(np.asarray(plain_values(y_true))), column_or_1d(np.asarray(plain_values(y_pred)))
    check_same_length(y_true=y_true, y_pred=y_pred)
    if labels is not None:
        labels = _check_labels(labels)
        return _positions(y_true, labels, "y_true"), _positions(y_pred, labels, "y_pred"), labels
    if y_true.dtype.kind in "fiub" and y_pred.dtype.kind in "fiub":
        return _encode_integers(whole_numbers(y_true, "y_true"), whole_numbers(y_pred, "y_pred"), ordered)
    if ordered:
        raise ValueError(
            f"labels must list the grades in their order where they are not integers, got grades of type "
            f"{y_true.dtype} and {y_pred.dtype}: pass labels=['none', 'mild', ...]."
        )
    labels = np.unique(np.concatenate([y_true, y_pred]))
    return np.searchsorted(labels, y_true), np.searchsorted(labels, y_pred), labels


def whole_numbers(values, name):
    """Return integer-valued grades as int64."""
    if values.dtype.kind in "iub":
        return values.astype(np.int64)
    with np.errstate(invalid="ignore"):
        whole = values == np.rint(values)
    if not (whole & np.isfinite(values)).all():
        raise ValueError(
            f"{name} must hold grades, got {values[~whole | ~np.isfinite(values)][0]:g}: turn numbers into grades, "
            "such as with skerosion.clinical.ratingen, or give bins to the scorer."
        )
    return values.astype(np.int64)


def _encode_integers(y_true, y_pred, ordered):
    """Return positions on the scale of all integers from the lowest grade to the highest."""
    low, high = min(y_true.min(), y_pred.min()), max(y_true.max(), y_pred.max())
    if high - low >= _WIDEST_SCALE:
        if ordered:
            raise ValueError(
                f"labels must list the grades where integers span {_WIDEST_SCALE} or more, got {low}..{high}."
            )
        labels = np.unique(np.concatenate([y_true, y_pred]))
        return np.searchsorted(labels, y_true), np.searchsorted(labels, y_pred), labels
    scale = np.arange(low, high + 1)
    if ordered:
        _warn_of_gaps(y_true - low, y_pred - low, scale)
    return y_true - low, y_pred - low, scale


def _warn_of_gaps(true, pred, scale):
    """Warn of levels such as 0, 5, 10: counted by their numbers, no two of them are neighbours."""
    seen = np.bincount(true, minlength=scale.size) + np.bincount(pred, minlength=scale.size) > 0
    levels = scale[seen]
    if levels.size > 2 and np.gcd.reduce(np.diff(levels)) > 1:
        warnings.warn(
            f"grades {levels[:4].tolist()}... are never 1 apart, and distances are counted in their numbers; pass "
            "labels= to count in steps of the scale.",
            UserWarning,
            stacklevel=4,
        )


def _check_labels(labels):
    """Return the labels as a one-dimensional array of distinct grades."""
    labels = column_or_1d(np.asarray(labels))
    if not labels.size or np.unique(labels).size != labels.size:
        raise ValueError(f"labels must list each grade once, got {labels.tolist()}.")
    return labels


def _positions(grades, labels, name):
    """Return the position of each grade in `labels`."""
    order = np.argsort(labels)
    places = np.minimum(np.searchsorted(labels, grades, sorter=order), labels.size - 1)
    positions = order[places]
    strange = labels[positions] != grades
    if strange.any():
        raise ValueError(
            f"labels must hold all grades of {name}, got {grades[strange][0]!r}, not in {labels.tolist()}."
        )
    return positions
