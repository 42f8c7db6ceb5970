"""Probabilities of classes, and the outputs of heads, as distributions."""

import numpy as np

from skerosion.forecasts import GridDistribution
from skerosion.grades import cumulate, normalize


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
