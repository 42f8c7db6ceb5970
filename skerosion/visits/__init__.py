"""Scores of whole visits as distributions: from the predicted joints of a visit to its Rau score and its change."""

from skerosion.visits._rau_distribution import RauDistribution as RauDistribution
from skerosion.visits._rau_distribution import rau_distribution
from skerosion.visits._rau_forecaster import RauForecaster

# For the rooms above, not for users.
from skerosion.visits._visit_scores import Recalibration as Recalibration

__all__ = [
    "RauForecaster",
    "rau_distribution",
]
