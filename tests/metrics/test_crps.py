"""CRPS: reference tables, independent packages, closed forms, and what is never scored."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from skerosion.forecasts import GridDistribution, repair_cdf
from skerosion.metrics import crps, crps_skill, marginal_cdf

GRID = np.arange(101)


def direct(y, cdf, grid):
    """Return the score of each row as the formula is written."""
    return ((cdf - (np.asarray(grid) >= np.asarray(y)[:, None])) ** 2).mean(axis=1)


def forecasts(n_rows=200, n_points=101, seed=0):
    rng = np.random.default_rng(seed)
    cdf = np.cumsum(rng.dirichlet(np.full(n_points, 0.2), size=n_rows), axis=1)
    return rng.integers(0, n_points, n_rows), cdf


def test_percentages_of_the_reference_tables(shared):
    folder = shared / "reference" / "crps"
    scores = pd.read_csv(folder / "discrete_0_100_scores.csv")
    cdf = pd.read_csv(folder / "discrete_0_100_pmf.csv").drop(columns="case").to_numpy().cumsum(axis=1)
    points = crps(scores["y"], cdf, per_sample=True, unit="points")
    np.testing.assert_allclose(points, scores["crps_properscoring"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(points, scores["crps_scoringrules_nrg"], rtol=0, atol=1e-9)
    normalized = crps(scores["y"], cdf, per_sample=True)
    np.testing.assert_allclose(normalized, scores["direct_sum_div101"], rtol=0, atol=1e-9)
    assert crps(scores["y"], cdf, grid=GRID) == pytest.approx(scores["direct_sum_div101"].mean(), abs=1e-12)


def test_grades_of_the_reference_tables(shared):
    table = pd.read_csv(shared / "reference" / "crps" / "ordinal_6class_rps.csv")
    cdf = table[[f"p{grade}" for grade in range(6)]].to_numpy().cumsum(axis=1)
    points = crps(table["y"], cdf, grid=range(6), per_sample=True, unit="points")
    np.testing.assert_allclose(points, table["rps_scoringrules"], rtol=0, atol=1e-9)


def test_points_on_grades_are_the_ranked_probability_score():
    y, cdf = forecasts(n_points=6)
    scoringrules = pytest.importorskip("scoringrules")
    # It counts grades from 1.
    expected = scoringrules.rps_score(y + 1, np.diff(cdf, axis=1, prepend=0))
    np.testing.assert_allclose(crps(y, cdf, unit="points", per_sample=True), expected, atol=1e-9)


def test_points_are_the_crps_of_an_ensemble():
    scoringrules = pytest.importorskip("scoringrules")
    rng = np.random.default_rng(3)
    members, y = rng.integers(0, 101, (40, 25)), rng.integers(0, 101, 40)
    cdf = (members[:, :, None] <= GRID).mean(axis=1)
    expected = scoringrules.crps_ensemble(y.astype(float), members.astype(float), estimator="nrg")
    np.testing.assert_allclose(crps(y, cdf, unit="points", per_sample=True), expected, atol=1e-9)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=8), st.integers(0, 5))
def test_formula_holds_between_thresholds(y, seed):
    _, cdf = forecasts(len(y), seed=seed)
    np.testing.assert_allclose(crps(y, cdf, per_sample=True), direct(y, cdf, GRID), atol=1e-12)


@given(st.integers(0, 20), st.integers(0, 20), st.sampled_from([0.5, 5, 12]))
def test_point_forecast_scores_its_absolute_error(target, forecast, spacing):
    grid = spacing * np.arange(21)
    cdf = (np.arange(21) >= forecast).astype(float)
    error = spacing * abs(target - forecast)
    assert crps([spacing * target], cdf, grid, unit="points") == pytest.approx(error)
    assert crps([spacing * target], cdf, grid) == pytest.approx(abs(target - forecast) / 21)


def test_points_are_normalized_times_grid_on_even_grids():
    y, cdf = forecasts(n_points=21)
    points = crps(5 * y, cdf, 5 * np.arange(21), unit="points")
    assert points == pytest.approx(crps(5 * y, cdf, 5 * np.arange(21)) * 21 * 5)


def test_points_of_an_uneven_grid_are_the_absolute_error():
    grid = np.array([0, 1, 5, 20, 100])
    for target in range(5):
        for forecast in range(5):
            cdf = (np.arange(5) >= forecast).astype(float)
            error = abs(grid[target] - grid[forecast])
            assert crps([grid[target]], cdf, grid, unit="points") == pytest.approx(error)


def test_a_target_on_the_threshold_is_reached_by_it():
    grid = np.linspace(0, 1, 101)
    cdf = np.linspace(0, 1, 101)
    typed = np.round(grid, 2)
    steps = np.arange(101) >= np.arange(101)[:, None]
    for y in (typed, typed.astype(np.float32), np.arange(101) / 100):
        np.testing.assert_allclose(crps(y, cdf, grid, per_sample=True), ((cdf - steps) ** 2).mean(axis=1))


@given(hnp.arrays(float, (6, 11), elements=st.floats(-0.2, 1.2)), st.sampled_from(["isotonic", "sort"]))
def test_repair_never_worsens(noisy, how):
    y = np.arange(6) * 2
    repaired = crps(y, repair_cdf(noisy, how), per_sample=True)
    assert (repaired <= direct(y, noisy, np.arange(11)) + 1e-12).all()


def test_repair_never_worsens_noisy_sigmoids_where_the_running_maximum_does():
    y, cdf = forecasts(3000)
    noisy = np.clip(cdf + np.random.default_rng(1).normal(0, 0.1, cdf.shape), 0, 1)
    before = direct(y, noisy, GRID)
    assert (crps(y, repair_cdf(noisy), per_sample=True) <= before + 1e-12).all()
    assert (crps(y, repair_cdf(noisy, "sort"), per_sample=True) <= before + 1e-12).all()
    maximum = np.maximum.accumulate(noisy, axis=1)
    assert (direct(y, maximum, GRID) > before).mean() > 0.3


def test_a_distribution_brings_its_grid():
    y, cdf = forecasts(n_points=21)
    distribution = GridDistribution(5 * np.arange(21), cdf)
    expected = crps(5 * y, cdf, 5 * np.arange(21))
    assert crps(5 * y, distribution) == crps(5 * y, distribution, 5 * np.arange(21)) == expected
    with pytest.raises(ValueError, match="grid must be left out"):
        crps(5 * y, distribution, np.arange(21))


def test_weight_two_equals_the_row_twice():
    y, cdf = forecasts(30)
    weights = np.arange(30) % 3
    twice = np.repeat(np.arange(30), weights)
    assert crps(y, cdf, sample_weight=weights) == pytest.approx(crps(y[twice], cdf[twice]))
    skill = crps_skill(y[twice], cdf[twice])
    assert crps_skill(y, cdf, sample_weight=weights) == pytest.approx(skill)


def test_one_row_forecasts_for_all():
    y, cdf = forecasts(50)
    assert crps(y, cdf[0]) == pytest.approx(crps(y, np.tile(cdf[0], (50, 1))))


@pytest.mark.parametrize(
    ("cdf", "rule"),
    [
        ([[0.9, 0.1, 1], [0, 0, 1]], "must not fall"),
        ([[0, 0, 1], [0.1, 0.2, 0.7]], "must end at 1, got row 1"),
        ([[-0.5, 0, 1], [0, 0, 1]], "must start at 0"),
        ([[0, np.nan, 1], [0, 0, 1]], "must not fall"),
    ],
)
def test_what_is_no_cdf_is_never_scored(cdf, rule):
    for score in (crps, crps_skill):
        with pytest.raises(ValueError, match=f"cdf {rule}(.|\n)*repair_cdf"):
            score([0, 1], cdf)


def test_a_bad_row_is_found_far_down():
    y, cdf = forecasts(12_000)
    cdf[11_000, 50] = 2
    with pytest.raises(ValueError, match="row 11000"):
        crps(y, cdf)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: crps([0, 101], np.ones((2, 101))), r"y_true must lie within the grid, 0 to 100, got 101 \(1 of 2"),
        (lambda: crps([-1], np.ones((1, 101))), "y_true must lie within the grid"),
        (lambda: crps([0.5, np.nan], np.ones((2, 3))), "y_true must be finite"),
        (lambda: crps(["a"], np.ones((1, 3))), "y_true must hold numbers"),
        (lambda: crps([0, 1], np.ones((3, 3))), "3 rows and 2 targets"),
        (lambda: crps([0], np.ones((1, 3)), grid=[0, 1]), "2 thresholds and 3 columns"),
        (lambda: crps([0], np.ones((1, 3, 1))), r"cdf must be numbers of shape \(n_rows, n_points\)"),
        (lambda: crps([0], np.ones((1, 3)), unit="percent"), "unit must be one of .*got .percent."),
        (lambda: crps([0], np.ones((1, 3)), per_sample=True, sample_weight=[1]), "sample_weight weighs the mean"),
        (lambda: crps([0], np.ones((1, 3)), sample_weight=[0]), "not all zero"),
        (lambda: crps([0], np.ones((1, 3)), sample_weight=[1, 1]), "one weight for each of 1 rows, got 2"),
        (lambda: crps_skill([0], np.ones((1, 3)), reference_y=[0], reference_cdf=[1, 1, 1]), "two references"),
        (lambda: marginal_cdf([0, 101]), "y must lie within the grid, 0 to 100"),
    ],
)
def test_errors_name_parameter_rule_and_value(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_marginal_is_the_empirical_cdf_and_the_best_constant_forecast():
    y = np.random.default_rng(0).integers(0, 101, 500)
    marginal = marginal_cdf(y)
    np.testing.assert_allclose(marginal, (y[:, None] <= GRID).mean(axis=0))
    assert crps(y, marginal) == pytest.approx((marginal * (1 - marginal)).mean())
    assert crps(y, marginal) <= min(crps(y, (GRID >= constant).astype(float)) for constant in range(101))
    assert marginal_cdf(y, sample_weight=y == y[0])[y[0]] == 1


def test_marginal_of_the_published_histogram():
    shares = [68.28, 15.76, 7.17, 1.89, 2.00, 0.44, 0.80, 0.21, 0.50, 0.16, 0.38]
    shares += [0.10, 0.35, 0.10, 0.26, 0.05, 0.22, 0.04, 0.16, 0.03, 1.12]
    labels = np.arange(0, 101, 5)
    marginal = marginal_cdf(labels, sample_weight=shares)
    assert crps(labels, marginal, sample_weight=shares) == pytest.approx(0.0432, abs=1e-3)


def test_skill_of_marginal_perfect_and_given_references():
    y, cdf = forecasts(100)
    assert crps_skill(y, marginal_cdf(y)) == pytest.approx(0)
    assert crps_skill(y, (GRID >= y[:, None]).astype(float)) == 1
    assert crps_skill(y, cdf, reference_cdf=cdf) == pytest.approx(0)
    train = np.arange(101)
    expected = 1 - crps(y, cdf) / crps(y, marginal_cdf(train))
    assert crps_skill(y, cdf, reference_y=train) == pytest.approx(expected)
    assert crps_skill([3, 3], [0, 0, 0, 1, 1]) == 1 and crps_skill([3, 3], [0, 0, 0, 0, 1]) == 0


def test_a_million_rows_need_little_memory_beside_them():
    cdf = np.broadcast_to(np.linspace(0, 1, 101, dtype=np.float32), (1_000_000, 101))
    y = np.zeros(1_000_000)
    tracemalloc.start()
    score = crps(y, cdf)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert score == pytest.approx(direct([0], cdf[:1], GRID)[0], rel=1e-6)
    assert peak < 64 * 2**20


def test_rounding_does_not_lift_the_marginal_above_1():
    weights = np.random.default_rng(0).random(50)
    assert (np.cumsum(weights) / weights.sum()).max() > 1
    assert marginal_cdf(np.arange(50), sample_weight=weights).max() == 1


@pytest.mark.parametrize("kind", [complex, str, object, "datetime64[D]"])
def test_cdfs_are_real_numbers(kind):
    cdf = np.ones((1, 3), dtype=int).astype(kind)
    with pytest.raises(ValueError, match="cdf must be numbers of shape"):
        crps([0], cdf)
    with pytest.raises(ValueError, match="cdf must be numbers of shape"):
        repair_cdf(cdf)


def test_skill_is_counted_on_the_grid_that_is_given():
    y, grid = np.array([0.0, 10, 30, 30]), [0, 10, 30]
    cdf = np.array([[0.7, 0.9, 1], [0.2, 0.8, 1], [0.1, 0.4, 1], [0.0, 0.1, 1]])
    reference = np.tile([0.25, 0.5, 1], (4, 1))
    expected = 1 - crps(y, cdf, grid=grid) / crps(y, reference, grid=grid)
    assert crps_skill(y, cdf, grid=grid) == pytest.approx(expected)
    assert crps_skill(y, cdf, grid=grid, reference_cdf=reference) == pytest.approx(expected)


def test_a_grid_of_one_point_leaves_nothing_to_score():
    assert crps([3.0, 3.0], [[1.0], [1.0]], grid=[3]) == 0


def test_targets_of_a_marginal_distribution_are_named():
    with pytest.raises(ValueError, match="^y must"):
        marginal_cdf(["a"], [0, 1])
