"""Sums of grades against counting all cases, and as a property of any forecast."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.visits._copula import factor, given_factor
from skerosion.visits._grade_sums import sum_of_grades


def draw_cdf(n_joints, seed=0):
    pmf = np.random.default_rng(seed).dirichlet(np.ones(6), n_joints)
    return np.clip(np.cumsum(pmf, axis=1)[:, :5], 0, 1)


def count_all_cases(cdf):
    """Return the distribution of the sum from each of the 6 ** n combinations of grades."""
    pmf = np.diff(cdf, axis=1, prepend=0, append=1)
    total = np.zeros(5 * len(cdf) + 1)
    for grades in product(range(6), repeat=len(cdf)):
        total[sum(grades)] += np.prod([row[grade] for row, grade in zip(pmf, grades, strict=True)])
    return total


def test_independent_joints_are_all_combinations():
    cdf = draw_cdf(5)
    sums, n_joints = sum_of_grades(cdf, np.zeros(5, dtype=int), 0.0)
    np.testing.assert_allclose(sums.pmf[0], count_all_cases(cdf), atol=1e-14)
    assert n_joints.tolist() == [5]


@pytest.mark.parametrize("correlation", [0.05, 0.9])
def test_correlated_joints_are_all_combinations_given_the_factor(correlation):
    cdf = draw_cdf(3)
    values, weights = factor(correlation)
    expected = weights @ [count_all_cases(given) for given in given_factor(cdf, values, correlation)]
    sums, _ = sum_of_grades(cdf, np.zeros(3, dtype=int), correlation)
    np.testing.assert_allclose(sums.pmf[0], expected, atol=1e-12)


def test_a_vanishing_correlation_is_independence():
    cdf, codes = draw_cdf(24), np.repeat([0, 1], 12)
    independent, nearly = (sum_of_grades(cdf, codes, correlation)[0].cdf for correlation in (0.0, 1e-9))
    np.testing.assert_allclose(nearly, independent, atol=1e-4)


def test_two_coins_follow_the_closed_form():
    """Both above their median with probability 1/4 + arcsin(rho) / (2 pi)."""
    sums, _ = sum_of_grades(np.array([[0.5, 1, 1, 1, 1]] * 2), np.zeros(2, dtype=int), 0.6)
    assert sums.pmf[0, 2] == pytest.approx(0.25 + np.arcsin(0.6) / (2 * np.pi), abs=1e-9)


@given(
    counts=st.lists(st.integers(1, 6), min_size=1, max_size=4),
    correlation=st.sampled_from([0.0, 0.2, 0.8]),
    seed=st.integers(0, 9),
)
def test_any_visits_have_distributions(counts, correlation, seed):
    codes, cdf = np.repeat(np.arange(len(counts)), counts), draw_cdf(sum(counts), seed)
    cdf[0] = [0, 0, 1, 1, 1]  # a joint that is certain
    sums, n_joints = sum_of_grades(cdf, codes, correlation)
    assert n_joints.tolist() == counts
    assert (np.diff(sums.cdf, axis=1) >= 0).all() and (sums.cdf[:, -1] == 1).all()
    for row, count in enumerate(counts):
        assert sums.cdf[row, 5 * count] == 1
    # The correlation moves no joint, so it does not move the mean of a sum either.
    means = np.bincount(codes, weights=5 - cdf.sum(axis=1))
    np.testing.assert_allclose(sums.mean(), means, atol=1e-9)


def test_the_correlation_widens_the_sum():
    cdf, codes = draw_cdf(20), np.zeros(20, dtype=int)
    variances = [sum_of_grades(cdf, codes, correlation)[0].var()[0] for correlation in (0, 0.1, 0.3, 0.6)]
    assert (np.diff(variances) > 0).all()
