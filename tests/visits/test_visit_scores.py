"""Shift and spread of the normal scores of a visit's joints."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

from skerosion.visits._visit_scores import Recalibration, fit_recalibration, mean_grade


def draw_cdf(n, seed=0):
    return np.clip(np.cumsum(np.random.default_rng(seed).dirichlet(np.ones(6), n), axis=1), 0, 1)[:, :5]


def test_mean_grades_are_those_of_the_visits():
    cdf = np.array([[0.0, 0, 1, 1, 1], [1, 1, 1, 1, 1], [0.5, 1, 1, 1, 1]])
    assert mean_grade(cdf, np.array([0, 0, 1])).tolist() == [1.0, 0.5]


def test_normal_scores_are_moved_and_stretched():
    cdf, codes = draw_cdf(6), np.array([0, 0, 0, 1, 1, 1])
    mended = Recalibration(0.2, -0.3, 1.5).apply(cdf, codes)
    expected = ndtr((ndtri(cdf) - (0.2 - 0.3 * mean_grade(cdf, codes)[codes])[:, np.newaxis]) / 1.5)
    np.testing.assert_allclose(mended, expected)


@given(st.floats(-3, 3), st.floats(-1, 1), st.floats(0.25, 4), st.integers(0, 20))
def test_any_recalibration_leaves_distributions(intercept, slope, spread, seed):
    cdf = draw_cdf(4, seed)
    cdf[0] = [0, 0, 1, 1, 1]  # what is certain stays so
    mended = Recalibration(intercept, slope, spread).apply(cdf, np.array([0, 0, 1, 1]))
    assert (np.diff(mended, axis=1) >= 0).all() and (mended >= 0).all() and (mended <= 1).all()
    assert mended[0].tolist() == [0, 0, 1, 1, 1]


def test_a_higher_shift_means_higher_grades():
    cdf, codes = draw_cdf(5), np.zeros(5, dtype=int)
    means = [mean_grade(Recalibration(shift).apply(cdf, codes), codes)[0] for shift in (-1, 0, 1)]
    assert means == sorted(means) and means[1] == pytest.approx(mean_grade(cdf, codes)[0])


@pytest.mark.parametrize(("mean", "std", "slope"), [(40, 5, 0.04), (2, 0.02, 10.0)])
def test_what_is_known_to_a_hair_is_recalibrated_by_least_squares(mean, std, slope):
    """Normal scores between bounds that touch have the greatest likelihood on the line of least squares."""
    rng, n_visits = np.random.default_rng(0), 60
    of_visit, starts = rng.normal(mean, std, n_visits), 5 * np.arange(n_visits)
    known = np.repeat(of_visit, 5)
    scores = -1.2 + slope * (known - mean) + 0.7 * rng.normal(size=5 * n_visits)
    found, correlation = fit_recalibration((scores - 0.01, scores + 0.01, starts), of_visit, 0.0)
    slope, middle = np.polyfit(known - mean, scores, 1)
    spread = np.std(scores - middle - slope * (known - mean))
    assert correlation == 0 and found.slope == pytest.approx(slope, abs=0.01 / std)
    assert found.intercept + found.slope * mean == pytest.approx(middle, abs=5e-3)
    assert found.spread == pytest.approx(spread, rel=0.01)
