"""What all steps do alike: any form of X, everything about a row follows it, containers of y, metadata routing."""

import numpy as np
import pandas as pd
import pytest
import sklearn
from imblearn.over_sampling import RandomOverSampler
from imblearn.pipeline import Pipeline
from imblearn.under_sampling import NearMiss, RandomUnderSampler
from numpy.testing import assert_array_equal

from skerosion.datasets import ImageRows, as_image_rows
from skerosion.imbalance import AugmentingOverSampler, ClassWeighter, RowSampler, RowStep

STEPS = {
    "copies": AugmentingOverSampler(random_state=0),
    "weights": ClassWeighter(),
    "fewer": RowSampler(RandomUnderSampler(random_state=0)),
    "repeats": RowSampler(RandomOverSampler(random_state=0)),
    "nearest": RowSampler(NearMiss(n_neighbors=1)),
}


@pytest.fixture(params=STEPS)
def step(request):
    """Return each step in turn."""
    return sklearn.clone(STEPS[request.param])


def test_rows_come_back_whole_from_every_form(step, any_X, grades):
    given = as_image_rows(any_X)
    rows, y = step.fit_resample(any_X, grades)
    assert isinstance(rows, ImageRows)
    assert len(rows) == len(y) == len(step.sample_indices_)
    assert_array_equal(np.asarray(rows), np.asarray(given)[step.sample_indices_])
    assert_array_equal(rows.indices, step.sample_indices_)
    assert_array_equal(y, grades[step.sample_indices_])
    assert step.n_features_in_ == np.prod(given.shape[1:])


def test_weights_and_patients_follow_every_form(step, any_X, grades, patients):
    weights = np.linspace(1, 2, len(grades))
    rows, _ = step.fit_resample(any_X, grades, sample_weight=weights, groups=patients)
    picked = step.sample_indices_
    assert_array_equal(rows.groups, patients[picked])
    factors = 1 if not hasattr(step, "class_weight_") else np.vectorize(step.class_weight_.get)(grades)[picked]
    assert_array_equal(rows.sample_weight, weights[picked] * factors)


def test_weights_and_patients_that_rows_carry_follow(step, pixels, grades, patients):
    rows = ImageRows(pixels, sample_weight=np.full(12, 2.0), groups=patients, copy_number=np.arange(12))
    resampled, _ = step.fit_resample(rows, grades)
    assert_array_equal(resampled.groups, patients[step.sample_indices_])
    assert len(resampled.sample_weight) == len(resampled)
    assert_array_equal(resampled.copy_number[:3], step.sample_indices_[:3])


def test_steps_leave_the_given_rows_alone(step, pixels, grades, patients):
    rows = ImageRows(pixels, sample_weight=np.ones(12), groups=patients)
    step.fit_resample(rows, grades)
    assert_array_equal(rows.sample_weight, 1)
    assert_array_equal(rows.indices, np.arange(12))
    assert rows.copy_augmentation is None


@pytest.mark.parametrize("container", [list, np.array, pd.Series, pd.DataFrame, lambda y: np.array(y)[:, np.newaxis]])
def test_targets_come_back_as_they_came(step, pixels, grades, container):
    y = container(grades.tolist())
    _, resampled = step.fit_resample(pixels, y)
    assert type(resampled) is type(y)
    assert np.ndim(resampled) == np.ndim(y)
    assert_array_equal(np.ravel(resampled), grades[step.sample_indices_])


def test_a_series_keeps_its_name_and_counts_its_index_anew(step, pixels, grades):
    y = pd.Series(grades, index=range(100, 112), name="grade")
    _, resampled = step.fit_resample(pixels, y)
    assert resampled.name == "grade"
    assert_array_equal(resampled.index, np.arange(len(resampled)))


def test_labels_and_floats_are_grades_too(step, pixels, grades):
    names = np.array(["none", "mild", "severe"])[grades]
    for y in (names, grades.astype(float)):
        _, resampled = sklearn.clone(step).fit_resample(pixels, y)
        assert resampled.dtype == y.dtype


def test_one_hot_grades_come_back_one_hot(step, pixels, grades):
    one_hot = np.eye(3, dtype=int)[grades]
    _, resampled = step.fit_resample(pixels, one_hot)
    assert_array_equal(resampled, one_hot[step.sample_indices_])


def test_bins_drive_the_step_and_the_continuous_target_comes_back(step, pixels, grades):
    percent = np.array([0.0, 13.5, 31.0])[grades] + np.linspace(0, 0.9, 12) * (grades > 0)
    with pytest.raises(ValueError, match="Pass bins"):
        step.fit_resample(pixels, percent)
    graded = sklearn.clone(step).fit(pixels, grades)
    step.set_params(bins="ratingen")
    _, resampled = step.fit_resample(pixels, percent)
    assert_array_equal(step.sample_indices_, graded.sample_indices_)
    assert_array_equal(resampled, percent[step.sample_indices_])


def test_lengths_that_disagree_are_an_error(step, pixels, grades):
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        step.fit_resample(pixels, grades[:-1])
    with pytest.raises(ValueError, match="groups has .*, X has 12 rows"):
        step.fit_resample(pixels, grades, groups=["a", "b", "c"])


