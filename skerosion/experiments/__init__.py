"""Experiments: what a fit leaves behind. So far the file of a fitted estimator, which is data, not code."""

from ._container import EstimatorFileError
from ._saving import load_estimator, save_estimator

# For the rooms above, not for users.
from ._writing import write_atomically as write_atomically

__all__ = ["EstimatorFileError", "load_estimator", "save_estimator"]
