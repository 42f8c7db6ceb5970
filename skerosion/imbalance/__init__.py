"""Imbalance: steps of imbalanced-learn's Pipeline that repeat, pick or weigh rows, and the grades they go by."""

from skerosion.imbalance._class_weighter import ClassWeighter
from skerosion.imbalance._class_weights import class_weights_of as class_weights_of
from skerosion.imbalance._class_weights import row_weights as row_weights
from skerosion.imbalance._over_sampler import AugmentingOverSampler
from skerosion.imbalance._row_sampler import RowSampler
from skerosion.imbalance._row_step import RowStep

__all__ = [
    "AugmentingOverSampler",
    "ClassWeighter",
    "RowSampler",
    "RowStep",
]
