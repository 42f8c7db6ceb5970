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
