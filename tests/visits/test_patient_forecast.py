"""Patients pooled from their images, against closed forms, counting all cases, simulation, and as a property."""

import warnings
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri
from scipy.stats import multivariate_normal

from skerosion.forecasts import Forecast, GridDistribution
from skerosion.visits import patient_correlation, pool_by_patient
from skerosion.visits._copula import estimate_correlation
from skerosion.visits._pooled_images import even_steps


def forecasts(n_images, grid=(0, 1, 2, 3, 4), seed=0):
    pmf = np.random.default_rng(seed).dirichlet(np.ones(len(grid)), n_images)
    return GridDistribution(grid, np.cumsum(pmf, axis=1))


def all_cases(distribution):
    """Return the values of every combination of the images' values, and its probability."""
    grid, pmf = distribution.grid, distribution.pmf
    values = np.array(list(product(grid, repeat=len(distribution))))
    places = product(range(len(grid)), repeat=len(distribution))
    return values, np.array([pmf[np.arange(len(pmf)), chosen].prod() for chosen in places])


@pytest.mark.parametrize("grid", [(0, 1, 2), (0, 10, 25), (-1, 0.5, 2)])
def test_independent_images_are_all_combinations(grid):
    images = forecasts(4, grid)
    pooled = pool_by_patient(images, ["a"] * 4)
    values, probabilities = all_cases(images)
    np.testing.assert_allclose(pooled.worst.cdf[0], np.prod(images.cdf, axis=0), atol=1e-14)
    for threshold in pooled.means[0].grid + 1e-9:
        expected = probabilities[values.mean(axis=1) <= threshold].sum()
        assert pooled.means[0].cdf_at(threshold)[0] == pytest.approx(expected, abs=1e-12)


def test_two_coins_both_low_follow_the_closed_form():
    """Sheppard: both below their median with probability 1/4 + arcsin(rho) / (2 pi)."""
    coins = GridDistribution([0, 1], [[0.5, 1.0]] * 2)
    pooled = pool_by_patient(coins, [7, 7], correlation=0.6)
    both = 0.25 + np.arcsin(0.6) / (2 * np.pi)
    assert pooled.worst.cdf[0, 0] == pytest.approx(both, abs=1e-9)
    np.testing.assert_allclose(pooled.means[0].pmf[0], [both, 1 - 2 * both, both], atol=1e-9)


def test_largest_of_three_is_the_multivariate_normal_distribution():
    images, rho = forecasts(3, seed=3), 0.4
    worst = pool_by_patient(images, ["a"] * 3, correlation=rho).worst
    normal = multivariate_normal(cov=np.full((3, 3), rho) + (1 - rho) * np.eye(3))
    expected = [normal.cdf(ndtri(images.cdf[:, place])) for place in range(4)]
    np.testing.assert_allclose(worst.cdf[0, :4], expected, atol=1e-5)


def test_images_at_one_level_are_comonotone():
    images = forecasts(5, seed=1)
    pooled = pool_by_patient(images, ["a"] * 5, correlation=1)
    np.testing.assert_array_equal(pooled.worst.cdf[0], images.cdf.min(axis=0))
    # The quantile of a comonotone sum is the sum of the quantiles.
    levels = np.random.default_rng(0).uniform(0.01, 0.99, 200)
    np.testing.assert_allclose(pooled.means[0].quantile(levels)[0], images.quantile(levels).mean(axis=0))


@pytest.mark.parametrize("correlation", [0.3, 0.9])
def test_correlated_images_as_simulated(correlation):
    images, rng = forecasts(6, grid=np.arange(0, 101, 5), seed=2), np.random.default_rng(0)
    pooled = pool_by_patient(images, ["a"] * 6, correlation=correlation)
    shared, own = rng.normal(size=(100_000, 1)), rng.normal(size=(100_000, 6))
    levels = ndtr(np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own)
    drawn = np.stack([images.grid[np.searchsorted(images.cdf[image], levels[:, image])] for image in range(6)])
    for distribution, values in ((pooled.worst, drawn.max(axis=0)), (pooled.means[0], drawn.mean(axis=0))):
        empirical = (values[:, None] <= distribution.grid + 1e-9).mean(axis=0)
        # Dvoretzky, Kiefer, Wolfowitz: beyond this once in 1e6 simulations.
        assert np.abs(empirical - distribution.cdf[0]).max() < np.sqrt(np.log(2e6) / 2 / 100_000)


