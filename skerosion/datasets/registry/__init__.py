"""The registry of the thesis: two tables and the images of joints become rows that can be fitted."""

from ._mirror import MirroredSource as MirroredSource
from ._registry import Registry as Registry
from ._registry import load_registry as load_registry
