"""Closed-form intervals: the published numbers, SciPy where it has the same, coverage by simulation."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

from skerosion.metrics import class_normalized_accuracy, recall_interval, wilson_interval

CONFUSION = np.array(
    [
        [8570, 3476, 854, 198, 59, 129],
        [1621, 2031, 1267, 318, 60, 72],
        [13, 63, 149, 140, 32, 26],
        [1, 7, 41, 81, 30, 17],
        [0, 1, 20, 31, 33, 13],
        [0, 1, 23, 78, 63, 93],
    ]
)


def test_published_wilson_intervals():
    assert wilson_interval(0.422, 19611) == pytest.approx((0.415, 0.429), abs=5e-4)
    assert wilson_interval(0.436, 19611) == pytest.approx((0.429, 0.443), abs=5e-4)


@given(st.integers(1, 500), st.data(), st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_wilson_of_counts_is_that_of_scipy(n, data, confidence):
    k = data.draw(st.integers(0, n))
    expected = binomtest(k, n).proportion_ci(confidence, method="wilson")
    assert wilson_interval(k / n, n, confidence) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_is_exact_at_the_ends_and_unpacks():
    for n in range(1, 200):
        assert wilson_interval(0, n).low == 0 and wilson_interval(1, n).high == 1
    low, high = wilson_interval(0.3, 7.5)
    assert 0 < low < 0.3 < high < 1


def test_published_interval_of_a_mean_of_recalls():
    assert recall_interval(CONFUSION) == pytest.approx((0.398, 0.445), abs=5e-4)


@pytest.mark.parametrize("tolerance", [0, 1, 2])
def test_rows_and_confusion_agree_and_centre_on_the_metric(tolerance):
    true, pred = (np.repeat(grid.ravel(), CONFUSION.ravel()) for grid in np.indices(CONFUSION.shape))
    interval = recall_interval(true, pred, tolerance=tolerance)
    assert interval == pytest.approx(recall_interval(CONFUSION, tolerance=tolerance))
    assert np.mean(interval) == pytest.approx(class_normalized_accuracy(true, pred, tolerance))


def test_interval_of_recalls_is_normal_within_0_and_1():
    margin = norm.isf(0.25) * np.sqrt(0.25 / 100 + 0.16 / 100) / 2
    found = recall_interval([[50, 50], [20, 80]], confidence=0.5)
    assert found == pytest.approx((0.65 - margin, 0.65 + margin))
    assert recall_interval([[99, 1], [0, 9]]).high == 1 and recall_interval([[1, 99], [9, 0]]).low == 0
    margin = np.hypot(1 - 0.025, 1 - 0.025**0.2) / 2
    assert recall_interval([[1, 0], [0, 5]]) == pytest.approx((1 - margin, 1))  # of one row, too


def test_strings_by_labels_and_missing_grades():
    scale = ["none", "mild", "severe"]
    true, pred = ["none"] * 5 + ["severe"] * 5, ["none", "mild"] * 5
    one = recall_interval(true, pred, tolerance=1, labels=scale)
    assert one == pytest.approx(recall_interval([[3, 2, 0], [0, 0, 0], [2, 3, 0]], tolerance=1))
    unordered = recall_interval(true, pred)  # needs no labels without tolerance
    assert unordered == recall_interval([[3, 2, 0], [0, 0, 0], [2, 3, 0]])
    assert recall_interval([[5, 0], [0, 5]]) == pytest.approx((1 - (1 - 0.025**0.2) / np.sqrt(2), 1))
    assert recall_interval([[0, 5], [5, 0]]) == pytest.approx((0, (1 - 0.025**0.2) / np.sqrt(2)))


def test_interval_of_recalls_covers_what_it_claims():
    rng = np.random.default_rng(0)
    recalls, n_rows = np.array([0.8, 0.5, 0.3]), np.array([400, 80, 60])
    covered = 0
    for _ in range(400):
        hits = rng.binomial(n_rows, recalls)
        confusion = np.diag(hits)
        confusion[[0, 1, 2], [1, 2, 0]] = n_rows - hits
        low, high = recall_interval(confusion, confidence=0.9)
        covered += low <= recalls.mean() <= high
    assert covered / 400 == pytest.approx(0.9, abs=0.05)


def test_more_confidence_is_wider_and_intervals_pickle():
    narrow, wide = recall_interval(CONFUSION, confidence=0.5), recall_interval(CONFUSION, confidence=0.99)
    assert wide.low < narrow.low < narrow.high < wide.high
    assert pickle.loads(pickle.dumps(wide)) == wide


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: wilson_interval(42, 100), "p must be a share from 0 to 1, got 42; divide a count by n"),
        (lambda: wilson_interval(1.5, 100), "p must be a share from 0 to 1, got 1.5"),
        (lambda: wilson_interval(0.5, 0), "n must be a positive number of rows, got 0"),
        (lambda: wilson_interval(0.5, 10, 95), "confidence must lie strictly between 0 and 1, got 95"),
        (lambda: recall_interval([[1, 2, 3]]), r"square matrix of counts where y_pred is left out, got shape \(1, 3\)"),
        (lambda: recall_interval([0, 1, 2]), "square matrix"),
        (lambda: recall_interval([[0, 0], [0, 0]]), "zeros only"),
        (lambda: recall_interval(["a"], ["b"], tolerance=1), "labels must list the grades in their order"),
        (lambda: recall_interval([0, 1], [0, 1], confidence=1), "confidence must lie"),
    ],
)
def test_errors_name_parameter_rule_and_value(call, message):
    with pytest.raises(ValueError, match=message):
        call()
