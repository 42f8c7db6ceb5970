"""What an estimator has learned goes into text and arrays, and comes back to the bit."""

import json

import ml_dtypes
import numpy as np
import pytest
from sklearn.base import BaseEstimator

from skerosion import CNNClassifier, CRPSRegressor
from skerosion.estimators import give_learned, learned_state

SMALL = {"filters": (4,), "convolutions": 1, "dense_units": (4,), "epochs": 1, "verbose": 0, "random_state": 0}


class Plain(BaseEstimator):
    def __init__(self, size=1):
        self.size = size


def through_text(estimator, fresh):
    described, arrays = learned_state(estimator)
    assert all(array.dtype.kind in "biufUS" for array in arrays.values())
    return give_learned(fresh, json.loads(json.dumps(described)), arrays)


@pytest.mark.parametrize(
    "value",
    [None, True, 3, 0.1, "text", (1, (2.5, None)), [1, [2]], {"a": [1.0], 3: (4,)}, float("inf"), {}, ()],
    ids=repr,
)
def test_plain_values_come_back(value):
    plain = Plain()
    plain.learned_ = value
    back = through_text(plain, Plain()).learned_
    assert back == value and type(back) is type(value)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(3),
        np.array(["mild", "severe"]),
        np.zeros((2, 0), np.float32),
        np.array(0.5),
        np.float32(0.1),
        np.int64(7),
        np.array([1.5, -2.0], ml_dtypes.bfloat16),
        np.array([True, False]),
    ],
    ids=lambda array: str(array.dtype),
)
def test_arrays_come_back_to_the_bit(array):
    plain = Plain()
    plain.learned_ = [array, {"inside": array}]
    back = through_text(plain, Plain()).learned_
    for found in (back[0], back[1]["inside"]):
        assert type(found) is type(array) and found.dtype == array.dtype and found.shape == array.shape
        np.testing.assert_array_equal(found, array)


@pytest.mark.parametrize(
    "value", [Plain(), np.array([None], object), {1, 2}, lambda: None], ids=lambda v: type(v).__name__
)
def test_what_is_no_data_is_an_error(value):
    plain = Plain()
    plain.strange_ = value
    with pytest.raises(TypeError, match="strange_ must hold numbers, text or arrays"):
        learned_state(plain)


@pytest.mark.parametrize(
    ("kind", "y"),
    [(CNNClassifier, np.tile(["mild", "severe"], 10)), (CRPSRegressor, np.tile([0.0, 30.0], 10))],
    ids=["classifier", "regressor"],
)
def test_networks_predict_as_before(kind, y):
    images = np.random.default_rng(0).integers(0, 255, (20, 16, 16), dtype=np.uint8)
    fitted = kind(**SMALL).fit(images, y)
    back = through_text(fitted, kind(**SMALL))
    np.testing.assert_array_equal(
        back.predict_proba(images) if kind is CNNClassifier else back.predict_cdf(images),
        fitted.predict_proba(images) if kind is CNNClassifier else fitted.predict_cdf(images),
    )
    assert (back.predict(images) == fitted.predict(images)).all()
    assert back.history_ == fitted.history_ and back._key == fitted._key
