import doctest

import _loops
import _networks
import _small_search
import keras
import numpy as np
import pytest

from skerosion.networks import NetworkSpec, build_network


def test_examples():
    assert doctest.testmod(_networks).failed == 0


def test_flops_of_the_thesis_network_by_hand():
    sides, widths = [64, 32, 16, 8, 4, 2], [32, 32, 64, 64, 128, 128]
    before = [1, *widths[:-1]]
    forward = sum(2 * 9 * side**2 * (a * b + b * b) for side, a, b in zip(sides, before, widths, strict=True))
    forward += 2 * (128 * 256 + 256 * 256 + 256 * 6)
    first = 2 * 9 * 64**2 * 32
    assert _networks.count_flops(_networks.build_keras_network(64)) == (forward, 3 * forward - first)


def test_flops_of_skerosions_network_are_the_same():
    spec = NetworkSpec(input_shape=(64, 64, 1), n_outputs=6, head="softmax")
    assert _networks.count_flops(build_network(spec)) == _networks.count_flops(_networks.build_keras_network(64))


def test_a_layer_that_cannot_be_counted_is_refused():
    network = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.DepthwiseConv2D(3)])
    with pytest.raises(ValueError, match="count_flops knows Conv2D and Dense, got DepthwiseConv2D"):
        _networks.count_flops(network)


def test_plain_keras_has_the_weights_of_skerosions_network():
    spec = NetworkSpec(input_shape=(150, 150, 1), n_outputs=6, head="softmax")
    plain = _networks.build_keras_network(150)
    assert plain.count_params() == 878246
    assert [w.shape for w in plain.weights] == [w.shape for w in build_network(spec, dropout=0.5).weights]


def test_a_matrix_product_has_a_speed():
    assert _networks.matmul_flops(64, seconds=0.01) > 1e6


@pytest.mark.slow
def test_the_hand_written_loop_trains_and_predicts_as_keras_does():
    keras.utils.set_random_seed(0)  # plain Keras draws its weights from it: some starts learn too slowly
    images, grades = _networks.make_images(24, 16)
    network = _networks.build_keras_network(16, filters=(4,), dense_units=(8,))
    before = network.predict(images, verbose=0)
    loop = _loops.make_loop(network)
    np.testing.assert_allclose(loop.predict_all(images, 10), before, atol=1e-5)
    losses = [loop.train_epoch(images, grades, 12, seed) for seed in range(20)]
    assert losses[-1] < losses[0] - 0.3
    assert np.abs(loop.predict_all(images, 10) - before).max() > 0.01


@pytest.mark.slow
def test_epoch_times_are_kept():
    images, grades = _networks.make_images(12, 8)
    times = _networks.epoch_times()
    _networks.build_keras_network(8, (2,), (4,)).fit(images, grades, epochs=3, verbose=0, callbacks=[times])
    assert len(times.seconds) == 3 and min(times.seconds) > 0


@pytest.mark.slow
def test_steps_are_timed_and_training_ends_after_enough():
    images, grades = _networks.make_images(12, 8)
    times = _networks.step_times(stop_after=5)
    _networks.build_keras_network(8, (2,), (4,)).fit(images, grades, 4, epochs=4, verbose=0, callbacks=[times])
    assert len(times.seconds) == 5 and min(times.seconds) > 0


def test_the_network_in_torch_is_that_in_keras():
    torch = pytest.importorskip("torch")
    plain = _networks.build_keras_network(_small_search.SIDE, _small_search.FILTERS, _small_search.DENSE_UNITS)
    network = _small_search.build_torch_network()
    values = _in_torch_order(plain)
    for tensor in (*network.parameters(), *(b for name, b in network.named_buffers() if "running" in name)):
        tensor.data = torch.tensor(values.pop(0))
    assert not values
    rows = _networks.make_images(5, _small_search.SIDE)[0].reshape(5, -1)
    with torch.no_grad():
        scores = network.eval()(torch.tensor(rows))
    expected = plain.predict(rows.reshape(5, _small_search.SIDE, _small_search.SIDE, 1), verbose=0)
    np.testing.assert_allclose(torch.softmax(scores, dim=1).numpy(), expected, atol=1e-5)


def _in_torch_order(network):
    """Weights of a Keras network as PyTorch lays them out: all that train, then the running statistics."""
    trained = [np.asarray(weight) for weight in network.trainable_weights]
    running = [np.asarray(weight) for weight in network.non_trainable_weights if "moving" in weight.name]
    axes = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}
    return [value.transpose(axes[value.ndim]) for value in trained + running]
