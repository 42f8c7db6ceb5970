"""Scorers: one forecast for all names, through pipelines and searches, the same numbers as the metrics."""

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from imblearn.over_sampling import RandomOverSampler
from imblearn.pipeline import Pipeline as SamplerPipeline
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, TransformerMixin
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, make_scorer, mean_absolute_error
from sklearn.model_selection import GridSearchCV, GroupKFold, StratifiedKFold, cross_val_score, cross_validate
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from skerosion.clinical import ratingen
from skerosion.datasets import ImageRows
from skerosion.forecasts import Forecast, ForecastMixin, GridDistribution, forecast_of
from skerosion.grades import grades_of
from skerosion.imbalance import AugmentingOverSampler, ClassWeighter
from skerosion.metrics import (
    Scorers,
    class_normalized_accuracy,
    crps,
    crps_skill,
    get_scorer,
    linear_kappa,
    list_scorers,
    macro_mae,
    quadratic_kappa,
    register_metric,
    scorers,
    within_one_accuracy,
)
from skerosion.metrics._answers import Answered
from skerosion.metrics._evaluation import Evaluation

PASSES = []


class OnePass(BaseEstimator):
    """Forecasts from the first value of a row, and counts its passes; predicting any other way is an error."""

    def fit(self, X, y, sample_weight=None):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        raise AssertionError("scorers must ask for the forecast")

    def values(self, X):
        PASSES.append(X)
        return np.asarray(X, dtype=float).reshape(len(X), -1)[:, 0]


class OnePassClassifier(ClassifierMixin, OnePass):
    def forecast(self, X):
        distances = np.abs(self.values(X)[:, None] - np.arange(len(self.classes_)))
        probabilities = np.exp(-distances) / np.exp(-distances).sum(axis=1, keepdims=True)
        return Forecast(self.classes_[probabilities.argmax(axis=1)], probabilities, self.classes_)


class OnePassRegressor(RegressorMixin, OnePass):
    def __init__(self, bins=None, grid=tuple(range(101))):
        self.bins = bins
        self.grid = grid

    def forecast(self, X):
        values, grid = self.values(X), np.asarray(self.grid)
        cdf = 1 / (1 + np.exp(-(grid - values[:, None]) / 3))
        cdf[:, -1] = 1
        return Forecast(values, distribution=GridDistribution(grid, cdf))


