"""Whole patients to parts: shares met, nobody moved for the worse, every part with somebody in it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from skerosion.model_selection._assignment import assign_in_order, assign_patients, count_rows

SIZES = np.array([0.7, 0.2, 0.1])
COUNTS = st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=3, max_size=25).map(
    lambda rows: np.array([[sum(row) + 1, *row] for row in rows])
)


def held(counts, part):
    """Return what each part holds of each column."""
    return np.stack([counts[part == number].sum(axis=0) for number in range(len(SIZES))])


def distance(counts, part):
    """Return the chi-square distance between what the parts hold and what they should hold."""
    counts = counts[:, counts.sum(axis=0) > 0]
    total = counts.sum(axis=0)
    return np.sum((held(counts, part) - np.outer(SIZES, total)) ** 2 / (SIZES[:, np.newaxis] * total**2))


@given(COUNTS, st.integers(0, 9))
def test_every_part_holds_a_patient(counts, seed):
    part = assign_patients(counts, SIZES, seed)
    assert set(part) == {0, 1, 2}


@given(COUNTS, st.integers(0, 9))
def test_no_move_of_one_patient_brings_the_parts_closer(counts, seed):
    part = assign_patients(counts, SIZES, seed)
    best = distance(counts, part)
    for patient in range(len(counts)):
        for to in range(3):
            moved = part.copy()
            moved[patient] = to
            if len(set(moved)) == 3:
                assert distance(counts, moved) >= best - 1e-9


@given(st.integers(10, 60), st.integers(0, 9))
def test_patients_of_one_row_meet_the_sizes_to_the_row(n, seed):
    part = assign_patients(np.ones((n, 1)), SIZES, seed)
    assert (np.abs(np.bincount(part) - SIZES * n) <= 1).all()


@pytest.mark.parametrize("seed", range(3))
def test_shares_of_patients_like_those_of_a_registry(seed):
    random = np.random.default_rng(seed)
    rows = np.clip(random.negative_binomial(2, 0.1, 400), 1, 77)
    grades = np.stack([random.multinomial(n, random.dirichlet([4, 1.5, 0.4, 0.1, 0.06, 0.09])) for n in rows])
    counts = np.hstack([rows[:, np.newaxis], grades])
    shares = held(counts, assign_patients(counts, SIZES, seed)) / counts.sum(axis=0)
    assert_allclose(shares[:, 0], SIZES, atol=0.002)
    assert_allclose(shares, np.tile(SIZES[:, np.newaxis], 7), atol=0.02)


def test_large_patients_are_in_every_part():
    counts = np.repeat([[30], [1]], [100, 100], axis=0)
    part = assign_patients(counts, SIZES, 0)
    assert_allclose(np.bincount(part[:100]) / 100, SIZES, atol=0.05)


def test_the_random_state_draws_the_patients():
    counts = np.arange(1, 31)[:, np.newaxis]
    first, again, other = (assign_patients(counts, SIZES, seed) for seed in (0, 0, 1))
    assert_array_equal(first, again)
    assert (first != other).any()


def test_rows_are_counted_by_patient_and_grade():
    counts = count_rows(np.array([0, 1, 1, 0, 1]), ["low", "low", "high", "low", "low"])
    assert_array_equal(counts, [[2, 0, 2], [3, 1, 2]])
    assert_array_equal(count_rows(np.array([0, 1, 1])), [[1], [2]])


def chi_squares(filled, targets):
    """Return the chi-square distance of what parts hold from what they should, as a sum over parts and columns."""
    shares = targets.sum(axis=1, keepdims=True) / targets.sum()
    return ((filled - targets) ** 2 / (shares * targets.sum(axis=0) ** 2)).sum()


@given(COUNTS, st.integers(0, 9))
def test_each_patient_goes_where_the_distance_grows_least(counts, seed):
    counts = counts[:, counts.sum(axis=0) > 0].astype(float)
    targets = np.outer(SIZES, counts.sum(axis=0))
    part = assign_in_order(np.random.default_rng(seed).permutation(len(counts)), counts, targets)
    order, filled = np.random.default_rng(seed).permutation(len(counts)), np.zeros_like(targets)
    for placed, patient in enumerate(order):
        empty = ~filled.any(axis=1)
        allowed = empty if empty.sum() == len(order) - placed else np.ones(3, dtype=bool)
        distances = [chi_squares(filled + np.eye(3)[[to]].T * counts[patient], targets) for to in range(3)]
        assert distances[part[patient]] <= np.min(np.array(distances)[allowed]) + 1e-9
        assert allowed[part[patient]]
        filled[part[patient]] += counts[patient]


def test_a_grade_of_one_row_counts():
    counts = np.array([[2, 2, 0], [2, 2, 0], [2, 1, 1], [2, 2, 0], [2, 2, 0]])
    with_it, without = (assign_patients(each, [0.5, 0.5], 0) for each in (counts, counts[:, :2]))
    assert_array_equal(with_it[counts[:, 2] > 0], [0])
    assert np.bincount(without).min() == 2


@pytest.mark.parametrize("seed", range(5))
def test_the_patient_of_the_only_row_of_a_grade_goes_to_the_largest_part(seed):
    counts = np.array([[1, 1, 0]] + 9 * [[1, 0, 1]])
    assert assign_patients(counts, SIZES, seed)[0] == 0
