import keras
import numpy as np
import pytest
from keras import layers
from scipy.special import softmax
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator

from skerosion import CNNClassifier
from skerosion.inspection import activation_map, grad_cam, pointing_game
from skerosion.inspection._network import _default_layer, divided_by_maximum, to_image_size
from skerosion.networks import NetworkSpec, build_network, register_backbone


def layer_output(estimator, images, name):
    network = estimator.model_
    return keras.ops.convert_to_numpy(
        keras.Model(network.input, network.get_layer(name).output)(images.astype("float32"), training=False)
    )


@pytest.mark.slow
def test_activation_map_is_the_sum_over_filters_over_its_maximum(classifier, squares):
    summed = layer_output(classifier, squares.images, "block1_conv1").sum(axis=-1)
    maps = activation_map(classifier, squares.X, layer="block1_conv1")
    assert maps.shape == (48, 24, 24) and maps.dtype == np.float32
    np.testing.assert_allclose(maps, summed / summed.max(axis=(1, 2), keepdims=True), rtol=1e-5, atol=1e-6)


@pytest.mark.slow
def test_default_layer_is_the_last_with_ten_pixels_a_side(classifier, squares):
    expected = activation_map(classifier, squares.images, layer="block2_conv1_relu")
    np.testing.assert_array_equal(activation_map(classifier, squares.images), expected)
    assert expected.max(axis=(1, 2)) == pytest.approx(1) and expected.min() >= 0


@pytest.mark.slow
def test_any_container_of_the_estimator_and_any_form_of_images(classifier, pipeline, squares):
    flat = squares.images[:3].reshape(3, -1)
    expected = activation_map(classifier, squares.images[:3])
    for estimator, X in (
        (FrozenEstimator(classifier), squares.images[:3]),
        (classifier, squares.X[:3]),
        (classifier, flat),
        (classifier, squares.images[:3, ..., 0]),
    ):
        np.testing.assert_array_equal(activation_map(estimator, X), expected)
    np.testing.assert_allclose(activation_map(classifier, squares.images[:3] / 255), expected, atol=1e-5)
    np.testing.assert_array_equal(grad_cam(pipeline, squares.X), grad_cam(pipeline[-1], squares.images))


@pytest.mark.slow
def test_maps_do_not_depend_on_the_batch(classifier, squares):
    apart = np.concatenate([grad_cam(classifier, squares.images[row : row + 1], target=2) for row in range(4)])
    np.testing.assert_allclose(apart, grad_cam(classifier, squares.images, target=2)[:4], atol=1e-4)


def exact_tail(estimator):
    """The network behind ``block2_conv1_relu`` in double precision: single precision drowns small differences."""
    network = estimator.model_

    def weights(name):
        return [keras.ops.convert_to_numpy(weight).astype(float) for weight in network.get_layer(name).weights]

    (kernel, bias), (scale, shift, mean, variance) = weights("dense1"), weights("dense1_norm")
    (last_kernel, last_bias), epsilon = weights("scores"), network.get_layer("dense1_norm").epsilon

    def run(maps):
        n, height, width, filters = maps.shape
        pooled = maps.reshape(n, height // 2, 2, width // 2, 2, filters).max(axis=(2, 4)).reshape(n, -1)
        hidden = (pooled @ kernel + bias - mean) / np.sqrt(variance + epsilon) * scale + shift
        scores = np.maximum(hidden, 0) @ last_kernel + last_bias
        pmf = softmax(scores, axis=1)
        return {"scores": scores, "pmf": pmf, "cdf": pmf.cumsum(axis=1)}

    return run


def numerical_map(estimator, images, value):
    """Grad-CAM from differences: the target's value after adding a little to every place of one filter."""
    maps = layer_output(estimator, images, "block2_conv1_relu").astype(float)
    run, step, weights = exact_tail(estimator), 1e-6, []
    for shift in step * np.eye(maps.shape[-1]):
        change = value(run(maps + shift)) - value(run(maps - shift))
        weights.append(change / (2 * step * maps.shape[1] * maps.shape[2]))
    raising = np.maximum((np.stack(weights, axis=-1)[:, None, None] * maps).sum(axis=-1), 0)
    return divided_by_maximum(to_image_size(raising.astype(np.float32), 24, 24))


def assert_same_maps(estimator, images, target, value):
    maps = grad_cam(estimator, images, layer="block2_conv1_relu", target=target)
    assert (maps.max(axis=(1, 2)) > 0.999).any()
    np.testing.assert_allclose(maps, numerical_map(estimator, images, value), atol=1e-3)


GRID = np.arange(0, 101, 10)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "value"),
    [
        (None, lambda out: 100 - 10 * out["cdf"][:, :-1].sum(axis=1)),
        ("mean", lambda out: 100 - 10 * out["cdf"][:, :-1].sum(axis=1)),
        (("above", 30), lambda out: 1 - out["cdf"][:, 3]),
        ("median", lambda out: np.array([np.interp(0.5, cdf, GRID) for cdf in out["cdf"]])),
        (("quantile", 0.9), lambda out: np.array([np.interp(0.9, cdf, GRID) for cdf in out["cdf"]])),
    ],
)
def test_grad_cam_of_a_distribution_is_the_derivative(regressor, squares, target, value):
    assert_same_maps(regressor, squares.images[:6], target, value)


