"""What a fit has learned, as plain text and arrays: kept and given back without running code that a file names."""

import dataclasses

import numpy as np

from skerosion.networks import NetworkSpec
from skerosion.training import ProgramKey

_KINDS = {kind.__name__: kind for kind in (NetworkSpec, ProgramKey)}


def learned_state(estimator):
    """Take out what an estimator has learned: all that it holds beside its parameters.

    Parameters
    ----------
    estimator : fitted estimator

    Returns
    -------
    described : dict of str to object
        Of what JSON writes; an array stands there by its name.
    arrays : dict of str to ndarray
        None of them of objects.

    Raises
    ------
    TypeError
        For an attribute that is not a number, text or array, nor made of such.

    Examples
    --------
    >>> from sklearn.preprocessing import StandardScaler
    >>> from skerosion.estimators._learned import learned_state
    >>> described, arrays = learned_state(StandardScaler().fit([[0.0], [2.0]]))
    >>> arrays[described["mean_"]["array"]].tolist()
    [1.0]
    """
    arrays, parameters = {}, estimator.get_params(deep=False)
    learned = {name: value for name, value in vars(estimator).items() if name not in parameters}
    return {name: _described(value, name, arrays) for name, value in learned.items()}, arrays


def give_learned(estimator, described, arrays):
    """Give an estimator of the same class what another one has learned.

    Parameters
    ----------
    estimator : estimator
        With the parameters of the one that was fitted.
    described, arrays
        As `learned_state` returns them.

    Returns
    -------
    estimator
        The same, fitted.

    Examples
    --------
    >>> from sklearn.preprocessing import StandardScaler
    >>> from skerosion.estimators._learned import give_learned, learned_state
    >>> learned = learned_state(StandardScaler().fit([[0.0], [2.0]]))
    >>> give_learned(StandardScaler(), *learned).transform([[4.0]]).tolist()
    [[3.0]]
    """
    for name, value in described.items():
        setattr(estimator, name, _built(value, arrays))
    return estimator


def _described(value, name, arrays):
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype != object:
        return _kept(value, arrays)
    if isinstance(value, (list, tuple)):
        return {type(value).__name__: [_described(part, name, arrays) for part in value]}
    if isinstance(value, dict):
        pairs = [[_described(part, name, arrays) for part in pair] for pair in value.items()]
        return {"dict": pairs}
    if type(value).__name__ in _KINDS:
        fields = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
        return {type(value).__name__: {key: _described(part, name, arrays) for key, part in fields.items()}}
    raise TypeError(f"{name} must hold numbers, text or arrays to be kept as data, got {type(value).__name__}.")


def _kept(value, arrays):
    """Name an array; of a type that NumPy does not know by itself, such as bfloat16, its bits are kept."""
    described = {"array": f"learned.{len(arrays)}"}
    array = np.asarray(value)
    if array.dtype.kind == "V":
        described["dtype"], array = array.dtype.name, array.view(f"u{array.dtype.itemsize}")
    arrays[described["array"]] = array
    return described | ({"scalar": True} if isinstance(value, np.generic) else {})


def _built(value, arrays):
    if not isinstance(value, dict):
        return value
    if "array" in value:
        array = arrays[value["array"]]
        array = array.view(np.dtype(value["dtype"])) if "dtype" in value else array
        return array[()] if "scalar" in value else array
    ((kind, parts),) = value.items()
    if kind in _KINDS:
        return _KINDS[kind](**{key: _built(part, arrays) for key, part in parts.items()})
    if kind == "dict":
        return {_built(key, arrays): _built(part, arrays) for key, part in parts}
    return {"list": list, "tuple": tuple}[kind](_built(part, arrays) for part in parts)
