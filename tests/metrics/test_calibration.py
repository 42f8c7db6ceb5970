"""Calibration: intervals that hold what they claim, transforms that are uniform when forecasts are right."""

import numpy as np
import pytest
from scipy import stats

from skerosion.forecasts import GridDistribution
from skerosion.metrics import interval_coverage, pit


def calibrated(n_rows=4000, seed=0):
    """Return targets drawn from their own forecasts."""
    rng = np.random.default_rng(seed)
    pmf = rng.dirichlet(np.full(21, 0.5), size=n_rows)
    cdf = np.cumsum(pmf, axis=1)
    cdf[:, -1] = 1
    y = (cdf < rng.random((n_rows, 1))).sum(axis=1)
    return 5 * y, GridDistribution(5 * np.arange(21), cdf)


def test_coverage_counts_both_ends():
    assert interval_coverage([0, 5, 10, 11], np.tile([0, 10], (4, 1))) == 0.75
    assert interval_coverage([0, 5, 10, 11], np.tile([0, 10], (4, 1)), sample_weight=[1, 0, 0, 1]) == 0.5


@pytest.mark.parametrize("claimed", [0.5, 0.8, 0.95])
def test_intervals_of_calibrated_forecasts_cover_at_least_their_claim(claimed):
    y, distribution = calibrated()
    covered = interval_coverage(y, distribution.interval(claimed))
    assert covered >= claimed - 3 * np.sqrt(claimed * (1 - claimed) / len(y))


def test_pit_of_calibrated_forecasts_is_uniform():
    y, distribution = calibrated()
    assert stats.kstest(pit(y, distribution, random_state=1), "uniform").pvalue > 0.01
    shifted = np.clip(y + 20, 0, 100)
    assert stats.kstest(pit(shifted, distribution, random_state=1), "uniform").pvalue < 1e-6


def test_pit_lies_in_the_jump_at_the_target():
    y, distribution = calibrated(300)
    values = pit(y, distribution.cdf, distribution.grid, random_state=0)
    position = (y / 5).astype(int)
    rows = np.arange(300)
    upper = distribution.cdf[rows, position]
    assert (values <= upper).all() and (values >= upper - distribution.pmf[rows, position] - 1e-12).all()
    np.testing.assert_array_equal(values, pit(y, distribution, random_state=0))


def test_pit_between_grid_points_needs_no_draw():
    cdf = [[0.2, 0.6, 1.0]]
    assert pit([0.5], cdf, random_state=0) == pit([0.5], cdf, random_state=1) == [0.2]


def test_each_row_draws_a_place_of_its_own():
    assert len(np.unique(pit(np.zeros(50), [0.5, 1.0], random_state=0))) == 50


def test_pit_names_a_bad_row_far_down():
    cdf = np.ones((6000, 101))
    cdf[5500, 50] = 2
    with pytest.raises(ValueError, match="row 5500"):
        pit(np.zeros(6000), cdf)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: interval_coverage([1, 2], [0, 3]), "interval must hold a lower and an upper end a row"),
        (lambda: interval_coverage([1], [[3, 0]]), "ends crossed"),
        (lambda: interval_coverage([1, 2], [[0, 3]]), "y_true has 2, interval has 1"),
        (lambda: pit([0, 1], [[0.5, 0.2, 1]] * 2), "cdf must not fall"),
        (lambda: pit([9], [[0.5, 0.8, 1]]), "y_true must lie within the grid"),
    ],
)
def test_errors_name_parameter_rule_and_value(call, message):
    with pytest.raises(ValueError, match=message):
        call()
