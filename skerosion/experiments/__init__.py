"""Experiments: what a fit leaves behind. So far the file of a fitted estimator, which is data, not code."""

from skerosion.experiments._container import EstimatorFileError
from skerosion.experiments._saving import read_estimator, write_estimator

# For the rooms above, not for users: this has no place in `__all__`.
from skerosion.experiments._writing import write_atomically  # noqa: F401

__all__ = ["EstimatorFileError", "read_estimator", "write_estimator"]