def test_weights_in_two_places_are_an_error(step, pixels, grades):
    rows = ImageRows(pixels, sample_weight=np.ones(12))
    with pytest.raises(ValueError, match="sample_weight must be given in one place"):
        step.fit_resample(rows, grades, sample_weight=np.ones(12))


def test_patients_of_the_rows_stay(step, pixels, grades, patients):
    rows, _ = step.fit_resample(ImageRows(pixels, groups=patients), grades, groups=["x"] * 12)
    assert_array_equal(rows.groups, patients[step.sample_indices_])


def test_columns_of_a_data_frame_are_named(step, grades):
    frame = pd.DataFrame(np.arange(24.0).reshape(12, 2), columns=["u", "v"])
    step.fit(frame, grades)
    assert_array_equal(step.feature_names_in_, ["u", "v"])


def test_routing_brings_patients_to_the_first_step_of_a_pipeline(recorder, pixels, grades, patients):
    steps = [("copies", AugmentingOverSampler(random_state=0)), ("weights", ClassWeighter()), ("last", recorder)]
    with sklearn.config_context(enable_metadata_routing=True):
        pipeline = Pipeline(steps).fit(pixels, grades, groups=patients)
    rows = pipeline[-1].rows_
    assert len(rows) > 12
    assert_array_equal(rows.groups, patients[rows.indices])


def test_routing_brings_weights_to_the_step_that_asks(recorder, pixels, grades):
    weights = np.linspace(1, 2, 12)
    with sklearn.config_context(enable_metadata_routing=True):
        copies = AugmentingOverSampler(random_state=0).set_fit_resample_request(sample_weight=True)
        pipeline = Pipeline([("copies", copies), ("last", recorder)])
        pipeline.fit(pixels, grades, sample_weight=weights)
    rows = pipeline[-1].rows_
    assert_array_equal(rows.sample_weight, weights[rows.indices])


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([0, 0.1, 0.3, 0.5, 0.8, 1.0], "numbers from 0 to 1, as shares of 1 are; multiply them by 100"),
        ([0, 1, 50, 70, 150, 200], "numbers from 0 to 200; list the upper edges"),
        ([-5, 1, 50, 70, 80, 100], "numbers from -5 to 100"),
    ],
)
def test_ratingen_bins_take_percentages_alone(y, message):
    with pytest.raises(ValueError, match=message):
        ClassWeighter(bins="ratingen").fit_resample(np.zeros((6, 8, 8), np.uint8), np.array(y))


def test_a_categorical_keeps_its_order():
    y = pd.Categorical(list("aabbbb"), categories=["b", "a"], ordered=True)
    for given in (y, pd.Series(y)):
        _, targets = AugmentingOverSampler(random_state=0).fit_resample(np.zeros((6, 8, 8), np.uint8), given)
        assert pd.Series(targets).cat.categories.tolist() == ["b", "a"]
        assert (np.asarray(targets) == "a").sum() == 4


def test_fitting_looks_at_the_patients_it_is_given():
    rows = ImageRows(np.zeros((4, 2, 2), np.uint8))
    step = RowSampler(RandomOverSampler(random_state=0))
    assert step.fit(rows, [0, 0, 0, 1], groups=["a", "a", "b", "b"]) is step
    with pytest.raises(ValueError, match="groups"):
        step.fit(rows, [0, 0, 0, 1], groups=["a"])


def test_targets_are_taken_by_place_whatever_their_index():
    y = pd.Series([0, 0, 0, 1], index=[3, 2, 1, 0])
    _, resampled = RowSampler(RandomOverSampler(random_state=0)).fit_resample(np.zeros((4, 2)), y)
    assert resampled.tolist() == [0, 0, 0, 1, 1, 1] and resampled.index.tolist() == list(range(6))
    _, resampled = RowSampler(RandomOverSampler(random_state=0)).fit_resample(np.zeros((4, 2)), (0, 0, 0, 1))
    assert_array_equal(resampled, [0, 0, 0, 1, 1, 1])


def test_percentages_are_sampled_by_their_grades():
    percent = np.array([0.0, 5, 10, 15, 90])
    step = RowSampler(RandomOverSampler(random_state=0), bins="ratingen")
    rows, resampled = step.fit_resample(np.arange(10.0).reshape(5, 2), percent)
    assert step.get_params()["bins"] == "ratingen" and np.bincount(np.searchsorted([0, 20, 40], resampled)).max() > 1
    assert (resampled == 90).sum() == (resampled == 0).sum() == 3


def test_steps_say_what_they_take():
    tags = RowSampler(RandomOverSampler()).__sklearn_tags__()
    assert tags.input_tags.three_d_array and not tags.input_tags.sparse and tags.sampler_tags.sample_indices


class OfTargets(RowStep):
    """Keeps the rows whose targets, not their grades, are above 5."""

    def __init__(self, *, bins=None):
        super().__init__()
        self.bins = bins

    def _resample_labelled(self, rows, grades, y):
        kept = np.flatnonzero(np.asarray(y) > 5)
        return rows[kept], kept

    def _resample(self, rows, grades):
        raise AssertionError("the targets are asked for")


def test_a_step_may_look_at_the_targets_themselves():
    _, kept = OfTargets(bins="ratingen").fit_resample(np.zeros((4, 2)), np.array([0.0, 5, 6, 90]))
    assert_array_equal(kept, [6, 90])
