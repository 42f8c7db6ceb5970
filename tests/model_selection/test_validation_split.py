"""The inner validation split: made on source rows, no patient and no copy on two sides."""

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from imblearn.over_sampling import RandomOverSampler
from numpy.testing import assert_array_equal
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    LeaveOneGroupOut,
    PredefinedSplit,
    ShuffleSplit,
    StratifiedGroupKFold,
    StratifiedKFold,
    train_test_split,
)

from skerosion.datasets import ImageRows
from skerosion.imbalance import AugmentingOverSampler, RowSampler
from skerosion.model_selection import GroupTrainValidationTestSplit, first_split
from skerosion.model_selection._assignment import assign_patients, count_rows
from skerosion.model_selection._validation_split import (
    fills_both_sides,
    keep_a_holder,
    keep_every_grade,
    split_rows,
    split_share,
)

N_SOURCES = 40
PATIENTS = np.arange(N_SOURCES) // 4
GRADES = np.tile([0, 0, 0, 1, 0, 1, 0, 0, 2, 1], 4)
BY_GROUP = [GroupKFold(4), StratifiedGroupKFold(3), GroupShuffleSplit(1, random_state=0), LeaveOneGroupOut()]
BY_ROW = [KFold(4), StratifiedKFold(4), ShuffleSplit(1, random_state=0)]


def sources(groups=PATIENTS):
    """Return 40 images."""
    return ImageRows(np.zeros((N_SOURCES, 2, 2), dtype=np.uint8), groups=groups)


def resampled(groups=PATIENTS):
    """Return rows in which samplers left repeats and copies, and their grades."""
    repeated = RowSampler(RandomOverSampler(sampling_strategy={1: 16}, random_state=0))
    rows, y = repeated.fit_resample(sources(groups), GRADES)
    rows, y = AugmentingOverSampler(random_state=0).fit_resample(rows, y)
    return rows, y


def check_split(rows, train, validation):
    """Assert what holds for every split; return the source rows of both sides."""
    training, validating = rows.indices[train], rows.indices[validation]
    assert len(train) and len(validation)
    assert not set(training) & set(validating)
    assert len(set(validating)) == len(validating)
    if rows.groups is not None:
        assert not set(rows.groups[train]) & set(rows.groups[validation])
    with_original = set(rows.indices[~rows.is_copy])
    assert not rows.is_copy[validation][np.isin(validating, list(with_original))].any()
    kept = np.isin(rows.indices, training)
    assert_array_equal(train, np.flatnonzero(kept))
    assert_array_equal(validation, np.sort(validation))
    return set(training), set(validating)


@pytest.mark.parametrize("validation_split", [0.2, 0.5, *BY_GROUP], ids=str)
@pytest.mark.parametrize("stratify", [False, True])
def test_patients_repeats_and_copies_stay_on_one_side(validation_split, stratify):
    rows, y = resampled()
    train, validation = first_split(validation_split, rows, y, random_state=0, stratify=stratify)
    training, validating = check_split(rows, train, validation)
    assert training | validating == set(range(N_SOURCES))


@pytest.mark.parametrize("validation_split", [0.2, *BY_ROW], ids=str)
@pytest.mark.parametrize("stratify", [False, True])
def test_repeats_and_copies_stay_on_one_side_where_no_patient_is_known(validation_split, stratify):
    rows, y = resampled(groups=None)
    train, validation = first_split(validation_split, rows, y, random_state=0, stratify=stratify)
    check_split(rows, train, validation)


@given(
    st.lists(st.tuples(st.integers(0, 15), st.integers(0, 2)), min_size=4, max_size=60),
    st.floats(0.1, 0.9),
    st.integers(0, 3),
)
def test_any_rows_in_any_order(drawn, share, seed):
    indices, copies = np.array(drawn).T
    rows = sources()[indices].take(np.arange(len(indices)), copy_number=copies)
    assume(len(set(rows.groups)) > 1)
    train, validation = first_split(share, rows, GRADES[indices], random_state=seed, stratify=True)
    check_split(rows, train, validation)


