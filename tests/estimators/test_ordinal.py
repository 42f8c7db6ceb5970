"""OrdinalClassifier: every head learns and heeds weights, grades keep their order, decisions minimise their costs."""

import copy
import pickle

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV

from skerosion import CNNClassifier, CRPSRegressor, OrdinalClassifier
from skerosion.grades import decide
from skerosion.metrics import scorers
from skerosion.networks import list_heads

ORDER = ["none", "mild", "severe"]
HEADS = [name for name in list_heads() if name != "linear"]
LINEAR = {"dense_units": (), "learning_rate": 0.05, "batch_size": 60, "epochs": 60, "random_state": 0, "verbose": False}


# With the scope of the module all tests of one head follow each other, and share its compiled network.
@pytest.fixture(scope="module", params=HEADS)
def head(request):
    return request.param


@pytest.fixture(scope="module")
def features():
    """240 feature vectors, the first of which tells the grade 0..3, and the grades."""
    rng = np.random.default_rng(0)
    grades = np.repeat(np.arange(4), 60)
    signal = grades - 1.5 + rng.normal(scale=0.1, size=240)
    return np.column_stack([signal, rng.normal(size=(240, 2))]).astype("float32"), grades


@pytest.fixture(scope="module")
def fitted(features):
    X, grades = features
    return OrdinalClassifier(**LINEAR).fit(X, grades)


class TestEveryHead:
    @pytest.mark.slow
    def test_it_learns(self, head, features):
        X, grades = features
        classifier = OrdinalClassifier(head=head, **{**LINEAR, "epochs": 120}).fit(X, grades)
        assert classifier.set_params(decision="median").score(X, grades) > 0.85
        assert classifier.history_["loss"][-1] < classifier.history_["loss"][0]

    @pytest.mark.slow
    @pytest.mark.once
    def test_class_weights_move_the_prediction_towards_the_heavy_class(self, head, features):
        """With features that tell nothing, all that differs is the weights."""
        noise = features[0][:, 1:]
        means = []
        for heavy in (0, 3):
            weights = {grade: 20.0 if grade == heavy else 1.0 for grade in range(4)}
            classifier = OrdinalClassifier(head=head, class_weight=weights, **LINEAR).fit(noise, features[1])
            forecast = classifier.forecast(noise)
            means.append(forecast.distribution.mean().mean())
            assert forecast.probabilities[:, heavy].mean() > 0.5
        assert means[0] < 0.8 and means[1] > 2.2

    @pytest.mark.slow
    def test_everything_follows_from_the_probabilities(self, head, features):
        X, grades = features
        classifier = OrdinalClassifier(head=head, **{**LINEAR, "epochs": 2}).fit(X, grades * 10)
        forecast, cumulative = classifier.forecast(X), classifier.predict_cumproba(X)
        np.testing.assert_allclose(forecast.probabilities.sum(axis=1), 1, rtol=1e-5)
        np.testing.assert_allclose(cumulative, forecast.probabilities.cumsum(axis=1), atol=1e-5)
        assert (np.diff(cumulative, axis=1) >= 0).all() and (cumulative[:, -1] == 1).all()
        np.testing.assert_array_equal(forecast.distribution.cdf, cumulative)
        assert forecast.distribution.grid.tolist() == [0, 10, 20, 30]
        np.testing.assert_array_equal(forecast.prediction, 10 * forecast.probabilities.argmax(axis=1))
        np.testing.assert_array_equal(classifier.predict(X), forecast.prediction)

    @pytest.mark.slow
    @pytest.mark.once
    def test_two_grades_are_the_fewest(self, head, features):
        X, grades = features
        classifier = OrdinalClassifier(head=head, **LINEAR).fit(X, grades > 1)
        assert classifier.classes_.tolist() == [False, True] and classifier.score(X, grades > 1) > 0.95

    @pytest.mark.slow
    @pytest.mark.once
    def test_a_regressor_on_a_grid_takes_it_too(self, head, features):
        X, grades = features
        regressor = CRPSRegressor(head=head, grid=[0, 1, 2, 3, 5], **{**LINEAR, "epochs": 120}).fit(X, grades)
        cdf = regressor.predict_cdf(X)
        assert cdf.shape == (240, 5) and (np.diff(cdf, axis=1) >= 0).all() and (cdf[:, -1] == 1).all()
        assert regressor.score(X, grades) > 0.7


