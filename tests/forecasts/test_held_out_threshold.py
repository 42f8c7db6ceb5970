"""The threshold of held-out patients: the textbook's quantile, and patients that count alike."""

import numpy as np
import pytest

from skerosion.forecasts import conformal_threshold


@pytest.mark.parametrize("guarantee", ["row", "patient"])
def test_single_rows_give_the_textbook_quantile(guarantee):
    scores = np.random.default_rng(0).permutation(np.arange(1.0, 51.0))
    for coverage in (0.95, 0.9, 0.75, 0.5):
        expected = np.ceil(51 * coverage - 1e-9)
        assert conformal_threshold(scores, np.arange(50), coverage, guarantee) == expected


def test_a_patient_of_many_rows_weighs_as_one_of_few():
    scores = np.concatenate([np.full(100, 9.0), np.arange(1.0, 10.0)])
    patients = np.concatenate([np.zeros(100, dtype=int), np.arange(1, 10)])
    assert conformal_threshold(scores, patients, 0.5, "row") == 6


def test_of_patients_the_worst_row_counts():
    scores, patients = np.array([1.0, 9, 2, 3, 8, 4, 5, 7, 6]), np.array([0, 0, 1, 1, 1, 2, 2, 3, 3])
    # The worst are 9, 8, 5, 7; of five patients with the new one 3/5 lie up to the third smallest.
    assert conformal_threshold(scores, patients, 0.6, "patient") == 8
    assert conformal_threshold(scores, patients, 0.4, "patient") == 7
    assert conformal_threshold(scores, patients, 0.9, "patient") == np.inf


def test_rows_are_covered_unless_patients_are_asked_for():
    scores, patients = np.arange(1.0, 11.0), np.repeat(np.arange(5), 2)
    assert conformal_threshold(scores, patients, 0.5) == conformal_threshold(scores, patients, 0.5, "row") == 6
    assert conformal_threshold(scores, patients, 0.5, "patient") == 6
    assert conformal_threshold(scores, patients, 0.4) == 5 < conformal_threshold(scores, patients, 0.4, "patient") + 1