@pytest.mark.parametrize("splitter", [*BY_GROUP, GroupKFold(5)], ids=str)
def test_a_splitter_sees_each_source_row_once(splitter):
    rows, y = resampled()
    _, validation = first_split(splitter, rows, y)
    expected = next(splitter.split(np.zeros(N_SOURCES), GRADES, PATIENTS))[1]
    assert_array_equal(np.sort(rows.indices[validation]), expected)


def test_a_share_is_a_share_of_source_rows():
    rows, y = resampled()
    for share in (0.1, 0.25, 0.5):
        _, validation = first_split(share, rows, y, random_state=0)
        assert abs(len(validation) - share * N_SOURCES) <= 4


def test_a_share_is_stratified_by_grade():
    for groups in (PATIENTS, None):
        rows, y = resampled(groups)
        _, validation = first_split(0.5, rows, y, random_state=0, stratify=True)
        assert (np.abs(np.bincount(y[validation]) - np.bincount(GRADES) / 2) <= 2).all()


def test_a_grade_with_a_single_row_does_not_hinder_a_share():
    y = np.zeros(N_SOURCES, dtype=int)
    y[3] = 1
    _, validation = first_split(0.25, sources(None), y, random_state=0, stratify=True)
    assert len(validation) == 10


def test_the_random_state_draws_the_share():
    rows, y = resampled()
    first, again, *others = (first_split(0.3, rows, y, random_state=seed)[1] for seed in (0, 0, 1, 2, 3))
    assert_array_equal(first, again)
    assert any(not np.array_equal(first, other) for other in others)


def test_a_copy_stands_for_its_source_where_the_original_is_gone():
    rows = sources()[[0, 0, 4, 8]].take([0, 1, 2, 3], copy_number=[2, 1, 0, 0])
    train, validation = first_split(PredefinedSplit([0, -1, -1]), rows, [0, 0, 1, 1])
    assert_array_equal(validation, [0])
    assert_array_equal(train, [2, 3])


def test_an_original_stands_before_its_copies():
    rows = sources()[[0, 0, 4, 8]].take([0, 1, 2, 3], copy_number=[1, 0, 0, 0])
    _, validation = first_split(PredefinedSplit([0, -1, -1]), rows, [0, 0, 1, 1])
    assert_array_equal(validation, [1])


@pytest.mark.parametrize("of_all", [True, False])
def test_a_predefined_split_speaks_of_source_rows(of_all):
    fold = np.where(PATIENTS < 3, 0, -1)
    present = np.arange(4, N_SOURCES)
    rows = sources()[present[::-1]]
    _, validation = first_split(PredefinedSplit(fold if of_all else fold[present]), rows, GRADES[present[::-1]])
    assert_array_equal(np.sort(rows.indices[validation]), np.arange(4, 12))
    with pytest.raises(ValueError, match="the 40 rows of the source or of the 36 present, got 5"):
        first_split(PredefinedSplit([0, 0, 1, 1, 1]), rows, GRADES[present])


def test_a_splitter_without_metadata_is_given_the_groups():
    class Halves:
        def split(self, X, y, groups):
            yield np.flatnonzero(groups.astype(int) < 5), np.flatnonzero(groups.astype(int) >= 5)

    rows, y = resampled()
    train, validation = first_split(Halves(), rows, y)
    check_split(rows, train, validation)
    assert rows.groups[train].astype(int).max() == 4


@pytest.mark.parametrize("splitter", BY_ROW, ids=str)
def test_a_splitter_that_parts_patients_is_an_error(splitter):
    rows, y = resampled()
    with pytest.raises(ValueError, match="keep each patient on one side.*use a splitter by groups"):
        first_split(splitter, rows, y)


@pytest.mark.parametrize("splitter", BY_GROUP, ids=str)
def test_a_splitter_by_groups_needs_them(splitter):
    rows, y = resampled(groups=None)
    with pytest.raises(ValueError, match="needs the patient of each row.*pass groups to fit"):
        first_split(splitter, rows, y)


