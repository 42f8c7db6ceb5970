"""Fitted estimators survive pickle, joblib and Keras' own format, and a copy predicts the same."""

import copy
import pickle

import joblib
import keras
import numpy as np
import pytest

from skerosion import CNNClassifier, CNNRegressor, CRPSRegressor


@pytest.fixture(scope="module", params=[CNNClassifier, CRPSRegressor, CNNRegressor], ids=lambda cls: cls.__name__)
def fitted(request, graded, quick):
    """A fitted estimator of each kind."""
    return request.param(**quick, callbacks=[keras.callbacks.TerminateOnNaN]).fit(graded[0], 10 * graded[1])


@pytest.mark.parametrize("how", ["pickle", "joblib", "deepcopy"])
def test_a_copy_predicts_the_same(how, fitted, graded, tmp_path):
    if how == "joblib":
        joblib.dump(fitted, tmp_path / "estimator.joblib")
        again = joblib.load(tmp_path / "estimator.joblib")
    else:
        again = copy.deepcopy(fitted) if how == "deepcopy" else pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(again.predict(graded[0]), fitted.predict(graded[0]))
    assert again.history_ == fitted.history_


@pytest.mark.slow
def test_the_keras_model_survives_its_own_format(fitted, graded, tmp_path):
    fitted.model_.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    images = graded[0].astype("float32")
    np.testing.assert_array_equal(loaded.predict(images, verbose=0), fitted.model_.predict(images, verbose=0))


def test_a_pickle_holds_weights_and_no_pixels(graded, quick):
    large = np.tile(graded[0], (20, 1, 1, 1))
    few = len(pickle.dumps(CNNClassifier(**quick).fit(*graded[:2])))
    many = len(pickle.dumps(CNNClassifier(**quick).fit(large, np.tile(graded[1], 20))))
    assert abs(many - few) < 1000
