"""The patient bootstrap: paths agree, pairs are paired, patients widen, and what a draw lacks is told."""

import pickle
import time
import warnings
from functools import partial

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import balanced_accuracy_score, mean_absolute_error

from skerosion.forecasts import GridDistribution
from skerosion.metrics import (
    class_normalized_accuracy,
    crps,
    find_metric,
    group_bootstrap_difference,
    group_bootstrap_interval,
    macro_mae,
    quadratic_kappa,
    within_one_accuracy,
)
from skerosion.metrics._agreement import NONE
from skerosion.metrics._draw_percentiles import interval_of


def patients(n_patients=150, n_joints=8, seed=0):
    """Return grades, predictions and patients; errors are correlated within a patient."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(n_patients), n_joints)
    bias = rng.integers(-1, 2, n_patients)[groups]
    y_true = rng.integers(0, 5, len(groups))
    return y_true, np.clip(y_true + bias + rng.integers(-1, 2, len(groups)), 0, 4), groups


def test_known_metric_and_weighted_metric_draw_the_same():
    y_true, y_pred, groups = patients()
    known = group_bootstrap_interval(class_normalized_accuracy, y_true, y_pred, groups, n_resamples=50, random_state=0)
    other = group_bootstrap_interval(balanced_accuracy_score, y_true, y_pred, groups, n_resamples=50, random_state=0)
    np.testing.assert_allclose(known.draws, other.draws)
    assert known == pytest.approx(other) and known.estimate == pytest.approx(balanced_accuracy_score(y_true, y_pred))


def test_metric_without_weights_sees_rows_again():
    y_true, y_pred, groups = patients()

    def plain(y_true, y_pred):
        return mean_absolute_error(y_true, y_pred)

    settings = {"n_resamples": 40, "random_state": 3}
    repeated = group_bootstrap_interval(plain, y_true, y_pred, groups, **settings)
    known = group_bootstrap_interval(mean_absolute_error, y_true, y_pred, groups, **settings)
    np.testing.assert_allclose(repeated.draws, known.draws)
    with pytest.raises(ValueError, match="sample_weight needs a metric that accepts sample_weight"):
        group_bootstrap_interval(plain, y_true, y_pred, groups, sample_weight=np.ones(len(y_true)))


@pytest.mark.parametrize("metric", [mean_absolute_error, balanced_accuracy_score])
def test_weight_two_equals_the_row_twice(metric):
    y_true, y_pred, groups = patients(40)
    weights = 1 + np.arange(len(y_true)) % 2
    twice = np.repeat(np.arange(len(y_true)), weights)
    settings = {"n_resamples": 60, "random_state": 1}
    weighted = group_bootstrap_interval(metric, y_true, y_pred, groups, sample_weight=weights, **settings)
    repeated = group_bootstrap_interval(metric, y_true[twice], y_pred[twice], groups[twice], **settings)
    np.testing.assert_allclose(weighted.draws, repeated.draws)


def test_one_row_a_group_gives_the_normal_interval_of_a_mean():
    rng = np.random.default_rng(0)
    error = rng.gamma(2, size=2000)
    interval = group_bootstrap_interval(
        mean_absolute_error, np.zeros(2000), error, np.arange(2000), n_resamples=4000, random_state=0
    )
    margin = stats.norm.ppf(0.975) * error.std() / np.sqrt(2000)
    assert interval == pytest.approx((error.mean() - margin, error.mean() + margin), abs=0.05 * margin * 2)


def test_few_patients_give_students_interval_of_a_mean():
    """A normal mean of ten patients, whose plain percentiles would be a fifth too narrow."""
    values = stats.norm.ppf((np.arange(10) + 0.5) / 10)
    low, high = group_bootstrap_interval(
        "mean_error", np.zeros(10), values, np.arange(10), n_resamples=20_000, random_state=0
    )
    student = stats.t.isf(0.025, 9) * values.std(ddof=1) / np.sqrt(10)
    assert (low, high) == pytest.approx((-student, student), rel=0.03)


def test_patients_widen_the_interval():
    y_true, y_pred, groups = patients(n_joints=20)
    y_pred = np.where(groups % 2, y_true, y_pred)
    low, high = group_bootstrap_interval(mean_absolute_error, y_true, y_pred, groups, random_state=0)
    narrow_low, narrow_high = group_bootstrap_interval(
        mean_absolute_error, y_true, y_pred, np.arange(len(y_true)), random_state=0
    )
    assert high - low > 1.3 * (narrow_high - narrow_low)


def test_interval_covers_about_what_it_claims():
    covered = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        groups = np.repeat(np.arange(60), 5)
        error = np.abs(rng.normal(size=60)[groups] + rng.normal(size=300))
        truth = np.sqrt(2) * np.sqrt(2 / np.pi)
        low, high = group_bootstrap_interval(
            mean_absolute_error, np.zeros(300), error, groups, n_resamples=200, confidence=0.9, random_state=seed
        )
        covered += low <= truth <= high
    assert 80 <= covered <= 97


def test_difference_of_equal_forecasts_is_zero_and_of_better_ones_is_not():
    y_true, y_pred, groups = patients()
    same = group_bootstrap_difference(quadratic_kappa, y_true, y_pred, y_pred, groups, random_state=0)
    # That they agree about 150 patients does not say that they agree about all.
    assert same.low < 0 < same.high and same.estimate == 0 and not same.draws.any()
    better = np.where(np.arange(len(y_true)) % 4 == 0, y_true, y_pred)
    difference = group_bootstrap_difference(quadratic_kappa, y_true, better, y_pred, groups, random_state=0)
    assert 0 < difference.low < difference.estimate < difference.high
    assert difference.estimate == pytest.approx(quadratic_kappa(y_true, better) - quadratic_kappa(y_true, y_pred))


def test_difference_is_paired():
    y_true, y_pred, groups = patients()
    nearly = y_pred.copy()
    nearly[::100] = y_true[::100]
    alone = group_bootstrap_interval(macro_mae, y_true, y_pred, groups, random_state=0)
    difference = group_bootstrap_difference(macro_mae, y_true, nearly, y_pred, groups, random_state=0)
    assert difference.high - difference.low < 0.5 * (alone.high - alone.low)
    other = group_bootstrap_interval(macro_mae, y_true, nearly, groups, random_state=0)
    np.testing.assert_allclose(difference.draws, other.draws - alone.draws)


def test_distributions_are_scored_as_arrays_are():
    rng = np.random.default_rng(0)
    y_true, _, groups = patients()
    cdf = np.cumsum(rng.dirichlet(np.ones(5), len(y_true)), axis=1)
    of_array = group_bootstrap_interval(crps, y_true, cdf, groups, random_state=0)
    of_object = group_bootstrap_interval(crps, y_true, GridDistribution(None, cdf), groups, random_state=0)
    assert of_array == pytest.approx(of_object)
    own = partial(lambda y_true, y_pred, sample_weight=None: crps(y_true, y_pred, sample_weight=sample_weight))
    slow = group_bootstrap_interval(own, y_true, GridDistribution(None, cdf), groups, n_resamples=40, random_state=0)
    np.testing.assert_allclose(slow.draws, of_array.draws[:40])


def test_seed_repeats_and_strings_name_patients():
    y_true, y_pred, groups = patients()
    first = group_bootstrap_interval(within_one_accuracy, y_true, y_pred, groups, random_state=7)
    named = group_bootstrap_interval(within_one_accuracy, y_true, y_pred, [f"p{g}" for g in groups], random_state=7)
    assert first == named != group_bootstrap_interval(within_one_accuracy, y_true, y_pred, groups, random_state=8)
    copy = pickle.loads(pickle.dumps(first))
    assert copy == first and copy.estimate == first.estimate and len(copy.draws) == 1000


def test_draws_are_the_same_however_many_fit_into_memory_at_once(monkeypatch):
    y_true, y_pred, groups = patients(10)
    settings = {"n_resamples": 57, "random_state": 0}
    at_once = group_bootstrap_interval(mean_absolute_error, y_true, y_pred, groups, **settings)
    monkeypatch.setattr("skerosion.metrics._bootstrap._BLOCK_SIZE", 80)
    in_blocks = group_bootstrap_interval(mean_absolute_error, y_true, y_pred, groups, **settings)
    assert len(in_blocks.draws) == 57
    np.testing.assert_allclose(in_blocks.draws, at_once.draws)


def test_draws_without_a_grade_are_counted_and_warned_of():
    y_true, y_pred, groups = patients()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert group_bootstrap_interval(macro_mae, y_true, y_pred, groups, random_state=0).n_incomplete == 0
    y_true[0] = 5
    with pytest.warns(UserWarning, match="of 1000 resamples lack some grade"):
        interval = group_bootstrap_interval(class_normalized_accuracy, y_true, y_pred, groups, random_state=0)
    # A group is drawn nowhere with (1 - 1/n)^n, about 1/e.
    assert interval.n_incomplete / 1000 == pytest.approx(np.exp(-1), abs=0.05)
    assert interval.n_undefined == 0


@pytest.mark.parametrize("found", [[0.5, 1.0], np.ones(2), "good"])
def test_a_metric_that_is_no_number_is_told(found):
    with pytest.raises(ValueError, match="metric must return one number, got .*; choose one of its values"):
        group_bootstrap_interval(lambda y_true, y_pred: found, [0, 1], [0, 1], ["a", "b"], n_resamples=2)


def test_undefined_draws_are_left_out_and_warned_of():
    y_true, y_pred, groups = [0, 0, 1, 1], [0, 0, 1, 0], ["a", "a", "b", "b"]
    with pytest.warns(UserWarning, match="undefined on .* resamples, left out"):
        interval = group_bootstrap_interval(quadratic_kappa, y_true, y_pred, groups, random_state=0)
    copy = pickle.loads(pickle.dumps(interval))
    assert (copy.n_undefined, copy.n_incomplete) == (interval.n_undefined, interval.n_incomplete)
    assert interval.n_undefined + len(interval.draws) == 1000 and np.isfinite(interval.draws).all()
    with pytest.raises(ValueError, match="metric must be defined on at least one resample"):
        group_bootstrap_interval(quadratic_kappa, [0, 0], [0, 0], ["a", "b"])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"groups": None}, "groups must name the patient of each row, got None"),
        ({"groups": ["a", "a"]}, "y_true has 4, groups has 2"),
        ({"groups": ["a", None, "b", "b"]}, "got 1 row without one"),
        ({"groups": ["a"] * 4}, "groups must hold at least 2 groups"),
        ({"n_resamples": 0}, "n_resamples must be an integer of at least 1, got 0"),
        ({"confidence": 95}, "confidence must lie strictly between 0 and 1, got 95"),
        ({"y_pred": [0, 1]}, "y_true has 4, y_pred has 2"),
        ({"sample_weight": [1, 1]}, "one weight for each of 4 rows, got 2"),
    ],
)
def test_errors_name_parameter_rule_and_value(changes, message):
    arguments = {"y_true": [0, 1, 0, 1], "y_pred": [0, 1, 1, 1], "groups": ["a", "a", "b", "b"]} | changes
    with pytest.raises(ValueError, match=message):
        group_bootstrap_interval(macro_mae, **arguments)


def test_a_thousand_draws_over_twenty_thousand_joints_are_fast():
    rng = np.random.default_rng(0)
    groups, y_true = rng.integers(0, 1200, 20_000), rng.integers(0, 6, 20_000)
    y_pred = np.clip(y_true + rng.integers(-1, 2, 20_000), 0, 5)
    cdf = np.cumsum(rng.dirichlet(np.ones(101), 20_000), axis=1)
    start = time.perf_counter()
    for metric, forecast in [
        (class_normalized_accuracy, y_pred),
        (quadratic_kappa, y_pred),
        (mean_absolute_error, y_pred),
        (crps, cdf),
    ]:
        low, high = group_bootstrap_interval(metric, y_true, forecast, groups, random_state=0)
        assert low < high
    # About 0.4 s alone on one core; shared cores get room.
    assert time.perf_counter() - start < 5


def test_a_patient_with_blanks_is_drawn_as_one():
    y_true, y_pred = np.array([0, 1, 0, 1, 1, 0]), np.array([0, 1, 1, 1, 0, 0])
    clean = group_bootstrap_interval(within_one_accuracy, y_true, y_pred, [7, 7, 12, 12, 3, 3], random_state=0)
    blanks = ["7", "7 ", "12", " 12", "3", "3"]
    assert group_bootstrap_interval(within_one_accuracy, y_true, y_pred, blanks, random_state=0) == clean
    with pytest.raises(ValueError, match="at least 2 groups"):
        group_bootstrap_interval(within_one_accuracy, y_true, y_pred, ["7", "7 "] * 3, random_state=0)


def test_the_estimate_lies_in_its_interval_to_the_last_digit():
    """Draws of a constant are its value up to rounding, and a figure draws no bar of a negative length."""
    for estimate, draw in ((0.3, 0.1 + 0.2), (0.1 + 0.2, 0.3)):
        values = np.array([estimate] + [draw] * 100)
        interval = interval_of(values, 0, 0.95, 10, NONE, None)
        assert interval.low <= interval.estimate <= interval.high


def test_resamples_without_a_grade_are_counted_over_all_blocks(monkeypatch):
    y, groups = np.array([0, 0, 0, 1, 1, 2]), np.arange(6)
    with pytest.warns(UserWarning, match="lack some grade"):
        whole = group_bootstrap_interval("class_normalized_accuracy", y, y, groups, n_resamples=200, random_state=0)
    monkeypatch.setattr("skerosion.metrics._bootstrap._BLOCK_SIZE", 60)
    with pytest.warns(UserWarning, match="lack some grade"):
        pieces = group_bootstrap_interval("class_normalized_accuracy", y, y, groups, n_resamples=200, random_state=0)
    with pytest.warns(UserWarning, match="lack some grade"):
        difference = group_bootstrap_difference(
            "class_normalized_accuracy", y, y, y[::-1], groups, n_resamples=200, random_state=0
        )
    assert pieces.n_incomplete > 60 and difference.n_incomplete > 60 and whole.n_incomplete > 60


def test_rows_that_do_not_agree_in_number_are_named():
    with pytest.raises(ValueError, match="y_true has 3, y_pred has 2"):
        group_bootstrap_interval("accuracy", [0, 1, 1], [0, 1], [1, 2, 3])


@pytest.mark.parametrize("name", ["crps", "crps_skill"])
def test_scores_of_distributions_take_the_grid_that_is_given(name):
    rng = np.random.default_rng(0)
    y, grid = rng.choice([0.0, 10, 30], 40), [0, 10, 30]
    cdf = np.cumsum(rng.dirichlet(np.ones(3), 40), axis=1)
    metric = find_metric(name).given(grid=grid)
    interval = group_bootstrap_interval(metric, y, cdf, np.arange(40) // 2, n_resamples=50, random_state=0)
    assert interval.estimate == pytest.approx(metric(y, cdf))
    assert interval.low < interval.estimate < interval.high


def test_a_grade_whose_rows_all_weigh_nothing_is_missed_by_nobody():
    y, pred, groups = np.array([0, 0, 1, 1, 2, 2] * 4), np.array([0, 1, 1, 1, 0, 2] * 4), np.repeat(np.arange(12), 2)
    weights = np.where(y == 2, 0.0, 1.0)
    settings = {"sample_weight": weights, "n_resamples": 100, "random_state": 0}
    interval = group_bootstrap_interval("class_normalized_accuracy", y, pred, groups, **settings)
    assert interval.estimate == pytest.approx(0.75)
    light = group_bootstrap_interval(
        "class_normalized_accuracy", y, pred, groups, **settings | {"sample_weight": weights / 1000}
    )
    np.testing.assert_allclose(light.draws, interval.draws)


def test_rows_of_no_weight_are_none_and_two_draws_have_ends():
    def share(y_true, y_pred, sample_weight=None):
        assert (np.asarray(sample_weight) > 0).all()
        return float(np.average(y_true == y_pred, weights=sample_weight))

    y, pred, groups = np.array([0, 1, 1, 0] * 3), np.array([0, 1, 0, 1] * 3), np.repeat(np.arange(6), 2)
    weights = np.tile([1.0, 1, 1, 0], 3)
    with pytest.warns(UserWarning, match="n_resamples=2 draws do not reach"):
        interval = group_bootstrap_interval(
            share, y, pred, groups, sample_weight=weights, n_resamples=2, random_state=0
        )
    assert interval.estimate == pytest.approx(2 / 3) and interval.low <= interval.high and interval.n_incomplete == 0


def test_grades_that_a_floor_lacks_are_told_in_differences_alone():
    y, groups = np.array([0, 0, 0, 1, 1, 2]), np.arange(6)
    settings = {"n_resamples": 200, "random_state": 0, "floor": True}
    group_bootstrap_interval("class_normalized_accuracy", y, np.zeros(6, int), groups, **settings)
    with pytest.warns(UserWarning, match="lack some grade"):
        group_bootstrap_difference("class_normalized_accuracy", y, y[::-1], np.zeros(6, int), groups, **settings)