@pytest.mark.slow
def test_grad_cam_of_a_grade_is_the_derivative_of_its_score(classifier, squares):
    images, true = squares.images[:6], squares.grades[:6]
    assert_same_maps(classifier, images, 2, lambda out: out["scores"][:, 2])
    assert_same_maps(classifier, images, true, lambda out: out["scores"][np.arange(6), true])
    predicted = classifier.predict(images)
    assert_same_maps(classifier, images, None, lambda out: out["scores"][np.arange(6), predicted])
    assert_same_maps(classifier, images, "mean", lambda out: out["pmf"] @ np.arange(3))
    assert_same_maps(classifier, images, ("above", 0), lambda out: out["pmf"][:, 1:].sum(axis=1))


@pytest.mark.slow
def test_grad_cam_of_a_plain_regressor_is_that_of_its_output(baseline, squares):
    assert_same_maps(baseline, squares.images[:4], None, lambda out: out["scores"][:, 0])


@pytest.mark.once
def test_grad_cam_points_at_what_matters(regressor, squares):
    shown = squares.percent == 80
    maps = grad_cam(regressor, squares.images[shown])
    table = pointing_game(maps, squares.masks[shown], groups=squares.patients[shown], random_state=0)
    assert table.loc["hit", "difference_low"] > 0


def test_maps_of_the_thesis_network_keep_their_places():
    """150 pixels leave 18 cells of 8 pixels, which cover 144: the map is not stretched over 150."""
    maps = np.zeros((1, 18, 18), np.float32)
    maps[0, 17, 0] = 1
    enlarged = to_image_size(maps, 150, 150)
    assert enlarged.shape == (1, 150, 150)
    assert enlarged[0, 136:144, :8].mean() > 0.7 and enlarged[0, :128].max() == 0
    stretched = to_image_size(np.eye(8, dtype=np.float32)[None], 299, 299)
    assert stretched.shape == (1, 299, 299) and stretched[0, 298, 298] == 1


@pytest.mark.slow
def test_default_layer_of_the_thesis_network():
    spec = NetworkSpec(input_shape=(150, 150, 1), n_outputs=6, head="softmax")
    layer = _default_layer(build_network(spec, dropout=0.5))
    assert layer.name == "block4_conv2_relu" and layer.output.shape[1:3] == (18, 18)


def test_features_have_no_maps(squares):
    features = np.random.default_rng(0).random((20, 5)).astype("float32")
    estimator = CNNClassifier(dense_units=(4,), epochs=1, verbose=0).fit(features, np.tile([0, 1], 10))
    with pytest.raises(ValueError, match="X must hold images to have maps, got feature vectors"):
        activation_map(estimator, features)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"layer": "conv"}, "layer must be one of the network's, pixels, scaling, block1_conv1, .*; got 'conv'"),
        ({"layer": "dense1"}, r"layer must give maps of shape \(n, h, w, channels\), as block1_conv1, .* got 'dense1'"),
        ({"target": 7}, r"target must be None, a grade .*, got 7; the grades are \[0, 1, 2\]"),
        ({"target": ("quantile", 1.5)}, "quantile strictly between 0 and 1, got"),
        ({"target": "mode"}, "target must be None, a grade of the classifier, 'mean'.*got 'mode'"),
    ],
)
def test_wrong_parameters_are_named(classifier, squares, settings, message):
    with pytest.raises(ValueError, match=message):
        grad_cam(classifier, squares.images, **settings)


@pytest.mark.once
def test_wrong_estimators_and_images_are_named(classifier, baseline, squares):
    dummy = DummyClassifier().fit(squares.images.reshape(48, -1), squares.grades)
    with pytest.raises(TypeError, match="estimator must be one of this package, or end in one, got DummyClassifier"):
        activation_map(dummy, squares.images)
    with pytest.raises(NotFittedError):
        activation_map(CNNClassifier(), squares.images)
    with pytest.raises(ValueError, match="image_shape="):
        activation_map(classifier, squares.images[:, :20])
    with pytest.raises(ValueError, match="must be None or 'mean' for CNNRegressor, which predicts no distribution"):
        grad_cam(baseline, squares.images, target=("above", 20))


@pytest.mark.slow
def test_a_layer_with_a_way_around_it_is_refused(squares):
    @register_backbone("with_a_shortcut")
    def with_a_shortcut(images, *, dtype):
        first = layers.Conv2D(4, 3, padding="same", name="first")(images)
        second = layers.Conv2D(4, 3, padding="same", name="second")(first)
        joined = layers.Add(name="joined")([first, second])
        return layers.GlobalAveragePooling2D(name="embedding")(joined)

    settings = {"dense_units": (4,), "epochs": 1, "verbose": 0, "random_state": 0}
    estimator = CNNClassifier(backbone="with_a_shortcut", **settings).fit(squares.images, squares.grades)
    with pytest.raises(ValueError, match="every path through the network passes, got 'second'"):
        grad_cam(estimator, squares.images, layer="second")
    assert grad_cam(estimator, squares.images[:2], layer="joined").shape == (2, 24, 24)
