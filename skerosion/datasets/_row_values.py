"""What belongs to each of some rows, checked: numbers in the source, weights, patients, votes, copy numbers."""

import numpy as np

from skerosion._keys import as_keys
from skerosion.grades import checked_votes


def checked_indices(indices, n_source):
    """Return numbers of images in a source, all of them for None."""
    if indices is None:
        return np.arange(n_source, dtype=np.int64)
    indices = np.asarray(indices)
    if indices.size == 0:
        return np.zeros(0, dtype=np.int64)
    if indices.ndim != 1 or indices.dtype.kind not in "iu":
        raise ValueError(f"indices must be a list of integers, got shape {indices.shape} and dtype {indices.dtype}")
    if indices.min() < 0 or indices.max() >= n_source:
        raise ValueError(f"indices must be 0 to {n_source - 1}, got {indices.min()} to {indices.max()}")
    return indices.astype(np.int64)


def checked_weight(sample_weight, n):
    """Return finite weights that are not negative, or None."""
    if sample_weight is None:
        return None
    weight = _checked_length(np.array(sample_weight, dtype=np.float64), n, "sample_weight")
    wrong = np.flatnonzero(~(np.isfinite(weight) & (weight >= 0)))
    if len(wrong):
        raise ValueError(f"sample_weight must be finite and not negative, got {weight[wrong[0]]} in row {wrong[0]}")
    return weight


def checked_groups(groups, n):
    """Return the key of each row's patient, or None."""
    if groups is None:
        return None
    _checked_length(np.array(groups, dtype=object), n, "groups")
    keys = as_keys(groups)
    missing = np.flatnonzero(keys == "")
    if len(missing):
        value = list(groups)[missing[0]]
        raise ValueError(f"groups must name a patient for every row, got {value!r} in row {missing[0]}")
    return keys


def votes_of_rows(votes, n):
    """Return what each reader said of each row, or None."""
    if votes is None:
        return None
    votes = checked_votes(votes)
    if len(votes) != n:
        raise ValueError(f"votes must have a row for each of the {n} rows, got {len(votes)}")
    return votes


def checked_copies(copy_number, n):
    """Return which copy of its image each row is, originals for None."""
    if copy_number is None:
        return np.zeros(n, dtype=np.int64)
    copies = _checked_length(np.array(copy_number), n, "copy_number")
    if n and (copies.dtype.kind not in "iu" or copies.min() < 0):
        raise ValueError(f"copy_number must be integers from 0 (an original), got dtype {copies.dtype}: {copies.min()}")
    return copies.astype(np.int64)


def _checked_length(values, n, name):
    if values.shape != (n,):
        raise ValueError(f"{name} must have one value for each of the {n} rows, got shape {values.shape}")
    return values
