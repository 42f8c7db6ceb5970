"""The inner validation split of an estimator, made on source rows before their copies and repeats."""

import warnings
from numbers import Real

import numpy as np
from sklearn.model_selection import PredefinedSplit, train_test_split
from sklearn.utils.metadata_routing import get_routing_for_object

from skerosion._counted import counted
from skerosion._keys import keys_for, unique_keys
from skerosion.model_selection._assignment import assign_patients, count_rows


def first_split(validation_split, rows, y, *, random_state=None, stratify=False):
    """Split rows into those to train on and those to validate on.

    The split is made on source rows: however often samplers repeated an image, it is one row to the splitter, its
    repeats and copies come along to the training side, and on the validation side it stands once, as its original
    where that is among the rows. Where patients are known (``rows.groups``) none is on both sides. A stratified share
    leaves every value of ``y`` at least one row to train on: the only row, or patient, of a grade is never held out.

    Parameters
    ----------
    validation_split : float or splitter
        A share of the source rows in (0, 1), met as closely as whole patients allow; or any splitter of scikit-learn,
        whose first split is used. A ``PredefinedSplit`` may speak of all rows of the source or of those present.
    rows : ImageRows
        The rows, samplers applied.
    y : array-like of shape (n_samples,)
        Their targets, or their grades if a splitter should stratify by them.
    random_state : int, RandomState instance or None, default=None
        Draws the split of a share. A splitter has its own.
    stratify : bool, default=False
        Whether ``y`` holds grades, by which the split of a share is stratified as far as their rows go.

    Returns
    -------
    train, validation : ndarray
        Positions among the given rows, ascending.

    Warns
    -----
    UserWarning
        Where grades are left without a row to train on, which only a splitter, or too few patients, can do.

    References
    ----------
    S. Kapoor, A. Narayanan, "Leakage and the reproducibility crisis in machine-learning-based science",
    Patterns 4 (2023): duplicates and dependent rows on both sides of a split.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets import ImageRows
    >>> from skerosion.model_selection import first_split
    >>> rows = ImageRows(np.zeros((4, 16, 16), dtype=np.uint8), groups=["a", "a", "b", "b"])[[0, 1, 2, 3, 3, 1]]
    >>> train, validation = first_split(0.5, rows, [0, 1, 0, 1, 1, 1], random_state=0)
    >>> rows.groups[train], rows.groups[validation]
    (array(['b', 'b', 'b'], dtype='<U1'), array(['a', 'a'], dtype='<U1'))
    """
    first, source_of = stand_ins(rows)
    sources, targets = rows[first], np.asarray(y)[first]
    if isinstance(validation_split, Real):
        train, validation = split_share(validation_split, sources, targets, random_state, stratify)
    else:
        train, validation = split_by(validation_split, sources, targets)
    check_sides(validation_split, sources, train, validation)
    if stratify:
        warn_of_lost(targets, train, f"validation_split={validation_split!r}")
    return np.flatnonzero(np.isin(source_of, train)), np.sort(first[validation])


def stand_ins(rows):
    """Return (the position that stands for each source row, the number of the source row of each row).

    The first original stands for a source row, or its first copy where the original is not among the rows.
    """
    # The original stands for its source row where it is present: a copy would be augmented in validation.
    order = np.lexsort((rows.is_copy, rows.indices))
    _, starts, counts = np.unique(rows.indices[order], return_index=True, return_counts=True)
    source_of = np.empty(len(rows), dtype=np.int64)
    source_of[order] = np.repeat(np.arange(len(starts)), counts)
    return order[starts], source_of


def split_share(share, sources, targets, random_state, stratify):
    """Return (train, validation) numbers of source rows, the given share of them on the validation side."""
    if isinstance(share, bool) or not 0 < share < 1:
        raise ValueError(f"validation_split must be a share between 0 and 1 or a splitter, got {share!r}.")
    if sources.groups is None and np.ceil(share * len(sources)) >= len(sources):
        raise ValueError(
            f"validation_split={share!r} of {len(sources)} rows must leave some to train on; pass a smaller share."
        )
    if sources.groups is None:
        return split_rows(share, targets if stratify else None, len(sources), random_state)
    patients, number = unique_keys(sources.groups)
    if len(patients) < 2:
        raise ValueError(
            f"validation_split={share!r} needs at least 2 patients, got {len(patients)} ({', '.join(patients)})."
        )
    counts = count_rows(number, targets if stratify else None)
    part = assign_patients(counts, [1 - share, share], random_state)
    if stratify:
        part = keep_every_grade(part, counts, share, random_state)
    return np.flatnonzero(part[number] == 0), np.flatnonzero(part[number] == 1)


def split_rows(share, grades, n_rows, random_state):
    """Return (train, validation) numbers of rows, the only row of a grade on the training side."""
    if grades is None:
        return train_test_split(np.arange(n_rows), test_size=share, random_state=random_state)
    _, grade, counts = np.unique(grades, return_inverse=True, return_counts=True)
    rows = np.flatnonzero(counts[grade] > 1)
    n_validation = int(np.ceil(share * n_rows))
    if len(rows) < 2 or n_validation >= len(rows):
        # Too little is left to draw from: any row may be held out, and the caller warns of a grade that is lost.
        return train_test_split(np.arange(n_rows), test_size=share, random_state=random_state)
    strata = grade[rows] if fills_both_sides(grade[rows], n_validation) else None
    _, validation = train_test_split(rows, test_size=n_validation, random_state=random_state, stratify=strata)
    part = np.zeros(n_rows, dtype=np.int64)
    part[validation] = 1
    validation = np.flatnonzero(keep_a_holder(part, np.eye(len(counts), dtype=np.int64)[grade]))
    return np.setdiff1d(np.arange(n_rows), validation), validation


