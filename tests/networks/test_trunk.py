"""Where the frozen lower part of a network ends."""

import keras
import pytest
from keras import layers

from skerosion.networks import NetworkSpec, build_network, freeze, trunk_end

pytestmark = pytest.mark.once

SMALL = {"filters": (4, 8), "convolutions": 1, "dense_units": (8,)}


def end_of(trainable, batch_norm="inference", **changes):
    network = build_network(NetworkSpec((16, 16, 1), 3, "softmax", **SMALL | changes))
    freeze(network, trainable, batch_norm)
    return network, trunk_end(network)


@pytest.mark.parametrize(("trainable", "layer"), [("head", "embedding"), ("block2_conv1", "block1_pool")])
def test_a_trunk_ends_below_the_first_layer_that_trains(trainable, layer):
    network, end = end_of(trainable)
    assert end is network.get_layer(layer).output


def test_batch_norm_that_is_frozen_makes_no_trunk_of_what_trains():
    assert end_of(2)[1] is None


def test_blocks_that_paths_lead_around_are_cut_between():
    network, end = end_of(1, backbone="residual", convolutions=2)
    # The last convolution of the second block trains; what goes around it starts at the block's input.
    assert end is network.get_layer("block2_pool").output


def test_maps_that_are_joined_again_above_are_cut_where_they_part():
    network, end = end_of("up1_narrow", backbone="unet")
    assert end is network.get_layer("down1_conv1_relu").output


def network_with(*above):
    inputs = keras.Input((8, 8, 1))
    hidden = layers.Conv2D(2, 3, trainable=False, name="frozen")(layers.Dropout(0.1)(inputs))
    for layer in above:
        hidden = layer(hidden)
    return keras.Model(inputs, layers.Dense(1, name="scores")(layers.Flatten()(hidden)))


def test_noise_above_the_last_frozen_layer_stays_noise():
    network = network_with(layers.ReLU(name="end"), layers.SpatialDropout2D(0.5), layers.MaxPooling2D())
    assert trunk_end(network) is network.get_layer("end").output


def test_noise_within_the_trunk_is_quiet():
    network = network_with(layers.SpatialDropout2D(0.5), layers.Conv2D(2, 3, trainable=False, name="end"))
    network.layers[-2].name = "flat"
    assert trunk_end(network) is network.get_layer("flat").output
