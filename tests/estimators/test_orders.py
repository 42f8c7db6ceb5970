"""Grades that are names: the order of a Categorical or of `classes` holds in every estimator, and none is guessed."""

import numpy as np
import pandas as pd
import pytest
from imblearn.pipeline import Pipeline
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_validate

from skerosion import (
    CalibratedForecaster,
    ClassWeighter,
    CNNClassifier,
    ConformalForecaster,
    CRPSRegressor,
    ForecastEnsemble,
    GradedRegressor,
    OrdinalClassifier,
    TwoLevelClassifier,
)
from skerosion.metrics import quadratic_kappa, scorers

pytestmark = pytest.mark.once

NAMES = np.array(["none", "mild", "severe"])
PLACES = np.tile([0, 1, 2, 0], 12)
X = np.column_stack([PLACES, np.ones(48)]).astype(np.float32)
TEXT = NAMES[PLACES]
Y = pd.Series(pd.Categorical(TEXT, categories=NAMES, ordered=True))
QUICK = {"dense_units": (8,), "epochs": 1, "batch_size": 48, "verbose": 0, "random_state": 0}
NEED_AN_ORDER = "grades that are names need an order, got \\['mild', 'none', 'severe'\\].*classes=.*Categorical"


@pytest.fixture(scope="module")
def fitted():
    """An OrdinalClassifier of the ordered names that has learned them."""
    settings = QUICK | {"epochs": 60, "learning_rate": 0.02, "dropout": 0.0}
    return OrdinalClassifier(**settings).fit(X, Y)


@pytest.mark.parametrize("make", [OrdinalClassifier, CNNClassifier])
@pytest.mark.parametrize("y", [Y, Y.array, Y.to_frame()], ids=["series", "categorical", "frame"])
def test_an_ordered_categorical_keeps_its_order(make, y):
    assert make(**QUICK).fit(X, y).classes_.tolist() == NAMES.tolist()


@pytest.mark.parametrize("make", [OrdinalClassifier, CNNClassifier])
def test_classes_give_an_order_to_text(make):
    estimator = make(classes=NAMES.tolist(), **QUICK).fit(X, TEXT)
    assert estimator.classes_.tolist() == NAMES.tolist()
    assert clone(estimator).classes == NAMES.tolist()


@pytest.mark.parametrize("make", [OrdinalClassifier, CNNClassifier])
def test_grades_without_a_row_are_classes(make):
    y = Y.cat.set_categories([*NAMES, "lost"])
    estimator = make(**QUICK).fit(X, y)
    assert estimator.predict_proba(X).shape == (48, 4)


def test_text_without_an_order_is_refused_where_order_counts():
    with pytest.raises(ValueError, match=NEED_AN_ORDER):
        OrdinalClassifier(**QUICK).fit(X, TEXT)
    assert CNNClassifier(**QUICK).fit(X, TEXT).classes_.tolist() == sorted(NAMES)


def test_what_counts_in_grades_refuses_names_that_were_sorted():
    classifier = CNNClassifier(**QUICK).fit(X, TEXT)
    with pytest.raises(ValueError, match=NEED_AN_ORDER):
        classifier.predict_cumproba(X)
    for name in ("within_one_accuracy", "quadratic_kappa", "macro_mae", "mae"):
        with pytest.raises(ValueError, match="labels must list"):
            scorers(name)(classifier, X, TEXT)
    with pytest.raises(ValueError, match="grades whose order is known"):
        scorers("crps")(classifier, X, TEXT)
    assert not hasattr(classifier, "predict_distribution")
    assert set(scorers("accuracy", "class_normalized_accuracy")(classifier, X, TEXT)) == {
        "accuracy",
        "class_normalized_accuracy",
    }


def test_two_orders_are_refused():
    with pytest.raises(ValueError, match="one order"):
        OrdinalClassifier(classes=["mild", "none", "severe"], **QUICK).fit(X, Y)


def test_the_order_is_learned(fitted):
    assert (fitted.predict(X) == TEXT).all()
    cumulated = fitted.predict_cumproba(X[:3])
    assert cumulated[0, 0] > 0.5 > cumulated[2, 1]
    assert quadratic_kappa(Y, fitted.predict(X)) == 1