@given(
    counts=st.lists(st.integers(1, 5), min_size=1, max_size=4),
    correlation=st.sampled_from([0.0, 0.2, 0.8, 0.99, 1]),
    seed=st.integers(0, 9),
)
def test_any_patients_have_distributions(counts, correlation, seed):
    patients = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    images = forecasts(sum(counts), seed=seed)
    pooled = pool_by_patient(images, patients, correlation=correlation)
    order = [int(patient) for patient in pooled.patients]
    assert order == list(dict.fromkeys(patients.tolist()))
    assert pooled.n_images.tolist() == [counts[patient] for patient in order]
    for row, patient in enumerate(order):
        own = images[np.flatnonzero(patients == patient)]
        # The correlation moves no image, so not the mean of their mean either; Fréchet's bounds hold the largest.
        assert pooled.means[row].mean()[0] == pytest.approx(own.mean().mean(), abs=1e-8)
        lowest = np.maximum(own.cdf.sum(axis=0) - len(own) + 1, 0)
        assert (pooled.worst.cdf[row] >= lowest - 1e-8).all()
        assert (pooled.worst.cdf[row] <= own.cdf.min(axis=0) + 1e-8).all()


def test_correlation_widens_the_mean_and_lowers_the_worst():
    images = forecasts(8, grid=np.arange(101))
    pooled = [pool_by_patient(images, ["a"] * 8, correlation=rho) for rho in (0, 0.3, 0.7, 0.95, 1)]
    assert (np.diff([one.means[0].var()[0] for one in pooled]) > 0).all()
    assert (np.diff([one.worst.mean()[0] for one in pooled]) < 0).all()


def test_one_image_is_its_own_worst_and_mean():
    images = forecasts(3)
    pooled = pool_by_patient(images, ["a", "b", "c"], correlation=0.5)
    np.testing.assert_allclose(pooled.worst.cdf, images.cdf, atol=1e-9)
    np.testing.assert_allclose([mean.cdf[0] for mean in pooled.means], images.cdf, atol=1e-9)


def test_hundreds_of_images_keep_their_mean_and_variance():
    images = forecasts(300, grid=np.arange(101))
    mean = pool_by_patient(images, ["a"] * 300).means[0]
    assert mean.mean()[0] == pytest.approx(images.mean().mean())
    assert mean.var()[0] == pytest.approx(images.var().sum() / 300**2, rel=1e-9)


def test_a_grid_without_even_steps_is_moved_by_less_than_a_thousandth():
    grid = np.sqrt(np.arange(30))
    images = forecasts(2, grid=grid)
    mean = pool_by_patient(images, ["a", "a"]).means[0]
    assert mean.mean()[0] == pytest.approx(images.mean().mean(), abs=grid[-1] / 2000)


def test_frame_tells_each_patient():
    frame = pool_by_patient(forecasts(3, seed=4), ["P9", "P10", "P9"]).frame(coverage=0.8)
    assert frame.index.tolist() == ["P9", "P10"] and frame.index.name == "patient"
    assert frame.n_images.tolist() == [2, 1]
    assert (frame.worst_low <= frame.worst).all() and (frame.worst <= frame.worst_high).all()
    assert (frame.mean_low <= frame["mean"]).all() and (frame["mean"] <= frame.mean_high).all()


@pytest.mark.parametrize("correlation", [0.0, 0.5])
def test_the_correlation_is_found_again(correlation):
    rng, n_patients = np.random.default_rng(0), 500
    patients = np.repeat(np.arange(n_patients), 4)
    images = forecasts(len(patients), grid=np.arange(11))
    scores = np.sqrt(correlation) * rng.normal(size=n_patients)[patients]
    levels = ndtr(scores + np.sqrt(1 - correlation) * rng.normal(size=len(patients)))
    truths = images.grid[(images.cdf < levels[:, None]).sum(axis=1)]
    assert patient_correlation(images, truths, patients) == pytest.approx(correlation, abs=0.06)
    # Between two points of the grid the upper one counts.
    assert patient_correlation(images, np.maximum(truths - 0.5, 0), patients) == pytest.approx(correlation, abs=0.06)
    grades = Forecast.of_probabilities(images.pmf, classes=[f"grade {place:02}" for place in range(11)])
    named = np.array([f"grade {int(truth):02}" for truth in truths])
    assert patient_correlation(grades, named, patients) == pytest.approx(patient_correlation(images, truths, patients))


