"""The residual backbone: the way around, the sizes of its blocks, and a mean over places."""

import keras
import numpy as np

from skerosion.networks import NetworkSpec, build_network

SPEC = NetworkSpec((18, 18, 1), 3, "softmax", backbone="residual", filters=(4, 4, 6), dense_units=(5,))


def test_blocks_halve_the_sides_and_the_mean_is_over_the_last_one():
    network = build_network(SPEC)
    shapes = [network.get_layer(f"block{block}_relu").output.shape[1:] for block in (1, 2, 3)]
    assert shapes == [(18, 18, 4), (9, 9, 4), (4, 4, 6)]
    assert network.get_layer("embedding").output.shape == (None, 6)
    names = [layer.name for layer in network.layers]
    # From one channel to 4 filters and from 4 to 6 the way around is a convolution, from 4 to 4 it is none.
    assert "block1_around" in names and "block2_around" not in names and "block3_around" in names


def test_a_block_whose_convolutions_give_nothing_lets_pass_what_reaches_it():
    network = build_network(SPEC)
    norm = network.get_layer("block2_conv2_norm")
    norm.gamma.assign(np.zeros(4))
    parts = keras.Model(
        network.input, [network.get_layer("block2_pool").output, network.get_layer("block2_relu").output]
    )
    images = np.random.default_rng(0).uniform(0, 255, (2, 18, 18, 1)).astype("float32")
    before, after = (keras.ops.convert_to_numpy(part) for part in parts(images, training=False))
    np.testing.assert_allclose(after, before, atol=1e-6)


def test_the_network_of_plain_layers_says_the_same():
    network = build_network(SPEC)
    plain = build_network(SPEC, dropout=0.5)
    rates = {id(layer.rate) for layer in network.layers if hasattr(layer, "rate")}
    plain.set_weights([keras.ops.convert_to_numpy(weight) for weight in network.weights if id(weight) not in rates])
    images = np.random.default_rng(0).uniform(0, 255, (2, 18, 18, 1)).astype("float32")
    ours, theirs = (keras.ops.convert_to_numpy(one(images, training=False)) for one in (network, plain))
    np.testing.assert_allclose(ours, theirs, atol=1e-6)
