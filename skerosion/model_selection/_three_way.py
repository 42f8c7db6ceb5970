"""The split into train, validation and test parts with every patient in one of them."""

from typing import Any, NamedTuple

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_consistent_length, check_random_state, indexable

from skerosion._keys import as_keys, unique_keys
from skerosion._private_sklearn import safe_indexing
from skerosion._types import ArrayLike, Bins, Groups, Seed, Sequence
from skerosion._validation import SEED, Flag, Number, Whole, check_parameters, numbers_for
from skerosion.grades import bin_edges, grades_of
from skerosion.model_selection._assignment import assign_patients, count_rows
from skerosion.model_selection._validation_split import warn_of_lost

PARTS = ("train", "validation", "test")


def check_sizes(sizes):
    """Return the shares of the parts."""
    rule = Number(0, open_low=True)
    are_numbers = isinstance(sizes, (list, tuple, np.ndarray)) and all(map(rule.accepts, sizes))
    if not are_numbers or len(sizes) != len(PARTS) or not np.isclose(sum(sizes), 1):
        raise ValueError(f"sizes must be three shares above 0 that sum to 1, of {', '.join(PARTS)}, got {sizes!r}.")
    return np.asarray(sizes, dtype=float)


class SplitPart(NamedTuple):
    """One part of a split: its rows, their targets and their patients.

    Parameters
    ----------
    X : same type as the X that was split
        The rows.
    y : same type as the y that was split
        Their targets, None if there were none.
    groups : ndarray of shape (n_samples,)
        Their patients.

    Examples
    --------
    >>> SplitPart(X=[[0.5]], y=[1], groups=["a"]).y
    [1]
    """

    X: Any
    y: Any
    groups: Any


class GroupTrainValidationTestSplit(BaseEstimator):
    """Split rows into train, validation and test parts, every patient in one part.

    Like ``GroupShuffleSplit`` with a third part, sizes that are shares of rows and not of patients, and
    stratification. Patients are drawn at random and then moved, one at a time, as long as that brings the parts
    closer to their sizes.

    Parameters
    ----------
    sizes : sequence of three floats, default=(0.7, 0.2, 0.1)
        Shares of the rows in the train, validation and test part, each above 0, summing to 1.
    stratify : bool, default=False
        Whether each part also gets its share of the rows of each grade.
    bins : "ratingen", array-like of shape (n_edges,) or None, default=None
        Right-closed upper edges by which a continuous target falls into grades, used if ``stratify``. None takes the
        target as grades.
    n_splits : int, default=1
        Number of splits, each drawn anew.
    random_state : int, RandomState instance or None, default=None
        An int gives the same splits at every call.

    See Also
    --------
    train_validation_test_split : The same for one split, returning the parts themselves.
    sklearn.model_selection.StratifiedGroupKFold : Folds by patient for cross-validation.

    References
    ----------
    K. Sechidis, G. Tsoumakas, I. Vlahavas, "On the Stratification of Multi-label Data", ECML PKDD (2011).

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.model_selection import GroupTrainValidationTestSplit
    >>> groups = np.repeat(np.arange(10), 2)
    >>> splitter = GroupTrainValidationTestSplit(random_state=0)
    >>> train, validation, test = next(splitter.split(np.zeros((20, 3)), groups=groups))
    >>> len(train), len(validation), len(test)
    (14, 4, 2)
    """

    _rules = {
        "sizes": check_sizes,
        "stratify": (Flag(),),
        "bins": numbers_for("bins", bin_edges),
        "n_splits": (Whole(1),),
        "random_state": SEED,
    }

    def __init__(
        self,
        *,
        sizes: Sequence[float] = (0.7, 0.2, 0.1),
        stratify: bool = False,
        bins: Bins = None,
        n_splits: int = 1,
        random_state: Seed = None,
    ):
        self.sizes = sizes
        self.stratify = stratify
        self.bins = bins
        self.n_splits = n_splits
        self.random_state = random_state

    def get_n_splits(self, X=None, y=None, groups=None):
        """Return the number of splits.

        Parameters
        ----------
        X, y, groups : object
            Ignored, here for scikit-learn's convention.

        Returns
        -------
        int
            ``n_splits``.
        """
        check_parameters(self, names=("n_splits",))
        return self.n_splits

    def split(self, X, y=None, groups=None):
        """Yield the positions of the rows of each part.

        Parameters
        ----------
        X : ImageRows or array-like of shape (n_samples, ...)
            The rows.
        y : array-like of shape (n_samples,) or None, default=None
            Their targets, needed if ``stratify``.
        groups : array-like of shape (n_samples,) or None, default=None
            Their patients. None takes the ``groups`` that ImageRows carry.

        Yields
        ------
        train, validation, test : ndarray
            Positions, ascending.
        """
        check_parameters(self)
        sizes = check_sizes(self.sizes)
        patients, number = unique_keys(check_groups(X, groups))
        if len(patients) < len(sizes):
            raise ValueError(f"groups must name at least {len(sizes)} patients, one per part, got {len(patients)}.")
        grades = self._grades(X, y)
        # Patients are dealt out whole, so all that matters of one is how many rows of each grade come along.
        counts = count_rows(number, grades)
        random_state = check_random_state(self.random_state)
        for _ in range(self.n_splits):
            part = assign_patients(counts, sizes, random_state)[number]
            if grades is not None:
                warn_of_lost(grades, part == 0, f"sizes={self.sizes!r}")
            yield tuple(np.flatnonzero(part == place) for place in range(len(sizes)))

    def _grades(self, X, y):
        """Return the grades to stratify by, or None."""
        if not self.stratify:
            return None
        if y is None:
            raise ValueError("stratify=True needs the grade of each row, got y=None: pass y to split.")
        check_consistent_length(X, y)
        return grades_of(y, self.bins)


