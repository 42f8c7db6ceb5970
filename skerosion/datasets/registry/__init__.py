"""The registry of the thesis: two tables and the images of joints become rows that can be fitted."""

from ._joined import Registry as Registry
from ._joined import check_registry as check_registry
from ._joined import load_registry as load_registry
from ._mirror import MirroredSource as MirroredSource
