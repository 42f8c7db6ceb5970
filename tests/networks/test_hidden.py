"""A network up to a layer: its values against the network's own scores."""

import keras
import numpy as np
import pytest

from skerosion.networks import NetworkSpec, build_network, hidden_network

SPEC = NetworkSpec((16, 16, 1), 3, "softmax", filters=(4,), dense_units=(8,))


def test_the_last_hidden_layer_is_what_scores_are_made_of():
    network = build_network(SPEC, dropout=0.5)
    images = np.random.default_rng(0).integers(0, 255, (5, 16, 16, 1)).astype("float32")
    hidden = keras.ops.convert_to_numpy(hidden_network(network)(images))
    kernel, bias = network.get_layer("scores").get_weights()
    scores = keras.ops.softmax(hidden @ kernel + bias)
    np.testing.assert_allclose(scores, keras.ops.convert_to_numpy(network(images)), atol=1e-5)


def test_maps_become_their_mean_and_a_stranger_is_named():
    network = build_network(SPEC)
    assert hidden_network(network, "block1_conv1").output_shape == (None, 4)
    with pytest.raises(ValueError, match="layer must be one of the network's, .*block1_conv1.*; got 'block9'"):
        hidden_network(network, "block9")
