"""Places of points: the loss against its formula, and points found between the places of a map."""

import keras
import numpy as np
import pytest

from skerosion.networks import NetworkSpec, PlacesLoss, PlacesOfPoints, build_network, unet

STATES = {"visible": 1.0, "missing": 0.0, "unknown": -1.0}


def peaked(x, y, size=16, spread=1.3, height=9.0):
    """Scores (1, size, size, 1) of a point at x and y as shares: a normal density's logarithm."""
    places = (np.arange(size) + 0.5) / size
    off = ((places - x) ** 2)[None, :] + ((places - y) ** 2)[:, None]
    return (height - 0.5 * off * (size / spread) ** 2).astype("float32")[None, ..., None]


@pytest.mark.parametrize(("state", "expected"), [("visible", np.log(128)), ("missing", np.log(2)), ("unknown", 0.0)])
def test_without_scores_every_place_and_nowhere_are_alike(state, expected):
    target = np.array([[0.5, 0.5, STATES[state]]])
    assert float(PlacesLoss()(target, np.zeros((1, 8, 8, 1), "float32"))) == pytest.approx(expected, abs=1e-5)


@pytest.mark.once
def test_the_loss_is_the_cross_entropy_of_the_places():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(1, 6, 4, 2)).astype("float32")
    target = np.array([[0.3, 0.7, 1.0, 0.9, 0.1, 0.0]])
    x, y = (np.arange(4) + 0.5) - 4 * 0.3, (np.arange(6) + 0.5) - 6 * 0.7
    wanted = np.exp(-0.5 * (x[None] ** 2 + y[:, None] ** 2) / 1.2**2)
    some = np.log(24 + np.exp(scores[0].astype(float)).sum(axis=(0, 1)))
    expected = (some[0] - (wanted / wanted.sum() * scores[0, ..., 0]).sum() + some[1] - np.log(24)) / 2
    assert float(PlacesLoss()(target, scores)) == pytest.approx(expected, rel=1e-5)


def test_an_unknown_point_teaches_nothing():
    scores = np.random.default_rng(1).normal(size=(1, 4, 4, 2)).astype("float32")
    changed = scores.copy()
    changed[..., 1] += 3.0
    target = np.array([[0.5, 0.5, 1.0, 0.0, 0.0, -1.0]])
    assert float(PlacesLoss()(target, scores)) == pytest.approx(float(PlacesLoss()(target, changed)))


@pytest.mark.parametrize(("x", "y"), [(0.5, 0.5), (0.31, 0.62), (0.413, 0.288)])
def test_points_are_found_between_the_places_of_a_map(x, y):
    found = keras.ops.convert_to_numpy(PlacesOfPoints()(peaked(x, y)))[0, 0]
    assert np.allclose(found[:2] * 16, [16 * x, 16 * y], atol=0.05)
    assert found[2] > 0.9


def test_low_scores_everywhere_are_nowhere_and_high_ones_do_not_overflow():
    layer = PlacesOfPoints()
    nowhere, sure = (keras.ops.convert_to_numpy(layer(np.full((1, 4, 4, 1), level, "float32"))) for level in (-50, 500))
    assert nowhere[0, 0, 2] < 1e-6 and sure[0, 0, 2] == 1.0
    assert np.isfinite(nowhere).all() and np.isfinite(sure).all()


@pytest.mark.once
def test_the_backbone_keeps_half_the_size_and_sees_the_whole_image():
    assert unet(keras.Input((24, 40, 1)), filters=(4, 8, 8), convolutions=1, dtype="float32").shape == (None, 12, 20, 4)
    spec = NetworkSpec((32, 32, 1), 3, "places", "unet", filters=(4, 4, 4, 4), convolutions=1, dense_units=())
    network = build_network(spec, dropout=0.0)
    assert network.output_shape == (None, 3, 3)
    # With no negative weight nothing is cut off on its way to the maps.
    network.set_weights([np.abs(weights) for weights in network.get_weights()])
    maps = keras.Model(network.input, network.get_layer("scores").output)
    dark = np.zeros((1, 32, 32, 1), "float32")
    lit = dark.copy()
    lit[0, 31, 31] = 255.0
    change = np.abs(keras.ops.convert_to_numpy(maps(lit)) - keras.ops.convert_to_numpy(maps(dark)))
    assert change[0, 0, 0].max() > 0


def test_heads_meet_the_backbones_that_they_can_read():
    with pytest.raises(ValueError, match="backbone must give maps"):
        build_network(NetworkSpec((32, 32, 1), 3, "places", "vgg", filters=(4,), dense_units=()))
    assert build_network(NetworkSpec((32, 32, 1), 3, "softmax", "unet", filters=(4, 4))).output_shape == (None, 3)
