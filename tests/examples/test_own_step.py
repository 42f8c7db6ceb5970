"""A step written from the template passes the checks of the steps that are there, and works before a network."""

import importlib.util
import pathlib
import sys

import numpy as np
import pytest
from imblearn.pipeline import Pipeline
from numpy.testing import assert_array_equal
from sklearn.model_selection import GroupKFold, cross_val_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from skerosion import CNNClassifier, ImageRows

TEMPLATE = pathlib.Path(__file__).parents[2] / "examples" / "templates" / "own_step.py"
SMALL = {"filters": (4, 8), "dense_units": (8,), "batch_size": 16, "epochs": 1, "random_state": 0}

specification = importlib.util.spec_from_file_location("own_step", TEMPLATE)
own_step = sys.modules["own_step"] = importlib.util.module_from_spec(specification)  # there to be pickled
specification.loader.exec_module(own_step)


def test_the_template_is_short():
    assert len(TEMPLATE.read_text(encoding="utf-8").splitlines()) < 40


@parametrize_with_checks([own_step.OwnStep(random_state=0)])
def test_scikit_learn_checks(estimator, check):
    assert check(estimator) is None


@pytest.fixture
def rows():
    """Forty joints of 16x16 pixels of ten patients, of which ten joints have grade 1."""
    images = np.random.default_rng(0).integers(0, 255, (40, 16, 16), dtype="uint8")
    return ImageRows(images, groups=np.arange(40) // 4, sample_weight=np.arange(40.0)), np.arange(40) % 4 // 3


def test_weights_and_patients_follow(rows):
    X, y = rows
    step = own_step.OwnStep(most=10, random_state=0)
    kept, grades = step.fit_resample(X, y)
    assert np.bincount(grades).tolist() == [10, 10]
    assert_array_equal(kept.groups, X.groups[step.sample_indices_])
    assert_array_equal(kept.sample_weight, step.sample_indices_)


def test_it_works_in_a_pipeline(rows):
    X, y = rows
    pipeline = Pipeline([("imbalance", own_step.OwnStep(most=5)), ("cnn", CNNClassifier(**SMALL))])
    assert np.isfinite(cross_val_score(pipeline, X, y, groups=X.groups, cv=GroupKFold(2), error_score="raise")).all()
