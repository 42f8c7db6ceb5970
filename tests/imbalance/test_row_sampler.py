"""imbalanced-learn's samplers on rows: each picks what it picks by itself, and those that make up rows are refused."""

from collections import Counter

import numpy as np
import pytest
from imblearn import FunctionSampler, over_sampling, under_sampling
from imblearn.combine import SMOTEENN
from imblearn.over_sampling import RandomOverSampler
from imblearn.under_sampling import (
    ClusterCentroids,
    InstanceHardnessThreshold,
    NearMiss,
    RandomUnderSampler,
    TomekLinks,
)
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from skerosion.datasets import ImageRows
from skerosion.imbalance import AugmentingOverSampler, RowSampler

# The prototype selections, by name so that a new release of imbalanced-learn is tested too.
MAKING_UP = {"ClusterCentroids"}
SELECTIONS = sorted(set(under_sampling.__all__) - MAKING_UP)
SYNTHETIC = sorted(set(over_sampling.__all__) - {"RandomOverSampler", "SMOTENC"})


@pytest.fixture
def blobs():
    """Return 60 images of two overlapping kinds and their grades, 40 and 20."""
    random = np.random.default_rng(0)
    y = np.repeat([0, 1], [40, 20])
    images = random.integers(0, 150, (60, 4, 4, 1)) + 60 * y[:, None, None, None]
    return images.astype(np.uint8), y


def make_selection(name):
    """Return a prototype selection, quick and repeatable."""
    if name == "InstanceHardnessThreshold":
        return InstanceHardnessThreshold(estimator=GaussianNB(), random_state=0, cv=2)
    sampler = getattr(under_sampling, name)()
    return sampler.set_params(random_state=0) if "random_state" in sampler.get_params() else sampler


@pytest.mark.parametrize("name", SELECTIONS)
def test_selections_pick_what_they_pick_from_flattened_pixels(blobs, name):
    images, y = blobs
    sampler = make_selection(name)
    expected = clone(sampler)
    expected.fit_resample(images.reshape(60, -1).astype(np.float32), y)
    step = RowSampler(sampler)
    rows, resampled = step.fit_resample(images, y)
    assert_array_equal(rows.indices, expected.sample_indices_)
    assert_array_equal(resampled, y[expected.sample_indices_])
    assert step.sampling_strategy_ == expected.sampling_strategy_


def test_random_samplers_read_no_pixel(pixels, grades):
    class Unreadable(ImageRows):
        def read(self, positions=None):
            raise AssertionError("a random draw needs no pixels")

    for sampler in (RandomUnderSampler(random_state=0), RandomOverSampler(random_state=0)):
        rows, _ = RowSampler(sampler).fit_resample(Unreadable(pixels), grades)
        assert isinstance(rows, Unreadable)


def test_repeats_are_no_copies(pixels, grades):
    rows, y = RowSampler(RandomOverSampler(random_state=0)).fit_resample(pixels, grades)
    assert Counter(y.tolist()) == {0: 7, 1: 7, 2: 7}
    assert not rows.is_copy.any()


def test_a_function_sampler_sees_row_positions(pixels, grades):
    def first_of_each(X, y):
        kept = np.unique(y, return_index=True)[1]
        return X[kept], y[kept]

    rows, y = RowSampler(FunctionSampler(func=first_of_each)).fit_resample(pixels, grades)
    assert_array_equal(rows.indices, [0, 1, 3])
    assert_array_equal(y, [0, 1, 2])


def test_a_function_sampler_must_return_positions(pixels, grades):
    with pytest.raises(ValueError, match="must return rows of the column of row positions.*float64"):
        RowSampler(FunctionSampler(func=lambda X, y: (X / 2, y))).fit_resample(pixels, grades)


@pytest.mark.parametrize(
    "sampler", [getattr(over_sampling, name)() for name in SYNTHETIC] + [ClusterCentroids(), SMOTEENN()]
)
def test_samplers_that_make_up_rows_are_refused(pixels, grades, sampler):
    with pytest.raises(
        ValueError, match=f"got {type(sampler).__name__}, which makes up new ones.*AugmentingOverSampler"
    ):
        RowSampler(sampler).fit_resample(pixels, grades)


def test_smoothed_bootstrap_is_refused(pixels, grades):
    with pytest.raises(ValueError, match="RandomOverSampler with shrinkage=0.5"):
        RowSampler(RandomOverSampler(shrinkage=0.5)).fit_resample(pixels, grades)


@pytest.mark.parametrize("sampler", [AugmentingOverSampler(), RowSampler(TomekLinks())])
def test_steps_need_no_wrapping(pixels, grades, sampler):
    with pytest.raises(ValueError, match="use it as a step of its own"):
        RowSampler(sampler).fit_resample(pixels, grades)


@pytest.mark.parametrize("sampler", [None, "random", LogisticRegression()])
def test_what_is_no_sampler_is_refused(pixels, grades, sampler):
    with pytest.raises(ValueError, match="sampler must be a sampler of imbalanced-learn"):
        RowSampler(sampler).fit_resample(pixels, grades)


def test_the_given_sampler_is_never_fitted(pixels, grades):
    sampler = NearMiss(n_neighbors=1)
    step = RowSampler(sampler).fit(pixels, grades)
    assert not hasattr(sampler, "sample_indices_")
    assert step.sampler is sampler
    assert hasattr(step.sampler_, "sample_indices_")


def test_parameters_nest(pixels, grades):
    step = RowSampler(RandomUnderSampler(random_state=0))
    assert step.get_params()["sampler__sampling_strategy"] == "auto"
    step = clone(step).set_params(sampler__sampling_strategy={0: 3})
    _, y = step.fit_resample(pixels, grades)
    assert Counter(y.tolist()) == {0: 3, 1: 3, 2: 2}


def test_the_random_state_of_the_sampler_counts(pixels, grades):
    drawn = [
        RowSampler(RandomUnderSampler(random_state=seed)).fit(pixels, grades).sample_indices_.tolist()
        for seed in (0, 0, 1, 2, 3)
    ]
    assert drawn[0] == drawn[1]
    assert any(drawn[0] != other for other in drawn[2:])
