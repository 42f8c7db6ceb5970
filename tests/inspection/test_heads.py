"""Maps with every kind of head, classes in any order, and estimators made of others."""

import keras
import numpy as np
import pytest
from sklearn.frozen import FrozenEstimator

from skerosion import CNNClassifier, OrdinalClassifier
from skerosion.estimators import (
    CalibratedForecaster,
    ConformalForecaster,
    ForecastEnsemble,
    GradedRegressor,
    TwoLevelClassifier,
)
from skerosion.inspection import Embedder, activation_map, grad_cam, occlusion_sensitivity
from skerosion.inspection._maps import _make_derivative
from skerosion.inspection._network import FittedNetwork
from skerosion.inspection._targets import make_target

TINY = {"filters": (4,), "convolutions": 1, "dense_units": (), "epochs": 2, "batch_size": 24, "random_state": 0}
TINY |= {"learning_rate": 0.01, "dropout": 0.0, "verbose": 0}


def assert_gradient_raises(estimator, images, target):
    """A small step along the derivative that Grad-CAM averages must raise the target of every image."""
    fitted = FittedNetwork(estimator, images)
    layer, positions = fitted.map_layer("block1_conv1_relu"), np.arange(len(images))
    asked = make_target(target, estimator, len(images))
    asked = asked.fixed(estimator.forecast(images))
    slope = _make_derivative(fitted, layer, asked)(fitted.trunk(layer.output)(positions), positions)
    slope = slope / np.maximum(np.sqrt((slope**2).sum(axis=(1, 2, 3), keepdims=True)), 1e-30)
    activations, tail = fitted.trunk(layer.output)(positions), fitted.tail(layer, "output")

    def value(maps):
        outputs = keras.ops.convert_to_numpy(tail(keras.ops.convert_to_tensor(maps), training=False))
        return asked.values(estimator._forecast(outputs))

    rise = value(activations + 0.05 * slope) - value(activations - 0.05 * slope)
    assert (rise > 0).all(), (estimator.head, target, rise)


@pytest.mark.slow
@pytest.mark.parametrize("head", ["corn", "coral", "cumulative_link", "truncated_normal"])
def test_gradient_raises_the_target_with_every_head(squares, head):
    names = np.array(["none", "mild", "severe"])
    classifier = OrdinalClassifier(head=head, classes=names, **TINY).fit(squares.images, names[squares.grades])
    for target in (None, "none", "severe", names[squares.grades[:6]]):
        assert_gradient_raises(classifier, squares.images[:6], target)
    assert grad_cam(classifier, squares.images[:2], target="severe").shape == (2, 24, 24)


@pytest.mark.slow
def test_numbers_may_stand_in_any_order(squares):
    classifier = OrdinalClassifier(head="softmax", classes=[2, 0, 1], **TINY).fit(squares.images, squares.grades)
    for target in (None, 0, 2, "mean", ("above", 0)):
        assert_gradient_raises(classifier, squares.images[:6], target)


@pytest.fixture(scope="module")
def composed(classifier, regressor, squares):
    """Estimators around the two fitted ones."""
    images, frozen = squares.images, FrozenEstimator(regressor)
    return [
        CalibratedForecaster(regressor, cv="prefit").fit(images, squares.percent),
        ConformalForecaster(classifier, cv="prefit").fit(images, squares.grades),
        ForecastEnsemble([("a", regressor), ("b", regressor)], cv="prefit").fit(images, squares.percent),
        GradedRegressor(frozen, bins="ratingen").fit(images, squares.percent),
    ]


@pytest.mark.once
@pytest.mark.filterwarnings("ignore:the correction was learned from")
def test_occlusion_asks_any_estimator_with_a_forecast(composed, squares):
    X, patch = squares.X[:2], 12
    for estimator in composed:
        maps = occlusion_sensitivity(estimator, X, patch=patch, stride=patch, fill="mean", target=("above", 0))
        covered = squares.images[:2].copy()
        covered[:, :patch, :patch] = np.rint(squares.images[:2].mean(axis=(1, 2)))[:, None, None]
        chances = [1 - estimator.forecast(each).distribution.cdf_at(0.0) for each in (squares.images[:2], covered)]
        np.testing.assert_allclose(maps[:, 0, 0], chances[0] - chances[1], atol=1e-5)


def test_maps_of_a_layer_want_one_network(composed, squares):
    for estimator in composed:
        for look in (activation_map, grad_cam):
            with pytest.raises(TypeError, match=f"single network, got {type(estimator).__name__}.*such as estimator_"):
                look(estimator, squares.images[:2])
    with pytest.raises(TypeError, match="single network, got CalibratedForecaster"):
        Embedder(FrozenEstimator(composed[0])).fit(squares.images)
    assert activation_map(composed[0].estimator_, squares.images[:2]).shape == (2, 24, 24)


@pytest.mark.once
def test_two_levels_have_occlusion_too(squares):
    levels = TwoLevelClassifier(CNNClassifier(**TINY), CNNClassifier(**TINY)).fit(squares.images, squares.grades)
    assert occlusion_sensitivity(levels, squares.images[:2], patch=12, target=2).shape == (2, 24, 24)