def test_partial_fit_keeps_the_order():
    estimator = OrdinalClassifier(**QUICK).partial_fit(X[:2], Y[:2]).partial_fit(X, Y)
    assert estimator.classes_.tolist() == NAMES.tolist()


@pytest.mark.parametrize(
    "make",
    [
        lambda: TwoLevelClassifier(LogisticRegression(), LogisticRegression()),
        lambda: GradedRegressor(CRPSRegressor(grid="auto", **QUICK)),
        lambda: ConformalForecaster(CNNClassifier(**QUICK), cv=0.5, random_state=0),
        lambda: CalibratedForecaster(OrdinalClassifier(**QUICK), method="isotonic", cv=0.5, random_state=0),
        lambda: CalibratedForecaster(CNNClassifier(**QUICK), loss="crps", cv=0.5, random_state=0),
        lambda: ForecastEnsemble([("a", CNNClassifier(**QUICK))], weights="crps", cv=2, random_state=0),
    ],
    ids=["two levels", "graded", "conformal", "isotonic", "crps", "ensemble"],
)
@pytest.mark.filterwarnings("ignore:the correction was learned from")
def test_what_is_made_of_estimators(make):
    estimator = make().fit(X, Y)
    assert estimator.classes_.tolist() == NAMES.tolist()
    assert estimator.predict_proba(X).shape == (48, 3)
    assert set(estimator.predict(X)) <= set(NAMES)
    with pytest.raises(ValueError, match="need an order"):
        make().fit(X, TEXT)


def test_an_estimator_that_sorts_names_is_named():
    with pytest.raises(ValueError, match="LogisticRegression must have its grades in their order.*'none', 'mild'"):
        ConformalForecaster(LogisticRegression(), cv=0.5, random_state=0).fit(X, Y)


def test_members_that_sort_are_put_in_order():
    ensemble = ForecastEnsemble([("logistic", LogisticRegression())]).fit(X, Y)
    assert ensemble.classes_.tolist() == NAMES.tolist()
    assert (ensemble.predict(X) == TEXT).all()


def test_scores_know_the_order(fitted):
    names = ("within_one_accuracy", "quadratic_kappa", "macro_mae", "mae", "crps", "crps_skill")
    by_name = scorers(*names)(fitted, X, Y)
    numbers = OrdinalClassifier(**fitted.get_params()).fit(X, PLACES)
    assert by_name == pytest.approx(scorers(*names)(numbers, X, PLACES))
    assert by_name == scorers(*names)(fitted, X, TEXT)


def test_searches_and_folds_keep_the_order():
    pipeline = Pipeline([("imbalance", "passthrough"), ("cnn", OrdinalClassifier(**QUICK))])
    scoring, steps = scorers("quadratic_kappa", "crps"), ["passthrough", ClassWeighter()]
    search = GridSearchCV(pipeline, {"imbalance": steps}, scoring=scoring, refit="crps", cv=2).fit(X, Y)
    assert search.best_estimator_[-1].classes_.tolist() == NAMES.tolist()
    assert not np.isnan(search.cv_results_["mean_test_quadratic_kappa"]).any()
    assert not np.isnan(cross_validate(CNNClassifier(**QUICK), X, Y, scoring=scoring, cv=2)["test_crps"]).any()
    assert set(cross_val_predict(OrdinalClassifier(**QUICK), X, Y, cv=2)) <= set(NAMES)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.arange(48) % 5, "got the grades 0 to 4; pass grid='auto'"),
        (np.arange(48) % 11, "got the grades 0 to 10"),
        (np.arange(48) / 47, "numbers from 0 to 1, as shares are; multiply them by 100"),
        (TEXT, "y must hold numbers for a regressor, got none; wrap the regressor in GradedRegressor"),
        (Y, "y must hold numbers for a regressor"),
    ],
    ids=["grades", "eleven grades", "shares", "text", "ordered"],
)
def test_the_default_grid_takes_percentages_alone(y, message):
    with pytest.raises(ValueError, match=message):
        CRPSRegressor(**QUICK).fit(X, y)


@pytest.mark.parametrize("settings", [{"grid": "auto"}, {"grid": np.arange(101.0)}, {"bins": "ratingen"}], ids=str)
def test_who_says_what_the_numbers_are_is_believed(settings):
    assert CRPSRegressor(**settings, **QUICK).fit(X, np.arange(48) % 5).predict(X).shape == (48,)
