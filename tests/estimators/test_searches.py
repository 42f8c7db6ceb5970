"""Estimators in scikit-learn's searches: stratified folds, patients with and without metadata routing, nesting."""

import numpy as np
import pytest
import sklearn
from imblearn.over_sampling import RandomOverSampler
from imblearn.pipeline import Pipeline
from sklearn.base import is_classifier
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    StratifiedGroupKFold,
    StratifiedKFold,
    check_cv,
    cross_validate,
)

from skerosion import AugmentingOverSampler, CNNClassifier, ImageRows, RowSampler
from skerosion.estimators import _base_network
from skerosion.metrics import scorers

pytestmark = pytest.mark.once


@pytest.fixture
def seen(monkeypatch):
    """Rows, weights and patients at the network's door, for training and for validation."""
    fits = []
    train = _base_network.train

    def watch(program, batches, **options):
        fits.append((batches, options["validation"]))
        return train(program, batches, **options)

    monkeypatch.setattr(_base_network, "train", watch)
    return fits


def make_search(quick, step, **options):
    settings = {**quick, "epochs": 1, "validation_split": 0.3}
    return GridSearchCV(
        Pipeline([("imbalance", step), ("cnn", CNNClassifier(**settings))]),
        {"cnn__decision": ["argmax", "balanced"]},
        scoring=scorers("class_normalized_accuracy"),
        refit="class_normalized_accuracy",
        error_score="raise",
        **options,
    )


def check_patients(seen):
    """Patients have the rows' length and are on one side."""
    assert seen
    for training, validation in seen:
        assert len(training.rows.groups) == len(training.rows) == len(training.weights)
        assert not set(training.rows.groups) & set(validation.rows.groups)


def test_an_integer_cv_is_stratified(graded):
    """With scikeras it silently was not."""
    assert isinstance(check_cv(3, graded[1], classifier=is_classifier(CNNClassifier())), StratifiedKFold)


@pytest.mark.parametrize("cv", [GroupKFold(2), StratifiedGroupKFold(2)], ids=lambda cv: type(cv).__name__)
@pytest.mark.parametrize("step", ["passthrough", AugmentingOverSampler(random_state=0)], ids=["plain", "oversampled"])
def test_patients_in_the_rows(cv, step, graded, quick, seen):
    images, grades, patients = graded
    make_search(quick, step, cv=cv).fit(ImageRows(images, groups=patients), grades, groups=patients)
    check_patients(seen)


@pytest.mark.parametrize(
    "step", ["passthrough", RowSampler(RandomOverSampler(random_state=0))], ids=["plain", "sampled"]
)
def test_patients_reach_the_fit_by_metadata_routing(step, graded, quick, seen):
    """Arrays know no patients; with routing on, those given to the search reach samplers and network, resampled."""
    images, grades, patients = graded
    with sklearn.config_context(enable_metadata_routing=True):
        make_search(quick, step, cv=GroupKFold(2)).fit(images, grades, groups=patients)
    check_patients(seen)


@pytest.mark.slow
@pytest.mark.parametrize("routing", [False, True], ids=["routing off", "routing on"])
def test_nested_search(routing, graded, quick, seen):
    images, grades, patients = graded
    search = make_search(quick, AugmentingOverSampler(random_state=0), cv=GroupKFold(2))
    rows = ImageRows(images, groups=patients)
    inner = {"groups": patients}
    with sklearn.config_context(enable_metadata_routing=routing):
        outer = {"params": inner} if routing else {"groups": patients, "params": inner}
        scores = cross_validate(search, rows, grades, cv=GroupKFold(2), error_score="raise", **outer)
    assert np.isfinite(scores["test_score"]).all()
    check_patients(seen)


def test_other_patients_than_those_of_the_rows_are_an_error(graded, quick):
    images, grades, patients = graded
    with pytest.raises(ValueError, match="groups must agree with the patients that X brings along"):
        CNNClassifier(**quick).fit(ImageRows(images, groups=patients), grades, groups=patients + 100)
