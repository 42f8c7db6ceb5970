"""Folds of a search: every row is tested once, no patient is on two sides."""

import warnings
from dataclasses import dataclass

import numpy as np

from skerosion._counted import counted
from skerosion._keys import unique_keys


@dataclass(frozen=True)
class Fold:
    """One fold: the rows trained on, the rows predicted and the seed of its fits."""

    number: int
    train: np.ndarray
    test: np.ndarray
    seed: int


def make_folds(grades, groups=None, *, n_folds=5, seed=0, shown=np.asarray):
    """Split rows into folds by patient, each with about the same share of every grade.

    Parameters
    ----------
    grades : array-like of int of shape (n_rows,)
        Grade of each row, balanced over the folds.
    groups : array-like of shape (n_rows,) or None, default=None
        Patient of each row. None splits row by row.
    n_folds : int, default=5
    seed : int, default=0
        Seeds the shuffling and, fold by fold, the fits.
    shown : callable
        From grades to how the message writes them.

    Returns
    -------
    folds : list of Fold
    message : str
        What a reader should know about this split; empty when there is nothing to say.

    Examples
    --------
    >>> from skerosion.experiments._folds import make_folds
    >>> folds, message = make_folds([0, 1] * 6, list("aabbccddeeff"), n_folds=3)
    >>> [len(fold.test) for fold in folds], message
    ([4, 4, 4], '')
    """
    grades = np.asarray(grades)
    groups = None if groups is None else unique_keys(groups)[1]
    splits, message = _splits(grades, groups, n_folds, seed)
    folds = [Fold(k, np.asarray(train), np.asarray(test), fold_seed(seed, k)) for k, (train, test) in enumerate(splits)]
    trained = {f"fold {fold.number + 1} trains without grade": fold.train for fold in folds}
    return folds, " ".join(filter(None, [message, missing_grades(grades, trained, shown)]))


def fold_seed(seed, number):
    """Seed of one fold's fits, the same for every strategy.

    Examples
    --------
    >>> from skerosion.experiments._folds import fold_seed
    >>> fold_seed(0, 1) == fold_seed(0, 1), fold_seed(0, 1) == fold_seed(0, 2)
    (True, False)
    """
    return int(np.random.SeedSequence([seed, number]).generate_state(1)[0] >> 1)


def _splits(grades, groups, n_folds, seed):
    from sklearn.model_selection import GroupKFold, StratifiedKFold

    _check_folds(grades, groups, n_folds)
    rows = np.zeros(len(grades))
    if groups is None:
        message = (
            "No patients were given: rows are split one by one, so a patient may be on both sides and intervals are "
            "too narrow."
        )
        return list(StratifiedKFold(n_folds, shuffle=True, random_state=seed).split(rows, grades)), message
    splits = _stratified_splits(rows, grades, groups, n_folds, seed)
    if splits is not None:
        return splits, ""
    message = "The patients do not allow folds with every grade in proportion: folds are made by patient alone."
    return list(GroupKFold(n_folds, shuffle=True, random_state=seed).split(rows, grades, groups)), message


def _stratified_splits(rows, grades, groups, n_folds, seed):
    """Stratified folds by patient, or None where scikit-learn cannot make them (an empty fold, or a refusal)."""
    from sklearn.model_selection import StratifiedGroupKFold

    try:
        with warnings.catch_warnings():
            # A grade with fewer rows than folds is reported by `missing_grades` in words of its own.
            warnings.simplefilter("ignore", UserWarning)
            splits = list(StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed).split(rows, grades, groups))
    except ValueError:
        return None
    return splits if all(len(train) and len(test) for train, test in splits) else None


def _check_folds(grades, groups, n_folds):
    units, word = (len(grades), "row") if groups is None else (len(np.unique(groups)), "patient")
    if n_folds < 2:
        raise ValueError(f"folds must be at least 2, got {n_folds}.")
    if units < n_folds:
        raise ValueError(f"folds must not exceed the number of {word}s, got {n_folds} for {counted(units, word)}.")


def missing_grades(grades, parts, shown):
    """Name the grades that some rows are without; `parts` are positions by the words that say so."""
    lacking = {name: np.setdiff1d(grades, grades[rows]).tolist() for name, rows in parts.items()}
    texts = [f"{name} {', '.join(map(str, shown(gone)))}" for name, gone in lacking.items() if gone]
    return f"Too few rows of some grades: {'; '.join(texts)}." if texts else ""
