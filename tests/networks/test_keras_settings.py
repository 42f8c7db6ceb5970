"""Keras' settings file decides nothing: the same network is built and trained whatever it says."""

import threading

import keras
import numpy as np
import pytest

from skerosion import CNNClassifier
from skerosion.networks import NetworkSpec, build_network, usual_settings
from skerosion.training import _programs as programs

IMAGES = np.random.default_rng(0).integers(0, 256, (12, 16, 16, 3)).astype(np.uint8)


@pytest.fixture
def strange():
    """Settings as of somebody who used another framework; those of before come back."""
    before = (
        keras.config.image_data_format(),
        keras.config.floatx(),
        keras.config.epsilon(),
        keras.config.dtype_policy(),
    )

    def set_all(data_format="channels_first", floatx="float16", epsilon=0.01):
        keras.config.set_image_data_format(data_format)
        keras.config.set_floatx(floatx)
        keras.config.set_epsilon(epsilon)

    yield set_all
    set_all(*before[:3])
    keras.config.set_dtype_policy(before[3])


def configurations(network):
    return [layer.get_config() for layer in network.layers]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("backbone", "dropout"), [("vgg", None), ("vgg", 0.5), ("residual", None), ("MobileNetV2", None)]
)
def test_every_backbone_is_the_same_network(strange, backbone, dropout):
    spec = NetworkSpec((32, 32, 3), 3, "softmax", backbone=backbone, filters=(4, 8), convolutions=1, dense_units=(8,))
    usual = build_network(spec, dropout)
    strange()
    other = build_network(spec, dropout)
    assert keras.config.image_data_format() == "channels_first" and keras.config.floatx() == "float16"
    assert [weight.shape for weight in other.weights] == [weight.shape for weight in usual.weights]
    assert {str(weight.dtype) for weight in other.weights} == {str(weight.dtype) for weight in usual.weights}
    formats = {config["data_format"] for config in configurations(other) if "data_format" in config}
    assert formats == {"channels_last"}


def fitted():
    programs._POOL._idle.clear()  # so that each fit builds and traces its own program
    parameters = {"filters": (4,), "convolutions": 1, "dense_units": (8,), "epochs": 2, "batch_size": 4, "verbose": 0}
    return CNNClassifier(**parameters, random_state=0, class_weight="balanced").fit(IMAGES, [0, 1, 2] * 4)


@pytest.mark.slow
def test_the_same_network_is_trained(strange):
    usual = fitted().predict_proba(IMAGES)
    strange()
    estimator = fitted()
    np.testing.assert_array_equal(estimator.predict_proba(IMAGES), usual)
    np.testing.assert_allclose(estimator.model_(IMAGES.astype("float32")), usual, atol=1e-5)
    programs._POOL._idle.clear()


def test_settings_come_back_after_the_last_of_several_threads(strange):
    strange()
    entered, leave = threading.Event(), threading.Event()

    def hold():
        with usual_settings():
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=hold)
    with usual_settings():
        thread.start()
        entered.wait(10)
    assert keras.config.image_data_format() == "channels_last"
    leave.set()
    thread.join()
    assert keras.config.image_data_format() == "channels_first" and keras.config.floatx() == "float16"
