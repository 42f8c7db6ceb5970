"""Intervals where all patients agree: Clopper and Pearson's bound, grade by grade, and that it holds."""

import warnings
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, balanced_accuracy_score, mean_absolute_error

from skerosion.forecasts import GridDistribution
from skerosion.metrics import (
    class_normalized_accuracy,
    crps,
    crps_skill,
    group_bootstrap_difference,
    group_bootstrap_interval,
    interval_coverage,
    macro_mae,
    quadratic_kappa,
    recall_interval,
    within_one_accuracy,
)
from skerosion.metrics._agreement import _range_of, unseen_share

Y, PATIENTS = np.tile([0, 1, 2], 8), np.repeat(np.arange(8), 3)
UNSEEN = 1 - 0.025 ** (1 / 8)


def interval(metric, y_pred, y_true=Y, groups=PATIENTS, **settings):
    return group_bootstrap_interval(metric, y_true, y_pred, groups, n_resamples=200, random_state=0, **settings)


@pytest.mark.parametrize("metric", [accuracy_score, class_normalized_accuracy, within_one_accuracy])
def test_all_right_and_all_wrong_have_the_bound_of_clopper_and_pearson(metric):
    exact = binomtest(8, 8).proportion_ci(method="exact")
    assert exact.low == pytest.approx(1 - UNSEEN)
    assert interval(metric, Y) == pytest.approx((exact.low, 1))
    far = np.where(Y < 2, 9, -9)
    assert interval(metric, far) == pytest.approx((0, UNSEEN))


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.99])
def test_bound_follows_the_confidence_and_counts_patients_not_rows(confidence):
    y, groups = np.zeros(60), np.repeat(np.arange(6), 10)
    exact = binomtest(6, 6).proportion_ci(confidence, method="exact").low
    assert interval(accuracy_score, y, y, groups, confidence=confidence) == pytest.approx((exact, 1))


def test_rare_grade_that_is_all_right_does_not_narrow_the_mean_over_grades():
    rng = np.random.default_rng(0)
    y, groups = np.repeat([0, 1], [300, 4]), np.r_[np.arange(300), np.arange(4)]
    y_pred = np.where(rng.random(304) < 0.9, y, 1 - y)
    y_pred[300:] = 1
    found = interval(class_normalized_accuracy, y_pred, y, groups)
    tail = stats.norm.sf(np.sqrt(300 / 299) * stats.t.isf(0.025, 299))
    lower, upper = np.quantile(found.draws, [tail, 1 - tail])
    assert found == pytest.approx((lower - (1 - 0.025**0.25) / 2, upper))


def test_recall_of_a_grade_counts_the_patients_that_show_it():
    with pytest.warns(UserWarning, match="undefined on 6 of 200 resamples"):
        found = interval(accuracy_score, Y, sample_weight=(Y == 2) & (PATIENTS < 3))
    assert found == pytest.approx((0.025 ** (1 / 3), 1))


def test_patients_that_are_all_half_right_are_no_certainty():
    half = np.where(np.arange(16) % 2, 0, 1)
    assert interval(accuracy_score, half, np.zeros(16), np.repeat(np.arange(8), 2)) == pytest.approx(
        (0.5 - UNSEEN / 2, 0.5 + UNSEEN / 2)
    )


def test_errors_are_bounded_by_the_scale():
    share = UNSEEN * np.mean([2, 1, 2])
    assert interval(macro_mae, Y) == pytest.approx((0, share))
    assert interval(partial(macro_mae, labels=range(5)), Y) == pytest.approx((0, UNSEEN * np.mean([4, 3, 2])))
    cdf = GridDistribution([0, 1, 2], (np.arange(3) >= Y[:, None]).astype(float))
    assert interval(crps, cdf) == pytest.approx((0, UNSEEN * 2 / 3))
    assert interval(partial(crps, unit="points"), cdf) == pytest.approx((0, UNSEEN * 2))
    assert interval(interval_coverage, np.column_stack([Y, Y])) == pytest.approx((1 - UNSEEN, 1))


def test_kappa_and_skill_take_the_worst_that_a_share_of_the_patients_can_be():
    low, high = interval(quadratic_kappa, Y)
    confusion = np.diag([1 - UNSEEN, 1 - UNSEEN, 1 - UNSEEN])
    confusion[[0, 1, 2], [2, 0, 0]] += UNSEEN
    rows = np.indices((3, 3)).reshape(2, -1)
    assert (low, high) == pytest.approx((quadratic_kappa(*rows, sample_weight=confusion.ravel()), 1))
    cdf = GridDistribution([0, 1, 2], (np.arange(3) >= Y[:, None]).astype(float))
    low, high = interval(crps_skill, cdf)
    assert high == 1 and low == pytest.approx(1 - UNSEEN * (5 / 9) / (4 / 27))
    assert interval(partial(crps_skill, reference_y=Y), cdf) == pytest.approx((low, high))