def train_validation_test_split(
    X: Any,
    y: ArrayLike,
    groups: Groups = None,
    *,
    sizes: Sequence[float] = (0.7, 0.2, 0.1),
    stratify: bool = False,
    bins: Bins = None,
    random_state: Seed = None,
):
    """Split rows into a train, a validation and a test part, every patient in one part.

    Parameters
    ----------
    X : ImageRows or array-like of shape (n_samples, ...)
        The rows.
    y : array-like of shape (n_samples,) or None
        Their targets.
    groups : array-like of shape (n_samples,) or None, default=None
        Their patients. None takes the ``groups`` that ImageRows carry.
    sizes : sequence of three floats, default=(0.7, 0.2, 0.1)
        Shares of the rows in the train, validation and test part, each above 0, summing to 1.
    stratify : bool, default=False
        Whether each part also gets its share of the rows of each grade.
    bins : "ratingen", array-like of shape (n_edges,) or None, default=None
        Right-closed upper edges by which a continuous target falls into grades, used if ``stratify``.
    random_state : int, RandomState instance or None, default=None
        An int gives the same split at every call.

    Returns
    -------
    train, validation, test : SplitPart
        Named tuples of X, y and groups.

    See Also
    --------
    GroupTrainValidationTestSplit : The same as a splitter, with the method and its source.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets import ImageRows
    >>> from skerosion.model_selection import train_validation_test_split
    >>> rows = ImageRows(np.zeros((20, 16, 16), dtype=np.uint8), groups=np.repeat(np.arange(10), 2))
    >>> train, validation, test = train_validation_test_split(rows, np.tile([0, 1], 10), random_state=0)
    >>> len(train.X), validation.y, np.unique(test.groups).size
    (14, array([0, 1, 0, 1]), 1)
    """
    splitter = GroupTrainValidationTestSplit(sizes=sizes, stratify=stratify, bins=bins, random_state=random_state)
    X, y = indexable(X, y)
    groups = check_groups(X, groups)
    positions = next(splitter.split(X, y, groups))
    return tuple(SplitPart(*(_part_of(values, rows) for values in (X, y, groups))) for rows in positions)


def _part_of(values, positions):
    """Return the values at positions, None where there are none."""
    return None if values is None else safe_indexing(values, positions)


def check_groups(X, groups):
    """Return the patient of each row, those that the rows carry where none are given; both must keep them together."""
    carried = getattr(X, "groups", None)
    groups = carried if groups is None else groups
    if groups is None:
        raise ValueError(
            "groups must name the patient of each row, got None: pass groups=data.groups, or rows that carry them "
            "(load_image_table(..., group='patient_id').X or ImageRows(..., groups=...))."
        )
    check_consistent_length(X, groups)
    keys = as_keys(groups)
    if (keys == "").any():
        raise ValueError(f"groups must name the patient of each row, got none in row {np.argmax(keys == '')}.")
    if carried is not None and groups is not carried:
        _check_together(as_keys(carried), keys)
    return keys


def _check_together(carried, given):
    """Refuse groups that take rows of one patient apart; coarser ones, such as families, keep them together."""
    of_patient = dict(zip(carried.tolist(), given.tolist(), strict=True))
    apart = [patient for patient, group in zip(carried, given, strict=True) if of_patient[patient] != group]
    if apart:
        raise ValueError(
            "groups must keep together the rows of each patient that X brings along (X.groups), got several groups for "
            f"{len(set(apart))} patients, such as {str(apart[0])!r}; pass one of the two."
        )
