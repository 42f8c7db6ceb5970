"""Splits of source rows: repeats of an image stay together, positions of unrepeated rows are their own."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, KFold, PredefinedSplit

from skerosion import ImageRows
from skerosion.estimators._held_out import Samples, held_out_splits, originals

pytestmark = pytest.mark.once

TARGET = np.tile([0, 1, 2], 20)


def splits_of(rows, cv, **options):
    samples = Samples.of(rows, TARGET[rows.indices])
    return held_out_splits(samples, cv, LogisticRegression(), 0, **options)


@pytest.fixture
def rows():
    return ImageRows(np.zeros((60, 1), dtype="float32"), groups=np.arange(60) // 2)


@pytest.mark.parametrize("cv", [0.3, 5, GroupKFold(4), PredefinedSplit(np.arange(60) // 20)], ids=str)
@pytest.mark.parametrize("exchangeable", [True, False])
@pytest.mark.parametrize("has_patients", [True, False])
def test_repeats_are_on_one_side_and_held_out_once(rows, cv, exchangeable, has_patients):
    if not has_patients and isinstance(cv, GroupKFold):
        pytest.skip("a splitter by groups needs them")
    rows = rows if has_patients else rows.with_groups(None)
    repeated = rows.take(np.random.default_rng(0).permutation(np.repeat(np.arange(60), 3)))
    for train, held_out in splits_of(repeated, cv, exchangeable=exchangeable):
        sources = repeated.indices[train], repeated.indices[held_out]
        assert not set(sources[0]) & set(sources[1]) and len(set(sources[1])) == len(held_out)
        assert len(train) + 3 * len(held_out) == 180


def test_rows_in_any_order_keep_their_positions(rows):
    shuffled = rows.with_groups(None).take(np.random.default_rng(0).permutation(60))
    np.testing.assert_array_equal(originals(shuffled)[0], np.arange(60))
    np.testing.assert_array_equal(originals(shuffled)[1], np.arange(60))
    [(train, held_out)] = splits_of(shuffled, [(np.arange(40), np.arange(40, 60))])
    np.testing.assert_array_equal(held_out, np.arange(40, 60))
    np.testing.assert_array_equal(train, np.arange(40))


def test_a_share_that_must_be_exchangeable_counts_patients_not_rows():
    rows = ImageRows(np.zeros((60, 1), dtype="float32"), groups=np.repeat([0, 1, 2, 3], [45, 5, 5, 5]))
    [(_, held_out)] = splits_of(rows, 0.5, exchangeable=True)
    assert len(np.unique(rows.groups[held_out])) == 2


@pytest.mark.parametrize(
    ("cv", "message"),
    [
        (1.5, "cv must be 'prefit', a share between 0 and 1, .* got 1.5"),
        (float("nan"), "cv must be 'prefit', a share between 0 and 1"),
        (KFold(4, shuffle=True, random_state=0), "cv must keep each patient on one side"),
    ],
    ids=str,
)
def test_messages_name_cv(rows, cv, message):
    with pytest.raises(ValueError, match=message):
        splits_of(rows, cv)


def test_a_share_of_one_patient_is_refused():
    rows = ImageRows(np.zeros((60, 1), dtype="float32"), groups=np.zeros(60))
    with pytest.raises(ValueError, match="cv=0.2 needs at least 2 patients"):
        splits_of(rows, 0.2)
