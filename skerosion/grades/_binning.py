"""From a target to grades: what weights and samplers count, whether the target is a grade already or a percentage."""

import numpy as np

from skerosion.clinical import RATINGEN_EDGES

NAMED_BINS = {"ratingen": RATINGEN_EDGES}


def bin_edges(bins):
    """Return the upper edges of the grades that ``bins`` names or lists.

    Parameters
    ----------
    bins : "ratingen", array-like of shape (n_edges,) or None
        Right-closed upper edges, ascending. The top grade lies above the last edge and is open upward.

    Returns
    -------
    ndarray of shape (n_edges,) or None
        The edges, None for a target that is a grade already.

    Examples
    --------
    >>> bin_edges("ratingen")
    array([ 0., 20., 40., 60., 80.])
    """
    if bins is None:
        return None
    if isinstance(bins, str):
        if bins not in NAMED_BINS:
            raise ValueError(f"bins must be one of {sorted(NAMED_BINS)}, ascending upper edges or None, got {bins!r}.")
        return np.array(NAMED_BINS[bins])
    try:
        edges = np.asarray(bins, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"bins must hold numbers, the upper edges of the grades, got {bins!r}.") from error
    if edges.ndim != 1 or edges.size == 0 or not np.isfinite(edges).all() or (np.diff(edges) <= 0).any():
        raise ValueError(f"bins must be a list of finite, strictly ascending upper edges, got {bins!r}.")
    return edges


def grades_of(y, bins=None):
    """Return the grade of each target.

    With edges :math:`e_0 < e_1 < \\dots < e_{m-1}` grade 0 is :math:`y \\le e_0`, grade k is
    :math:`e_{k-1} < y \\le e_k`, and grade m is :math:`y > e_{m-1}`.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Grades (integers, integer-valued floats or labels), or continuous numbers with ``bins``. Labels encoded
        one-vs-all, of shape (n_samples, n_classes), are read as the position of the one.
    bins : "ratingen", array-like of shape (n_edges,) or None, default=None
        How a continuous target falls into grades, see :func:`bin_edges`. None takes ``y`` as it is.

    Returns
    -------
    ndarray of shape (n_samples,)
        Integers from 0 to n_edges, or with ``bins=None`` the values of ``y``.

    References
    ----------
    R. Rau, S. Wassenberg, G. Herborn, G. Stucki, A. Gebler, "A new method of scoring radiographic change in
    rheumatoid arthritis", Journal of Rheumatology 25(11), 1998: the fifths behind ``"ratingen"``.

    Examples
    --------
    >>> grades_of([0, 0.1, 20, 20.5, 80, 80.1, 100], bins="ratingen")
    array([0, 1, 1, 2, 4, 5, 5])
    >>> grades_of([3, 0, 1])
    array([3, 0, 1])
    """
    edges = bin_edges(bins)
    if edges is None:
        return discrete_target(y)
    from sklearn.utils import check_array, column_or_1d  # takes seconds, and reading a table needs none of it

    _check_numbers(y)
    values = column_or_1d(check_array(y, ensure_2d=False, dtype=float, input_name="y"))
    return np.searchsorted(edges, values, side="left")


def _check_numbers(y):
    values = np.asarray(y)
    if values.dtype.kind in "USMm" or (values.dtype == object and any(isinstance(each, str) for each in values.flat)):
        raise ValueError(
            f"y must hold numbers where bins are given, got {values.flat[0]!s}; grades that are names need no bins."
        )


def discrete_target(y):
    """Return ``y`` as one grade per row, refusing what is not a set of grades."""
    from sklearn.utils import column_or_1d
    from sklearn.utils.multiclass import type_of_target

    kind = type_of_target(y, input_name="y")
    if kind == "multilabel-indicator":
        return one_of_many(np.asarray(y))
    if kind not in ("binary", "multiclass"):
        raise ValueError(
            f"Unknown label type: y must hold grades where bins is None, got a target of type {kind!r}. Pass bins, "
            "the upper edges of the grades or 'ratingen' for percentages, to let a continuous target fall into grades."
        )
    return column_or_1d(y)


def one_of_many(indicator):
    """Return the position of the one in each row of a one-vs-all encoding."""
    if (indicator.sum(axis=1) != 1).any():
        raise ValueError(
            "Multilabel and multioutput targets are not supported: each row of y must hold exactly one grade."
        )
    return indicator.argmax(axis=1)
