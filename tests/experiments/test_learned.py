"""What an estimator has learned goes into text and arrays, and comes back to the bit."""

import json

import ml_dtypes
import numpy as np
import pytest
from sklearn.base import BaseEstimator

from skerosion import CNNClassifier, CRPSRegressor
from skerosion.experiments._learned import LEARNED, give_learned, learned_state

SMALL = {"filters": (4,), "convolutions": 1, "dense_units": (4,), "epochs": 1, "verbose": 0, "random_state": 0}


class Plain(BaseEstimator):
    def __init__(self, size=1):
        self.size = size


def through_text(estimator, fresh):
    described, arrays = learned_state(estimator)
    assert all(array.dtype.kind in "biufUS" and name.startswith(LEARNED) for name, array in arrays.items())
    return give_learned(fresh, json.loads(json.dumps(described)), arrays)


def test_what_is_learned_comes_back_and_parameters_stay():
    plain = Plain(size=3)
    plain.learned_ = [np.array([1.5, -2.0], ml_dtypes.bfloat16), {"inside": (np.float32(0.1), float("inf"))}]
    back = through_text(plain, Plain(size=2))
    assert back.size == 2 and back.learned_[0].dtype == ml_dtypes.bfloat16
    assert back.learned_[0].tolist() == [1.5, -2.0]
    assert repr(back.learned_[1]) == repr(plain.learned_[1])


@pytest.mark.parametrize("value", [Plain(), lambda: None], ids=["unknown class", "code"])
def test_what_is_no_data_is_an_error(value):
    plain = Plain()
    plain.strange_ = value
    with pytest.raises(TypeError, match="strange_"):
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
