"""Thresholds for each kind of row by itself: each grade, or each value of a column."""

import warnings
from numbers import Real

import numpy as np

from skerosion._counted import counted
from skerosion._keys import as_keys
from skerosion.forecasts import conformal_threshold

# What rounding leaves of a whole number of patients.
_ROUNDING = 1e-9


def fewest_patients(coverage):
    """Return with how many patients a threshold is finite: 1 / alpha - 1 for the coverage 1 - alpha.

    Examples
    --------
    >>> from skerosion.promises import fewest_patients
    >>> fewest_patients(0.9), fewest_patients(0.95)
    (9, 19)
    """
    if not isinstance(coverage, Real) or not 0.5 <= coverage < 1:
        raise ValueError(f"coverage must be at least 0.5 and below 1, got {coverage!r}; 90 % is 0.9.")
    # The threshold is the k-th smallest score with k = ceil((n + 1) coverage), which must not exceed n.
    return int(np.ceil(coverage / (1 - coverage) - _ROUNDING))


def patients_of_kinds(patients, kinds, n_kinds):
    """Return how many patients have a row of each kind.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.promises import patients_of_kinds
    >>> patients_of_kinds(np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1]), 3).tolist()
    [2, 1, 0]
    """
    return np.array([len(np.unique(patients[kinds == kind])) for kind in range(n_kinds)], dtype=int)


def thresholds_by_kind(scores, patients, kinds, n_kinds, coverage, guarantee="row"):
    """Return for each kind the score up to which rows of that kind are held to be possible.

    Parameters
    ----------
    scores : ndarray of shape (n,)
        Of the held-out rows.
    patients, kinds : ndarray of int, shape (n,)
        Number of the patient and of the kind of each row, from 0; rows of a negative kind count nowhere.
    n_kinds : int
    coverage : float
    guarantee : {"row", "patient"}, default="row"

    Returns
    -------
    ndarray of shape (n_kinds,)
        Infinite for a kind of too few patients.

    References
    ----------
    V. Vovk, "Conditional validity of inductive conformal predictors", Machine Learning 92, 2013: taxonomies of
    examples, and of labels.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.promises import thresholds_by_kind
    >>> scores, kinds = np.arange(24.0), np.array([0] * 19 + [1] * 5)
    >>> thresholds_by_kind(scores, np.arange(24), kinds, 2, 0.9)
    array([17., inf])
    """
    found = np.full(n_kinds, np.inf)
    for kind in range(n_kinds):
        rows = kinds == kind
        if rows.any():
            numbers = np.unique(patients[rows], return_inverse=True)[1]
            found[kind] = conformal_threshold(scores[rows], numbers, coverage, guarantee)
    return found


def warn_of_few(counts, names, coverage, *, stacklevel):
    """Warn of kinds with too few patients for a coverage.

    Parameters
    ----------
    counts : ndarray of int, shape (n_kinds,)
        Held-out patients of each.
    names : sequence or None
        What the kinds are called; None where there is one, of all.
    coverage : float
    stacklevel : int
        As of :func:`warnings.warn`, from the caller.
    """
    needed, counts = fewest_patients(coverage), np.asarray(counts)
    few = np.flatnonzero(counts < needed)
    if not len(few):
        return
    if names is None:
        told = counted(counts[0], "held-out patient is", "held-out patients are") + " too few"
        outcome = "every interval and set holds all there is"
    else:
        told = "too few held-out patients of " + ", ".join(f"{names[kind]} ({counts[kind]})" for kind in few)
        outcome = "these are never excluded"
    warnings.warn(
        f"{told} for coverage={coverage:g}, which takes {needed}: {outcome}. Hold more patients out, or pass a "
        "smaller coverage.",
        stacklevel=stacklevel + 1,
    )


def checked_column(column, by, n_rows):
    """Return the values of a column as text; None where there is none, as `by` has to say.

    Examples
    --------
    >>> from skerosion.promises import checked_column
    >>> checked_column([1, 2], "column", 2).tolist()
    ['1', '2']
    """
    if (column is None) != (by != "column"):
        raise ValueError(
            "column must name the value of each row with by='column', and be left out otherwise; got "
            f"by={by!r} and {'no column' if column is None else 'a column'}."
        )
    if column is not None and np.shape(column) != (n_rows,):
        raise ValueError(f"column must hold one value for each of {n_rows} rows, got shape {np.shape(column)}.")
    return None if column is None else as_keys(column, "column")


def thresholds_of_rows(thresholds, kinds, column):
    """Return the threshold of each row by its value in a column, as an array of shape (n, 1).

    A value that was never seen has no threshold that could exclude anything.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.promises import thresholds_of_rows
    >>> thresholds_of_rows(np.array([0.5, 0.7]), np.array(["a", "b"]), np.array(["b", "c"])).tolist()
    [[0.7], [inf]]
    """
    places = np.searchsorted(kinds, column).clip(max=len(kinds) - 1)
    return np.where(kinds[places] == column, thresholds[places], np.inf)[:, np.newaxis]
