"""Stateless image transforms: grey values of images, and the drawing of augmentation parameters, row by row."""

from ._augmentation import Augmentation, compose, identity
from ._hashing import hash_keys
from ._intensity import equalize_histogram, stretch_contrast
from ._transformers import ContrastStretcher, HistogramEqualizer
from ._transforming import transform_images

__all__ = [
    "Augmentation",
    "ContrastStretcher",
    "HistogramEqualizer",
    "compose",
    "equalize_histogram",
    "hash_keys",
    "identity",
    "stretch_contrast",
    "transform_images",
]
