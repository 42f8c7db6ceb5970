"""Changes between visits: closed forms, counting all cases, and what happens to stable patients."""

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import norm

from skerosion import GridDistribution
from skerosion.visits import RauDistribution, rau_distribution
from skerosion.visits._change import ChangeErrors
from skerosion.visits._copula import factor, given_factor


def two_visits(visit_correlation, n_joints=(4, 7), seed=0):
    """Scores of one patient with two visits of so many joints."""
    rng = np.random.default_rng(seed)
    rows = sum(n_joints)
    cdf = np.clip(np.cumsum(rng.dirichlet(np.ones(6), rows), axis=1), 0, 1)
    rau = rau_distribution(cdf, np.zeros(rows), np.repeat([0, 1], n_joints), bins=None)
    return RauDistribution(rau.sums, rau.n_joints, rau.index, visit_correlation=visit_correlation)


@pytest.mark.parametrize("correlation", [0.0, 0.4, 0.9])
def test_moments_are_those_of_all_pairs_of_scores(correlation):
    rau = two_visits(correlation)
    values, weights = factor(correlation)
    given = np.diff(given_factor(rau.sums.cdf, values, correlation), axis=2, prepend=0)
    joint = np.einsum("u,us,ut->st", weights, given[:, 0], given[:, 1])
    scores = rau.step[:, np.newaxis] * rau.sums.grid
    difference = scores[1] - scores[0][:, np.newaxis]
    mean = (joint * difference).sum()
    row = rau.changes().iloc[0]
    assert row.change == pytest.approx(mean)
    assert row["std"] == pytest.approx(np.sqrt((joint * (difference - mean) ** 2).sum()))
    assert row.probability_of_increase == pytest.approx(joint[difference > 1e-9].sum())


def test_equal_visits_have_the_classical_smallest_detectable_change():
    """Without correlation it is 1.96 sqrt(2) standard errors of measurement."""
    cdf = np.tile([0.3, 0.5, 0.8, 0.9, 0.95, 1.0], (40, 1))
    rau = rau_distribution(cdf, np.zeros(40), np.repeat([0, 1], 20), bins=None)
    row = rau.changes(confidence=0.95).iloc[0]
    assert row.smallest_detectable == pytest.approx(norm.ppf(0.975) * np.sqrt(2) * rau.std()[0])
    assert row.change == pytest.approx(0) and not row.more_than_noise
    assert 0.4 < row.probability_of_increase < 0.5  # a tie is not an increase


def test_common_errors_cancel_in_the_change():
    smallest = [two_visits(correlation).changes().smallest_detectable.iloc[0] for correlation in (0, 0.3, 0.6, 0.9)]
    assert (np.diff(smallest) < 0).all()


def test_changes_are_since_the_previous_or_the_first_visit():
    percent = [0, 20, 40, 60, 100]
    forecast = GridDistribution(np.arange(0, 101, 20), np.arange(0, 101, 20) >= np.array(percent)[:, np.newaxis])
    rau = rau_distribution(forecast, ["a", "a", "a", "b", "c"], [3, 1, 2, 1, 1])
    table = rau.changes()
    assert table.index.tolist() == [("a", 2), ("a", 3)] and table.since.tolist() == [1, 2]
    assert table.change.tolist() == [38, -76] and table.more_than_noise.tolist() == [True, True]
    assert table.probability_of_increase.tolist() == [1, 0]
    assert rau.changes(since="first").since.tolist() == [1, 1]
    assert rau[3:].changes().empty
    assert list(rau[3:].changes().columns) == list(table.columns)


def test_estimates_of_stable_patients_stay_below_the_smallest_detectable_change():
    """Two readings of the same true score, whose errors are correlated: 95 % of the differences are noise."""
    rng, correlation = np.random.default_rng(0), 0.5
    n, edges = 400, np.arange(-0.5, 101)
    errors = rng.multivariate_normal([0, 0], 36 * np.array([[1, correlation], [correlation, 1]]), n)
    means = 50 + errors.ravel()
    cdf = ndtr((edges[1:] - means[:, np.newaxis]) / 6)
    sums = GridDistribution(None, np.column_stack([cdf[:, :-1], np.ones(2 * n)]))
    index = rau_distribution(np.ones((2 * n, 1)), np.repeat(np.arange(n), 2), np.tile([0, 1], n), grid=[0]).index
    rau = RauDistribution(sums, np.full(2 * n, 20), index, visit_correlation=correlation)
    table = rau.changes()
    assert 1 - table.more_than_noise.mean() == pytest.approx(0.95, abs=0.03)


def test_changes_of_misread_visits_stay_below_what_was_learned_of_them():
    """One visit in ten is off by far more than the estimator thinks: the normal factor bounds too few changes."""
    rng, n = np.random.default_rng(0), 1000
    truth = np.full(2 * n, 100)
    errors = 6 * rng.normal(size=2 * n) * np.where(rng.uniform(size=2 * n) < 0.1, 4, 1)
    means = truth + errors
    sums = GridDistribution(
        None, np.column_stack([ndtr((np.arange(0.5, 200) - means[:, np.newaxis]) / 6), np.ones(2 * n)])
    )
    index = rau_distribution(np.ones((2 * n, 1)), np.repeat(np.arange(n), 2), np.tile([0, 1], n), grid=[0]).index
    rau = RauDistribution(sums, np.full(2 * n, 40), index, reference_count=40)
    learned = RauDistribution(
        rau.sums,
        rau.n_joints,
        index,
        reference_count=40,
        change_errors=ChangeErrors.of(rau[: 2 * 500], truth[: 2 * 500]),
    )
    new = slice(500, None)
    assert rau.changes().more_than_noise[new].mean() > 0.09
    assert learned.changes().more_than_noise[new].mean() == pytest.approx(0.05, abs=0.02)
    assert learned[:4].change_errors == learned.change_errors


