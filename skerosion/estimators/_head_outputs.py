"""The outputs of heads as distributions."""

import numpy as np

from skerosion.forecasts import GridDistribution
from skerosion.grades import cumulate, normalize


def distribution_of_outputs(outputs, grid, head):
    """Return the distributions on a grid, None for 0, 1, ..., that the outputs of a head stand for."""
    if head.gives == "probabilities":
        return GridDistribution(grid, cumulate(normalize(outputs.astype(np.float64))))
    if head.monotone:
        return GridDistribution(grid, np.clip(outputs, 0.0, 1.0))
    return GridDistribution.repaired(grid, outputs)
