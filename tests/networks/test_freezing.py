"""Groups of layers, what a choice of them freezes, and the rates between bottom and top."""

import keras
import pytest
from keras import layers

from skerosion.networks import NetworkSpec, build_network
from skerosion.networks._freezing import backbone_groups, check_trainable, freeze, layer_rates

SPEC = NetworkSpec((16, 16, 1), 3, "softmax", filters=(2, 3), dense_units=(4,))
HEAD = ["dense1", "dense1_norm", "scores"]


@pytest.fixture
def network():
    return build_network(SPEC)


def trained(network):
    return [layer.name for layer in network.layers if layer.trainable_weights]


def named(groups):
    return [[layer.name for layer in group] for group in groups]


def test_a_convolution_and_its_batch_norm_are_one_group(network):
    names = [f"block{block}_conv{step}" for block in (1, 2) for step in (1, 2)]
    assert named(backbone_groups(network)) == [[name, f"{name}_norm"] for name in names]


def test_branches_keep_their_batch_norm():
    """As in an Inception network, where Keras lists both convolutions before both norms."""
    inputs = keras.Input((8, 8, 1))
    left, right = (layers.Conv2D(2, 1, name=side)(inputs) for side in ("left", "right"))
    left, right = layers.BatchNormalization(name="left_norm")(left), layers.BatchNormalization(name="right_norm")(right)
    joined = layers.BatchNormalization(name="joined_norm")(layers.Add()([left, right]))
    scores = layers.Dense(2, name="scores")(layers.Flatten()(joined))
    groups = named(backbone_groups(keras.Model(inputs, scores)))
    assert groups == [["left", "left_norm"], ["right", "right_norm"], ["joined_norm"]]


@pytest.mark.parametrize(
    ("trainable", "first"), [("all", 0), ("head", 4), (0, 4), (1, 3), (4, 0), (0.5, 2), (1.0, 0), ("block2_conv1", 2)]
)
def test_what_trains(network, trainable, first):
    groups = named(backbone_groups(network))
    freeze(network, trainable, "train")
    assert trained(network) == [name for group in groups[first:] for name in group] + HEAD
    freeze(network, trainable, "inference")
    assert trained(network) == [group[0] for group in groups[first:]] + HEAD


def test_a_layer_that_the_backbone_froze_stays_frozen(network):
    network.get_layer("block1_conv2").trainable = False
    freeze(network, "all", "train")
    assert "block1_conv2" not in trained(network) and "block1_conv1" in trained(network)


@pytest.mark.parametrize(
    ("trainable", "message"), [(5, "at most the backbone's 4 groups, got 5"), ("dense1", "got 'dense1'")]
)
def test_what_the_backbone_does_not_have(network, trainable, message):
    with pytest.raises(ValueError, match=message):
        freeze(network, trainable, "train")


@pytest.mark.parametrize("trainable", [-1, 1.5, None, True, float("nan")])
def test_what_no_backbone_has(trainable):
    with pytest.raises(ValueError, match="trainable must be"):
        check_trainable(trainable)


def test_rates_are_geometric_from_the_head_down(network):
    rates = dict(
        zip(
            (variable.path for variable in network.trainable_variables),
            layer_rates(network, network.trainable_variables, 0.0001),
            strict=True,
        )
    )
    by_layer = {path.split("/")[-2]: rate for path, rate in rates.items()}
    expected = {"block1_conv1": 1e-4, "block1_conv2": 1e-3, "block2_conv1": 1e-2, "block2_conv2": 1e-1}
    expected |= {f"{name}_norm": rate for name, rate in expected.items()}
    assert by_layer == pytest.approx(expected | dict.fromkeys(HEAD, 1.0))
