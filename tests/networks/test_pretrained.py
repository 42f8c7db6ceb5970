"""Weights from files, from Keras and from other networks arrive in the backbone, or an error says why not."""

import dataclasses
import os

import keras
import numpy as np
import pytest

from skerosion.networks import NetworkSpec, build_network
from skerosion.networks import _pretrained as pretrained
from skerosion.networks._applications import build_application

SPEC = NetworkSpec((16, 16, 1), 3, "softmax", filters=(2, 3), convolutions=1, dense_units=(4,))
OTHER_HEAD = dataclasses.replace(SPEC, input_shape=(20, 16, 1), n_outputs=5, dense_units=(6, 6))


def shaken(network, seed=0):
    """The network with random weights everywhere, statistics of batch norm included."""
    rng = np.random.default_rng(seed)
    network.set_weights([rng.uniform(0.5, 1.5, weight.shape).astype("float32") for weight in network.get_weights()])
    return network


def backbone_of(network):
    return {name: weights for name, weights in pretrained.own_weights(network).items() if name.startswith("block")}


def same(first, second):
    equal = [np.array_equal(*pair) for name in first for pair in zip(first[name], second[name], strict=True)]
    return first.keys() == second.keys() and all(equal)


@pytest.mark.parametrize("ending", ["keras", "weights.h5"])
def test_files_go_into_a_network_with_another_head(ending, tmp_path):
    source = shaken(build_network(SPEC, dropout=0.5))
    path = tmp_path / f"joints.{ending}"
    (source.save if ending == "keras" else source.save_weights)(path)
    network = build_network(OTHER_HEAD)
    head = network.get_layer("scores").get_weights()
    pretrained.load_weights(network, pretrained.read_weights(path, "vgg", (20, 16)), "the file")
    assert same(backbone_of(network), backbone_of(source))
    assert np.array_equal(network.get_layer("scores").get_weights()[0], head[0])


def test_a_file_that_was_written_again_is_read_again(tmp_path):
    path = tmp_path / "joints.weights.h5"
    for seed in (0, 1):
        source = shaken(build_network(SPEC, dropout=0.5), seed)
        source.save_weights(path)
        network = build_network(SPEC)
        pretrained.load_weights(network, pretrained.read_weights(path, "vgg", (16, 16)), "the file")
        assert same(backbone_of(network), backbone_of(source))


@pytest.mark.slow
def test_a_network_of_keras_gives_what_keras_gives(tmp_path):
    """MobileNet, whatever was built before: from its weights, from the old format, and as a backbone of grey images."""
    keras.layers.Conv2D(1, 1)
    source = shaken(build_application("MobileNet", (32, 32)))
    source.save_weights(tmp_path / "mobile.weights.h5")
    source.save(tmp_path / "mobile.h5")
    network = build_network(NetworkSpec((32, 32, 1), 3, "softmax", backbone="MobileNet", dense_units=()))
    weights = pretrained.read_weights(tmp_path / "mobile.weights.h5", "MobileNet", (32, 32))
    pretrained.load_weights(network, weights, "the file")
    old = pretrained.read_weights(tmp_path / "mobile.h5", "MobileNet", (32, 32))
    assert same(weights, old)
    grey = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 1)).astype("float32")
    embedding = keras.Model(network.input, network.get_layer("embedding").output)
    expected = source(keras.applications.mobilenet.preprocess_input(np.repeat(grey, 3, axis=-1)))
    np.testing.assert_allclose(*map(keras.ops.convert_to_numpy, (embedding(grey), expected)), rtol=1e-3)


def test_weights_that_do_not_fit_are_named():
    given = pretrained.own_weights(build_network(SPEC, dropout=0.5))
    wider = build_network(dataclasses.replace(SPEC, filters=(2, 5)))
    with pytest.raises(ValueError, match="'block2_conv1' has the shapes .* and the file"):
        pretrained.load_weights(wider, given, "the file")
    with pytest.raises(ValueError, match="the file has no 'block3_conv1'; its layers are block1_conv1"):
        pretrained.load_weights(build_network(dataclasses.replace(SPEC, filters=(2, 3, 4))), given, "the file")
    flat = NetworkSpec((4,), 3, "softmax", backbone="none", value_range=None)
    with pytest.raises(ValueError, match="pass weights=None"):
        pretrained.load_weights(build_network(flat), given, "the file")