class Overlapping:
    """Splits a row to both sides."""

    def split(self, X, y=None, groups=None):
        yield np.array([0, 1]), np.array([1, 2])


@pytest.mark.parametrize(
    "validation_split, message",
    [
        (0.0, "a share between 0 and 1 or a splitter, got 0.0"),
        (1, "a share between 0 and 1 or a splitter, got 1"),
        (True, "a share between 0 and 1 or a splitter, got True"),
        ("half", "a share between 0 and 1 or a splitter, got 'half'"),
        ([(0, 1)], r"a share between 0 and 1 or a splitter, got \[\(0, 1\)\]"),
        (PredefinedSplit(np.full(N_SOURCES, -1)), "split rows in two, got 0 parts"),
        (PredefinedSplit(np.zeros(N_SOURCES)), "rows on both sides, got 0 to train on"),
        (GroupTrainValidationTestSplit(random_state=0), "split rows in two, got 3 parts"),
        (Overlapping(), "keep rows apart, got 1 on both sides"),
    ],
    ids=["zero", "one", "bool", "text", "list", "never", "everything", "three parts", "overlapping"],
)
def test_what_does_not_split(validation_split, message):
    with pytest.raises(ValueError, match=message):
        first_split(validation_split, sources(), GRADES)


@pytest.mark.parametrize("stratify", [False, True])
def test_a_share_that_leaves_nothing_to_train_on_is_refused(stratify):
    with pytest.raises(ValueError, match="validation_split=0.99 of 10 rows must leave some to train on"):
        first_split(0.99, ImageRows(np.zeros((10, 8, 8))), np.arange(10) % 2, stratify=stratify)


def test_one_patient_cannot_be_split():
    with pytest.raises(ValueError, match="needs at least 2 patients, got 1"):
        first_split(0.5, sources()[:4], GRADES[:4])


@pytest.mark.parametrize("share", [0.1, 0.2, 0.5])
def test_the_only_row_of_a_grade_is_trained_on_and_the_others_stay_stratified(share):
    """Ninety healthy joints and one at the last stage: in a sixth of all seeds that one was held out."""
    grades = np.repeat([0, 1, 2, 3, 4], [90, 20, 6, 4, 1])
    rows = ImageRows(np.zeros((121, 4, 4), "uint8"))
    for seed in range(50):
        train, validation = first_split(share, rows, grades, random_state=seed, stratify=True)
        assert set(grades[train]) == set(range(5)) and 4 not in grades[validation]
        assert len(validation) == np.ceil(share * 121)
        counts = np.bincount(grades[validation], minlength=5)[:2]
        assert (abs(counts - share * np.array([90, 20])) <= 1.5).all()


def test_the_only_patient_of_a_grade_is_trained_on():
    grades = np.r_[np.tile([0, 1], 20), [2, 2]]
    rows = ImageRows(np.zeros((42, 4, 4), "uint8"), groups=np.r_[np.repeat(np.arange(20), 2), [20, 20]])
    for seed in range(50):
        train, validation = first_split(0.3, rows, grades, random_state=seed, stratify=True)
        assert 2 in grades[train] and 2 not in grades[validation]
        assert abs(len(validation) - 0.3 * 42) <= 2


def test_every_grade_is_trained_on_where_each_patient_has_one_of_its_own():
    rows = ImageRows(np.zeros((4, 4, 4), "uint8"), groups=["a", "b", "c", "d"])
    for seed in range(10):
        with pytest.warns(UserWarning, match="leaves no row of [0-3] to train on"):
            train, validation = first_split(0.5, rows, [0, 1, 2, 3], random_state=seed, stratify=True)
        assert len(validation) == 1


def test_grades_of_two_rows_are_never_held_out_whole():
    grades = np.r_[np.zeros(30, int), [1, 1, 2, 2]]
    rows = ImageRows(np.zeros((34, 4, 4), "uint8"))
    for seed in range(50):
        train, _ = first_split(0.8, rows, grades, random_state=seed, stratify=True)
        assert set(grades[train]) == {0, 1, 2}