def test_the_bound_is_a_quantile_of_patients():
    sizes = np.arange(1.0, 20)
    assert ChangeErrors(sizes, np.arange(19)).bound(0.95) == 19
    assert ChangeErrors(sizes, np.arange(19)).bound(0.5) == 10
    # Of 18 patients none can be told to be beyond 95 %: the largest, unless a normal error is larger.
    assert ChangeErrors(sizes[:18], np.arange(18)).bound(0.95) == 18
    assert ChangeErrors(sizes[:18] / 100, np.arange(18)).bound(0.95) == pytest.approx(norm.ppf(0.975))
    # A patient of many visits counts as one of two.
    many = ChangeErrors(np.append(np.full(100, 9.0), sizes), np.append(np.zeros(100, dtype=int), np.arange(1, 20)))
    assert many.bound(0.5) == 10


def test_certain_scores_that_are_wrong_are_off_by_any_number_of_standard_deviations():
    certain = GridDistribution(None, np.ones((4, 6)))
    index = rau_distribution(np.ones((4, 1)), ["a", "a", "b", "b"], [0, 1, 0, 1], grid=[0]).index
    rau = RauDistribution(certain, np.ones(4, dtype=int), index)
    errors = ChangeErrors.of(rau, np.array([0.0, 0, 0, 38]))
    assert errors.sizes.tolist() == [0, np.inf] and errors.patients.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"since": "last"}, "since must be one of"), ({"confidence": 95}, "confidence must lie strictly between")],
)
def test_wrong_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        two_visits(0.0).changes(**settings)


@pytest.mark.parametrize("visits", [["V1", "V2", "V10"], ["10", "9", "8"]])
def test_visits_whose_text_is_in_another_order_are_refused(visits):
    rau = rau_distribution([[0.5, 1.0]] * 3, ["a"] * 3, visits, bins=None)
    with pytest.raises(ValueError, match="visits must be numbers or dates to follow each other"):
        rau.changes()
    rau_distribution([[0.5, 1.0]] * 3, ["a"] * 3, ["2010-03-05", "2010-11-05", "2012-01-01"], bins=None).changes()


@pytest.mark.parametrize("n_joints", [(1, 1), (1, 2), (7, 4)])
@pytest.mark.parametrize("correlation", [0.0, 0.6])
def test_visits_of_few_joints_are_compared_case_by_case(n_joints, correlation):
    rau = two_visits(correlation, n_joints)
    values, weights = factor(correlation)
    given = np.diff(given_factor(rau.sums.cdf, values, correlation), axis=2, prepend=0)
    joint = np.einsum("u,us,ut->st", weights, given[:, 0], given[:, 1])
    scores = rau.step[:, np.newaxis] * rau.sums.grid
    difference = scores[1] - scores[0][:, np.newaxis]
    row = rau.changes().iloc[0]
    spread = (joint * difference**2).sum() - (joint * difference).sum() ** 2
    assert row["std"] == pytest.approx(np.sqrt(spread))
    assert row.probability_of_increase == pytest.approx(joint[difference > 1e-9].sum())


def test_errors_of_changes_are_counted_in_their_standard_deviations():
    pmf = np.array([[0.5, 0.5], [0.2, 0.8], [0.1, 0.9], [0.5, 0.5], [0.4, 0.6]])
    index = rau_distribution(np.ones((5, 1)), ["a", "a", "b", "b", "b"], [0, 1, 0, 1, 2], grid=[0]).index
    rau = RauDistribution(GridDistribution(None, np.cumsum(pmf, axis=1)), np.ones(5, int), index, reference_count=1)
    errors = ChangeErrors.of(rau, np.array([0.0, 1, 0, 0, 1]))
    variance = pmf[:, 1] * pmf[:, 0]
    expected = np.array([0.3 - 1, -0.4 - 0, 0.1 - 1]) / np.sqrt(variance[[0, 2, 3]] + variance[[1, 3, 4]])
    np.testing.assert_allclose(errors.sizes, np.abs(expected))
    assert errors.patients.tolist() == [0, 1, 1]


def test_a_certain_score_that_stays_is_no_more_than_noise():
    certain = GridDistribution(None, np.ones((2, 6)))
    index = rau_distribution(np.ones((2, 1)), ["a", "a"], [0, 1], grid=[0]).index
    row = RauDistribution(certain, [1, 1], index).changes().iloc[0]
    assert (row.change, row.smallest_detectable, row.more_than_noise) == (0, 0, False)


@pytest.mark.parametrize("confidence", [0, 1, 1.5])
def test_confidence_lies_strictly_between_0_and_1(confidence):
    with pytest.raises(ValueError, match="confidence must lie strictly between 0 and 1"):
        two_visits(0.0).changes(confidence=confidence)


def test_the_same_number_written_in_two_ways_is_in_no_other_order():
    rau = rau_distribution([[0.5, 1.0]] * 2, ["a"] * 2, ["V01", "V1"], bins=None)
    assert len(rau.changes()) == 1
