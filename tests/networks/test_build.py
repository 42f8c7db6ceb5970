"""The networks: the thesis' sizes, small images, names, and the registry."""

import keras
import numpy as np
import pytest

from skerosion.networks import NetworkSpec, build_network, list_backbones, list_heads, register_backbone


@pytest.mark.once
@pytest.mark.parametrize(
    ("n_outputs", "head", "dense_units", "parameters"),
    [(6, "softmax", (256, 256), 878_246), (101, "sigmoid", (1024, 512), 1_785_605)],
)
def test_the_thesis_networks_have_its_number_of_parameters(n_outputs, head, dense_units, parameters):
    spec = NetworkSpec((150, 150, 1), n_outputs, head, dense_units=dense_units)
    assert build_network(spec, dropout=0.5).count_params() == parameters


@pytest.mark.slow
@pytest.mark.parametrize("side", [16, 17, 31, 64])
def test_any_size_from_16_pixels(side):
    """Pooling stops when nothing is left to pool."""
    network = build_network(NetworkSpec((side, side + 3, 1), 3, "softmax"))
    output = network(np.zeros((2, side, side + 3, 1), "float32"))
    assert output.shape == (2, 3)


def test_both_ways_to_drop_out_share_their_weights():
    """The program's network (a rate that is a variable) and the exported one differ in nothing else."""
    spec = NetworkSpec((16, 16, 1), 3, "softmax", filters=(4,), dense_units=(8, 8))
    with_variable, plain = build_network(spec), build_network(spec, dropout=0.5)
    shapes = [tuple(variable.shape) for variable in with_variable.weights if variable.name != "rate"]
    assert shapes == [tuple(variable.shape) for variable in plain.weights]


def test_layers_can_be_referred_to_by_name():
    network = build_network(NetworkSpec((16, 16, 1), 3, "softmax"))
    assert network.get_layer("block6_conv2").output.shape[-1] == 128
    assert network.get_layer("embedding").output.shape[-1] == 128
    assert network.get_layer("scores").output.shape[-1] == 3


def test_a_registered_backbone_is_found_and_an_unknown_one_is_an_error():
    @register_backbone("mean_of_pixels")
    def mean_of_pixels(images, *, dtype):
        return keras.layers.GlobalAveragePooling2D(dtype=dtype)(images)

    spec = NetworkSpec((16, 16, 1), 3, "softmax", backbone="mean_of_pixels", dense_units=(4,))
    assert build_network(spec).input_shape == (None, 16, 16, 1)
    assert "mean_of_pixels" in list_backbones()
    with pytest.raises(ValueError, match="backbone must be one of .*'vgg'.*got 'resnet'"):
        build_network(NetworkSpec((16, 16, 1), 3, "softmax", backbone="resnet"))
    with pytest.raises(ValueError, match="head must be one of"):
        build_network(NetworkSpec((16, 16, 1), 3, "softmaxx"))


def test_every_head_is_listed():
    assert set(list_heads()) >= {"softmax", "linear", "sigmoid", "cumulative_softmax"}


@pytest.mark.parametrize("scale", [1.0, 50.0])
def test_cumulative_softmax_is_a_cdf(scale):
    """Monotone, within 0..1 and exactly 1 at the end, for mild and for extreme scores."""
    from skerosion.networks._layers import CumulativeSoftmax

    scores = np.random.default_rng(0).normal(scale=scale, size=(200, 101)).astype("float32")
    cdf = keras.ops.convert_to_numpy(CumulativeSoftmax()(scores))
    assert (np.diff(cdf, axis=1) >= 0).all() and cdf.min() >= 0 and (cdf[:, -1] == 1).all()
