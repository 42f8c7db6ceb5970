"""TwoLevelClassifier: proper probabilities from two levels, and a grader that sees no healthy joint."""

import numpy as np
import pytest
from sklearn.base import is_classifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import cross_val_score

from skerosion import CNNClassifier, ImageRows, OrdinalClassifier, TwoLevelClassifier

pytestmark = pytest.mark.once

NAMES = np.array(["none", "mild", "severe"])


@pytest.fixture(scope="module")
def features():
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], [120, 40, 40])
    return y[:, None] + rng.normal(scale=0.5, size=(200, 1)), y


def test_probabilities_are_products(features):
    X, y = features
    classifier = TwoLevelClassifier(LogisticRegression(), LogisticRegression()).fit(X, y)
    eroded = LogisticRegression().fit(X, y > 0).predict_proba(X)[:, 1]
    stages = LogisticRegression().fit(X[y > 0], y[y > 0]).predict_proba(X)
    expected = np.column_stack([1 - eroded, eroded[:, None] * stages])
    np.testing.assert_allclose(classifier.predict_proba(X), expected, atol=1e-6)
    np.testing.assert_allclose(classifier.predict_cumproba(X)[:, -1], 1)
    np.testing.assert_array_equal(classifier.predict(X), expected.argmax(axis=1))
    assert is_classifier(classifier) and cross_val_score(classifier, X, y).mean() > 0.6


def test_levels_decide_one_after_the_other(features):
    X, y = features
    classifier = TwoLevelClassifier(LogisticRegression(), LogisticRegression(), decision="levels").fit(X, y)
    np.testing.assert_array_equal(classifier.predict(X) == 0, classifier.detector_.predict(X) == 0)
    eroded = classifier.predict(X) > 0
    np.testing.assert_array_equal(classifier.predict(X)[eroded], classifier.grader_.predict(X)[eroded])
    probabilities = np.array([[0.4, 0.35, 0.25]])
    assert classifier._decide(probabilities) == 1
    assert classifier.set_params(decision="argmax")._decide(probabilities) == 0


@pytest.mark.slow
def test_images_names_and_patients(graded, quick):
    images, grades, patients = graded
    rows = ImageRows(images, groups=patients)
    grader = OrdinalClassifier(classes=NAMES[1:], **quick)
    detector = CNNClassifier(validation_split=0.2, **quick)
    classifier = TwoLevelClassifier(detector, grader, classes=NAMES).fit(rows, NAMES[grades])
    assert classifier.classes_.tolist() == NAMES.tolist()
    assert classifier.grader_.classes_.tolist() == NAMES[1:].tolist()
    np.testing.assert_allclose(classifier.predict_proba(rows).sum(axis=1), 1)


def test_one_stage_needs_no_grader(features):
    X, y = features
    classifier = TwoLevelClassifier(LogisticRegression(), LogisticRegression(), classes=[0, 1, 2]).fit(X, 2 * (y > 0))
    assert classifier.grader_ is None and not classifier.predict_proba(X)[:, 1].any()


def test_what_cannot_be_is_named(features):
    X, y = features
    with pytest.raises(ValueError, match="detector must be a classifier"):
        TwoLevelClassifier(Ridge(), LogisticRegression()).fit(X, y)
    with pytest.raises(ValueError, match="healthy rows"):
        TwoLevelClassifier(LogisticRegression(), LogisticRegression(), classes=[0, 1, 2]).fit(X[y > 0], y[y > 0])
    with pytest.raises(ValueError, match="decision must be one of"):
        TwoLevelClassifier(LogisticRegression(), LogisticRegression(), decision="level").fit(X, y)
