import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from skerosion.forecasts import Forecast, GridDistribution
from skerosion.inspection._targets import Target, output_weights

GRID = np.array([0.0, 10, 20, 50])


def forecast_of(pmf):
    pmf = np.asarray(pmf, dtype=float) / np.sum(pmf, axis=1, keepdims=True)
    distribution = GridDistribution(GRID, np.minimum(pmf.cumsum(axis=1), 1))
    return Forecast(distribution.mean(), pmf, GRID, distribution)


pmfs = arrays(float, (3, 4), elements=st.floats(0.05, 1))


@given(pmfs, st.sampled_from([Target("mean"), Target("above", 10), Target("above", 15), Target("above", -1)]))
def test_target_is_the_expectation_of_its_payoff(pmf, target):
    forecast = forecast_of(pmf)
    expected = (forecast.distribution.pmf * target.payoffs(forecast)).sum(axis=1)
    np.testing.assert_allclose(target.values(forecast), expected, atol=1e-9)


@given(pmfs, pmfs, st.sampled_from([Target("mean"), Target("above", 10), Target("quantile", 0.4)]))
def test_weights_of_a_cdf_are_those_of_its_probabilities_summed_by_parts(pmf, other, target):
    """Both differ by a constant, so they agree on the difference of any two distributions."""
    forecast = forecast_of(pmf)
    change = forecast.distribution.pmf - forecast_of(other).distribution.pmf
    payoffs = target.payoffs(forecast)
    on_pmf, on_cdf = output_weights(payoffs, is_cdf=False), output_weights(payoffs, is_cdf=True)
    by_parts = (on_cdf * change.cumsum(axis=1)).sum(axis=1)
    np.testing.assert_allclose(by_parts, (on_pmf * change).sum(axis=1), atol=1e-4)
    assert (on_cdf[:, -1] == 0).all()


@pytest.mark.parametrize("level", [0.1, 0.5, 0.62, 0.9])
def test_quantile_moves_as_its_payoff(level):
    pmf, change = np.array([[0.3, 0.3, 0.2, 0.2]]), np.array([[0.02, -0.05, 0.01, 0.02]])
    step = 1e-5
    ends = [np.interp(level, (pmf + sign * step * change).cumsum(), GRID) for sign in (-1, 1)]
    payoff = Target("quantile", level).payoffs(forecast_of(pmf))
    slope, direction = (ends[1] - ends[0]) / (2 * step), (payoff * change).sum()
    cdf = pmf.cumsum()
    upper = max(1, int((cdf >= level).argmax()))
    factor = (GRID[upper] - GRID[upper - 1]) / (cdf[upper] - cdf[upper - 1])
    if level > cdf[0]:
        assert slope == pytest.approx(factor * direction, rel=1e-4)
    else:
        assert (payoff == [[0, 1, 1, 1]]).all()


def test_quantile_payoff_of_a_certain_forecast_is_finite():
    certain = forecast_of([[1, 0, 0, 0], [0, 0, 0, 1]])
    assert np.isfinite(Target("quantile", 0.5).payoffs(certain)).all()


def test_predicted_grades_are_fixed_and_follow_the_rows():
    probabilities = np.array([[0.6, 0.4], [0.2, 0.8], [0.9, 0.1]])
    forecast = Forecast(np.array(["b", "b", "a"]), probabilities, np.array(["a", "b"]))
    fixed = Target("predicted").fixed(forecast)
    assert fixed.level.tolist() == [1, 1, 0]
    np.testing.assert_array_equal(fixed.values(forecast), [0.4, 0.8, 0.9])
    assert fixed.take([2, 0]).level.tolist() == [0, 1]
    assert fixed.payoffs(forecast).tolist() == [[0, 1], [0, 1], [1, 0]]
