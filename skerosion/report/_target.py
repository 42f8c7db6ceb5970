"""Where estimators saved by version 0.1.0 look for `Target`."""

from skerosion.grades import Target

__all__ = ["Target"]
