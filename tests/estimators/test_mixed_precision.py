"""Mixed precision: computed in half, kept, predicted and handed on in float32."""

import pickle

import keras
import numpy as np
import pytest

from skerosion import CNNClassifier
from skerosion.networks import NetworkSpec
from skerosion.training import lease
from tests.training.test_programs import make_batches, make_key

POLICIES = ["mixed_bfloat16", "mixed_float16"]


@pytest.fixture(scope="module", params=POLICIES)
def fitted(request, graded, quick):
    """A classifier for each policy, trained until it tells the grades apart."""
    settings = {**quick, "epochs": 12, "learning_rate": 0.01, "dropout": 0.0}
    return CNNClassifier(**settings, dtype_policy=request.param).fit(*graded[:2])


@pytest.mark.slow
def test_it_learns(fitted, graded):
    assert fitted.history_["loss"][-1] < fitted.history_["loss"][0]
    assert fitted.score(*graded[:2]) > 0.9


@pytest.mark.slow
def test_probabilities_are_float32(fitted, graded):
    probabilities = fitted.predict_proba(graded[0])
    assert probabilities.dtype == np.float32 and np.isfinite(probabilities).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, rtol=1e-5)


def test_weights_are_float32_and_a_copy_predicts_the_same(fitted, graded):
    assert {weight.dtype for weight in fitted.weights_} == {np.dtype("float32")}
    again = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(again.predict_proba(graded[0]), fitted.predict_proba(graded[0]))


def test_the_handed_on_network_computes_in_half_too(fitted, graded, tmp_path):
    fitted.model_.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    assert loaded.get_layer("block1_conv1").compute_dtype == fitted.dtype_policy.removeprefix("mixed_")
    outputs = loaded.predict(graded[0].astype("float32"), verbose=0)
    np.testing.assert_allclose(outputs, fitted.predict_proba(graded[0]), rtol=0.05, atol=0.02)


def test_a_step_that_overflows_float16_is_skipped_and_the_scale_halved():
    spec = NetworkSpec((16, 16, 1), 3, "softmax", filters=(4,), dense_units=(8,), dtype_policy="mixed_float16")
    (inputs, targets, weights), *_ = make_batches().in_order()
    with lease(make_key(spec=spec)) as program:
        program.reset(0, dropout=0.0)
        before = [keras.ops.convert_to_numpy(variable).copy() for variable in program.trainer.trainable_variables]
        program.optimizer.dynamic_scale.assign(2.0**100)
        program.train_batch(inputs, targets, weights)
        after = [keras.ops.convert_to_numpy(variable) for variable in program.trainer.trainable_variables]
        assert float(keras.ops.convert_to_numpy(program.optimizer.dynamic_scale)) == 2.0**99
    assert all((ours == theirs).all() for ours, theirs in zip(before, after, strict=True))
