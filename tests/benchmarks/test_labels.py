"""The simulations of readers and of wrong labels: what is known of them is what is drawn."""

import labels
import numpy as np
import pytest

GRADES = np.repeat(np.arange(5), [160, 72, 104, 52, 12])


def test_readers_say_what_their_confusion_matrices_say():
    np.testing.assert_allclose(labels.confusion_of(0.3, 0.7).sum(axis=1), 1)
    truth = np.full(50_000, 2)
    votes = labels.draw_votes(truth, 2, 0.7, np.random.default_rng(0))
    shares = np.bincount(votes[:, 0], minlength=5) / len(truth)
    np.testing.assert_allclose(shares, labels.confusion_of(labels.SHIFTS[0], 0.7)[2], atol=0.01)


def test_biases_are_differences_of_means():
    shares = np.array([0, 0, 1.0, 0, 0])  # far from the ends, where a shift is a shift
    assert labels.true_biases(2, 0.4, shares) == pytest.approx([-0.3, 0.3], abs=0.02)


def test_grades_are_as_frequent_as_asked_and_patients_resemble_themselves():
    shares = np.array([0.4, 0.18, 0.26, 0.13, 0.03])
    truth, patients = labels.draw_truth(np.random.default_rng(0), shares, n_patients=4000)
    np.testing.assert_allclose(np.bincount(truth) / len(truth), shares, atol=0.02)
    assert truth.reshape(-1, 4).mean(axis=1).std() > 1.3 * truth.std() / 2


def test_icc_by_regression_is_that_of_shrout_and_fleiss():
    votes = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7.0]])
    assert labels.icc_by_regression(votes) == pytest.approx((0.17, 0.29), abs=0.005)


@pytest.mark.parametrize("pattern", labels.PATTERNS)
def test_a_tenth_is_changed_as_readers_err(pattern):
    rng = np.random.default_rng(0)
    y, groups = rng.permutation(GRADES), np.repeat(np.arange(200), 2)
    changed = labels.change_labels(y, groups, pattern, rng)
    wrong = np.flatnonzero(changed != y)
    assert len(wrong) == 40
    if pattern == "neighbours":
        assert (np.abs(changed - y)[wrong] == 1).all() and changed.min() == 0 and changed.max() == 4
    else:
        assert (changed[wrong] == y[wrong ^ 1]).all()
        assert (np.bincount(groups[wrong])[np.unique(groups[wrong])] == (1 if pattern == "halo" else 2)).all()
