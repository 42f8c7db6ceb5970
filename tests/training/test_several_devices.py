"""Several devices, simulated on the processor in a process of their own, learn what one device learns."""

import json
import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from skerosion.training import RowBatches
from skerosion.training._several_devices import active_distribution, n_devices
from tests.training.test_programs import make_batches

# The standard network: batch norm, dropout, augmentation, a filled-up last batch and weights all have to agree.
SCRIPT = """
import json
import pickle
import keras
import numpy as np

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf
    processor = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 2)
    scope = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope
else:
    scope = keras.distribution.DataParallel(devices=["cpu:0", "cpu:1"]).scope

from skerosion import CNNClassifier
from skerosion.training import _programs as programs

rng = np.random.default_rng(0)
images, grades = rng.integers(0, 255, (61, 16, 16, 1)).astype("uint8"), rng.integers(0, 3, 61)
weights = rng.uniform(0.1, 3.0, 61)

def fit(batch_size=16):
    return CNNClassifier(
        filters=(4,), convolutions=1, dense_units=(8,), batch_size=batch_size, epochs=2, validation_split=0.2,
        augmentation={"rotation": 20.0}, random_state=0,
    ).fit(images, grades, sample_weight=weights)

one = fit()
with scope():
    two = fit()
    shared = two.predict_proba(images[:33])
    odd = fit(batch_size=15)
print(json.dumps({
    "weights": max(float(abs(ours - theirs).max()) for ours, theirs in zip(one.weights_, two.weights_)),
    "scale": max(float(abs(weight).max()) for weight in one.weights_),
    "losses": [one.history_["loss"], two.history_["loss"], odd.history_["loss"]],
    "val_losses": [one.history_["val_loss"], two.history_["val_loss"]],
    "probabilities": float(abs(shared - pickle.loads(pickle.dumps(two)).predict_proba(images[:33])).max()),
    "devices": sorted(place is not None for _, place in programs._POOL._idle),
}))
"""

simulates = pytest.mark.skipif(keras.backend.backend() == "torch", reason="PyTorch trains on one device")


@pytest.fixture(scope="module")
def outcome():
    """What one and two devices learned from the same rows."""
    flags = f"--xla_force_host_platform_device_count=2 {os.environ.get('XLA_FLAGS', '')}"
    environment = os.environ | ({"XLA_FLAGS": flags} if keras.backend.backend() == "jax" else {})
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
@simulates
def test_two_devices_learn_the_weights_of_one(outcome):
    assert outcome["weights"] < 2e-5 * outcome["scale"]


@pytest.mark.slow
@simulates
def test_two_devices_report_the_losses_of_one(outcome):
    one, two, odd = outcome["losses"]
    np.testing.assert_allclose(one, two, rtol=1e-5)
    np.testing.assert_allclose(*outcome["val_losses"], rtol=1e-5)
    assert np.isfinite(odd).all() and len(odd) == 2


@pytest.mark.slow
@simulates
def test_what_two_devices_learned_predicts_on_one(outcome):
    assert outcome["probabilities"] < 1e-5


@pytest.mark.slow
@simulates
def test_programs_of_one_and_of_two_devices_are_kept_apart(outcome):
    assert set(outcome["devices"]) == {False, True}


def test_one_device_unless_asked():
    assert active_distribution() is None and n_devices() == 1


@pytest.mark.parametrize("devices", [1, 2, 3])
def test_batches_are_a_multiple_of_the_devices(devices):
    """Rows of weight zero fill them up; each row still counts once."""
    alone = make_batches(n=5)
    batches = RowBatches(alone.rows, alone.targets, alone.weights, 4, devices=devices)
    lengths, counted = zip(*((len(targets), weights.sum()) for _, targets, weights in batches.epoch(0)), strict=True)
    assert set(lengths) == {-(-4 // devices) * devices} and counted == (4, 1) and len(batches) == 2


def test_more_devices_than_rows():
    batches = RowBatches(make_batches(n=1).rows, np.zeros(1), np.ones(1), 4, devices=3)
    ((_, targets, weights),) = batches.epoch(0)
    assert len(targets) == 3 and weights.sum() == 1


@pytest.mark.skipif(keras.backend.backend() == "jax", reason="JAX has it")
def test_a_distribution_of_keras_is_for_jax(monkeypatch):
    monkeypatch.setattr(keras.distribution, "distribution", lambda: "DataParallel")
    with pytest.raises(ValueError, match="keras.distribution works on JAX only"):
        n_devices()
