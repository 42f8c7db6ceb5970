"""Steps in imbalanced-learn's Pipeline: in any order, in training only, and rows, weights and patients agree."""

import itertools
import pickle

import numpy as np
import pytest
from imblearn.pipeline import Pipeline
from imblearn.under_sampling import RandomUnderSampler, TomekLinks
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import GridSearchCV, GroupKFold

from skerosion.datasets import as_image_rows
from skerosion.imbalance import AugmentingOverSampler, ClassWeighter, RowSampler

COPIES = ("copies", AugmentingOverSampler(random_state=0))
WEIGHTS = ("weights", ClassWeighter())
FEWER = ("fewer", RowSampler(RandomUnderSampler(sampling_strategy={0: 4}, random_state=0)))
CLEANED = ("cleaned", RowSampler(TomekLinks()))
ORDERS = list(itertools.permutations([COPIES, WEIGHTS, FEWER]))


def check_agreement(rows, y, grades, patients):
    """Assert that everything about the rows has one length and belongs to its source row."""
    assert len(rows) == len(y) == len(rows.sample_weight) == len(rows.groups) == len(rows.copy_number)
    assert_array_equal(y, grades[rows.indices])
    assert_array_equal(rows.groups, patients[rows.indices])
    originals = rows.indices[~rows.is_copy]
    assert len(set(originals)) == len(originals)


@pytest.mark.parametrize("steps", ORDERS, ids=lambda steps: "-".join(name for name, _ in steps))
def test_everything_follows_in_any_order_of_steps(recorder, any_X, grades, patients, steps):
    rows = as_image_rows(any_X, groups=patients)
    pipeline = clone(Pipeline([*steps, ("last", recorder)])).fit(rows, grades)
    resampled, y = pipeline[-1].rows_, pipeline[-1].y_
    check_agreement(resampled, y, grades, patients)


def test_weighing_last_balances_whatever_came_before(recorder, pixels, grades, patients):
    half = ("half", AugmentingOverSampler(sampling_strategy={2: 5}, random_state=0))
    pipeline = Pipeline([half, CLEANED, WEIGHTS, ("last", recorder)])
    rows = pipeline.fit(as_image_rows(pixels, groups=patients), grades)[-1].rows_
    totals = np.bincount(pipeline[-1].y_, weights=rows.sample_weight)
    assert_allclose(totals, totals[0])
    check_agreement(rows, pipeline[-1].y_, grades, patients)


def test_steps_rest_in_prediction(recorder, pixels, grades):
    pipeline = Pipeline([COPIES, WEIGHTS, ("last", recorder)]).fit(pixels, grades)
    assert len(pipeline[-1].rows_) == 21
    assert len(pipeline.predict(pixels)) == 12


def test_a_search_over_steps_and_their_parameters(recorder, pixels, grades, patients):
    search = GridSearchCV(
        Pipeline([("imbalance", "passthrough"), ("last", recorder)]),
        [
            {"imbalance": ["passthrough", AugmentingOverSampler(random_state=0), ClassWeighter("balanced")]},
            {
                "imbalance": [RowSampler(RandomUnderSampler(random_state=0))],
                "imbalance__sampler__sampling_strategy": ["auto", {0: 4}],
            },
        ],
        cv=GroupKFold(3),
        error_score="raise",
    ).fit(as_image_rows(pixels, groups=patients), grades, groups=patients)
    assert len(search.cv_results_["params"]) == 5
    assert len(search.best_estimator_[-1].rows_) == 12


def test_a_search_in_two_processes(any_X, grades, patients):
    search = GridSearchCV(
        Pipeline([("imbalance", AugmentingOverSampler(random_state=0)), ("last", DummyClassifier())]),
        {"imbalance": ["passthrough", ClassWeighter()]},
        cv=GroupKFold(2),
        n_jobs=2,
        error_score="raise",
    ).fit(as_image_rows(any_X), grades, groups=patients)
    assert search.best_score_ == pytest.approx(np.mean(grades == 0))


@pytest.mark.parametrize("step", [COPIES[1], WEIGHTS[1], FEWER[1], CLEANED[1]], ids=lambda step: type(step).__name__)
def test_fitted_steps_pickle_and_clone(step, pixels, grades):
    fitted = clone(step).fit(pixels, grades)
    again = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(again.sample_indices_, fitted.sample_indices_)
    rows, _ = again.fit_resample(pixels, grades)
    assert_array_equal(rows.indices, fitted.sample_indices_)
    assert not hasattr(clone(fitted), "sample_indices_")
