"""Stateless image transforms: the drawing of augmentation parameters, deterministic by row."""

from ._augmentation import Augmentation, compose, identity
from ._hashing import hash_keys

__all__ = ["Augmentation", "compose", "hash_keys", "identity"]
