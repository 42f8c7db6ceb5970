"""Classes in their order: where a grade stands, and probabilities of grades as sums."""

import numpy as np


def class_positions(y, classes):
    """Return the position of each grade among the classes, which stand in any order; a stranger is an error."""
    order = np.argsort(classes)
    positions = order[np.minimum(np.searchsorted(classes, y, sorter=order), len(classes) - 1)]
    unseen = classes[positions] != y
    if unseen.any():
        strangers = np.unique(y[unseen]).tolist()
        raise ValueError(f"y must hold the grades {classes.tolist()} only, got {strangers} too.")
    return positions.astype(np.int32)


def cumulate(probabilities):
    """Return the running sums of probabilities along each row, which end at exactly 1."""
    cdf = np.minimum(probabilities.cumsum(axis=1), 1.0)
    cdf[:, -1] = 1.0
    return cdf


def normalize(probabilities):
    """Return probabilities that sum to 1 in each row, up to their own rounding."""
    return probabilities / probabilities.sum(axis=1, keepdims=True)