def fills_both_sides(grades, n_validation):
    """Tell whether every grade has a row for either side, which scikit-learn's stratification needs."""
    counts = np.unique(grades, return_counts=True)[1]
    return counts.min() > 1 and min(n_validation, len(grades) - n_validation) >= len(counts)


def keep_every_grade(part, counts, share, random_state):
    """Return the part of each patient, drawn again where a grade has lost all its patients to validation.

    Who alone holds a grade then stays on the training side, and the others make up the share.
    """
    held = counts[:, 1:]
    if (held[part == 0].sum(axis=0) > 0).all():
        return part
    # Who alone holds a grade must train; the share that is held out then comes from all others.
    alone = (held[:, (held > 0).sum(axis=0) == 1] > 0).any(axis=1)
    others = np.flatnonzero(~alone)
    wanted = share * counts[:, 0].sum() / max(counts[others, 0].sum(), 1)
    if alone.any() and len(others) > 1 and wanted < 1:
        part = np.zeros(len(part), dtype=np.int64)
        part[others] = assign_patients(counts[others], [1 - wanted, wanted], random_state)
    return keep_a_holder(part, held)


def keep_a_holder(part, held):
    """Return the parts with one holder of each lost grade moved back to train on, as long as validation has others.

    Parameters
    ----------
    part : integer ndarray of shape (n,)
        Of each row or patient: 0 to train on, 1 to validate on.
    held : integer ndarray of shape (n, n_grades)
        How many rows of each grade it holds.
    """
    part = part.copy()
    for column in held.T:
        holders = np.flatnonzero(column)
        if part[holders].all() and part.sum() > 1:
            part[holders[np.argmin(held[holders].sum(axis=1))]] = 0
    return part


def warn_of_lost(grades, train, described):
    """Warn of grades that have no row on the training side of a split, which is described."""
    lost = np.setdiff1d(grades, np.asarray(grades)[train])
    if len(lost):
        warnings.warn(
            f"{described} leaves no row of {', '.join(map(str, lost.tolist()))} to train on: what is "
            "fitted there cannot learn it. Pass another share, splitter or random_state, or more rows of it.",
            UserWarning,
            stacklevel=3,
        )


def split_by(splitter, sources, targets):
    """Return (train, validation) numbers of source rows as the first split of a splitter has them."""
    if not hasattr(splitter, "split") or isinstance(splitter, str):
        raise ValueError(f"validation_split must be a share between 0 and 1 or a splitter, got {splitter!r}.")
    if isinstance(splitter, PredefinedSplit):
        splitter = predefined_for(splitter, sources)
    takes_groups = wants_groups(splitter)
    if takes_groups and sources.groups is None:
        raise ValueError(
            f"validation_split={splitter!r} needs the patient of each row, and the rows carry no groups: pass groups "
            "to fit, or hand X in as load_image_table(..., group=...).X or ImageRows(..., groups=...)."
        )
    groups = None if takes_groups is False else keys_for(splitter, sources.groups)
    sides = next(iter(splitter.split(sources, targets, groups)), ())
    if len(sides) != 2:
        raise ValueError(f"validation_split must split rows in two, got {len(sides)} parts from {splitter!r}.")
    return tuple(np.asarray(side, dtype=np.int64) for side in sides)


def wants_groups(splitter):
    """Tell whether a splitter asks for groups by metadata routing, None where it does not say."""
    if not hasattr(splitter, "get_metadata_routing"):
        return None
    return "groups" in get_routing_for_object(splitter).consumes("split", ["groups"])


def predefined_for(splitter, sources):
    """Return a predefined split of the source rows that are present, from one of these or of the whole source."""
    fold = np.asarray(splitter.test_fold)
    if len(fold) == sources.source.shape[0]:
        return PredefinedSplit(fold[sources.indices])
    if len(fold) == len(sources):
        return splitter
    raise ValueError(
        f"validation_split=PredefinedSplit must speak of the {sources.source.shape[0]} rows of the source or of the "
        f"{len(sources)} present, got {len(fold)} values in test_fold."
    )


def check_sides(split, sources, train, validation, *, name="validation_split"):
    """Refuse a split with an empty side, a row on both sides or a patient on both sides; `name` is the parameter's."""
    if not len(train) or not len(validation):
        raise ValueError(
            f"{name} must leave rows on both sides, got {len(train)} to train on and {len(validation)} to "
            f"validate on from {split!r}."
        )
    if len(both := np.intersect1d(train, validation)):
        raise ValueError(f"{name} must keep rows apart, got {len(both)} on both sides: {split!r}.")
    if sources.groups is None:
        return
    shared = np.intersect1d(sources.groups[train], sources.groups[validation])
    if len(shared):
        raise ValueError(
            f"{name} must keep each patient on one side, got {counted(len(shared), 'patient')} on both "
            f"(the first {str(shared[0])!r}) from {split!r}: use a splitter by groups, such as GroupShuffleSplit "
            "or StratifiedGroupKFold, or a share."
        )
