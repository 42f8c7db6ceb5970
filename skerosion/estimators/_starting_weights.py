"""Where a backbone's weights come from: what `weights` of an estimator may be."""

import os

from skerosion._validation import ParameterError
from skerosion.forecasts import step_of
from skerosion.networks import read_weights
from skerosion.training import lease


def given_weights(weights, spec):
    """Weights by layer for the backbone of a specification.

    Parameters
    ----------
    weights : "imagenet", str, path-like or fitted estimator
        As the parameter of the estimators.
    spec : NetworkSpec
        Of the network that they are for.

    Returns
    -------
    weights : dict of str to list of ndarray
    described : str
        What they are, for errors.

    Raises
    ------
    TypeError
        For anything else.
    ValueError
        For an estimator that is not fitted.
    """
    if isinstance(weights, (str, os.PathLike)):
        return read_weights(weights, spec.backbone, spec.resize or spec.input_shape[:2]), repr(os.fspath(weights))
    check_source(weights)
    step = step_of(weights)
    if not hasattr(step, "weights_"):
        raise ValueError(
            f"weights must be a fitted estimator, got {type(step).__name__} before fit. In a grid scikit-learn clones "
            "what stands there: wrap it in sklearn.frozen.FrozenEstimator."
        )
    with lease(step._key) as program:
        program.set_weights(step.weights_)
        return program.weights_by_layer(), f"the fitted {type(step).__name__}"


def check_source(weights):
    """Raise where `weights` are neither None, text or a path, nor an estimator that holds a network."""
    if weights is None or isinstance(weights, (str, os.PathLike)):
        return
    step = step_of(weights)
    if not hasattr(type(step), "model_"):
        raise ParameterError(
            "weights must be None, 'imagenet', a file or a fitted estimator of this package, got "
            f"{type(step).__name__} ({weights!r:.100})."
        )
