"""GradedRegressor: probabilities of grades from a CDF, in one search with classifiers."""

import numpy as np
import pytest
from sklearn.base import is_classifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from skerosion import CalibratedForecaster, ConformalForecaster, CRPSRegressor, ForecastEnsemble, GradedRegressor
from skerosion.grades import grades_of
from skerosion.metrics import scorers

pytestmark = pytest.mark.once

NAMES = np.array(["none", "mild", "severe"])


@pytest.mark.parametrize("decision", ["argmax", "median", "balanced", "quadratic"])
def test_probabilities_are_those_of_the_cdf(bell, draw_patients, decision):
    X, y, _ = draw_patients(60)
    graded = GradedRegressor(bell(), bins="ratingen", decision=decision).fit(X, y)
    expected = bell().predict_distribution(X).grade_probabilities([0, 20, 40, 60, 80])
    np.testing.assert_allclose(graded.predict_proba(X), expected)
    np.testing.assert_allclose(graded.class_shares_, np.bincount(grades_of(y, "ratingen"), minlength=6) / len(y))
    assert is_classifier(graded) and graded.classes_.tolist() == list(range(6))
    assert graded.score(X, y) > (0.1 if decision == "balanced" else 0.4)
    if decision == "median":
        medians = grades_of(bell().predict_distribution(X).median(), "ratingen")
        np.testing.assert_array_equal(graded.predict(X), medians)


def test_regressor_and_classifier_compete_on_percentages(bell, draw_patients):
    X, y, patients = draw_patients(60)
    pipeline = Pipeline([("grader", GradedRegressor(bell(), bins="ratingen"))])
    search = GridSearchCV(
        pipeline,
        {
            "grader__estimator": [bell(), bell(shift=40.0), GaussianNB()],
            "grader__decision": ["median"],
        },
        scoring=scorers("class_normalized_accuracy", "quadratic_kappa", "neg_crps"),
        refit="neg_crps",
        cv=GroupKFold(3),
        error_score="raise",
    ).fit(X, y, groups=patients)
    scores = search.cv_results_["mean_test_neg_crps"]
    assert scores[1] < scores[0] and scores[2] > -0.2 and np.isfinite(scores).all()
    assert search.score(X, y) == pytest.approx(scores.max(), abs=0.02)


def test_regressor_and_classifier_compete_on_grades(quick):
    rng = np.random.default_rng(0)
    y = np.tile([0, 1, 2], 20)
    X = (y[:, None] + rng.normal(scale=0.2, size=(60, 2))).astype("float32")
    regressor = CRPSRegressor(grid="auto", **{**quick, "epochs": 20, "learning_rate": 0.02})
    search = GridSearchCV(
        Pipeline([("grader", LogisticRegression())]),
        {"grader": [GradedRegressor(regressor), LogisticRegression()]},
        scoring=scorers("accuracy", "neg_crps"),
        refit="accuracy",
        cv=2,
        error_score="raise",
    ).fit(X, y)
    assert (search.cv_results_["mean_test_accuracy"] > 0.6).all()


def test_names_keep_the_order_that_they_are_given(quick):
    rng = np.random.default_rng(0)
    y = np.tile([0, 1, 2], 20)
    X = (y[:, None] + rng.normal(scale=0.2, size=(60, 2))).astype("float32")
    regressor = CRPSRegressor(grid="auto", **{**quick, "epochs": 40, "learning_rate": 0.02})
    graded = GradedRegressor(regressor, classes=NAMES).fit(X, NAMES[y])
    assert graded.classes_.tolist() == NAMES.tolist() and graded.score(X, NAMES[y]) > 0.6
    assert graded.forecast(X).distribution is None


def test_it_can_be_calibrated_and_conformal(bell, draw_patients):
    X, y, patients = draw_patients(150)
    calibrated = CalibratedForecaster(GradedRegressor(bell(spread=3.0), bins="ratingen"), cv=0.5, random_state=0)
    conformal = ConformalForecaster(calibrated, cv=0.4, random_state=0).fit(X, y, groups=patients)
    assert conformal.estimator_.temperature_ > 1.3 and conformal.bins == "ratingen"
    sets = conformal.predict_set(X, coverage=0.9)
    assert sets[np.arange(len(y)), grades_of(y, "ratingen")].mean() > 0.85
    assert scorers("accuracy", "neg_crps")(conformal, X, y)["accuracy"] == pytest.approx(conformal.score(X, y))


def test_what_cannot_be_is_named(bell):
    X, y = np.arange(30.0)[:, None], np.repeat([0, 1, 2], 10)
    with pytest.raises(ValueError, match="must predict probabilities"):
        GradedRegressor(Ridge()).fit(X, y)
    with pytest.raises(ValueError, match="must be a regressor where bins is None"):
        GradedRegressor(LogisticRegression()).fit(X, y)
    with pytest.raises(ValueError, match="decision must be one of"):
        GradedRegressor(bell(), decision="mean").fit(X, y)


@pytest.mark.parametrize("cv", [0.4, 3])
@pytest.mark.filterwarnings("ignore:The least populated class in y")
def test_percentages_are_held_out_by_grade_and_patient(bell, draw_patients, cv):
    """Percentages with decimals are hardly ever alike: parts are stratified by the grades that they fall into."""
    X, y, patients = draw_patients(60)
    y = np.minimum(y + np.random.default_rng(0).uniform(0, 0.9, len(y)), 100)
    graded = GradedRegressor(bell(), bins="ratingen", decision="balanced")
    for outer in (
        CalibratedForecaster(graded, cv=cv, random_state=0),
        ConformalForecaster(graded, cv=cv, random_state=0),
        ForecastEnsemble([("right", graded), ("wrong", GradedRegressor(bell(shift=40.0), bins="ratingen"))], cv=cv),
    ):
        if isinstance(outer, ForecastEnsemble):
            outer.set_params(weights="crps", random_state=0)
        assert outer.fit(X, y, groups=patients).score(X, y) > 0.1
        assert outer.predict_proba(X).shape == (len(y), 6)
    assert outer.weights_[0] > 0.9