def test_a_splitter_that_takes_a_grade_away_is_warned_of():
    rows, test_fold = ImageRows(np.zeros((6, 4, 4), "uint8")), [-1, -1, -1, -1, 0, 0]
    with pytest.warns(UserWarning, match="leaves no row of 1 to train on"):
        first_split(PredefinedSplit(test_fold), rows, [0, 0, 0, 0, 1, 1], stratify=True)


@pytest.mark.parametrize("grades", [[0, 1, 2, 3], [0, 0, 1, 2]])
def test_where_nearly_every_grade_has_one_row_any_row_is_held_out(grades):
    train, validation = split_rows(0.5, np.array(grades), 4, 0)
    assert len(train) == len(validation) == 2 and sorted([*train, *validation]) == [0, 1, 2, 3]


def test_a_warning_of_lost_grades_says_what_to_do():
    rows, split = ImageRows(np.zeros((6, 4, 4), "uint8")), PredefinedSplit([-1, -1, -1, 0, 0, 0])
    expected = (
        f"^validation_split={re.escape(repr(split))} leaves no row of 1, 2 to train on: what is fitted there cannot "
        r"learn it\. Pass another share, splitter or random_state, or more rows of it\.$"
    )
    with pytest.warns(UserWarning, match=expected):
        first_split(split, rows, [0, 0, 0, 0, 1, 2], stratify=True)


def test_a_split_of_patients_says_what_to_take_instead():
    expected = (
        r"^validation_split must keep each patient on one side, got 1 patient on both \(the first '0'\) from "
        r"KFold\(.*\): use a splitter by groups, such as GroupShuffleSplit or StratifiedGroupKFold, or a share\.$"
    )
    with pytest.raises(ValueError, match=expected):
        first_split(KFold(2), sources(np.r_[np.arange(20), 0, np.arange(20, 39)]), GRADES)


@pytest.mark.parametrize("seed", range(3))
def test_a_share_of_rows_is_that_of_scikit_learn(seed):
    expected = train_test_split(np.arange(23), test_size=0.3, random_state=seed)
    for found, side in zip(split_share(0.3, sources(None)[:23], GRADES[:23], seed, False), expected, strict=True):
        assert_array_equal(found, side)
    by_grade = train_test_split(np.arange(40), test_size=0.25, random_state=seed, stratify=GRADES)
    for found, side in zip(split_rows(0.25, GRADES, 40, seed), by_grade, strict=True):
        assert_array_equal(found, np.sort(side))


@pytest.mark.parametrize("seed", range(3))
def test_a_share_that_too_few_rows_can_make_up_is_of_any_rows(seed):
    """Two rows are of a grade with others, as many as are held out: they cannot all be."""
    for share, grades in ((0.5, [0, 0, 1, 2]), (0.25, [0, 1, 2, 3])):
        expected = train_test_split(np.arange(4), test_size=share, random_state=seed)
        for found, side in zip(split_rows(share, np.array(grades), 4, seed), expected, strict=True):
            assert_array_equal(found, side)


@pytest.mark.parametrize("seed", range(5))
def test_one_of_two_rows_of_a_grade_may_be_held_out(seed):
    train, validation = split_rows(0.2, np.array([0, 0, 1, 2, 3]), 5, seed)
    assert len(validation) == 1 and validation[0] in (0, 1) and len(train) == 4


@pytest.mark.parametrize("seed", range(3))
def test_fewer_rows_than_grades_are_held_out_at_random(seed):
    train, validation = split_rows(0.1, np.repeat([0, 1], [8, 2]), 10, seed)
    assert len(validation) == 1 and sorted([*train, *validation]) == list(range(10))


@pytest.mark.parametrize("seed", range(5))
def test_a_share_drawn_again_is_the_same_for_a_seed(seed):
    grades = np.r_[np.tile([0, 1], 20), 2]
    rows = ImageRows(np.zeros((41, 4, 4), "uint8"), groups=[*range(40), 40])
    first, again = (split_share(0.6, rows, grades, seed, True)[1] for _ in range(2))
    assert_array_equal(first, again)


