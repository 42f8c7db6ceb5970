"""What skerosion takes from scikit-learn without its promise: here and nowhere else, with what would replace it.

A release that moves one of these names breaks this file alone. What fitted estimators keep under private attributes
is read in ``experiments/file_format/_compiled.py`` only, whose files name them.
"""

from importlib import import_module

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import _safe_indexing
from sklearn.utils.metaestimators import _BaseComposition
from sklearn.utils.validation import _check_sample_weight

# Takes rows of arrays, frames, lists and sparse matrices. Instead: `iloc` of frames, a list's items, else indexing.
safe_indexing = _safe_indexing

# The parameters that a constructor names. Instead: `inspect.signature` of `__init__`.
get_param_names = BaseEstimator._get_param_names.__func__


def check_sample_weight(sample_weight, X):
    """Return weights as an array of the right length and sign, ones for None. Instead: `check_array` and checks."""
    weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
    if len(weights) and not weights.any():  # as newer versions of scikit-learn refuse them
        raise ValueError("sample_weight must hold at least one non-zero number, got zeros alone.")
    return weights


# Where `set_callbacks` keeps what it was given. Instead: files hold no callbacks by the list of what is data.
CALLBACKS = "_skl_callbacks"


def callback_context(estimator, max_subtasks):
    """Return the task of a fit for the callbacks that were set, None where there are none.

    The method is how scikit-learn lets estimators take part, and underlined. Instead: Keras' callbacks alone.
    """
    return estimator._init_callback_context(max_subtasks=max_subtasks) if vars(estimator).get(CALLBACKS) else None


class Composition(_BaseComposition):
    """Parameters of named parts, as of a Pipeline's steps. Instead: merging those of each part under ``name__``."""

    get_params_of = _BaseComposition._get_params
    set_params_of = _BaseComposition._set_params
    check_names = _BaseComposition._validate_names


_COMPILED = {
    # What fitted trees are made of. Instead: no tree of that kind in files.
    "Tree": "sklearn.tree._tree",
    "NODE_DTYPE": "sklearn.tree._tree",
    "TreePredictor": "sklearn.ensemble._hist_gradient_boosting.predictor",
    "PREDICTOR_RECORD_DTYPE": "sklearn.ensemble._hist_gradient_boosting.common",
    # The losses that fitted estimators hold. Instead: a new one by the estimator's own parameter.
    "loss": "sklearn._loss",
    # A step of a fitted IterativeImputer. Instead: a named tuple of the same fields.
    "_ImputerTriplet": "sklearn.impute._iterative",
}


def compiled(name):
    """Return a part of fitted estimators, imported on first use: most of those who load a room need none.

    Parameters
    ----------
    name : str

    Examples
    --------
    >>> from skerosion._private_sklearn import compiled
    >>> compiled("Tree").__name__
    'Tree'
    """
    return getattr(import_module(_COMPILED[name]), name)
