"""The common factor: its integral, its margins, and the correlation that is found again."""

import numpy as np
import pytest
from scipy.special import ndtr, ndtri
from scipy.stats import multivariate_normal, norm

from skerosion.visits._copula import estimate_correlation, factor, given_factor, log_likelihood, member_sides


@pytest.mark.parametrize("correlation", [0.01, 0.3, 0.9, 0.99])
def test_the_factor_is_standard_normal_and_keeps_margins(correlation):
    values, weights = factor(correlation)
    assert weights.sum() == pytest.approx(1) and weights @ values**2 == pytest.approx(1, abs=1e-6)
    cdf = np.array([0.0, 1e-6, 0.2, 0.97, 1.0])
    np.testing.assert_allclose(weights @ given_factor(cdf, values, correlation), cdf, atol=1e-8)


def test_the_likelihood_is_that_of_the_rectangle():
    lower, upper = np.array([-1.0, 0.2, -0.5]), np.array([0.3, np.inf, 1.4])
    covariance = 0.4 + 0.6 * np.eye(3)
    expected = multivariate_normal.cdf(np.minimum(upper, 9), cov=covariance, abseps=1e-7, lower_limit=lower)
    assert np.exp(log_likelihood(0.4, lower, upper, np.array([0]))) == pytest.approx(expected, abs=1e-5)


def draw_scores(correlation, n_units, n_members, seed=0):
    """Normal scores of units with a common factor, and the unit of each."""
    rng = np.random.default_rng(seed)
    units = np.repeat(np.arange(n_units), n_members)
    own = rng.normal(size=len(units))
    return np.sqrt(correlation) * rng.normal(size=n_units)[units] + np.sqrt(1 - correlation) * own, units


@pytest.mark.parametrize("correlation", [0.1, 0.6])
@pytest.mark.parametrize("shares", [[0.7, 0.9], [0.1, 0.3, 0.5, 0.7, 0.9]])
def test_the_correlation_is_found_again_through_grades(correlation, shares):
    """However coarse the grades: two thresholds leave most joints at one grade."""
    scores, units = draw_scores(correlation, n_units=300, n_members=8)
    edges = norm.ppf(shares)
    places = np.searchsorted(edges, scores)
    cdf = np.array([0.0, *shares, 1.0])
    found = estimate_correlation(cdf[places], cdf[places + 1], places, len(shares) + 1, units)
    assert found == pytest.approx(correlation, abs=0.08)


def test_independent_members_have_no_correlation():
    scores, units = draw_scores(0.0, n_units=400, n_members=8)
    below = np.floor(5 * ndtr(scores)) / 5
    assert estimate_correlation(below, below + 0.2, np.rint(5 * below), 5, units) < 0.02


def test_the_order_and_the_names_of_units_do_not_matter():
    scores, units = draw_scores(0.3, n_units=60, n_members=5)
    below = np.floor(5 * ndtr(scores)) / 5
    shuffled = np.random.default_rng(1).permutation(len(units))
    names = np.array([f"patient {unit}" for unit in units])
    first = estimate_correlation(below, below + 0.2, np.rint(5 * below), 5, units)
    order = shuffled
    second = estimate_correlation(below[order], below[order] + 0.2, np.rint(5 * below[order]), 5, names[order])
    assert first == pytest.approx(second, abs=1e-3)


def test_an_impossible_truth_does_not_break_the_estimate():
    scores, units = draw_scores(0.3, n_units=200, n_members=8)
    places = (scores > 0).astype(int)
    cdf = np.array([0.0, 0.5, 1.0])
    below, at = cdf[places], cdf[places + 1]
    below[3] = at[3]
    assert estimate_correlation(below, at, places, 2, units) == pytest.approx(0.3, abs=0.1)


def test_units_of_one_member_say_nothing():
    assert np.isnan(estimate_correlation(np.zeros(3), np.ones(3), np.zeros(3), 1, [1, 2, 3]))


def test_members_that_contradict_each_other_are_independent():
    """At 0 exactly, where sums need no integral."""
    below = np.tile([0.0, 0.5], 20)
    assert estimate_correlation(below, below + 0.5, 2 * below, 2, np.repeat(np.arange(20), 2)) == 0


def test_the_sides_of_members_are_mixed_with_those_of_all_points_alike():
    """A forecast that knows nothing is left as it is, an impossible truth gets a thousandth of it."""
    places, units = np.arange(4), np.zeros(4)
    lower, upper, _ = member_sides(places / 4, (places + 1) / 4, places, 4, units)
    np.testing.assert_allclose(lower, ndtri(places / 4), atol=1e-12)
    np.testing.assert_allclose(upper, ndtri((places + 1) / 4), atol=1e-12)
    lower, upper, _ = member_sides(np.zeros(4), np.zeros(4), places, 4, units)
    np.testing.assert_allclose(ndtr(lower), 1e-3 * places / 4)
    np.testing.assert_allclose(ndtr(upper), 1e-3 * (places + 1) / 4)


def test_units_stand_in_their_order_whatever_that_of_the_rows():
    """What is known of each visit is given in the order of visits."""
    below = np.array([0.1, 0.2, 0.3, 0.4])
    lower, upper, starts = member_sides(below, below + 0.5, below, 4, [2, 0, 2, 1])
    in_order = below[[1, 3, 0, 2]]
    assert starts.tolist() == [0, 1, 2]
    np.testing.assert_allclose(ndtr(lower), (1 - 1e-3) * in_order + 1e-3 * in_order / 4)
    np.testing.assert_allclose(ndtr(upper), (1 - 1e-3) * (in_order + 0.5) + 1e-3 * (in_order + 1) / 4)
