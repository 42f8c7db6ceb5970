"""Imbalance: steps of imbalanced-learn's Pipeline that repeat, pick or weigh rows, and the grades they go by."""

from skerosion.grades import balanced_probabilities, bin_edges, grades_of
from skerosion.imbalance._base import RowStep
from skerosion.imbalance._class_weighter import ClassWeighter
from skerosion.imbalance._over_sampler import AugmentingOverSampler
from skerosion.imbalance._row_sampler import RowSampler
from skerosion.imbalance._weights import class_weights_of, row_weights

__all__ = [
    "AugmentingOverSampler",
    "ClassWeighter",
    "RowSampler",
    "RowStep",
    "balanced_probabilities",
    "bin_edges",
    "class_weights_of",
    "grades_of",
    "row_weights",
]
