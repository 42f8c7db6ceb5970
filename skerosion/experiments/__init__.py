"""Experiments: what a fit leaves behind. So far the file of a fitted estimator, which is data, not code."""

from ._container import EstimatorFileError

# `as`: for the rooms above, not for users.
from ._saving import PICKLES as PICKLES
from ._saving import check_name as check_name
from ._saving import check_plain as check_plain
from ._saving import load_estimator, save_estimator
from ._writing import write_atomically as write_atomically

__all__ = ["EstimatorFileError", "load_estimator", "save_estimator"]
