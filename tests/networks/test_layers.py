"""Dropout with a variable rate, and the augmentation layer."""

import keras
import numpy as np
import pytest

from skerosion.networks._layers import Augment, VariableDropout
from skerosion.preprocessing import identity


def share_of_zeros(layer, training=True):
    return float((keras.ops.convert_to_numpy(layer(np.ones((100, 100), "float32"), training=training)) == 0).mean())


def test_the_rate_changes_without_a_new_layer():
    layer = VariableDropout(0.5)
    assert share_of_zeros(layer) == pytest.approx(0.5, abs=0.03)
    layer.rate.assign(0.1)
    assert share_of_zeros(layer) == pytest.approx(0.1, abs=0.03)
    assert share_of_zeros(layer, training=False) == 0


@pytest.mark.tensorflow
def test_the_rate_changes_inside_a_traced_function():
    """Keras' own Dropout silently keeps the rate that it was traced with."""
    tf = pytest.importorskip("tensorflow")
    layer = VariableDropout(0.0)
    traced = tf.function(lambda inputs: layer(inputs, training=True))
    inputs = tf.ones((100, 100))
    assert float(tf.reduce_min(traced(inputs))) == 1
    layer.rate.assign(0.9)
    assert float(tf.reduce_mean(tf.cast(traced(inputs) == 0, "float32"))) == pytest.approx(0.9, abs=0.03)


def test_dropout_keeps_the_mean():
    layer = VariableDropout(0.3)
    assert float(keras.ops.mean(layer(np.ones((300, 300), "float32"), training=True))) == pytest.approx(1, abs=0.02)


def test_augment_leaves_rows_without_augmentation_exactly_as_they_are():
    images = np.random.default_rng(0).integers(0, 256, (3, 16, 16, 1)).astype("uint8")
    neutral = np.tile(np.array([1.0, 0.0], "float32"), (3, 1))
    output = Augment(255.0)([images, identity(3), neutral], training=True)
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(output), images.astype("float32"))


def test_augment_does_nothing_outside_training():
    images = np.full((1, 16, 16, 1), 100, "uint8")
    inputs = [images, identity(1), np.array([[0.5, 0.1]], "float32")]
    assert (keras.ops.convert_to_numpy(Augment(255.0)(inputs, training=False)) == 100).all()
    dimmed = keras.ops.convert_to_numpy(Augment(255.0)(inputs, training=True))
    np.testing.assert_allclose(dimmed, 100 * 0.5 + 0.1 * 255, rtol=1e-6)