def test_the_head_comes_along_where_it_is_wanted():
    source = shaken(build_network(SPEC, dropout=0.5))
    network = build_network(dataclasses.replace(SPEC, input_shape=(16, 16, 1)))
    pretrained.load_weights(network, pretrained.own_weights(source), "the file", with_head=True)
    expected = pretrained.own_weights(source)
    got = {name: weights for name, weights in pretrained.own_weights(network).items() if name in expected}
    assert {"dense1", "dense1_norm", "scores"} < got.keys() and same(got, {name: expected[name] for name in got})
    with pytest.raises(ValueError, match="'dense1' has the shapes .* reset_head=True"):
        pretrained.load_weights(build_network(OTHER_HEAD), expected, "the file", with_head=True)


def test_a_layer_that_does_not_fit_changes_nothing():
    network = build_network(dataclasses.replace(SPEC, filters=(2, 5)))
    before = backbone_of(network)
    with pytest.raises(ValueError, match="shapes"):
        pretrained.load_weights(network, pretrained.own_weights(shaken(build_network(SPEC))), "the file")
    assert same(backbone_of(network), before)


def test_files_that_cannot_be(tmp_path):
    with pytest.raises(ValueError, match=r"ending in .keras, .weights.h5, .h5, got 'a.pt'"):
        pretrained.read_weights("a.pt", "vgg", (16, 16))
    with pytest.raises(FileNotFoundError, match="a file that exists, got 'missing.keras'"):
        pretrained.read_weights("missing.keras", "vgg", (16, 16))
    with pytest.raises(ValueError, match="keras.applications, which has no backbone='vgg'"):
        pretrained.read_weights("imagenet", "vgg", (16, 16))


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["keras", "weights.h5", "h5"])
def test_a_pipe_as_weights_is_refused_and_a_damaged_file_named(ending, tmp_path):
    os.mkfifo(tmp_path / f"pipe.{ending}")
    with pytest.raises(ValueError, match="weights must be a file, got .* a pipe"):
        pretrained.read_weights(tmp_path / f"pipe.{ending}", "VGG16", (32, 32))
    path = tmp_path / f"joints.{ending}"
    network = build_network(SPEC, dropout=0.5)
    network.save_weights(path) if ending == "weights.h5" else network.save(path)
    whole = path.read_bytes()
    for content in (b"", whole[: len(whole) // 2], whole[:-1]):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=f"joints.{ending}' cannot be read .(it is empty or cut short|OSError)"):
            pretrained.read_weights(path, "VGG16", (32, 32))


def test_bits_that_changed_are_told_with_the_file(tmp_path):
    path = tmp_path / "joints.keras"
    build_network(SPEC, dropout=0.5).save(path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)
    with pytest.raises(ValueError, match="joints.keras' cannot be read .*CRC"):
        pretrained.read_weights(path, "vgg", (16, 16))


def test_weights_of_a_residual_network_do_not_go_into_a_plain_one():
    spec = dataclasses.replace(SPEC, filters=(2, 3), backbone="residual")
    given = pretrained.own_weights(build_network(spec, dropout=0.5))
    with pytest.raises(ValueError, match="of the same backbone, but the blocks of the file also have block1_around"):
        pretrained.load_weights(build_network(SPEC), given, "the file")


def test_without_a_connection_the_error_says_how_to_do_without(monkeypatch):
    def refuse(*args, **options):
        raise Exception("URL fetch failure on https://...: None -- Name or service not known")

    monkeypatch.setattr(pretrained, "build_application", refuse)
    with pytest.raises(OSError, match="could not be downloaded for backbone='VGG16' .*save_weights"):
        pretrained.read_weights("imagenet", "VGG16", (33, 32))