@pytest.mark.once
class TestGrades:
    def test_strings_keep_their_order(self, features):
        X, grades = features
        names = np.array(ORDER)[np.minimum(grades, 2)]
        classifier = OrdinalClassifier(classes=ORDER, **LINEAR).fit(X, names)
        assert classifier.classes_.tolist() == ORDER
        assert classifier.score(X, names) > 0.9 and set(classifier.predict(X)) == set(ORDER)
        assert classifier.forecast(X).distribution is None
        np.testing.assert_allclose(classifier.class_shares_, [0.25, 0.25, 0.5])
        scoring = scorers("quadratic_kappa", "within_one_accuracy"), scorers("quadratic_kappa", labels=ORDER)
        own, given = (scorer(classifier, X, names)["quadratic_kappa"] for scorer in scoring)
        assert own == given > 0.9

    @pytest.mark.parametrize("classes", [[2, 1, 0], [0, 1, 2, 3], ["a", "b", "c"]])
    def test_going_on_needs_the_classes_of_the_first_fit(self, classes):
        classifier = OrdinalClassifier()
        classifier._encode_target(np.arange(3), reset=True)
        classifier.set_params(classes=[0, 1, 2])._encode_target(np.arange(2), reset=False)
        with pytest.raises(ValueError, match="classes of the first fit.* now asks for .*; fit a clone"):
            classifier.set_params(classes=classes)._encode_target(np.arange(2), reset=False)

    def test_the_order_matters(self, features):
        """In alphabetical order "none" lies between the others, and a single score cannot tell it from both."""
        X, grades = features
        names = np.array(ORDER)[np.minimum(grades, 2)]
        ordered, alphabetical = (
            OrdinalClassifier(head="coral", classes=classes, **LINEAR).fit(X, names).score(X, names)
            for classes in (ORDER, sorted(ORDER))
        )
        assert ordered > alphabetical + 0.2

    def test_class_weights_name_the_grades(self, features):
        X, grades = features
        names = np.array(ORDER)[np.minimum(grades, 2)]
        weights = {"none": 1.0, "mild": 1.0, "severe": 30.0}
        classifier = OrdinalClassifier(classes=ORDER, class_weight=weights, **LINEAR).fit(X[:, 1:], names)
        assert (classifier.predict(X[:, 1:]) == "severe").mean() > 0.9
        assert classifier.class_shares_[2] > 0.9

    def test_a_grade_that_no_row_shows_is_a_class(self, features):
        X, grades = features
        classifier = OrdinalClassifier(classes=[0, 1, 2, 3, 4], **LINEAR).fit(X, grades)
        probabilities = classifier.predict_proba(X)
        assert probabilities.shape == (240, 5) and probabilities[:, 4].max() < 0.2
        assert classifier.forecast(X).distribution.grid.tolist() == [0, 1, 2, 3, 4]

    def test_numbers_in_falling_order_have_a_distribution_too(self, features):
        """A scale on which 0 is the worst."""
        X, grades = features
        classifier = OrdinalClassifier(classes=[3, 2, 1, 0], **LINEAR).fit(X, 3 - grades)
        forecast = classifier.forecast(X)
        assert classifier.score(X, 3 - grades) > 0.9
        assert forecast.distribution.grid.tolist() == [0, 1, 2, 3]
        np.testing.assert_allclose(forecast.distribution.pmf, forecast.probabilities[:, ::-1], atol=1e-6)

    def test_partial_fit_learns_the_classes_first(self, features):
        X, grades = features
        classifier = OrdinalClassifier(**LINEAR).partial_fit(X[:60], grades[:60], classes=[0, 1, 2, 3])
        assert classifier.partial_fit(X[60:], grades[60:]).classes_.tolist() == [0, 1, 2, 3]

    @pytest.mark.parametrize(
        ("classes", "message"),
        [
            (["none", "mild", "none"], "classes must name each grade once, from the lowest to the highest"),
            (["none", "mild"], r"y must hold the grades \['none', 'mild'\] only, got \['severe'\] too"),
            (["none"], "classes must name at least two classes"),
            ([], r"classes must name at least two classes in a list.*, got \[\]"),
            ("abc", "classes must name at least two classes in a list.*, got 'abc'"),
            ([["none"] * 2, ["mild"] * 2], "classes must name at least two classes in a list"),
        ],
    )
    def test_classes_that_cannot_be_right(self, classes, message, features):
        X, grades = features
        with pytest.raises(ValueError, match=message):
            OrdinalClassifier(classes=classes, **LINEAR).fit(X, np.array(ORDER)[np.minimum(grades, 2)])


@pytest.mark.once
class TestHeadParameter:
    @pytest.mark.parametrize("name", ["linear", "ordinal"])
    def test_it_must_give_probabilities(self, name, features):
        with pytest.raises(ValueError, match="head must be one"):
            OrdinalClassifier(head=name, **LINEAR).fit(*features)

    def test_softmax_is_the_plain_classifier(self, features):
        ordinal, plain = OrdinalClassifier(head="softmax", **LINEAR), CNNClassifier(**LINEAR)
        probabilities = [classifier.fit(*features).predict_proba(features[0]) for classifier in (ordinal, plain)]
        np.testing.assert_array_equal(*probabilities)


