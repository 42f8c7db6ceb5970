"""Metrics as sums: on any weights the same value as the metric itself."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, balanced_accuracy_score, mean_absolute_error, mean_squared_error

from skerosion.metrics import (
    class_normalized_accuracy,
    crps,
    crps_skill,
    interval_coverage,
    linear_kappa,
    macro_mae,
    quadratic_kappa,
    within_one_accuracy,
)
from skerosion.metrics._sums import sums_of
from skerosion.metrics._table import correlation, interval_width, mean_error

N_ROWS = 60
RNG = np.random.default_rng(0)
Y_TRUE = RNG.integers(0, 6, N_ROWS)
Y_PRED = RNG.integers(0, 6, N_ROWS)
CDF = np.cumsum(RNG.dirichlet(np.ones(6), N_ROWS), axis=1)
INTERVALS = np.sort(RNG.integers(0, 6, (N_ROWS, 2)), axis=1)
LABELS = [2, 0, 1, 5, 4, 3]
UNEVEN = (0, 1, 2, 3, 5, 9)  # No target lies on the last one.
CASES = [
    (accuracy_score, Y_PRED),
    (mean_absolute_error, Y_PRED),
    (mean_squared_error, Y_PRED),
    (class_normalized_accuracy, Y_PRED),
    (partial(class_normalized_accuracy, tolerance=2), Y_PRED),
    (partial(class_normalized_accuracy, tolerance=1, labels=LABELS), Y_PRED),
    (within_one_accuracy, Y_PRED),
    (quadratic_kappa, Y_PRED),
    (partial(linear_kappa, labels=LABELS), Y_PRED),
    (macro_mae, Y_PRED + 0.25),
    (partial(macro_mae, labels=LABELS), Y_PRED),
    (crps, CDF),
    (partial(crps, unit="points", grid=range(6)), CDF),
    (crps_skill, CDF),
    (partial(crps_skill, reference_y=[0, 1, 5]), CDF),
    (partial(crps_skill, reference_cdf=CDF[0]), CDF),
    (partial(crps_skill, grid=UNEVEN), CDF),
    (partial(crps_skill, grid=UNEVEN, reference_y=[0, 1, 5]), CDF),
    (partial(crps_skill, grid=UNEVEN, reference_cdf=CDF[0]), CDF),
    (interval_coverage, INTERVALS),
    (interval_width, INTERVALS),
    (mean_error, Y_PRED - 0.5),
    (correlation, 1e6 + Y_PRED),
    (correlation, 1e-8 * Y_PRED),
]


@pytest.mark.parametrize(("metric", "y_pred"), CASES)
@given(st.integers(0, 1000))
def test_sums_finish_to_the_metric(metric, y_pred, seed):
    rng = np.random.default_rng(seed)
    weights, times = rng.random(N_ROWS), rng.integers(0, 3, (2, N_ROWS)).astype(float)
    sums = sums_of(metric, Y_TRUE, y_pred, weights)
    expected = [metric(Y_TRUE, y_pred, sample_weight=weights * each) for each in times]
    assert sums.finish(times @ sums.table) == pytest.approx(expected)


def test_grades_missing_from_a_draw_are_left_out_and_seen():
    for metric in (class_normalized_accuracy, within_one_accuracy, macro_mae):
        sums = sums_of(metric, Y_TRUE, Y_PRED, np.ones(N_ROWS))
        drawn = np.stack([np.ones(N_ROWS), Y_TRUE != 3]) @ sums.table
        assert ((sums.grade_totals(drawn) > 0).all(axis=1) == [True, False]).all()
        without = metric(Y_TRUE[Y_TRUE != 3], Y_PRED[Y_TRUE != 3])
        assert sums.finish(drawn) == pytest.approx([metric(Y_TRUE, Y_PRED), without])


def test_grades_missing_from_a_draw_are_completed_by_those_of_all_rows():
    sums = sums_of(macro_mae, [0, 1, 1, 4], [0, 2, 1, 2], np.array([1.0, 1.0, 2.0, 0.5]))
    # Errors of the three grades, then their weights: light ones count as much as any.
    everything = sums.table.sum(axis=0)
    assert everything.tolist() == [0.0, 1.0, 1.0, 1.0, 3.0, 0.5]
    drawn = np.array([[0.0, 2.0, 3.0, 0.5, 2.0, 1.5], [0.0, 2.0, 0.0, 0.1, 4.0, 0.0], [0.0, 0.0, 2.0, 0.0, 0.0, 1.0]])
    expected = [drawn[0], [0.0, 2.0, 1.0, 0.1, 4.0, 0.5], [0.0, 1.0, 2.0, 1.0, 3.0, 1.0]]
    assert sums.completed(drawn).tolist() == np.array(expected).tolist()


@pytest.mark.parametrize(
    ("metric", "y_pred", "bounds"),
    [
        (accuracy_score, Y_PRED, (0, 1)),
        (interval_coverage, INTERVALS, (0, 1)),
        (interval_width, INTERVALS, (0, np.inf)),
        (mean_absolute_error, Y_PRED, (0, np.inf)),
        (mean_error, Y_PRED, (-np.inf, np.inf)),
        (crps, CDF, (0, 5 / 6)),
        (partial(crps, grid=UNEVEN, unit="points"), CDF, (0, 9)),
    ],
)
def test_a_mean_of_rows_knows_its_least_and_greatest_score(metric, y_pred, bounds):
    assert sums_of(metric, Y_TRUE, y_pred, np.ones(N_ROWS)).bounds == pytest.approx(bounds)


def test_a_constant_has_no_correlation():
    sums = sums_of(correlation, np.where(Y_TRUE == 0, 7.0, 0.3), Y_PRED, np.ones(N_ROWS))
    drawn = np.stack([np.ones(N_ROWS), Y_TRUE != 0]) @ sums.table
    assert np.isnan(sums.finish(drawn)).tolist() == [False, True]
    flat = sums_of(correlation, Y_TRUE, np.full(N_ROWS, 0.1), np.ones(N_ROWS))
    assert np.isnan(flat.finish(flat.table.sum(axis=0)[None]))[0]
    for constant in (0.0, 0.5):  # Without a spread at all, nothing is divided by it.
        still = sums_of(correlation, Y_TRUE, np.full(N_ROWS, constant), np.ones(N_ROWS))
        assert np.isfinite(still.table).all() and np.isnan(still.finish(still.table.sum(axis=0)[None]))[0]
    assert np.isnan(correlation(Y_TRUE, np.full(N_ROWS, 0.5))) and np.isnan(correlation(Y_TRUE[:1], Y_PRED[:1]))


@pytest.mark.parametrize(
    "metric",
    [balanced_accuracy_score, partial(accuracy_score, normalize=False), lambda y_true, y_pred: 0.0],
)
def test_other_metrics_are_no_sums(metric):
    assert sums_of(metric, Y_TRUE, Y_PRED, np.ones(N_ROWS)) is None


def test_scores_of_rows_are_no_metric():
    with pytest.raises(ValueError, match="metric must return one number, got crps with per_sample=True"):
        sums_of(partial(crps, per_sample=True), Y_TRUE, CDF, np.ones(N_ROWS))


@pytest.mark.parametrize("metric", [mean_absolute_error, mean_error, correlation])
def test_a_prediction_that_is_no_number_is_named(metric):
    with pytest.raises(ValueError, match="^y_pred must be finite"):
        sums_of(metric, Y_TRUE, np.where(Y_PRED == 0, np.nan, Y_PRED), np.ones(N_ROWS))


LENGTHS = [accuracy_score, mean_absolute_error, mean_error, correlation, class_normalized_accuracy, crps]


@pytest.mark.parametrize("metric", LENGTHS)
def test_lengths_are_compared(metric):
    with pytest.raises(ValueError, match="rows must agree in number|5 rows and 60 targets"):
        sums_of(metric, Y_TRUE, Y_PRED[:5] if metric is not crps else CDF[:5], np.ones(N_ROWS))


def test_errors_with_a_sign_have_no_lowest_and_those_without_have_zero():
    weights = np.ones(N_ROWS)
    assert sums_of(mean_error, Y_TRUE, Y_PRED, weights).bounds == (-np.inf, np.inf)
    assert sums_of(mean_squared_error, Y_TRUE, Y_PRED, weights).bounds[0] == 0


@pytest.mark.parametrize("reference", [{}, {"reference_cdf": CDF[0]}, {"reference_y": [0, 5, 5]}])
def test_skill_is_summed_on_the_grid_that_is_given_also_where_no_target_reaches_its_end(reference):
    grid = np.arange(6) * 10
    metric = partial(crps_skill, grid=grid, **reference)
    low = np.minimum(Y_TRUE, 3) * 10
    sums = sums_of(metric, low, CDF, np.ones(N_ROWS))
    assert sums.finish(np.ones((1, N_ROWS)) @ sums.table)[0] == pytest.approx(metric(low, CDF))
