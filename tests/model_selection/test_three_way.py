"""Train, validation and test parts: no patient in two, the shares asked for, the same at every call."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from skerosion.datasets import ImageRows
from skerosion.model_selection import GroupTrainValidationTestSplit, train_validation_test_split


@pytest.fixture
def table():
    """Return feature rows, grades with few of the highest, and 60 patients of 1 to 9 rows."""
    random = np.random.default_rng(0)
    groups = np.repeat([f"p{number:02}" for number in range(60)], random.integers(1, 10, 60))
    y = random.choice(4, size=len(groups), p=[0.6, 0.25, 0.1, 0.05])
    return np.arange(len(groups))[:, np.newaxis], y, groups


@given(st.lists(st.integers(0, 8), min_size=6, max_size=60).filter(lambda groups: len(set(groups)) >= 3), st.booleans())
@pytest.mark.filterwarnings("ignore:.*leaves no row of .* to train on")
def test_every_row_is_in_one_part_and_every_patient_too(groups, stratify):
    groups = np.array(groups)
    splitter = GroupTrainValidationTestSplit(stratify=stratify, random_state=0)
    parts = next(splitter.split(groups[:, np.newaxis], groups % 2, groups))
    assert_array_equal(np.sort(np.concatenate(parts)), np.arange(len(groups)))
    patients = [set(groups[part]) for part in parts]
    assert sum(map(len, patients)) == len(set(groups))
    assert all(patients)


def test_sizes_are_shares_of_rows(table):
    X, y, groups = table
    parts = next(GroupTrainValidationTestSplit(random_state=0).split(X, y, groups))
    assert_allclose([len(part) / len(X) for part in parts], [0.7, 0.2, 0.1], atol=0.01)
    parts = next(GroupTrainValidationTestSplit(sizes=(0.4, 0.3, 0.3), random_state=0).split(X, y, groups))
    assert_allclose([len(part) / len(X) for part in parts], [0.4, 0.3, 0.3], atol=0.01)


def test_stratified_parts_have_their_share_of_every_grade(table):
    X, y, groups = table
    parts = next(GroupTrainValidationTestSplit(stratify=True, random_state=0).split(X, y, groups))
    counts = np.stack([np.bincount(y[part], minlength=4) for part in parts])
    assert_allclose(counts / np.bincount(y), np.tile([[0.7], [0.2], [0.1]], 4), atol=0.1)


def test_a_continuous_target_is_stratified_by_bins(table):
    X, y, groups = table
    percent = np.array([0.0, 12.5, 33.3, 95.0])[y]
    by_bins = next(
        GroupTrainValidationTestSplit(stratify=True, bins="ratingen", random_state=0).split(X, percent, groups)
    )
    by_grade = next(GroupTrainValidationTestSplit(stratify=True, random_state=0).split(X, y, groups))
    for one, other in zip(by_bins, by_grade, strict=True):
        assert_array_equal(one, other)
    with pytest.raises(ValueError, match="Pass bins"):
        next(GroupTrainValidationTestSplit(stratify=True).split(X, percent, groups))


def test_splits_are_repeatable_and_differ_among_each_other(table):
    X, y, groups = table
    splitter = GroupTrainValidationTestSplit(n_splits=3, random_state=0)
    first, again = list(splitter.split(X, y, groups)), list(clone(splitter).split(X, y, groups))
    assert splitter.get_n_splits() == len(first) == 3
    for one, other in zip(first, again, strict=True):
        assert_array_equal(np.concatenate(one), np.concatenate(other))
    assert not np.array_equal(first[0][2], first[1][2])


@pytest.mark.parametrize("container", [np.asarray, lambda X: X.tolist(), pd.DataFrame, ImageRows])
def test_parts_hold_what_was_split(table, container):
    X, y, groups = table
    parts = train_validation_test_split(container(X.astype(float)), pd.Series(y), groups, random_state=0)
    positions = next(GroupTrainValidationTestSplit(random_state=0).split(X, groups=groups))
    for part, rows in zip(parts, positions, strict=True):
        assert type(part.X) is type(container(X.astype(float)))
        assert_array_equal(np.asarray(part.X), X[rows])
        assert_array_equal(part.y, y[rows])
        assert_array_equal(part.groups, groups[rows])


def test_rows_bring_their_patients_along(table):
    X, y, groups = table
    rows = ImageRows(X.astype(float), groups=groups)
    carried = train_validation_test_split(rows, y, random_state=0)
    given_ = train_validation_test_split(X, y, groups, random_state=0)
    for one, other in zip(carried, given_, strict=True):
        assert_array_equal(one.groups, other.groups)
        assert_array_equal(one.X.groups, one.groups)


def test_groups_that_contradict_those_of_the_rows_are_refused():
    rows, y = ImageRows(np.zeros((12, 8, 8)), groups=[0] * 4 + [1] * 4 + [2] * 4), np.zeros(12)
    for split in (train_validation_test_split, lambda *given: next(GroupTrainValidationTestSplit().split(*given))):
        with pytest.raises(ValueError, match="several groups for 3 patients, such as '0'; pass one of the two"):
            split(rows, y, np.arange(12))
    finer = ImageRows(np.zeros((12, 8, 8)), groups=np.arange(12) // 2)
    parts = train_validation_test_split(finer, y, np.arange(12) // 4, random_state=0)
    assert not set(parts[0].X.groups) & {*parts[1].X.groups, *parts[2].X.groups}


def test_a_table_without_targets(table):
    X, _, groups = table
    train, validation, test = train_validation_test_split(X, None, groups, random_state=0)
    assert train.y is validation.y is test.y is None


@pytest.mark.parametrize(
    "options, y, groups, message",
    [
        ({}, [0, 1, 0, 1], None, "groups must name the patient of each row, got None: pass groups=data.groups"),
        ({}, [0, 1, 0, 1], ["a", "a", "b", "b"], "at least 3 patients, one per part, got 2"),
        ({}, [0, 1, 0, 1], ["a", "b", " ", "d"], "groups must name the patient of each row, got none in row 2"),
        ({}, [0, 1, 0, 1], ["a", "b", "c"], "inconsistent numbers of samples"),
        ({"stratify": True}, None, list("abcd"), "stratify=True needs the grade of each row, got y=None"),
        ({"sizes": (0.8, 0.2)}, [0, 1, 0, 1], list("abcd"), r"sizes must be three shares .* got \(0.8, 0.2\)"),
        ({"sizes": (0.8, 0.2, 0.0)}, [0, 1, 0, 1], list("abcd"), "sizes must be three shares above 0"),
        ({"sizes": (70, 20, 10)}, [0, 1, 0, 1], list("abcd"), "that sum to 1"),
    ],
)
def test_what_cannot_be_split(options, y, groups, message):
    with pytest.raises(ValueError, match=message):
        train_validation_test_split(np.zeros((4, 2)), y, groups, **options)


def test_names_with_blanks_are_one_patient_and_numbers_split_as_their_text():
    ids = np.repeat([3, 20, 100, 7, 9, 11, 12, 40], 3)
    blanks = [f"{each}{' ' * (place % 2)}" for place, each in enumerate(ids)]
    splits = [
        next(GroupTrainValidationTestSplit(random_state=0).split(np.zeros(len(ids)), groups=groups))
        for groups in (ids, ids.astype(float), ids.astype(str), blanks)
    ]
    for split in splits:
        for part, first in zip(split, splits[0], strict=True):
            assert_array_equal(part, first)


def test_one_split_is_drawn_unless_more_are_asked_for():
    assert GroupTrainValidationTestSplit().get_n_splits() == 1
    assert GroupTrainValidationTestSplit(sizes="not looked at", n_splits=4).get_n_splits() == 4
    with pytest.raises(ValueError, match="n_splits must be"):
        GroupTrainValidationTestSplit(n_splits=0).get_n_splits()


def test_the_function_stratifies_as_the_splitter_does(table):
    X, y, groups = table
    percent = np.array([0.0, 12.5, 33.3, 95.0])[y]
    settings = {"stratify": True, "bins": "ratingen", "random_state": 3, "sizes": (0.5, 0.25, 0.25)}
    parts = train_validation_test_split(X, percent, groups, **settings)
    for part, rows in zip(
        parts, next(GroupTrainValidationTestSplit(**settings).split(X, percent, groups)), strict=True
    ):
        assert_array_equal(part.y, percent[rows])


def test_grades_that_the_training_part_lacks_are_told():
    with pytest.warns(UserWarning, match="to train on: ") as told:
        train, *others = train_validation_test_split(
            np.zeros((3, 2)), list("abc"), [1, 2, 3], stratify=True, random_state=0
        )
    lost = sorted(set("abc") - set(train.y))
    assert len(lost) == 2 and sorted(part.y[0] for part in others) == lost
    assert str(told[0].message).startswith(f"sizes=(0.7, 0.2, 0.1) leaves no row of {lost[0]}, {lost[1]} to train on: ")


def test_rows_and_grades_must_be_as_many():
    splitter = GroupTrainValidationTestSplit(stratify=True)
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples: \[4, 3\]"):
        next(splitter.split(np.zeros((4, 2)), [0, 1, 0], list("abcd")))
