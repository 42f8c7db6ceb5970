"""The estimators' door: rows and targets checked once, whatever form they come in."""

import warnings

import numpy as np
import pandas as pd
from sklearn.utils import column_or_1d
from sklearn.utils.validation import assert_all_finite, validate_data

from skerosion._counted import counted
from skerosion._keys import as_keys
from skerosion.datasets import ImageRows, as_image_rows, form_of
from skerosion.forecasts import double_precision
from skerosion.grades import plain_values


def check_rows(estimator, X, *, image_shape, reset, **reading):
    """Turn X into ImageRows, and record or compare the number of features; `reading` is for files.

    Feature vectors take scikit-learn's own way, with its messages; everything else the door of the datasets.
    """
    if _is_feature_table(X, image_shape):
        if not reset:
            _check_not_one_image(estimator, X)
        # The precision of the networks: a copy in double precision would only be rounded later.
        return as_image_rows(validate_data(estimator, X, reset=reset, dtype=np.float32))
    rows = as_image_rows(X, image_shape=image_shape, **reading)
    if len(rows) == 0:
        raise ValueError("X holds 0 samples, a minimum of 1 is required.")
    width = int(np.prod(rows.shape[1:]))
    if reset:
        estimator.n_features_in_ = width
        # Of an earlier fit on a frame of features; images have no names of columns.
        if hasattr(estimator, "feature_names_in_"):
            del estimator.feature_names_in_
    return rows


def check_fitted_shape(estimator, rows):
    """Raise where rows have another shape than the rows of the fit."""
    expected = estimator.input_shape_
    if tuple(rows.shape[1:]) != expected:
        raise ValueError(
            f"X has rows of shape {tuple(rows.shape[1:])}, but {type(estimator).__name__} was fitted on rows of shape "
            f"{expected}{_advice_on_shape(rows, expected)}."
        )


def _advice_on_shape(rows, expected):
    """Return what makes the rows what was fitted, as far as there is one thing to do."""
    if len(expected) != 3:
        return ""
    if rows.kind != "images":
        return f"; give image_shape={expected} for flattened images"
    if rows.paths is not None:
        return f"; load their table with size={expected[:2]}, channels={expected[2]}"
    if rows.shape[3] == expected[2]:
        return "; list(X) has them resized"
    return _MADE_OF.get((rows.shape[3], expected[2], rows.dtype == np.uint8), "")


_GREY = "; made grey they are [PIL.Image.fromarray(image).convert('L') for image in X]"
_GREY_OF_FLOATS = "; made grey they are list(X @ [0.299, 0.587, 0.114])"
_COLOUR = "; as colour images they are list(np.repeat(X, 3, axis=-1))"
_MADE_OF = {(3, 1, True): _GREY, (3, 1, False): _GREY_OF_FLOATS, (1, 3, True): _COLOUR, (1, 3, False): _COLOUR}


def _check_not_one_image(estimator, X):
    """Raise where the image itself is handed in, which has two dimensions as a table of features has."""
    fitted = getattr(estimator, "input_shape_", ())
    if len(fitted) == 3 and np.shape(X) == fitted[:2]:
        raise ValueError(
            f"X must hold images, one per row, got a single one of shape {fitted[:2]}: pass X[np.newaxis]."
        )


def check_target(y, rows, *, numeric):
    """A one-dimensional target of the rows' length, finite numbers where `numeric`."""
    if y is None:
        raise ValueError("This estimator requires y to be passed, but the target y is None.")
    _check_known(y)
    _check_one_column(y)
    y = column_or_1d(plain_values(y), warn=True)
    if numeric or y.dtype.kind == "f":
        _check_finite(y)
    if len(y) != len(rows):
        raise ValueError(f"y must have one value for each of the {len(rows)} rows of X, got {len(y)}.")
    return _numbers(y) if numeric else y


def _check_one_column(y):
    shape = np.asarray(y).shape
    if len(shape) == 2 and shape[1] > 1:
        raise ValueError(
            f"y must hold one value per row, got the shape {shape}; of one-hot rows take y.argmax(axis=1)."
        )


