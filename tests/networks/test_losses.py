"""Losses weigh samples: weight 2 is the sample twice, weight 0 is its absence, gradients included."""

import keras
import numpy as np
import pytest

from skerosion.networks import CRPSLoss
from skerosion.networks._losses import cross_entropy, squared_error

N_OUTPUTS = 5


def gradient_of(loss, targets, outputs, weights):
    """Loss and its gradient with respect to the outputs, by the backend."""

    def value_of(outputs):
        return loss(targets, outputs, sample_weight=weights)

    value, gradient = GRADIENTS[keras.backend.backend()](value_of, outputs)
    return float(value), np.array(gradient)


def tensorflow_gradient(function, point):
    import tensorflow as tf

    point = tf.Variable(point)
    with tf.GradientTape() as tape:
        value = function(point)
    return value, tape.gradient(value, point)


def jax_gradient(function, point):
    import jax

    return jax.value_and_grad(function)(point)


def torch_gradient(function, point):
    import torch

    point = torch.tensor(point, requires_grad=True)
    value = function(point)
    value.backward()
    return value, point.grad


GRADIENTS = {"tensorflow": tensorflow_gradient, "jax": jax_gradient, "torch": torch_gradient}


def problem(loss):
    """Targets and outputs that suit a loss."""
    rng = np.random.default_rng(0)
    if loss.name == "squared_error":
        return rng.normal(size=(4, 1)).astype("float32"), rng.normal(size=(4, 1)).astype("float32")
    outputs = rng.normal(size=(4, N_OUTPUTS)).astype("float32")
    if loss.name == "crps":
        outputs = np.cumsum(np.abs(outputs), axis=1)
        outputs /= outputs[:, -1:]
    return np.array([0, 2, 4, 1], "int32"), outputs


LOSSES = [cross_entropy(), squared_error(), CRPSLoss(), CRPSLoss(spacing=(1, 1, 2, 3, 3))]


@pytest.mark.parametrize("loss", LOSSES, ids=["cross_entropy", "squared_error", "crps", "crps_uneven"])
class TestWeights:
    def test_weight_two_is_the_sample_twice(self, loss):
        targets, outputs = problem(loss)
        twice = [0, 1, 1, 2, 3]
        value, gradient = gradient_of(loss, targets, outputs, np.array([1, 2, 1, 1], "float32"))
        repeated, repeated_gradient = gradient_of(loss, targets[twice], outputs[twice], np.ones(5, "float32"))
        gathered = repeated_gradient[[0, 1, 3, 4]]
        gathered[1] += repeated_gradient[2]
        assert value == pytest.approx(repeated, rel=1e-6)
        np.testing.assert_allclose(gradient, gathered, rtol=1e-5, atol=1e-8)

    def test_weight_zero_is_no_sample(self, loss):
        targets, outputs = problem(loss)
        value, gradient = gradient_of(loss, targets, outputs, np.array([1, 0, 1, 1], "float32"))
        kept = [0, 2, 3]
        without, without_gradient = gradient_of(loss, targets[kept], outputs[kept], np.ones(3, "float32"))
        assert value == pytest.approx(without, rel=1e-6)
        np.testing.assert_allclose(gradient[kept], without_gradient, rtol=1e-5, atol=1e-8)
        assert not gradient[1].any()

    def test_one_value_a_sample(self, loss):
        targets, outputs = problem(loss)
        assert keras.ops.convert_to_numpy(loss.call(targets, outputs)).shape == (4,)


def test_crps_loss_is_the_metric():
    """The loss trains what the metric measures."""
    from skerosion.metrics import crps

    targets, outputs = problem(CRPSLoss())
    value = float(CRPSLoss()(targets, outputs))
    assert value == pytest.approx(crps(targets, outputs, grid=np.arange(N_OUTPUTS)), rel=1e-6)


def test_crps_loss_on_an_uneven_grid_weighs_by_spacing():
    grid = np.array([0.0, 1.0, 2.0, 4.0, 7.0])
    loss = CRPSLoss(spacing=(1, 1, 2, 3, 3))
    cdf = np.array([[0.1, 0.4, 0.6, 0.9, 1.0]], "float32")
    rank = np.searchsorted(grid, 2.0)
    expected = (0.1**2 * 1 + 0.4**2 * 1 + 0.4**2 * 2 + 0.1**2 * 3) / 10
    assert float(loss(np.array([rank]), cdf)) == pytest.approx(expected, rel=1e-5)


def test_crps_loss_round_trips_through_its_configuration():
    loss = keras.losses.deserialize(keras.losses.serialize(CRPSLoss(spacing=(1.0, 2.0))))
    assert loss.spacing == (1.0, 2.0) and loss.reduction == "mean_with_sample_weight"
