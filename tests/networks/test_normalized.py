"""Batch norm in one kernel, and biases that it takes out: the same numbers as Keras' own layers."""

import keras
import numpy as np
import pytest

from skerosion.networks import NetworkSpec, build_network, register_backbone
from skerosion.networks._normalized import Conv2DBeforeNorm, DenseBeforeNorm, FusedBatchNormalization


def both_norms(shape, **options):
    """Keras' layer and the fused one with the same random weights."""
    rng = np.random.default_rng(0)
    norms = keras.layers.BatchNormalization(momentum=0.9, **options), FusedBatchNormalization(momentum=0.9, **options)
    weights = [rng.uniform(0.5, 2.0, shape[-1]).astype("float32") for _ in range(4)]
    for norm in norms:
        norm.build(shape)
        norm.set_weights(weights)
    return norms


@pytest.mark.parametrize("shape", [(8, 5, 7, 3), (12, 6), (1, 4), (2, 3, 4, 5)])
@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_equals_that_of_keras(shape, training):
    """Outputs and running statistics, the variance divided by the number of values."""
    plain, fused = both_norms(shape)
    images = np.random.default_rng(1).normal(3.0, 2.0, shape).astype("float32")
    outputs = [keras.ops.convert_to_numpy(norm(images, training=training)) for norm in (plain, fused)]
    np.testing.assert_allclose(outputs[1], outputs[0], rtol=1e-4, atol=2e-5)
    for ours, theirs in zip(fused.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_frozen_batch_norm_keeps_its_statistics_while_training():
    plain, fused = both_norms((8, 4, 4, 3))
    images = np.random.default_rng(1).normal(size=(8, 4, 4, 3)).astype("float32")
    before = fused.get_weights()
    plain.trainable = fused.trainable = False
    outputs = [keras.ops.convert_to_numpy(norm(images, training=True)) for norm in (plain, fused)]
    np.testing.assert_allclose(outputs[1], outputs[0], rtol=1e-5, atol=1e-6)
    assert all(np.array_equal(*pair) for pair in zip(before, fused.get_weights(), strict=True))


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_batch_norm_in_mixed_precision(policy):
    """As close to Keras' layer as the coarser numbers are."""
    plain, fused = both_norms((16, 4, 4, 3), dtype=policy)
    images = np.random.default_rng(1).normal(size=(16, 4, 4, 3)).astype("float32")
    for training in (True, False):
        outputs = [norm(images, training=training) for norm in (plain, fused)]
        assert outputs[1].dtype == outputs[0].dtype
        arrays = [keras.ops.convert_to_numpy(keras.ops.cast(output, "float32")) for output in outputs]
        np.testing.assert_allclose(arrays[1], arrays[0], rtol=0.02, atol=0.03)


@pytest.mark.parametrize(
    ("make", "shape"), [(lambda: Conv2DBeforeNorm(4, 3), (None, 8, 8, 1)), (lambda: DenseBeforeNorm(4), (None, 5))]
)
def test_the_bias_is_there_and_is_not_trained(make, shape):
    layer = make()
    layer.build(shape)
    assert [tuple(weight.shape)[-1] for weight in layer.weights] == [4, 4]
    assert [weight.name for weight in layer.trainable_weights] == ["kernel"]


@pytest.mark.tensorflow
def test_batch_norm_takes_a_bias_out_of_the_gradient():
    """Why it is not trained: the gradient of a trained bias is zero but for rounding."""
    import tensorflow as tf

    convolution, norm = keras.layers.Conv2D(4, 3), keras.layers.BatchNormalization()
    images = np.random.default_rng(0).normal(size=(16, 8, 8, 1)).astype("float32")
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.sin(norm(convolution(images), training=True)))
    kernel, bias = (tf.norm(gradient).numpy() for gradient in tape.gradient(loss, convolution.trainable_weights))
    assert bias < 1e-5 < kernel


def test_a_handed_on_network_has_only_layers_of_keras_and_the_same_function():
    spec = NetworkSpec((16, 16, 1), 3, "softmax", filters=(4, 8), dense_units=(8,))
    own, plain = build_network(spec), build_network(spec, dropout=0.25)
    assert {type(layer).__module__.split(".")[0] for layer in plain.layers} == {"keras"}
    assert [layer.name for layer in own.layers] == [layer.name for layer in plain.layers]
    assert plain.get_layer("dense1_dropout").rate == 0.25
    weights = [variable for variable in own.weights if variable.name != "rate"]
    for variable in weights:
        variable.assign(np.random.default_rng(0).uniform(0.1, 1.0, variable.shape))
    plain.set_weights([keras.ops.convert_to_numpy(variable) for variable in weights])
    images = np.random.default_rng(1).uniform(0, 255, (4, 16, 16, 1)).astype("float32")
    np.testing.assert_allclose(own(images), plain(images), rtol=1e-4, atol=1e-6)


def test_a_handed_on_network_may_hold_operations_and_networks_in_networks():
    @register_backbone("nested")
    def nested(images):
        inner_input = keras.Input((None, None, 1))
        inner = keras.Model(inner_input, keras.layers.Conv2D(4, 3, name="inner")(inner_input), name="inside")
        return keras.ops.mean(inner(images * 2.0), axis=(1, 2))

    spec = NetworkSpec((16, 16, 1), 3, "softmax", backbone="nested", dense_units=())
    own, plain = build_network(spec), build_network(spec, dropout=0.5)
    plain.set_weights(own.get_weights())
    images = np.random.default_rng(1).uniform(0, 255, (4, 16, 16, 1)).astype("float32")
    np.testing.assert_allclose(own(images), plain(images), rtol=1e-5, atol=1e-6)
