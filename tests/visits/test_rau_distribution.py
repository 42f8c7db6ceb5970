"""Rau scores as distributions: against `rau_score`, missing joints, order of visits, errors."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion import GridDistribution
from skerosion.clinical import ratingen, ratingen_probabilities, rau_score
from skerosion.visits import RauDistribution, rau_distribution

GRID = np.arange(0, 101, 5.0)


def certain(percent):
    """Distributions with all their mass at the percentages."""
    return GridDistribution(GRID, GRID >= np.asarray(percent, dtype=float)[:, np.newaxis])


def draw_forecast(n, seed=0):
    pmf = np.random.default_rng(seed).dirichlet(np.full(GRID.size, 0.3), n)
    return GridDistribution(GRID, np.clip(np.cumsum(pmf, axis=1), 0, 1))


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.sampled_from(GRID)), min_size=1, max_size=12))
@pytest.mark.parametrize("correlation", [0.0, 0.5])
def test_certain_joints_give_the_score_itself(correlation, rows):
    patients, visits, percent = (np.array(column) for column in zip(*rows, strict=True))
    rau = rau_distribution(certain(percent), patients, visits, correlation=correlation)
    table = pd.DataFrame({"patient": patients, "visit": visits, "joint": np.arange(len(rows)), "percent": percent})
    expected = rau_score(ratingen(table.pivot(index=["patient", "visit"], columns="joint", values="percent")))
    assert rau.index.tolist() == expected.score.index.tolist()
    np.testing.assert_allclose(rau.mean(), expected.score, atol=1e-9)
    np.testing.assert_allclose(rau.std(), 0, atol=1e-4)
    np.testing.assert_allclose(rau.interval(0.9), np.column_stack([expected.score] * 2))
    np.testing.assert_array_equal(rau.n_joints, expected.n_joints)


def test_missing_joints_are_extrapolated_and_widen():
    forecast = GridDistribution(GRID, np.repeat(draw_forecast(1).cdf, 30, axis=0))
    visits = np.repeat([0, 1], [24, 6])
    rau = rau_distribution(forecast, np.zeros(30), visits)
    assert rau.n_joints.tolist() == [24, 6]
    assert rau.mean()[0] == pytest.approx(rau.mean()[1])
    assert rau.std()[1] == pytest.approx(2 * rau.std()[0])


def test_moments_of_independent_joints_add_up():
    forecast = draw_forecast(12)
    rau = rau_distribution(forecast, np.zeros(12), np.zeros(12), reference_count=20)
    probabilities = ratingen_probabilities(forecast)
    means = probabilities @ np.arange(6)
    variances = probabilities @ np.arange(6) ** 2 - means**2
    assert rau.mean()[0] == pytest.approx(20 * means.mean())
    assert rau.var()[0] == pytest.approx((20 / 12) ** 2 * variances.sum())
    assert rau.std()[0] ** 2 == pytest.approx(rau.var()[0])


def test_quantiles_and_cdf_are_inverse():
    rau = rau_distribution(draw_forecast(20), np.repeat([0, 1], 10), np.zeros(20), correlation=0.2)
    levels = np.array([0.05, 0.5, 0.95])
    quantiles = rau.quantile(levels)
    assert quantiles.shape == (2, 3) and np.array_equal(quantiles[:, 1], rau.median())
    np.testing.assert_array_equal(rau.interval(0.9), quantiles[:, [0, 2]])
    for column, level in enumerate(levels):
        assert (rau.cdf_at(quantiles[:, column]) >= level - 1e-6).all()
        assert (rau.cdf_at(quantiles[:, column] - rau.step) < level).all()
    assert rau.cdf_at(-0.1).tolist() == [0, 0] and rau.cdf_at(190).tolist() == [1, 1]


@given(st.integers(0, 50), st.sampled_from([0.5, 0.8, 0.9]), st.sampled_from([0.0, 0.4]))
def test_no_interval_that_holds_enough_is_shorter(seed, coverage, correlation):
    rau = rau_distribution(draw_forecast(6, seed), np.zeros(6), np.zeros(6), correlation=correlation)
    low, high = np.rint(rau.interval(coverage, kind="shortest")[0] / rau.step[0]).astype(int)
    pmf = rau.sums.pmf[0]
    assert pmf[low : high + 1].sum() >= coverage - 1e-5
    held = np.convolve(pmf, np.ones(high - low), "valid") if high > low else np.zeros(1)
    assert (held < coverage).all()
    assert np.diff(rau.interval(coverage))[0] >= (high - low) * rau.step[0] - 1e-9


def test_grades_and_percentages_are_the_same():
    forecast = draw_forecast(10)
    cdf = np.cumsum(ratingen_probabilities(forecast), axis=1)
    of_percent = rau_distribution(forecast.cdf, np.zeros(10), np.zeros(10), grid=GRID, correlation=0.3)
    of_grades = rau_distribution(cdf, np.zeros(10), np.zeros(10), bins=None, correlation=0.3)
    np.testing.assert_allclose(of_percent.sums.cdf, of_grades.sums.cdf, atol=1e-12)


def test_visits_come_in_order_and_can_be_chosen():
    dates = pd.to_datetime(["2012-03-01", "2010-05-01", "2010-05-01", "2011-01-01"])
    rau = rau_distribution(certain([100, 0, 20, 40]), ["b", "b", "b", "a"], dates)
    assert rau.index.names == ["patient_id", "visit"]
    assert [patient for patient, _ in rau.index] == ["a", "b", "b"]
    assert rau.mean().tolist() == [76, 19, 190]
    assert rau[1:].frame().equals(rau.frame()[1:]) and len(rau[0]) == 1
    assert repr(rau) == "RauDistribution(3 visits of 2 patients, 1 to 2 joints each)"
    assert rau[rau.mean() > 100].index[0][0] == "b"


def test_visits_have_numbers_where_none_are_given():
    sums = GridDistribution(None, [[0.5, 1.0], [0.0, 1.0]])
    rau = RauDistribution(sums, [1, 1], reference_count=10)
    assert rau.mean().tolist() == [5, 10] and rau.index.tolist() == [(0, 0), (1, 0)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"groups": [1]}, r"groups must name the patient of each of the 2 joints, got shape \(1,\)"),
        ({"visits": None}, "visits must name the visit of each of the 2 joints, got None"),
        ({"groups": ["a", None]}, "groups must be known for each row, got 1 missing, row 1"),
        ({"correlation": 1.0}, "correlation must lie between 0 .independent. and 0.99, got 1.0"),
        ({"correlation": True}, "correlation must lie"),
        ({"bins": "kl"}, "bins must be 'ratingen' for percentages or None"),
        ({"bins": None}, "forecast must have the grades 0 to 5 as its grid"),
        ({"grid": GRID}, "grid must be left out where forecast is a GridDistribution"),
        ({"reference_count": 0}, "reference_count must be a positive number"),
        ({"reference_count": np.inf}, "reference_count must be a positive number"),
        ({"forecast": GridDistribution([0, 200], [[0.5, 1]] * 2)}, "must be one of percentages"),
    ],
)
def test_wrong_input_is_named(change, message):
    given = {"forecast": certain([0, 20]), "groups": [1, 1], "visits": [0, 0]}
    with pytest.raises(ValueError, match=message):
        rau_distribution(**(given | change))


def test_wrong_numbers_of_a_distribution_are_named():
    sums = GridDistribution(None, [[0.5, 1.0]])
    with pytest.raises(ValueError, match="n_joints must hold the number of joints"):
        RauDistribution(sums, [0])
    with pytest.raises(ValueError, match="visit_correlation must lie between"):
        RauDistribution(sums, [1], visit_correlation=-0.1)
    with pytest.raises(ValueError, match="kind must be one of"):
        RauDistribution(sums, [1]).interval(0.9, kind="highest")
    with pytest.raises(ValueError, match="coverage must lie strictly between 0 and 1, got 90"):
        RauDistribution(sums, [1]).interval(90)
    with pytest.raises(ValueError, match="score must be a number or one for each of 1 visits"):
        RauDistribution(sums, [1]).cdf_at([0, 1])


def test_a_patient_with_blanks_is_one_patient():
    rau = rau_distribution([[0.5, 1.0]] * 2, ["7", "7 "], [0, 0], bins=None)
    assert rau.index.tolist() == [("7", 0)] and rau.n_joints.tolist() == [2]


@pytest.fixture
def two_joints():
    """Sums 0 to 10 of two joints, and 0 to 5 of one, whose probabilities differ at every place."""
    pmf = np.array([np.arange(1, 12) / 66, [*np.arange(6, 0, -1) / 21, 0, 0, 0, 0, 0]])
    return RauDistribution(GridDistribution(None, np.cumsum(pmf, axis=1)), [2, 1], reference_count=10), pmf


def test_the_frame_is_that_of_the_closed_forms(two_joints):
    rau, pmf = two_joints
    scores = np.array([5.0, 10.0])[:, None] * np.arange(11)
    mean = (pmf * scores).sum(axis=1)
    std = np.sqrt((pmf * (scores - mean[:, None]) ** 2).sum(axis=1))
    expected = pd.DataFrame(
        # The shortest intervals of .5: the highest grades of the first visit, the lowest of the second.
        {"mean": mean, "std": std, "median": [35.0, 10], "low": [35.0, 0], "high": [50.0, 10], "n_joints": [2, 1]},
        index=pd.MultiIndex.from_tuples([(0, 0), (1, 0)], names=["patient_id", "visit"]),
    )
    pd.testing.assert_frame_equal(rau.frame(coverage=0.5), expected)
    wider = rau.frame()
    assert (wider["low"] <= expected["low"]).all() and (wider["high"] - wider["low"]).tolist() == [35, 40]


def test_intervals_hold_nine_of_ten_unless_told_otherwise(two_joints):
    rau, _ = two_joints
    np.testing.assert_array_equal(rau.interval(), rau.interval(0.9, "central"))
    assert not np.array_equal(rau.interval(), rau.interval(0.8))


def test_the_cdf_is_that_of_the_sums_at_any_score(two_joints):
    rau, pmf = two_joints
    cdf = np.cumsum(pmf, axis=1)
    for place in range(11):
        np.testing.assert_allclose(rau.cdf_at(rau.step * place), cdf[:, place])
        np.testing.assert_allclose(rau.cdf_at(rau.step * (place + 0.99)), cdf[:, place])
    for score, held in ((-0.01, 0), (-1e300, 0), (-np.inf, 0), (1e3, 1), (1e300, 1), (np.inf, 1)):
        np.testing.assert_allclose(rau.cdf_at(score), held)


def test_no_visit_is_told_too(two_joints):
    assert repr(two_joints[0][[]]) == "RauDistribution(0 visits of 0 patients, no joints each)"


@pytest.mark.parametrize("name", ["groups", "visits"])
def test_keys_that_may_be_the_same_are_refused_by_name(name):
    given = {"groups": [0, 0], "visits": [0, 0], name: ["01", 1]}
    with pytest.raises(ValueError, match=rf"^{name} must be text throughout, got the number 1 beside the text '01'"):
        rau_distribution([[0.5, 1.0]] * 2, **given, bins=None)


@pytest.mark.parametrize("visits", [[date(2012, 1, 1), date(2010, 1, 1)], pd.to_datetime(["2012-01-01", "2010-01-01"])])
def test_dates_of_visits_stay_dates(visits):
    rau = rau_distribution([[0.5, 1.0]] * 2, [0, 0], visits, bins=None)
    assert rau.index.get_level_values("visit").tolist() == sorted(visits)