def test_the_scale_reaches_as_far_as_predictions_do():
    found = interval(macro_mae, np.full_like(Y, 4))
    assert found == pytest.approx((3 - 3 * UNSEEN, 3))
    within = interval(macro_mae, np.ones_like(Y))
    assert within == pytest.approx((2 / 3 - UNSEEN * 2 / 3, 2 / 3 + UNSEEN))
    below = interval(macro_mae, np.full_like(Y, -1))
    assert below == pytest.approx((2 - 2 * UNSEEN, 2 + UNSEEN / 3))


def test_between_best_and_worst_both_ends_move():
    """All patients alike, and neither right nor wrong throughout."""
    rows, y_pred = np.indices((3, 3)).reshape(2, -1), np.array([0, 1, 1])[Y]
    said, right, worst = np.zeros((3, 3, 3))
    said[[0, 1, 2], [0, 1, 1]] = right[[0, 1, 2], [0, 1, 2]] = worst[[0, 1, 2], [2, 0, 0]] = 1
    ends = ((1 - UNSEEN) * said + UNSEEN * end for end in (worst, right))
    expected = [quadratic_kappa(*rows, sample_weight=end.ravel()) for end in ends]
    assert interval(quadratic_kappa, y_pred) == pytest.approx(expected)
    named = partial(quadratic_kappa, labels=["none", "mild", "severe"])
    names = np.array(["none", "mild", "severe"])
    assert interval(named, names[y_pred], names[Y]) == pytest.approx(expected)
    # The marginal distribution has no skill; all on the far end scores 5/9 where it scores 4/27.
    marginal = GridDistribution([0, 1, 2], np.tile([1 / 3, 2 / 3, 1], (24, 1)))
    assert interval(crps_skill, marginal) == pytest.approx((UNSEEN * (1 - 15 / 4), UNSEEN))


@pytest.mark.parametrize("metric", [mean_absolute_error, balanced_accuracy_score, lambda y_true, y_pred: 0.0])
def test_where_nothing_bounds_it_there_is_no_interval_and_a_warning(metric):
    with pytest.warns(UserWarning, match="for all patients and on all resamples.*no interval"):
        found = interval(metric, Y)
    assert np.isnan(found).all() and len(found.draws) == 200


def test_free_numbers_have_no_bound():
    with pytest.warns(UserWarning, match="no interval"):
        assert np.isnan(interval(macro_mae, Y + 0.5)).all()


def test_floor_is_known_and_what_varies_has_no_margin():
    always = np.zeros_like(Y)
    assert interval(class_normalized_accuracy, always, floor=True) == pytest.approx((1 / 3, 1 / 3))
    assert interval(class_normalized_accuracy, always).high > 0.5
    varied = np.where(np.arange(24) % 5, Y, 0)
    plain = interval(accuracy_score, varied)
    assert plain == pytest.approx(tuple(np.quantile(plain.draws, [0.025, 0.975])))


@pytest.mark.parametrize("labels", [None, [0, 1]])
def test_resamples_without_a_grade_give_a_floor_no_doubt(labels):
    y, groups, always = np.repeat([0, 1], [3, 45]), np.arange(48) // 2, np.ones(48, dtype=int)
    groups[:3] = 0, 8, 19
    metric, settings = partial(class_normalized_accuracy, labels=labels), {"n_resamples": 200, "random_state": 0}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = interval(metric, always, y, groups, floor=True)
        assert interval(partial(macro_mae, labels=labels), always, y, groups, floor=True) == (0.5, 0.5)
    assert found == (0.5, 0.5) and found.n_incomplete > 0
    rare, common = 1 - 0.025 ** (1 / 3), 1 - 0.025 ** (1 / 23)
    apart = group_bootstrap_difference(metric, y, 1 - always, always, groups, floor=True, **settings)
    assert apart == pytest.approx((-rare / 2, common / 2)) and not apart.draws.any()
    both = group_bootstrap_difference(metric, y, 1 - always, always, groups, **settings)
    assert both == pytest.approx((-rare, common)) and not both.draws.any()
    nearly = np.where(np.arange(48) == 5, 0, 1)
    beyond = group_bootstrap_difference(metric, y, nearly, always, groups, floor=True, **settings)
    assert np.abs(beyond.draws).max() < 0.1  # a lacking grade counts as on all rows for this one too


def test_differences_carry_the_doubt_of_both_and_none_of_a_floor():
    wrong, settings = (Y + 1) % 3, {"n_resamples": 200, "random_state": 0}
    metric = class_normalized_accuracy
    assert group_bootstrap_difference(metric, Y, Y, wrong, PATIENTS, **settings) == pytest.approx((1 - 2 * UNSEEN, 1))
    turned = group_bootstrap_difference(metric, Y, wrong, Y, PATIENTS, **settings)
    assert turned == pytest.approx((-1, 2 * UNSEEN - 1))
    floor = np.zeros_like(Y)
    beyond = group_bootstrap_difference(metric, Y, Y, floor, PATIENTS, floor=True, **settings)
    assert beyond == pytest.approx((2 / 3 - UNSEEN, 2 / 3))
    same = group_bootstrap_difference(metric, Y, Y, Y, PATIENTS, **settings)
    assert same == pytest.approx((-UNSEEN, UNSEEN))
    varied = np.where(np.arange(24) % 5, Y, 0)
    low, high = group_bootstrap_difference(accuracy_score, Y, varied, varied, PATIENTS, **settings)
    assert low < 0 < high
    with pytest.warns(UserWarning, match="no interval"):
        error = group_bootstrap_difference(mean_absolute_error, Y, varied, varied, PATIENTS, **settings)
    assert np.isnan(error).all()