@pytest.mark.parametrize("seed", range(3))
def test_patients_are_drawn_by_rows_alone_unless_by_grade(seed):
    for stratify in (False, True):
        counts = count_rows(PATIENTS, GRADES if stratify else None)
        part = assign_patients(counts, [0.7, 0.3], seed)
        _, validation = split_share(0.3, sources(), GRADES, seed, stratify)
        assert_array_equal(validation, np.flatnonzero(part[PATIENTS] == 1))


@pytest.mark.parametrize(
    ("grades", "n_validation", "fills"),
    [
        ([0, 0, 1, 1], 2, True),
        ([0, 0, 1], 2, False),
        ([0, 0, 1, 1], 1, False),
        ([0, 0, 1, 1], 3, False),
        ([0, 0, 0, 1, 1], 2, True),
        ([0, 0, 0, 0, 1], 2, False),
    ],
)
def test_sides_that_every_grade_can_fill(grades, n_validation, fills):
    assert fills_both_sides(np.array(grades), n_validation) == fills


# Rows of six patients, in all and in each of three grades; the last patient alone has the highest.
HELD = np.array([[4, 3, 1, 0], [2, 2, 0, 0], [2, 1, 1, 0], [6, 6, 0, 0], [3, 2, 1, 0], [2, 1, 0, 1]])


def test_parts_that_train_on_every_grade_stay():
    part = np.array([1, 1, 0, 1, 1, 0])
    assert_array_equal(keep_every_grade(part, HELD, 0.5, 0), part)


@pytest.mark.parametrize("seed", range(4))
def test_a_lost_grade_has_the_share_drawn_from_patients_whose_grades_others_have(seed):
    wanted = 0.3 * 19 / 17
    expected = [*assign_patients(HELD[:5], [1 - wanted, wanted], seed), 0]
    assert_array_equal(keep_every_grade(np.array([0, 0, 0, 0, 0, 1]), HELD, 0.3, seed), expected)
    two = HELD[[0, 2, 5]]
    wanted = 0.3 * 8 / 6
    expected = [*assign_patients(two[:2], [1 - wanted, wanted], seed), 0]
    assert_array_equal(keep_every_grade(np.array([0, 0, 1]), two, 0.3, seed), expected)


@pytest.mark.parametrize(
    ("held", "part", "share", "kept"),
    [
        # Nobody alone has the lost grade: of its patients the one with fewest rows trains.
        ([[4, 4, 0], [3, 2, 1], [2, 1, 1]], [0, 1, 1], 0.3, [0, 1, 0]),
        # One patient is left to hold out, whom no draw can put on two sides.
        ([[2, 1, 1, 0], [2, 1, 0, 1], [2, 2, 0, 0]], [1, 1, 0], 0.3, [0, 1, 0]),
        # All other patients together are as many rows as are wanted.
        ([[2, 2, 0], [2, 2, 0], [4, 3, 1]], [1, 0, 1], 0.5, [1, 0, 0]),
    ],
)
def test_where_the_others_cannot_make_up_the_share_a_holder_moves_back(held, part, share, kept):
    assert_array_equal(keep_every_grade(np.array(part), np.array(held), share, 0), kept)


def test_the_holder_with_fewest_rows_moves_back():
    held = np.array([[5, 1], [1, 1], [3, 0]])
    assert_array_equal(keep_a_holder(np.array([1, 1, 0]), held), [1, 0, 0])
    assert_array_equal(keep_a_holder(np.array([0, 1, 0]), held), [0, 1, 0])


def test_groups_of_a_splitter_of_scikit_learn_keep_the_order_of_their_numbers():
    patients = np.arange(36) // 3
    rows = ImageRows(np.zeros((36, 2, 2), "uint8"), groups=patients)
    for splitter in (GroupKFold(5), GroupShuffleSplit(1, random_state=0)):
        expected = next(splitter.split(patients, groups=patients))
        for found, side in zip(first_split(splitter, rows, patients % 2), expected, strict=True):
            assert_array_equal(found, side)
