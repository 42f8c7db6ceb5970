import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from skerosion.experiments._folds import fold_seed, make_folds


@given(st.integers(4, 12), st.integers(2, 4), st.integers(0, 5))
def test_every_row_is_tested_once_and_no_patient_is_on_two_sides(n_patients, n_folds, seed):
    generator = np.random.default_rng(seed)
    groups = np.repeat(np.arange(n_patients), generator.integers(1, 5, n_patients))
    grades = generator.integers(0, 3, len(groups))
    folds, _ = make_folds(grades, groups, n_folds=n_folds, seed=seed)
    assert sorted(np.concatenate([fold.test for fold in folds])) == list(range(len(groups)))
    for fold in folds:
        assert not set(groups[fold.train]) & set(groups[fold.test])
        assert len(fold.train) + len(fold.test) == len(groups)


def test_folds_and_their_seeds_repeat():
    grades, groups = np.tile([0, 0, 1], 20), np.repeat(np.arange(30), 2)
    first, _ = make_folds(grades, groups, n_folds=3, seed=5)
    second, _ = make_folds(grades, groups, n_folds=3, seed=5)
    other, _ = make_folds(grades, groups, n_folds=3, seed=6)
    assert all((a.test == b.test).all() and a.seed == b.seed for a, b in zip(first, second, strict=True))
    assert len({fold.seed for fold in first}) == 3
    assert any(len(a.test) != len(b.test) or (a.test != b.test).any() for a, b in zip(first, other, strict=True))


def test_folds_hold_every_grade_in_proportion():
    grades = np.tile([0, 0, 0, 1], 50)
    folds, message = make_folds(grades, np.repeat(np.arange(100), 2), n_folds=4)
    assert [round(grades[fold.test].mean(), 1) for fold in folds] == [0.2] * 4 or message == ""
    assert all(abs(grades[fold.test].mean() - 0.25) < 0.06 for fold in folds)


def test_rows_without_patients_are_split_with_a_warning_word():
    folds, message = make_folds([0, 1] * 10, n_folds=2)
    assert "No patients were given" in message
    assert len(folds) == 2


def test_missing_grade_is_named():
    _, message = make_folds([0, 0, 0, 0, 0, 2], [1, 2, 3, 4, 5, 6], n_folds=3)
    assert "trains without grade 2" in message


@pytest.mark.parametrize(
    ("groups", "n_folds", "message"),
    [
        ([1, 1, 2, 2], 3, "must not exceed the number of patients, got 3 for 2"),
        (None, 1, "at least 2, got 1"),
        (None, 9, "must not exceed the number of rows, got 9 for 4"),
    ],
)
def test_impossible_folds_are_an_error(groups, n_folds, message):
    with pytest.raises(ValueError, match=message):
        make_folds([0, 1, 0, 1], groups, n_folds=n_folds)


def test_seeds_are_non_negative_ints():
    assert all(0 <= fold_seed(seed, number) < 2**31 for seed in range(20) for number in range(5))