@pytest.mark.parametrize(("n_patients", "recalls"), [(6, (0.97, 0.9, 0.99)), (12, (0.99, 0.03, 0.6))])
@pytest.mark.parametrize("together", [True, False])
def test_interval_covers_what_it_claims_however_the_grades_depend(n_patients, recalls, together):
    covered, before, n = 0, 0, 120
    y, groups = np.tile(np.arange(3), n_patients), np.repeat(np.arange(n_patients), 3)
    for seed in range(n):
        rng = np.random.default_rng(seed)
        luck = rng.random(n_patients)[groups] if together else rng.random(len(y))
        y_pred = np.where(luck < np.take(recalls, y), y, (y + 1) % 3)
        found = interval(class_normalized_accuracy, y_pred, y, groups)
        covered += found.low <= np.mean(recalls) <= found.high
        lower, upper = np.quantile(found.draws, [0.025, 0.975])
        before += lower <= np.mean(recalls) <= upper
    assert covered / n >= 0.93 and before < covered


def test_closed_form_covers_rare_and_perfect_grades():
    rng, counts, recalls, covered = np.random.default_rng(0), np.array([30, 8, 3]), np.array([0.9, 0.98, 0.95]), 0
    for _ in range(500):
        hits = rng.binomial(counts, recalls)
        confusion = np.diag(hits)
        confusion[[0, 1, 2], [1, 2, 0]] = counts - hits
        low, high = recall_interval(confusion)
        covered += low <= recalls.mean() <= high
    assert covered / 500 >= 0.94


def test_grades_in_too_few_groups_are_named_with_their_number():
    y = np.r_[Y, 3]
    with pytest.warns(UserWarning, match=r"lack some grade.*\(grade 3 in 1 of 8 groups\)"):
        interval(class_normalized_accuracy, np.r_[Y, 0], y, np.r_[PATIENTS, 0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        interval(class_normalized_accuracy, Y)
    rare, groups = np.repeat([3, 4, 5], [1, 3, 4]), np.r_[0, 0:3, 0:4]
    with pytest.warns(UserWarning, match=r"\(grade 3 in 1, 4 in 3 of 8 groups\)"):
        interval(class_normalized_accuracy, np.r_[Y, rare], np.r_[Y, rare], np.r_[PATIENTS, groups])


def test_too_few_draws_are_no_interval():
    varied = np.where(np.arange(24) % 5, Y, 0)
    with pytest.warns(UserWarning, match="n_resamples=1 draws do not reach the outer 2.5 % on either side"):
        found = group_bootstrap_interval(accuracy_score, Y, varied, PATIENTS, n_resamples=1, random_state=0)
    assert np.isnan(found).all()
    with pytest.warns(UserWarning, match="n_resamples=39 draws"):
        group_bootstrap_interval(accuracy_score, Y, varied, PATIENTS, n_resamples=39, random_state=0)


def test_own_metric_says_between_what_it_lies():
    def share(y_true, y_pred):
        return float(np.mean(y_true == y_pred))

    share.bounds = (0.0, 1.0)
    assert interval(share, Y) == pytest.approx((1 - UNSEEN, 1))
    low, high = group_bootstrap_difference(share, Y, Y, Y, PATIENTS, n_resamples=50, random_state=0)
    assert (low, high) == pytest.approx((-UNSEEN, UNSEEN))
    third = np.where(Y == 0, 0, 9)
    assert interval(share, third) == pytest.approx((1 / 3 - UNSEEN / 3, 1 / 3 + UNSEEN * 2 / 3))
    settings = {"n_resamples": 50, "random_state": 0}
    assert group_bootstrap_difference(share, Y, Y, third, PATIENTS, **settings) == pytest.approx(
        (2 / 3 - UNSEEN * 5 / 3, 2 / 3 + UNSEEN / 3)
    )


def test_the_range_starts_at_the_estimate_and_not_at_a_draw():
    drawn = {"values": np.array([0.4, 0.9, 0.1]), "n_groups": 10, "of_groups": np.ones((10, 2))}
    unseen = float(unseen_share(10, 0.95))
    assert _range_of(SimpleNamespace(**drawn, sums=None, bounds=(0, 1)), 0.95) == pytest.approx(
        (unseen * 0.4, unseen * 0.6)
    )
    sums = SimpleNamespace(cells=None, mixed=lambda total, share: (total[0] / 100, share + 0.4))
    assert _range_of(SimpleNamespace(**drawn, sums=sums, bounds=None), 0.95) == pytest.approx((0.3, unseen))
