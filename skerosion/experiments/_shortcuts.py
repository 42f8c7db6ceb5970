"""How much of what a grader gains can be had without the joint: from columns, a thumbnail, or the frame."""

import warnings

import numpy as np
import pandas as pd

from skerosion.metrics import group_bootstrap_interval

from ._image_facts import averaged

THUMBNAIL, FRAMED, FRAME = 4, 20, 2
"""Pixels a side of the thumbnail, and of the image whose frame of so many pixels, a tenth of a side, is looked at."""

FOLDS, TREES = 5, 30
FEWEST = 2 * FOLDS
"""Fewer patients do not tell."""


def measure_shortcuts(rows, grades, classes, predicted, table=None, without=()):
    """The share of a grader's quadratic kappa that sources without the joint reach.

    A constant has a kappa of 0, so this is the share of the gain over the floor. Each source is read by a small forest,
    out of fold by patient.

    Parameters
    ----------
    rows : ImageRows
    grades, predicted : ndarray of shape (n_rows,)
        The truth, and the grades that the grader predicts for patients it has not seen.
    classes : ndarray of shape (n_grades,)
        All grades in their order.
    table : DataFrame or None, default=None
        Other columns of the rows. Those with a value per image or a patient are left out.
    without : sequence of str, default=()
        Columns that are not sources: the target, the image, the patient.

    Returns
    -------
    DataFrame or None
        ``source, share, low, high``, the last two the 95 % interval from resampling patients; None where the grader is
        not better than a constant, or there are too few patients.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets import ImageRows
    >>> from skerosion.experiments._shortcuts import measure_shortcuts
    >>> grades = np.arange(60) % 2
    >>> images = np.zeros((60, 20, 20), np.uint8)
    >>> images[:, 0, 0] = 200 * grades
    >>> found = measure_shortcuts(ImageRows(images), grades, np.arange(2), grades)
    >>> found.loc[found["source"] == "outer frame", "share"].item()
    1.0
    """
    patients = np.arange(len(grades)) if rows.groups is None else rows.groups
    truth, graded = np.searchsorted(classes, grades), np.searchsorted(classes, predicted)
    if len(np.unique(patients)) < FEWEST or len(np.unique(truth)) < 2 or not _kappa(truth, graded) > 0:
        return None
    sources = _of_table(table, patients, without) | _of_images(rows)
    found = [(name, *_share(truth, graded, _out_of_fold(X, truth, patients), patients)) for name, X in sources.items()]
    return pd.DataFrame(found, columns=["source", "share", "low", "high"])


def _share(truth, graded, guessed, patients):
    def share(y_true, both):
        return _kappa(y_true, both[:, 1]) / _kappa(y_true, both[:, 0])

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # A resample that lacks a grade is one as good as others here.
        both = np.column_stack([graded, guessed])
        interval = group_bootstrap_interval(share, truth, both, patients, n_resamples=500, random_state=0, floor=True)
    return interval.estimate, interval.low, interval.high


def _kappa(one, other):
    """The quadratic kappa of positions, in moments, since resamples ask for it a thousand times."""
    by_chance = one.var() + other.var() + (one.mean() - other.mean()) ** 2
    return 1 - ((one - other) ** 2).mean() / by_chance if by_chance else np.nan


def _out_of_fold(X, truth, patients):
    """The expected grade, rounded, of each row by a forest that saw none of its patient."""
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.model_selection import GroupKFold, cross_val_predict

    forest = RandomForestRegressor(TREES, min_samples_leaf=5, max_features="sqrt", random_state=0)
    folds = GroupKFold(FOLDS, shuffle=True, random_state=0)
    return np.rint(cross_val_predict(forest, X, truth, groups=patients, cv=folds)).astype(int)


def _of_images(rows):
    """The thumbnail, and the pixels of the frame; nothing of feature vectors."""
    if rows.kind != "images":
        return {}
    small, framed = [], []
    edge = np.ones((FRAMED, FRAMED), bool)
    edge[FRAME:-FRAME, FRAME:-FRAME] = False
    for first in range(0, len(rows), 256):
        images = rows.read(np.arange(first, min(first + 256, len(rows)))).mean(axis=3, dtype=np.float32)
        small.append(averaged(images, THUMBNAIL).reshape(len(images), -1))
        framed.append(averaged(images, FRAMED)[:, edge])
    return {"4x4 thumbnail": np.concatenate(small), "outer frame": np.concatenate(framed)}


def _of_table(table, patients, without):
    """Each column by itself, numbers as they are and texts as one column per level."""
    if table is None:
        return {}
    most = len(np.unique(patients)) / 2
    names = [name for name in table.columns if name not in without and 1 < table[name].nunique() < most]
    return {f"column {name}": _encoded(table[name]) for name in names}


def _encoded(column):
    if pd.api.types.is_numeric_dtype(column):
        numbers = column.to_numpy(dtype=float)
        return np.nan_to_num(np.column_stack([numbers, np.isnan(numbers)]), nan=-1.0)
    return pd.get_dummies(column.astype(str)).to_numpy(dtype=float)
