"""Copies: how many, of which rows, how they are numbered and what is to happen to them."""

import tracemalloc
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imblearn.over_sampling import RandomOverSampler
from numpy.testing import assert_array_equal

from skerosion.datasets import ImageRows
from skerosion.imbalance import AugmentingOverSampler, RowSampler
from skerosion.preprocessing import Augmentation

GRADES = st.lists(st.integers(0, 3), min_size=2, max_size=40).filter(lambda grades: len(set(grades)) > 1)


def blank(n):
    """Return n blank images."""
    return np.zeros((n, 4, 4), dtype=np.uint8)


@given(GRADES, st.integers(0, 5))
def test_every_grade_grows_to_the_largest_and_evenly(grades, seed):
    y = np.array(grades)
    rows, resampled = AugmentingOverSampler(random_state=seed).fit_resample(blank(len(y)), y)
    largest = max(Counter(grades).values())
    assert set(Counter(resampled.tolist()).values()) == {largest}
    times = np.bincount(rows.indices, minlength=len(y))
    for grade, count in Counter(grades).items():
        assert set(times[y == grade]) <= {largest // count, -(-largest // count)}


@given(GRADES)
def test_originals_stay_first_and_copies_count_up(grades):
    y = np.array(grades)
    rows, _ = AugmentingOverSampler(random_state=0).fit_resample(blank(len(y)), y)
    assert_array_equal(rows.indices[: len(y)], np.arange(len(y)))
    assert_array_equal(rows.is_copy, np.arange(len(rows)) >= len(y))
    for source in range(len(y)):
        numbers = rows.copy_number[rows.indices == source]
        assert_array_equal(numbers, np.arange(len(numbers)))


def test_the_majority_has_no_copies(pixels, grades):
    rows, y = AugmentingOverSampler(random_state=0).fit_resample(pixels, grades)
    assert not rows.is_copy[y == 0].any()


def test_the_rest_is_drawn_by_the_random_state(pixels, grades):
    drawn = [AugmentingOverSampler(random_state=seed).fit(pixels, grades).sample_indices_ for seed in (0, 0, 1, 2, 3)]
    assert_array_equal(drawn[0], drawn[1])
    assert any(not np.array_equal(drawn[0], other) for other in drawn[2:])


@pytest.mark.parametrize(
    "sampling_strategy, counts",
    [
        ("auto", {0: 7, 1: 7, 2: 7}),
        ("not majority", {0: 7, 1: 7, 2: 7}),
        ("minority", {0: 7, 1: 3, 2: 7}),
        ({1: 5}, {0: 7, 1: 5, 2: 2}),
        ({2: 9, 0: 8}, {0: 8, 1: 3, 2: 9}),
        (lambda y: {2: 2 * np.sum(y == 2)}, {0: 7, 1: 3, 2: 4}),
    ],
)
def test_sampling_strategies_of_imbalanced_learn(pixels, grades, sampling_strategy, counts):
    step = AugmentingOverSampler(sampling_strategy=sampling_strategy, random_state=0)
    _, y = step.fit_resample(pixels, grades)
    assert Counter(y.tolist()) == counts
    added = {grade: count - np.sum(grades == grade) for grade, count in counts.items()}
    assert dict(step.sampling_strategy_).items() <= added.items()
    assert sum(step.sampling_strategy_.values()) == sum(added.values())


def test_a_ratio_for_two_grades(pixels):
    y = np.repeat([0, 1], [10, 2])
    _, resampled = AugmentingOverSampler(sampling_strategy=0.5, random_state=0).fit_resample(pixels, y)
    assert Counter(resampled.tolist()) == {0: 10, 1: 5}
    with pytest.raises(ValueError, match="float only when the type of target is binary"):
        AugmentingOverSampler(sampling_strategy=0.5).fit_resample(pixels, np.arange(12) % 3)


def test_copies_are_numbered_on_after_repeats_and_copies(pixels, grades):
    repeated, y = RowSampler(RandomOverSampler(random_state=0)).fit_resample(pixels, grades)
    assert not repeated.is_copy.any()
    first, y = AugmentingOverSampler(sampling_strategy={1: 15, 2: 15}, random_state=0).fit_resample(repeated, y)
    second, _ = AugmentingOverSampler(random_state=1).fit_resample(first, y)
    copies = second.is_copy
    pairs = list(zip(second.indices[copies], second.copy_number[copies], strict=True))
    assert len(pairs) == len(set(pairs)) == len(second) - len(repeated)
    for source in np.unique(second.indices[copies]):
        numbers = second.copy_number[copies & (second.indices == source)]
        assert_array_equal(numbers, np.arange(1, len(numbers) + 1))


def test_the_augmentation_travels_with_the_rows(pixels, grades):
    rows, _ = AugmentingOverSampler(random_state=0).fit_resample(pixels, grades)
    assert rows.copy_augmentation == Augmentation.thesis()
    step = AugmentingOverSampler(rotation=5, shear=0, zoom=0.2, frozen=True, random_state=0)
    rows, _ = step.fit_resample(rows, np.repeat([0, 1, 2], 7)[: len(rows)])
    assert rows.copy_augmentation == Augmentation(rotation=5, zoom=0.2, frozen=True) == step.augmentation_


def test_feature_vectors_are_repeated(grades):
    rows, y = AugmentingOverSampler(random_state=0).fit_resample(np.arange(24.0).reshape(12, 2), grades)
    assert rows.kind == "features"
    assert_array_equal(np.asarray(rows), np.arange(24.0).reshape(12, 2)[rows.indices])
    assert rows.is_copy.sum() == len(y) - 12


def test_a_copy_weighs_what_its_source_weighs(pixels, grades):
    weights = np.linspace(0, 1, 12)
    rows, _ = AugmentingOverSampler(random_state=0).fit_resample(ImageRows(pixels, sample_weight=weights), grades)
    assert_array_equal(rows.sample_weight, weights[rows.indices])


def test_no_pixel_is_copied():
    images = np.zeros((5778, 128, 128), dtype=np.uint8)
    y = np.repeat([0, 1, 2, 3, 4], [2286, 1046, 1516, 757, 173])
    tracemalloc.start()
    AugmentingOverSampler(random_state=0).fit_resample(images, y)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5e6


def test_one_grade_cannot_be_balanced(pixels):
    with pytest.raises(ValueError, match="more than 1 class"):
        AugmentingOverSampler().fit_resample(pixels, np.zeros(12, dtype=int))


@pytest.mark.parametrize(
    "parameters",
    [
        {"rotation": -1},
        {"rotation": 181},
        {"shear": 1.1},
        {"zoom": 1},
        {"frozen": "no"},
        {"bins": 3},
        {"sampling_strategy": 2.0},
    ],
)
def test_parameters_that_are_refused(pixels, grades, parameters):
    (name,) = parameters
    with pytest.raises(ValueError, match=f"{name} must be .*, got"):
        AugmentingOverSampler(**parameters).fit_resample(pixels, grades)
