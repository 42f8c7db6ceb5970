"""Functions of tensors say what their twins on arrays say."""

import numpy as np
import pytest
from scipy.optimize import isotonic_regression

from skerosion.exporting import _tensor_functions as tensors
from skerosion.forecasts import GridDistribution, repair_cdf
from skerosion.grades import decide

pytestmark = pytest.mark.tensorflow


def some_probabilities(n_classes=5, n=200):
    return np.random.default_rng(0).dirichlet(np.full(n_classes, 0.5), size=n)


@pytest.mark.parametrize("n", [1, 2, 7, 32])
def test_projection_on_rising_sequences(n):
    values = np.random.default_rng(n).uniform(size=(40, n))
    expected = [isotonic_regression(row).x for row in values]
    np.testing.assert_allclose(tensors.isotonic(tensors.constant(values)), expected, atol=1e-12)


def test_repair_of_a_cdf():
    free = np.random.default_rng(0).uniform(-0.1, 1.1, size=(40, 9))
    repaired = tensors.isotonic(tensors.pinned(tensors.constant(free)))
    np.testing.assert_allclose(repaired, repair_cdf(free), atol=1e-12)


def test_interpolation_through_steep_knots():
    knots = np.array([0.0, 0.3, 0.3 + 1e-9, 0.8, 1.0])
    heights = np.array([0.0, 0.1, 0.7, 0.9, 1.0])
    values = np.r_[knots, np.linspace(0, 1, 50)].reshape(5, -1)
    found = tensors.interpolate(tensors.constant(values), knots, heights)
    np.testing.assert_allclose(found, np.interp(values, knots, heights), atol=1e-6)


COSTS = np.array([[0, 1, 2, 9, 9], [1, 0, 1, 2, 9], [3, 1, 0, 1, 2], [9, 3, 1, 0, 1], [9, 9, 3, 1, 0.0]])


@pytest.mark.parametrize("decision", ["argmax", "median", "balanced", "absolute", "quadratic", COSTS], ids=str)
def test_decisions(decision):
    probabilities, shares = some_probabilities(), np.array([0.6, 0.2, 0.1, 0.1, 0.0])
    found = tensors.decide(tensors.constant(probabilities), decision, shares)
    np.testing.assert_array_equal(found, decide(probabilities, decision, shares))


def test_balanced_keeps_a_row_of_grades_never_trained():
    row, shares = np.array([[0.0, 0.2, 0.8]]), np.array([1.0, 0.0, 0.0])
    assert tensors.decide(tensors.constant(row), "balanced", shares).numpy().tolist() == [2]
    assert decide(row, "balanced", shares).tolist() == [2]


def test_quantiles_and_means():
    grid, cdf = np.array([0.0, 1, 5, 20]), np.array([[0.1, 0.5, 0.5, 1], [0, 0, 0.95, 1], [1, 1, 1, 1]])
    distribution = GridDistribution(grid, cdf)
    levels = [0.05, 0.5, 0.95]
    given = tensors.constant(cdf)
    np.testing.assert_array_equal(tensors.quantiles(given, grid, levels), distribution.quantile(levels))
    np.testing.assert_allclose(tensors.mean(given, grid), distribution.mean())


def test_columns_that_are_not_there_are_zero():
    values = np.array([[1.0, 2.0]])
    assert tensors.take_columns(tensors.constant(values), [1, -1, 0]).numpy().tolist() == [[2, 0, 1]]