def _check_finite(y):
    """Raise as scikit-learn does, and say how many rows are without a value."""
    try:
        assert_all_finite(y, input_name="y")
    except ValueError as error:
        gone = np.count_nonzero(~np.isfinite(y.astype(float)))
        raise ValueError(
            f"{str(error).rstrip('.')} in {gone} of {counted(len(y), 'row')}; leave these rows out."
        ) from error


def warn_of_another_order(X, y):
    """Warn where two tables of pandas have the same labels in another order: nobody looks at these."""
    if not (isinstance(X, _PANDAS) and isinstance(y, _PANDAS)) or X.index.equals(y.index):
        return
    if len(X) == len(y) and X.index.is_unique and set(X.index) == set(y.index):
        warnings.warn(
            "X and y have the same labels in their indexes, in another order; rows are taken by position, as "
            "everywhere in scikit-learn. y.loc[X.index] is in the order of X.",
            UserWarning,
            stacklevel=4,
        )


_PANDAS = (pd.Series, pd.DataFrame)


def _numbers(y):
    try:
        return double_precision(y)
    except ValueError as error:
        raise ValueError(
            f"y must hold numbers for a regressor, got {y.ravel()[0]!s}; wrap the regressor in GradedRegressor, which "
            "takes grades that are names."
        ) from error


def _check_known(y):
    """Raise where grades are missing, before NumPy makes the string "nan" of them; numbers are checked as such."""
    if np.asarray(y).dtype.kind in "fiub":
        return
    missing = np.asarray(pd.isna(y))
    if missing.any():
        raise ValueError(
            f"y must have a value for each row, got {counted(missing.sum(), 'missing value')} (None, NaN or NA) in "
            f"{missing.size} rows; leave these rows out."
        )


def check_unchanged(name, given, fitted):
    """Raise where warm_start or partial_fit would go on with another grid, or other classes, than those learned."""
    if not np.array_equal(given, fitted):
        given, fitted = (np.array2string(values, threshold=20, edgeitems=3) for values in (given, fitted))
        raise ValueError(
            f"warm_start and partial_fit go on with the {name} of the first fit, {fitted}, but the parameter now "
            f"asks for {given}; fit a clone."
        )


def weigh_rows(rows, sample_weight, groups):
    """Rows with the patients and weights that `fit` was given; weights multiply those the rows bring.

    Patients that the rows bring stay: after a sampler step they are the ones that followed, while a routed `groups`
    still has the length from before.
    """
    if groups is not None and rows.groups is None:
        rows = as_image_rows(rows, groups=groups)
    elif groups is not None and not set(as_keys(rows.groups).tolist()) <= set(as_keys(groups).tolist()):
        raise ValueError("groups must agree with the patients that X brings along (X.groups), got others; pass one.")
    if sample_weight is None:
        return rows
    weighted = as_image_rows(rows, sample_weight=sample_weight)
    return weighted.with_sample_weight(weighted.unit_weight() * rows.unit_weight())


def drop_weightless(rows, y):
    """Leave out rows of weight zero: they would still move batch norm's statistics."""
    kept = np.flatnonzero(rows.unit_weight() > 0)
    if len(kept) == 0:
        raise ValueError("sample_weight must have a positive entry, got only zeros: there is nothing to train on.")
    return (rows, y) if len(kept) == len(rows) else (rows.take(kept), y[kept])


def check_outputs(outputs):
    """Return the outputs of a network, which are nothing to predict from where some are not finite."""
    lost = ~np.isfinite(outputs).reshape(len(outputs), -1).all(axis=1)
    if lost.any():
        raise ValueError(
            f"The network gives no finite numbers for {lost.sum()} of {len(lost)} rows, the first at position "
            f"{lost.argmax()}: its weights, or the values of these rows, are too large for 32-bit numbers. Fit it "
            "anew with a lower learning_rate, or scale features."
        )
    return outputs


def pixel_scale(rows):
    """The value of white and the dtype in which rows reach the device."""
    if rows.kind == "features":
        return {"value_range": None}, "float32"
    # Bytes travel to the device four times as fast as floats, and are scaled there.
    return ({"value_range": 255.0}, "uint8") if rows.dtype == np.uint8 else ({"value_range": 1.0}, "float32")


def _is_feature_table(X, image_shape):
    """Whether X is what scikit-learn's own checks are for: numbers in at most two dimensions."""
    return not isinstance(X, ImageRows) and image_shape is None and form_of(X) == "numbers"