def test_few_patients_are_warned_of_and_none_with_two_images_is_an_error():
    images, truths = forecasts(6), [0, 1, 2, 3, 4, 0]
    with pytest.warns(UserWarning, match="learned from 3 patients with two images or more; 10 are the least"):
        patient_correlation(images, truths, [0, 0, 1, 1, 2, 2])
    with pytest.raises(ValueError, match="groups must hold a patient with two images.*6 patients with one"):
        patient_correlation(images, truths, range(6))
    with pytest.raises(ValueError, match="y must hold one truth for each of the 6 images"):
        patient_correlation(images, [0], [0] * 6)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"groups": ["a", None, "b"]}, "groups must be known for each image, got 1 missing, row 1"),
        ({"groups": ["a"]}, "groups must name the patient of each of the 3 images, got 1"),
        ({"correlation": 0.995}, r"correlation must lie between 0 .* or be 1"),
        ({"correlation": True}, r"correlation must lie between 0 .* or be 1"),
        ({"forecast": Forecast(np.zeros(3))}, "forecast must hold distributions of numbers"),
    ],
)
def test_what_cannot_be_pooled_is_told(given, message):
    with pytest.raises(ValueError, match=message):
        pool_by_patient(**{"forecast": forecasts(3), "groups": ["a", "a", "b"]} | given)


def test_what_is_no_forecast_is_told():
    with pytest.raises(TypeError, match=r"forecast must be what forecast_of\(estimator, X\) returns, .*, got list"):
        pool_by_patient([0.5, 0.5], ["a", "b"])


def test_patients_are_counted_and_told():
    pooled = pool_by_patient(forecasts(5), ["b", "a", "b", "b", "a"])
    assert len(pooled) == 2 and repr(pooled) == "PatientForecast(2 patients, 5 images)"


def test_a_grid_of_one_point_leaves_nothing_to_doubt():
    certain = pool_by_patient(GridDistribution([3], np.ones((4, 1))), ["a", "a", "b", "b"])
    assert certain.frame()[["worst", "mean", "mean_low", "mean_high"]].to_numpy().tolist() == [[3.0] * 4] * 2


def test_ten_patients_with_two_images_are_enough_and_the_estimate_is_that_of_their_levels():
    images, patients = forecasts(20), np.repeat(np.arange(10), 2)
    truths = np.random.default_rng(0).integers(0, 5, 20)
    rows, cdf = np.arange(20), np.column_stack([np.zeros(20), images.cdf])
    expected = estimate_correlation(cdf[rows, truths], cdf[rows, truths + 1], truths, 5, patients)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert patient_correlation(images, truths, patients) == expected > 0


def test_means_of_images_that_stand_at_one_level_have_the_grid_of_all_means():
    images = GridDistribution([0, 1, 3], [[0.5, 1.0, 1.0], [0.25, 1.0, 1.0]])
    together, apart = (pool_by_patient(images, ["a", "a"], correlation=rho).means[0] for rho in (1, 0))
    np.testing.assert_array_equal(together.grid, apart.grid)
    np.testing.assert_allclose(together.cdf[0], [0.25, 0.5, 1, 1, 1, 1, 1])


@pytest.mark.parametrize(
    ("grid", "places", "step"),
    [
        ([3], [0], 1.0),
        ([10, 20, 40], [0, 1, 3], 10),
        ([5, 7.5, 10], [0, 1, 2], 2.5),
        ([0, 20, 41], [0, 20, 41], 1),  # a gap has at most twenty steps
        ([0, 21, 43], [0, 488, 1000], 0.043),
        ([5, 6, 5 + np.e, 105], [0, 10, 27, 1000], 0.1),  # no even steps: a thousandth of the span
        ([0, 0.5, 1000], [0, 0, 1000], 1),  # more than a thousand steps
    ],
)
def test_points_stand_among_even_steps(grid, places, step):
    found, of_step = even_steps(np.array(grid, dtype=float))
    assert found.tolist() == places and of_step == pytest.approx(step)
