"""Layers of the ordinal heads: order by construction, the chain rule, the normal on a grid against SciPy."""

import csv

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from skerosion.forecasts import GridDistribution
from skerosion.metrics import crps
from skerosion.networks._links import LINKS
from skerosion.networks._ordinal_layers import (
    ConditionalChain,
    CumulativeLink,
    OrderedCuts,
    ThresholdsToClasses,
    TruncatedNormal,
)
from skerosion.training._initialize import Initializer, recorded_initializers

LAYERS = [
    OrderedCuts(4),
    CumulativeLink(4, "cloglog"),
    ThresholdsToClasses(),
    ConditionalChain(),
    TruncatedNormal(3, (1.0, 2.0, 2.0)),
]


def array(tensor):
    return keras.ops.convert_to_numpy(tensor)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_layers_round_trip_through_their_configuration_and_know_their_shape(layer):
    twin = keras.layers.deserialize(keras.layers.serialize(layer))
    width = {"OrderedCuts": 1, "CumulativeLink": 1, "TruncatedNormal": 2}.get(type(layer).__name__, 4)
    scores = np.random.default_rng(0).normal(size=(3, width)).astype("float32").cumsum(axis=1)
    np.testing.assert_array_equal(array(twin(scores)), array(layer(scores)))
    assert layer.compute_output_shape((3, width)) == tuple(layer(scores).shape)


class TestCuts:
    @pytest.mark.parametrize("link", LINKS)
    @pytest.mark.parametrize("n_cuts", [1, 4, 100])
    def test_classes_start_equally_probable(self, link, n_cuts):
        logarithms = array(CumulativeLink(n_cuts, link)(np.zeros((1, 1), "float32")))
        np.testing.assert_allclose(np.exp(logarithms), 1 / (n_cuts + 1), rtol=1e-3)

    def test_thousands_of_classes_start_with_finite_cut_points(self):
        layer = OrderedCuts(9_999)
        layer.build((None, 1))
        assert np.isfinite(array(layer.cuts())).all() and (np.diff(array(layer.cuts())) > 0).all()

    @given(st.floats(-1e3, 1e3), st.lists(st.floats(-50, 50), min_size=3, max_size=3))
    def test_whatever_the_weights_the_cut_points_ascend(self, first, steps):
        layer = OrderedCuts(4)
        layer.build((None, 1))
        layer.first.assign([first])
        layer.steps.assign(steps)
        assert (np.diff(array(layer.cuts())) > 0).all()

    def test_a_seed_draws_the_same_cut_points_again(self):
        """They are found by the re-initialisation between fits, and start where they started."""
        with recorded_initializers() as initializers:
            network = keras.Sequential([keras.Input((1,)), CumulativeLink(5)])
        initializer = Initializer(network, initializers)
        start = [array(weight).copy() for weight in network.weights]
        for weight in network.weights:
            weight.assign(weight + 1.0)
        initializer.draw(seed=3)
        assert len(start) == 2
        for weight, value in zip(network.weights, start, strict=True):
            np.testing.assert_array_equal(array(weight), value)


def test_thresholds_become_classes():
    log_odds = np.sort(np.random.default_rng(0).normal(size=(20, 4)), axis=1).astype("float32")
    expected = np.diff(special.expit(log_odds), axis=1, prepend=0, append=1)
    np.testing.assert_allclose(array(ThresholdsToClasses()(log_odds)), expected, atol=1e-6)


def test_conditional_probabilities_chain():
    scores = np.random.default_rng(0).normal(size=(20, 3)).astype("float32")
    onward = special.expit(scores.astype(float))
    expected = [1 - onward[:, 0], onward[:, 0] * (1 - onward[:, 1]), onward[:, 0] * onward[:, 1] * (1 - onward[:, 2])]
    expected.append(onward.prod(axis=1))
    np.testing.assert_allclose(np.exp(array(ConditionalChain()(scores))), np.transpose(expected), rtol=1e-5)


def scores_for(layer, centre, width):
    """The two scores at which a TruncatedNormal has this centre and width, in lengths of its grid."""
    share = np.log(width / layer._narrowest) / np.log(layer._widest / layer._narrowest)
    return np.array([[1.5 * np.arctanh((centre - 0.5) / 1.5), special.logit(share)]])


def cdf_of(layer, scores):
    masses = special.softmax(array(layer(scores)).astype(float), axis=1)
    return np.append(np.minimum(masses.cumsum(axis=1)[:, :-1], 1), np.ones((len(scores), 1)), axis=1)


class TestTruncatedNormal:
    @pytest.mark.parametrize("centre", [-0.9, 0.0, 0.31, 1.0, 1.8])
    @pytest.mark.parametrize("width", [0.004, 0.05, 0.3, 1.5])
    def test_cdf_is_that_of_scipy(self, centre, width):
        """On 101 points, each standing for the cell about it; in single precision, as it is trained."""
        layer = TruncatedNormal(101)
        truncated = stats.truncnorm((0 - centre) / width, (1 - centre) / width, loc=centre, scale=width)
        expected = truncated.cdf(np.arange(1, 102) / 101)
        cdf = cdf_of(layer, scores_for(layer, centre, width).astype("float32"))
        np.testing.assert_allclose(cdf[0], expected, atol=1e-5)

    def test_cells_of_an_uneven_grid_end_half_way(self):
        """Points 0, 1, 3: cells of -0.5 to 0.5, to 2 and to 4."""
        layer = TruncatedNormal(3, spacing=(1.0, 2.0, 2.0))
        cdf = cdf_of(layer, scores_for(layer, centre=2.5 / 4.5, width=1 / 4.5).astype("float32"))
        truncated = stats.truncnorm(-2.5, 2.0, loc=2, scale=1)
        np.testing.assert_allclose(cdf[0], truncated.cdf([0.5, 2, 4]), atol=1e-5)

    @pytest.mark.parametrize("scores", [[-1e6, -1e6], [1e6, 1e6], [-1e6, 1e6], [1e6, -1e6], [0, 0]])
    def test_no_scores_are_too_far(self, scores):
        assert np.isfinite(array(TruncatedNormal(101)(np.array([scores], "float32")))).all()

    @pytest.mark.slow
    @pytest.mark.tensorflow
    def test_crps_on_a_fine_grid_is_that_of_the_normal(self, shared):
        """Every case of the reference, in double precision: the grid reaches eight widths beyond centre and target."""
        with open(shared / "reference" / "crps" / "gaussian.csv") as file:
            cases = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
        assert len(cases) == 48
        for case in cases:
            step, reach = case["sigma"] / 500, 8 * case["sigma"]
            below, above = (max(way * (case["mu"] - case["y"]), 0) + reach for way in (-1, 1))
            grid = case["y"] + step * np.arange(-round(below / step), round(above / step) + 1)
            layer = TruncatedNormal(grid.size, dtype="float64")
            length = step * grid.size
            scores = scores_for(layer, (case["mu"] - grid[0] + step / 2) / length, case["sigma"] / length)
            forecast = GridDistribution(grid, cdf_of(layer, scores))
            assert crps([case["y"]], forecast, unit="points") == pytest.approx(
                case["crps_scoringrules"], rel=1e-6, abs=1e-6
            )
