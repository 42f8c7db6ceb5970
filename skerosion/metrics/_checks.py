"""Checks that the metrics share, with one wording."""

from numbers import Real

import numpy as np
from sklearn.utils.validation import check_consistent_length, column_or_1d


def check_targets(values, name="y_true"):
    """Return targets as one-dimensional finite numbers; float32 and integers stay what they are."""
    values = column_or_1d(np.asarray(values))
    if values.dtype.kind not in "fiub":
        raise ValueError(f"{name} must hold numbers, got {values.dtype}.")
    values = values if values.dtype.kind == "f" else values.astype(float)
    if not np.isfinite(values).all():
        raise ValueError(f"{name} must be finite, got NaN or infinity; leave rows without a target out.")
    return values


def check_same_length(**arrays):
    """Raise unless all arrays that are given have as many rows, naming each with its length."""
    given = {name: array for name, array in arrays.items() if array is not None}
    try:
        check_consistent_length(*given.values())
    except ValueError as error:
        lengths = ", ".join(f"{name} has {len(array)}" for name, array in given.items())
        raise ValueError(f"rows must agree in number: {lengths}.") from error
    if not len(next(iter(given.values()))):
        raise ValueError(f"{' and '.join(given)} must hold at least one row, got none.")


def check_weights(sample_weight, n_rows):
    """Return the weights of the rows as float64, ones where none are given."""
    if sample_weight is None:
        return np.ones(n_rows)
    weights = column_or_1d(np.asarray(sample_weight, dtype=float))
    if len(weights) != n_rows:
        raise ValueError(f"sample_weight must have one weight for each of {n_rows} rows, got {len(weights)}.")
    if not (np.isfinite(weights).all() and (weights >= 0).all() and weights.any()):
        raise ValueError("sample_weight must be finite, not negative and not all zero.")
    return weights


def check_confidence(confidence):
    """Raise unless the confidence is a probability strictly between 0 and 1."""
    if not isinstance(confidence, Real) or not 0 < confidence < 1:
        raise ValueError(f"confidence must lie strictly between 0 and 1, got {confidence!r}; 95 % is 0.95.")


def check_number(value):
    """Return what a metric gave, which must be one number."""
    if np.ndim(value) or isinstance(value, str):
        raise ValueError(f"metric must return one number, got {value!r}; choose one of its values, or their mean.")
    return value
