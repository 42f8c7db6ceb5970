"""Imbalance: steps of imbalanced-learn's Pipeline that repeat, pick or weigh rows, and the grades they go by."""

from skerosion.imbalance._base import RowStep
from skerosion.imbalance._class_weighter import ClassWeighter
from skerosion.imbalance._over_sampler import AugmentingOverSampler
from skerosion.imbalance._row_sampler import RowSampler
from skerosion.imbalance._weights import class_weights_of as class_weights_of
from skerosion.imbalance._weights import row_weights as row_weights

__all__ = [
    "AugmentingOverSampler",
    "ClassWeighter",
    "RowSampler",
    "RowStep",
]
