"""Classes in their order: where a grade stands, and probabilities of grades as distributions."""

import numpy as np

from skerosion.distributions import GridDistribution


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


def distribution_of_classes(probabilities, classes):
    """Return the distributions on the classes as a grid, None where these are no numbers."""
    if classes.dtype.kind not in "iuf":
        return None
    ascending = np.argsort(classes)
    return GridDistribution(classes[ascending].astype(np.float64), cumulate(probabilities[:, ascending]))


def distribution_of_outputs(outputs, grid, head):
    """Return the distributions on a grid, None for 0, 1, ..., that the outputs of a head stand for."""
    if head.gives == "probabilities":
        return GridDistribution(grid, cumulate(normalize(outputs.astype(np.float64))))
    if head.monotone:
        return GridDistribution(grid, np.clip(outputs, 0.0, 1.0))
    return GridDistribution.repaired(grid, outputs)


def normalize(probabilities):
    """Return probabilities that sum to 1 in each row, up to their own rounding."""
    return probabilities / probabilities.sum(axis=1, keepdims=True)
