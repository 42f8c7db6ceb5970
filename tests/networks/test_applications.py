"""The backbones of keras.applications: found by name, fed as they were trained, refused where images are too small."""

import sys

import keras
import numpy as np
import pytest

from skerosion.networks import NetworkSpec, build_network, list_backbones
from skerosion.networks import _applications as applications
from skerosion.networks._backbones import backbone_name


def apply(layer, images):
    return keras.ops.convert_to_numpy(layer(images.astype("float32")))


def test_every_application_is_a_backbone():
    assert {"InceptionV3", "ResNet50", "EfficientNetB0", "ConvNeXtTiny"} <= set(applications.application_names())
    assert set(applications.application_names()) < set(list_backbones())


@pytest.mark.parametrize("name", ["inceptionv3", "INCEPTIONV3", "InceptionV3"])
def test_upper_and_lower_case_are_the_same(name):
    assert backbone_name(name) == "InceptionV3"
    with pytest.raises(ValueError, match="backbone must be one of .*'Xception'"):
        backbone_name(name + "000")


@pytest.mark.parametrize("name", applications.application_names())
def test_pixels_are_scaled_as_the_application_does(name):
    colour = np.random.default_rng(0).random((2, 3, 4, 3)).astype("float32")
    grey = np.repeat(colour[..., :1], 3, axis=-1)
    layer = applications.ImageNetScaling(*applications.input_scaling(name))
    preprocess = sys.modules[getattr(keras.applications, name).__module__].preprocess_input
    np.testing.assert_allclose(apply(layer, colour), preprocess(255 * colour), rtol=1e-5, atol=1e-4)
    again = applications.ImageNetScaling.from_config(layer.get_config())
    np.testing.assert_allclose(apply(again, grey[..., :1]), preprocess(255 * grey), rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("name", ["InceptionV3", "InceptionResNetV2", "Xception", "ResNet50", "ConvNeXtTiny"])
def test_the_smallest_side_is_that_of_keras(name):
    side = applications.SMALLEST_SIDES.get(name, applications.SMALLEST_SIDE)
    with pytest.raises(ValueError, match=rf"at least {side}"):
        applications.build_application(name, (side - 1, side - 1))
    with pytest.raises(ValueError, match=rf"backbone='{name}' needs images of at least .* pass resize={side}"):
        build_network(NetworkSpec((side - 1, 200, 1), 3, "softmax", backbone=name))


def test_other_channels_are_refused():
    with pytest.raises(ValueError, match="1 .grey. or 3 .colour. channels, got 2"):
        build_network(NetworkSpec((32, 32, 2), 3, "softmax", backbone="MobileNet"))


def test_names_do_not_depend_on_what_was_built_before():
    def network():
        inputs = keras.Input((4,), name="pixels")
        hidden = keras.layers.Dense(3)(inputs)
        return applications.settled(keras.Model(inputs, keras.layers.Dense(2)(hidden)))

    assert [layer.name for layer in network().layers] == [layer.name for layer in network().layers]
    assert [layer.name for layer in network().layers] == ["pixels", "dense", "dense_1"]


def test_the_statistics_of_imagenet_are_no_weights():
    """The first EfficientNets read them from a file; as weights they would be drawn from the seed."""
    inputs = keras.Input((2, 2, 3))
    network = applications.settled(keras.Model(inputs, keras.layers.Normalization(name="normalization")(inputs)))
    assert not network.weights
    expected = (0.5 - np.array([0.485, 0.456, 0.406])) / [0.229, 0.224, 0.225]
    np.testing.assert_allclose(apply(network, np.full((1, 2, 2, 3), 0.5))[0, 0, 0], expected, rtol=1e-5)


@pytest.mark.once
@pytest.mark.slow
def test_inception_v3_as_in_the_thesis():
    """150x150 grey joints, 2,048 averages, two dense layers of 256 with batch norm, six grades."""
    spec = NetworkSpec((150, 150, 1), 6, "softmax", backbone="InceptionV3")
    network = build_network(spec)
    assert network.get_layer("embedding").output.shape == (None, 2048)
    backbone = 21_802_784  # as Keras documents it without its top
    dense = (2048 + 1) * 256 + (256 + 1) * 256 + 2 * 4 * 256
    dropout_rates = 2
    assert network.count_params() == backbone + dense + dropout_rates + (256 + 1) * 6
    assert network.get_layer("imagenet_scaling").offset == [-1, -1, -1]


def test_resizing_happens_in_the_network():
    spec = NetworkSpec((20, 24, 1), 3, "softmax", filters=(4,), dense_units=(8,), resize=(8, 10))
    network = build_network(spec, dropout=0.0)
    assert network.get_layer("block1_conv1").output.shape == (None, 8, 10, 4)
    flat = keras.ops.convert_to_numpy(
        keras.Model(network.input, network.get_layer("resizing").output)(np.full((1, 20, 24, 1), 51, "float32"))
    )
    np.testing.assert_allclose(flat, 0.2, rtol=1e-5)