@pytest.mark.once
class TestDecision:
    probabilities = np.array([[0.45, 0.05, 0.1, 0.4], [0.1, 0.5, 0.3, 0.1], [0, 0, 0, 1]])

    @pytest.mark.parametrize(
        ("decision", "expected"),
        [
            ("argmax", [0, 1, 3]),
            ("median", [1, 1, 3]),
            ("absolute", [1, 1, 3]),
            ("quadratic", [1, 1, 3]),
            ("balanced", [3, 1, 3]),
            (1 - np.eye(4), [0, 1, 3]),
        ],
    )
    def test_closed_cases(self, decision, expected):
        assert decide(self.probabilities, decision, np.array([0.3, 0.3, 0.3, 0.1])).tolist() == expected

    @pytest.mark.parametrize("decision", ["absolute", "quadratic", "random"])
    def test_no_other_choice_costs_less(self, decision):
        rng = np.random.default_rng(0)
        probabilities = rng.dirichlet(np.ones(5), size=200)
        distances = np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
        costs = {"absolute": distances, "quadratic": distances**2, "random": rng.random((5, 5))}[decision]
        chosen = decide(probabilities, costs if decision == "random" else decision, None)
        expected = np.einsum("ni,ij->nj", probabilities, costs)
        np.testing.assert_allclose(expected[np.arange(200), chosen], expected.min(axis=1))

    def test_the_median_minimises_the_absolute_cost(self):
        probabilities = np.random.default_rng(0).dirichlet(np.ones(5), size=200)
        np.testing.assert_array_equal(decide(probabilities, "median", None), decide(probabilities, "absolute", None))

    def test_costs_have_a_row_for_each_true_class(self):
        """To miss class 3 is dear: whoever may be 3 is called 3."""
        costs = 1.0 - np.eye(4)
        costs[3, :3] = 100
        assert decide(self.probabilities, costs, None).tolist() == [3, 3, 3]

    def test_it_acts_on_a_fitted_estimator(self, fitted, features):
        X, _ = features
        probabilities = fitted.predict_proba(X)
        for decision in ("median", "balanced", "quadratic"):
            chosen = copy.deepcopy(fitted).set_params(decision=decision)
            np.testing.assert_array_equal(chosen.predict(X), decide(probabilities, decision, fitted.class_shares_))
            np.testing.assert_array_equal(chosen.predict_proba(X), probabilities)

    @pytest.mark.parametrize("decision", ["mean", None, [[0, 1], [1, 0]], [["a"] * 4] * 4, np.full((4, 4), np.nan)])
    def test_what_is_none_is_an_error(self, decision, features):
        with pytest.raises(ValueError, match="decision must be one of"):
            OrdinalClassifier(decision=decision, **LINEAR).fit(*features)


# skordinal 0.2.0: POM(link).fit(X, y).predict_proba(X[:2]), the maximum of the likelihood, without a penalty.
POM = {
    "cumulative_link": [
        [0.0294433391, 0.1618073864, 0.3881297246, 0.4206195499],
        [0.6190991003, 0.3077471639, 0.0597847526, 0.0133689831],
    ],
    "cumulative_link_probit": [
        [0.0200017534, 0.1785482412, 0.3764007173, 0.4250492881],
        [0.6179707809, 0.3161311271, 0.0604006439, 0.0054974481],
    ],
    "cumulative_link_cloglog": [
        [0.0603216288, 0.1690045434, 0.3087593941, 0.4619144336],
        [0.5443565154, 0.4184260368, 0.0371596196, 0.0000578282],
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", POM)
def test_without_hidden_layers_it_is_skordinals_proportional_odds(name):
    """Two features of scikit-learn's diabetes data, four grades of the progression; all rows in each step."""
    X, progression = load_diabetes(return_X_y=True)
    X, y = (20 * X[:, [2, 8]]).astype("float32"), np.digitize(progression, [80, 150, 230])
    parameters = {**LINEAR, "batch_size": len(y), "epochs": 400}
    probabilities = OrdinalClassifier(head=name, **parameters).fit(X, y).predict_proba(X[:2])
    np.testing.assert_allclose(probabilities, POM[name], atol=2e-3)


@pytest.mark.once
def test_one_search_over_heads_and_decisions(features):
    X, grades = features
    parameters = {**LINEAR, "epochs": 3}
    search = GridSearchCV(
        OrdinalClassifier(**parameters),
        {"head": ["corn", "squared_emd"], "decision": ["argmax", "median"]},
        scoring=scorers("quadratic_kappa", "neg_crps", "neg_mae"),
        refit="quadratic_kappa",
        cv=2,
    ).fit(X, grades)
    assert np.isfinite(search.cv_results_["mean_test_neg_crps"]).all() and len(search.cv_results_["params"]) == 4


def test_it_comes_back_from_a_pickle_and_as_a_keras_model(fitted, features, tmp_path):
    import keras

    X, _ = features
    probabilities = fitted.predict_proba(X)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(fitted)).predict_proba(X), probabilities)
    fitted.model_.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    np.testing.assert_allclose(loaded.predict(X, verbose=0), probabilities, atol=1e-6)


@pytest.mark.slow
def test_images_are_what_it_is_for(graded, quick):
    images, grades, _ = graded
    parameters = {**quick, "epochs": 15, "learning_rate": 0.02, "dropout": 0.0}
    assert OrdinalClassifier(**parameters).fit(images, grades).score(images, grades) > 0.9


def test_nothing_is_predicted_before_the_fit(features):
    with pytest.raises(NotFittedError):
        OrdinalClassifier().predict_cumproba(features[0])