class Shift(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return np.asarray(X) + 1


@pytest.fixture(autouse=True)
def no_passes():
    PASSES.clear()


@pytest.fixture
def grades():
    """Return features near the grade in the first column, and grades 0 to 4."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 5, 120)
    return np.column_stack([y + rng.normal(0, 0.7, 120), rng.normal(size=120)]), y


@pytest.fixture
def percentages():
    rng = np.random.default_rng(1)
    y = 5 * rng.integers(0, 21, 150)
    return np.clip(y + rng.normal(0, 8, (150, 1)), 0, 100), y


def test_all_names_from_one_pass_of_a_classifier(grades):
    X, y = grades
    classifier = OnePassClassifier().fit(X, y)
    scores = scorers(*list_scorers())(classifier, X, y)
    assert len(PASSES) == 1 and list(scores) == list_scorers()
    forecast = classifier.forecast(X)
    pred, cdf = forecast.prediction, np.cumsum(forecast.probabilities, axis=1)
    expected = {
        "accuracy": accuracy_score(y, pred),
        "class_normalized_accuracy": class_normalized_accuracy(y, pred),
        "within_one_accuracy": within_one_accuracy(y, pred),
        "quadratic_kappa": quadratic_kappa(y, pred),
        "linear_kappa": linear_kappa(y, pred),
        "neg_macro_mae": -macro_mae(y, pred),
        "neg_mae": -mean_absolute_error(y, pred),
        "neg_mse": -np.mean((y - pred) ** 2),
        "correlation": np.corrcoef(y, pred)[0, 1],
        "neg_crps": -crps(y, cdf),
        "neg_crps_points": -crps(y, cdf, unit="points"),
        "crps_skill": crps_skill(y, cdf),
    }
    assert scores == pytest.approx(expected)
    assert all(type(score) is float for score in scores.values())


def test_all_names_from_one_pass_of_a_regressor(percentages):
    X, y = percentages
    regressor = OnePassRegressor(bins="ratingen").fit(X, y)
    scores = scorers(*list_scorers(), zero_threshold=1)(regressor, X, y)
    assert len(PASSES) == 1
    forecast = regressor.forecast(X)
    true, pred = ratingen(y), ratingen(forecast.prediction, zero_threshold=1)
    assert scores["class_normalized_accuracy"] == pytest.approx(class_normalized_accuracy(true, pred))
    assert scores["quadratic_kappa"] == pytest.approx(quadratic_kappa(true, pred))
    assert scores["neg_macro_mae"] == pytest.approx(-macro_mae(true, pred))
    assert scores["neg_mae"] == pytest.approx(-mean_absolute_error(y, forecast.prediction))
    assert scores["neg_crps"] == pytest.approx(-crps(y, forecast.distribution))
    assert scores["crps_skill"] == pytest.approx(crps_skill(y, forecast.distribution))


def test_weights_weigh_every_score(percentages):
    X, y = percentages
    weights = np.arange(len(y)) % 3
    twice = np.repeat(np.arange(len(y)), weights)
    regressor, scoring = OnePassRegressor(bins="ratingen").fit(X, y), scorers(*list_scorers())
    assert scoring(regressor, X, y, sample_weight=weights) == pytest.approx(scoring(regressor, X[twice], y[twice]))


@pytest.mark.parametrize("make", [Pipeline, SamplerPipeline])
def test_pipelines_are_walked_as_their_predict_does(make, grades):
    X, y = grades
    pipeline = make([("off", "passthrough"), ("none", None), ("shift", Shift()), ("cnn", OnePassClassifier())]).fit(
        X, y
    )
    scores = scorers("accuracy", "neg_crps")(pipeline, X, y)
    assert len(PASSES) == 1
    np.testing.assert_array_equal(PASSES[0], X + 1)
    assert scores == scorers("accuracy", "neg_crps")(pipeline[-1], X + 1, y)


def test_samplers_act_in_fit_only_and_rows_pass_untouched(grades):
    X, y = grades
    rows = ImageRows(np.tile(X[:, :1, None, None] * 20, (1, 16, 16, 1)).clip(0, 255).astype(np.uint8))
    steps = [
        ("oversample", AugmentingOverSampler(random_state=0)),
        ("weigh", ClassWeighter()),
        ("cnn", OnePassClassifier()),
    ]
    pipeline = SamplerPipeline(steps).fit(rows, y)
    scores = scorers("accuracy", "within_one_accuracy", "crps")(pipeline, rows, y)
    assert len(PASSES) == 1 and PASSES[0] is rows and set(scores) == {"accuracy", "within_one_accuracy", "crps"}


def test_nested_pipelines_and_finished_searches(grades):
    X, y = grades
    inner = SamplerPipeline([("over", RandomOverSampler(random_state=0)), ("cnn", OnePassClassifier())])
    search = GridSearchCV(
        Pipeline([("shift", "passthrough"), ("inner", inner)]),
        {"shift": ["passthrough", Shift()]},
        scoring=scorers("accuracy", "crps"),
        refit="crps",
        cv=3,
    ).fit(X, y)
    assert len(PASSES) == 2 * 3
    assert search.best_params_ == {"shift": "passthrough"}
    assert search.score(X, y) == get_scorer("crps")(search.best_estimator_, X, y)
    results = cross_validate(search, X, y, cv=2, scoring=scorers("quadratic_kappa", "neg_mae"))
    assert (results["test_quadratic_kappa"] > 0.5).all() and (results["test_neg_mae"] < 0).all()


def test_search_refits_by_any_name(grades):
    X, y = grades
    scoring = scorers("class_normalized_accuracy", "within_one_accuracy", "neg_crps")
    search = GridSearchCV(
        Pipeline([("scale", StandardScaler()), ("clf", LogisticRegression())]),
        {"clf__C": [1e-4, 1.0]},
        scoring=scoring,
        refit="class_normalized_accuracy",
        cv=GroupKFold(3),
    ).fit(X, y, groups=np.arange(len(y)) // 4)
    assert search.best_params_ == {"clf__C": 1.0}
    assert {f"mean_test_{name}" for name in scoring.names} <= set(search.cv_results_)
    assert (search.cv_results_["mean_test_neg_crps"] < 0).all()


def test_a_mapping_holds_them_beside_those_of_others(grades):
    X, y = grades
    ours = ("quadratic_kappa", "balanced_accuracy", "roc_auc_ovr")
    scoring = {"acc": "accuracy", "mine": make_scorer(accuracy_score), **scorers(*ours)}
    results = cross_validate(LogisticRegression(), X, y, cv=2, scoring=scoring, error_score="raise")
    search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, scoring=scoring, refit="quadratic_kappa", cv=2)
    assert "mean_test_balanced_accuracy" in search.fit(X, y).cv_results_
    np.testing.assert_array_equal(results["test_acc"], results["test_mine"])
    alone = cross_validate(LogisticRegression(), X, y, cv=2, scoring=scorers(*ours), error_score="raise")
    for name in ours:
        np.testing.assert_array_equal(results[f"test_{name}"], alone[f"test_{name}"])
    for name in ("balanced_accuracy", "roc_auc_ovr"):  # the names of scikit-learn mean what they mean there
        expected = cross_val_score(LogisticRegression(), X, y, cv=2, scoring=name)
        np.testing.assert_allclose(alone[f"test_{name}"], expected)


def test_one_scorer_gives_a_number(grades):
    X, y = grades
    scores = cross_val_score(LogisticRegression(), X, y, cv=3, scoring=get_scorer("quadratic_kappa"))
    assert scores.shape == (3,) and (scores > 0.5).all()
    classifier = OnePassClassifier().fit(X, y)
    assert get_scorer("mae")(classifier, X, y) == get_scorer("neg_mae")(classifier, X, y) < 0


def test_friendly_names_keep_their_name_and_negate():
    regressor = DummyRegressor(strategy="constant", constant=30).fit([[0], [0]], [10, 50])
    assert scorers("mae", "mse")(regressor, [[0], [0]], [10, 50]) == {"mae": -20.0, "mse": -400.0}


def test_point_predictions_score_their_error_as_crps_in_points(percentages):
    X, y = percentages
    regressor = Ridge().fit(X, y)
    scores = scorers("crps_points", "mae")(regressor, X, y)
    assert scores["crps_points"] == pytest.approx(scores["mae"])
    for name in ("crps", "crps_skill"):
        with pytest.raises(ValueError, match="Ridge gives none"):
            get_scorer(name)(regressor, X, y)


def test_bins_of_the_scorer_outrank_those_of_the_estimator(percentages):
    X, y = percentages
    regressor = OnePassRegressor(bins=[50]).fit(X, y)
    by_estimator, by_scorer = get_scorer("accuracy"), get_scorer("accuracy", bins=[10, 20])
    assert by_estimator(regressor, X, y) == np.mean((X[:, 0] > 50) == (y > 50))
    assert by_scorer(regressor, X, y) == np.mean(
        np.digitize(X[:, 0], [10, 20], right=True) == np.digitize(y, [10, 20], right=True)
    )


def test_zero_threshold_leaves_negative_targets_to_the_bins():
    regressor = DummyRegressor(strategy="constant", constant=-0.5).fit([[0]] * 2, [0, 1])
    assert get_scorer("accuracy", bins=[-1, 1])(regressor, [[0]] * 2, [0, 1]) == 1
    assert get_scorer("accuracy", bins="ratingen", zero_threshold=3)(regressor, [[0]] * 2, [0, 1]) == 0.5


def test_regressor_on_grades_takes_the_median_or_the_nearest():
    y = np.array([0, 1, 2, 4, 4])
    values = np.array([[0.2], [1.6], [2.4], [3.4], [9.0]])
    on_grid = OnePassRegressor(grid=tuple(range(5))).fit(values, y)
    # The medians are the first grades not below the values: 1, 2, 3, 4, 4.
    assert get_scorer("accuracy")(on_grid, values, y) == 2 / 5
    assert get_scorer("within_one_accuracy")(on_grid, values, y) == 1
    levels = DummyRegressor(strategy="constant", constant=7.4).fit(values, y)
    assert get_scorer("accuracy")(levels, values, [0, 5, 10, 5, 5]) == 3 / 5
    assert get_scorer("within_one_accuracy")(levels, values, [0, 5, 10, 5, 5]) == 1
    with pytest.raises(ValueError, match="y_true of a regressor without bins must hold grades, got .*0.5"):
        get_scorer("accuracy")(levels, values, y + 0.5)


def test_levels_five_apart_are_neighbours_for_a_classifier():
    X, y = [[0]] * 4, [0, 5, 10, 15]
    classifier = DummyClassifier(strategy="constant", constant=5).fit(X, y)
    assert get_scorer("within_one_accuracy")(classifier, X, y) == 3 / 4
    assert get_scorer("crps_points")(classifier, X, y) == -mean_absolute_error(y, [5] * 4)


def test_strings_take_their_order_from_labels():
    X, y = [[0]] * 3, ["none", "mild", "severe"]
    classifier = DummyClassifier(strategy="constant", constant="mild").fit(X, y)
    assert get_scorer("within_one_accuracy", labels=["none", "mild", "severe"])(classifier, X, y) == 1
    assert get_scorer("accuracy")(classifier, X, y) == pytest.approx(1 / 3)
    for name, message in [
        ("within_one_accuracy", "labels must list"),
        ("neg_mae", "labels must list grades"),
        ("crps", "gives none"),
    ]:
        with pytest.raises(ValueError, match=message):
            get_scorer(name)(classifier, X, y)


def test_labels_of_the_scorer_outrank_the_order_that_the_estimator_knows():
    X, y = [[0]] * 3, ["none", "mild", "severe"]
    classifier = DummyClassifier(strategy="constant", constant="mild").fit(X, y)
    classifier.classes = ["mild", "none", "severe"]
    assert get_scorer("neg_mae")(classifier, X, y) == -1  # 1, 0, 2 steps from the first
    assert get_scorer("neg_mae", labels=["none", "mild", "severe"])(classifier, X, y) == pytest.approx(-2 / 3)


class Shares(ForecastMixin, ClassifierMixin, BaseEstimator):
    """Forecasts the shares of the grades that it has seen."""

    def __init__(self, bins=None):
        self.bins = bins

    def fit(self, X, y):
        self.classes_, counts = np.unique(y if self.bins is None else grades_of(y, self.bins), return_counts=True)
        self.shares_ = counts / len(y)
        return self

    def forecast(self, X):
        return Forecast.of_probabilities(np.tile(self.shares_, (len(X), 1)), self.classes_)


def test_probabilities_of_names_stand_at_their_places():
    X, places = [[0]] * 4, [0, 1, 2, 2]
    order = ["none", "mild", "severe"]
    names = [order[place] for place in places]
    of_names, of_places = Shares().fit(X, names), Shares().fit(X, places)
    for name in ("crps", "neg_log_loss", "accuracy"):
        assert scorers(name, labels=order)(of_names, X, names) == scorers(name)(of_places, X, places)


def test_a_classifier_with_bins_is_scored_on_the_grades_of_its_numbers():
    X, y = [[0]] * 4, [0, 10, 50, 50]
    assert get_scorer("accuracy")(Shares("ratingen").fit(X, y), X, y) == 1 / 2


def test_scorers_are_taken_by_scorers_and_hold_their_names(grades):
    X, y = grades
    scoring = scorers("mae", mine=get_scorer("accuracy"))
    classifier = Shares().fit(X, y)
    assert scoring(classifier, X, y)["mine"] == get_scorer("accuracy")(classifier, X, y)
    assert list(scoring.keys()) == list(scoring) == ["mae", "mine"]
    with pytest.raises(KeyError, match="other"):
        scoring["other"]


def test_a_scorer_of_scikit_learn_within_scorers_asks_a_foreign_estimator_about_the_rows(grades):
    X, y = grades
    foreign, name = LogisticRegression().fit(X, y), "balanced_accuracy"
    assert scorers(mine=get_scorer(name))(foreign, X, y)["mine"] == sklearn.metrics.get_scorer(name)(foreign, X, y)


def test_metrics_of_intervals_are_no_scores():
    register_metric("sharp", reads="intervals", better="lower")(mean_absolute_error)
    assert not {"sharp", "neg_sharp", "interval_width"} & set(list_scorers())
    with pytest.raises(ValueError, match="got 'sharp'; it is not a score: scores read grades, numbers or"):
        scorers("sharp")


def test_scorers_of_scikit_learn_are_answered_from_the_one_forecast_there_is():
    answered = Answered(Shares(), Forecast(np.array([3.0])))
    assert answered.predict([[0]]).tolist() == [3.0]
    assert not hasattr(answered, "classes_") and not hasattr(answered, "predict_proba")


def test_foreign_estimators_predict_what_is_asked_for(grades):
    X, y = grades
    assert get_scorer("accuracy")(LinearSVC().fit(X, y), X, y) > 0.3
    with pytest.raises(ValueError, match="LinearSVC gives none"):
        get_scorer("crps")(LinearSVC().fit(X, y), X, y)
    forecast = forecast_of(Ridge().fit(X, y), X)
    assert forecast.classes is None and forecast.probabilities is None and forecast.distribution is None


def test_targets_beyond_the_grid_add_their_distance():
    X = np.array([[2.0], [2.0]])
    regressor = OnePassRegressor(grid=(0, 1, 2, 3)).fit(X, [0, 3])
    with pytest.warns(UserWarning, match="1 of 2 targets lie outside the grid of OnePassRegressor, 0 to 3"):
        beyond = scorers("crps", "crps_points")(regressor, X, [0, 5])
    within = scorers("crps", "crps_points")(regressor, X, [0, 3])
    assert beyond["crps_points"] == pytest.approx(within["crps_points"] - 2 / 2)
    assert beyond["crps"] == pytest.approx(within["crps"] - 2 / 2 / 4)
    with pytest.warns(UserWarning, match="outside the grid"):
        assert get_scorer("crps_skill")(regressor, X, [0, 5]) < 1


def test_pickle_and_repr_keep_all(grades):
    X, y = grades
    classifier = OnePassClassifier().fit(X, y)
    for scoring in (scorers("accuracy", "crps", bins=[1, 2], zero_threshold=1), get_scorer("neg_crps")):
        copy = pickle.loads(pickle.dumps(scoring))
        assert repr(copy) == repr(scoring) and copy(classifier, X, y) == scoring(classifier, X, y)
    assert repr(Scorers(("mae",))) == repr(scorers("mae"))
    assert repr(get_scorer("crps")) == "get_scorer('crps', bins=None, zero_threshold=0, labels=None)"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scorers(), "names must hold at least one score, got none"),
        (lambda: scorers("accuracy", "quadratic_kapa"), "got 'quadratic_kapa'; did you mean 'quadratic_kappa'?"),
        (lambda: get_scorer("zzz"), "got 'zzz'; there are .*'accuracy'"),
        (lambda: scorers("accuracy", bins="fifths"), "bins must be one of"),
    ],
)
def test_errors_name_parameter_rule_and_value(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_weights_reach_the_scorer_of_a_search_without_routing(grades):
    X, y = grades
    weights, folds = np.random.default_rng(0).random(len(y)), StratifiedKFold(2)
    settings = {"scoring": scorers("accuracy", "neg_crps"), "refit": "accuracy", "cv": folds}
    search = GridSearchCV(LogisticRegression(), {"C": [1.0]}, **settings).fit(X, y, sample_weight=weights)
    for fold, (train, test) in enumerate(folds.split(X, y)):
        classifier = LogisticRegression().fit(X[train], y[train], weights[train])
        expected = get_scorer("neg_crps")(classifier, X[test], y[test], sample_weight=weights[test])
        assert search.cv_results_[f"split{fold}_test_neg_crps"][0] == pytest.approx(expected)


def test_metadata_routing(grades):
    X, y = grades
    weights = np.random.default_rng(0).random(len(y))
    settings = {"cv": 3, "params": {"sample_weight": weights}}
    with sklearn.config_context(enable_metadata_routing=True):
        estimator = LogisticRegression().set_fit_request(sample_weight=True)
        asked = scorers("accuracy").set_score_request(sample_weight=True)
        refused = scorers("accuracy").set_score_request(sample_weight=False)
        weighted = cross_validate(estimator, X, y, scoring=asked, **settings)["test_accuracy"]
        plain = cross_validate(estimator, X, y, scoring=refused, **settings)["test_accuracy"]
        with pytest.raises(UnsetMetadataPassedError, match="sample_weight"):
            cross_validate(estimator, X, y, scoring=scorers("accuracy"), **settings)
        search = GridSearchCV(estimator, {"C": [1.0]}, scoring=asked, refit="accuracy", cv=3)
        search.fit(X, y, sample_weight=weights)
    for fold, (train, test) in enumerate(StratifiedKFold(3).split(X, y)):
        hits = LogisticRegression().fit(X[train], y[train], weights[train]).predict(X[test]) == y[test]
        assert plain[fold] == hits.mean()
        assert weighted[fold] == pytest.approx(np.average(hits, weights=weights[test]))
    assert search.cv_results_["mean_test_accuracy"][0] == pytest.approx(weighted.mean())


def test_zero_threshold_and_bins_reach_one_score_and_each_of_several(percentages):
    X, y = percentages
    regressor = OnePassRegressor().fit(X, y)
    settings = {"bins": "ratingen", "zero_threshold": 45.0}
    median = regressor.forecast(X).distribution.median()
    graded = np.where(median <= 45, 0, ratingen(median))
    expected = class_normalized_accuracy(ratingen(y), graded)
    assert expected != class_normalized_accuracy(ratingen(y), ratingen(median))
    several = scorers("class_normalized_accuracy", "mae", **settings)
    one = get_scorer("class_normalized_accuracy", **settings)
    assert several(regressor, X, y)["class_normalized_accuracy"] == pytest.approx(expected)
    assert one(regressor, X, y) == several["class_normalized_accuracy"](regressor, X, y) == pytest.approx(expected)
    assert several["mae"].bins == "ratingen" and several["mae"].zero_threshold == 45.0


def test_one_of_several_keeps_the_order_of_grades_and_asks_for_the_same_weights(grades):
    X, y = grades
    names = np.array(["none", "mild", "bad", "worse", "worst"])
    classifier = OnePassClassifier().fit(X, y)
    forecast = classifier.forecast(X)

    class Named(OnePassClassifier):
        def forecast(self, X):
            return Forecast(names[forecast.prediction], forecast.probabilities, names)

    several = scorers("quadratic_kappa", "accuracy", labels=names.tolist()).set_score_request(sample_weight=True)
    weights = np.linspace(0.1, 1, len(y))
    expected = quadratic_kappa(y, forecast.prediction, sample_weight=weights)
    one = several["quadratic_kappa"]
    assert one(Named(), X, names[y], sample_weight=weights) == pytest.approx(expected)
    assert one.get_metadata_routing().score.requests == {"sample_weight": True}
    assert one.get_metadata_routing().owner == repr(one) or one.get_metadata_routing().owner is one


def test_scorers_of_scikit_learn_and_of_ours_get_the_weights(grades):
    X, y = grades
    classifier, weights = OnePassClassifier().fit(X, y), np.linspace(0.1, 1, len(y))
    scoring = scorers("balanced_accuracy", "accuracy", own=get_scorer("accuracy"))
    scores = scoring(classifier, X, y, sample_weight=weights)
    expected = accuracy_score(y, classifier.forecast(X).prediction, sample_weight=weights)
    assert scores["own"] == scores["accuracy"] == pytest.approx(expected)
    plain = scoring(classifier, X, y)
    assert scores["balanced_accuracy"] != plain["balanced_accuracy"]


def test_what_has_no_forecast_answers_for_itself(grades):
    X, y = grades
    linear, ours = LogisticRegression().fit(X, y), OnePassClassifier().fit(X, y)
    assert Answered.of(linear, None) is linear
    answers = Answered.of(ours, ours.forecast(X))
    np.testing.assert_array_equal(answers.predict(None), ours.forecast(X).prediction)


def test_the_order_of_categories_counts_where_nobody_else_knows_one(grades):
    X, y = grades
    names = np.array(["none", "mild", "bad", "worse", "worst"])
    constant = DummyClassifier(strategy="constant", constant="mild").fit(X, names[y])
    categories = pd.Categorical(names[y], names, ordered=True)
    assert get_scorer("within_one_accuracy")(constant, X, categories) == pytest.approx(3 / 5)
    with pytest.raises(ValueError, match="labels must list"):
        get_scorer("within_one_accuracy")(constant, X, names[y])


@pytest.mark.parametrize(("levels", "neighbours"), [([0, 5, 10], True), ([0, 2, 4], True), ([0, 1, 3], False)])
def test_levels_are_counted_in_steps_where_no_two_are_one_apart(levels, neighbours):
    y = np.repeat(levels, 4)
    middle = DummyClassifier(strategy="constant", constant=levels[1]).fit(np.zeros((12, 1)), y)
    found = get_scorer("within_one_accuracy")(middle, np.zeros((12, 1)), y)
    assert found == pytest.approx(1.0 if neighbours else 2 / 3)


def test_numbers_of_classifiers_and_misspelt_names_are_told(grades):
    X, y = grades
    names = np.array(["none", "mild", "bad", "worse", "worst"])
    constant = DummyClassifier(strategy="constant", constant="mild").fit(X, names[y])
    with pytest.raises(ValueError, match=r"^labels must list grades that are names in their order"):
        get_scorer("neg_mae")(constant, X, names[y])
    with pytest.raises(ValueError, match=r"got 'acuracy'; did you mean 'accuracy'\?$"):
        scorers("acuracy")
    with pytest.raises(ValueError, match=r"got 'zzz'; there are \['accuracy', .*\], and scikit-learn's\.$"):
        scorers("zzz")


@pytest.mark.parametrize("grid", [(0, 10, 40, 100), (0, 100)])
def test_distances_beyond_any_grid_are_of_the_unit_of_the_score(percentages, grid):
    X, y = percentages
    regressor = OnePassRegressor(grid=grid).fit(X, y)
    beyond = np.where(np.arange(len(y)) % 10 == 0, 120.0, np.where(np.arange(len(y)) % 10 == 1, -5.0, y))
    within, distance = np.clip(beyond, 0, 100), np.abs(beyond - np.clip(beyond, 0, 100))
    cdf, spacing = regressor.forecast(X).distribution.cdf, np.diff(grid).mean()
    with pytest.warns(UserWarning, match="30 of 150 targets lie outside the grid"):
        scores = scorers("neg_crps", "neg_crps_points")(regressor, X, beyond)
    assert -scores["neg_crps_points"] == pytest.approx(crps(within, cdf, grid=grid, unit="points") + distance.mean())
    assert -scores["neg_crps"] == pytest.approx(crps(within, cdf, grid=grid) + distance.mean() / (len(grid) * spacing))


@pytest.mark.parametrize("unit", ["neg_crps", "neg_crps_points"])
def test_distance_from_a_grid_of_one_point_is_counted_as_it_is(unit):
    X, y = np.zeros((4, 1)), np.array([5.0, 7.0, 5.0, 1.0])
    with pytest.warns(UserWarning, match="2 of 4 targets lie outside the grid"):
        assert -scorers(unit, "r2")(OnePassRegressor(grid=(5,)).fit(X, y), X, y)[unit] == pytest.approx(1.5)


def test_an_estimator_that_knows_an_order_of_its_own_is_asked_for_it(grades):
    X, y = grades
    names = np.array(["none", "mild", "bad", "worse", "worst"])
    constant = DummyClassifier(strategy="constant", constant="mild").fit(X, names[y])
    constant._order = names
    assert get_scorer("within_one_accuracy")(constant, X, names[y]) == pytest.approx(3 / 5)


def test_an_evaluation_is_read_as_grades_numbers_or_distributions(percentages):
    X, y = percentages
    regressor = OnePassRegressor().fit(X, y)
    forecast = regressor.forecast(X)
    evaluation = Evaluation(y, regressor, forecast)
    true, distribution, order = evaluation.read("distributions")
    assert distribution is forecast.distribution and order is None
    np.testing.assert_array_equal(true, y)
    assert evaluation._order(np.array([0, 5]), [0, 5]) is None
    assert evaluation._order(np.array([0.5, 1, 2]), [0.5, 1, 2]) is None
    assert evaluation._order(np.array([0, 5, 10]), [0, 5, 10]).tolist() == [0, 5, 10]
