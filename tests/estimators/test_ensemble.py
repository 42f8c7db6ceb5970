"""ForecastEnsemble: averages of probabilities and CDFs, the best weights, seeds that share a program."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GroupKFold
from sklearn.naive_bayes import GaussianNB

from skerosion import CNNClassifier, CRPSRegressor, ForecastEnsemble, TwoLevelClassifier
from skerosion.estimators._recalibration import score_rows
from skerosion.estimators._simplex import crps_weights, log_weights
from skerosion.forecasts import GridDistribution
from skerosion.metrics import crps, scorers


@st.composite
def members(draw):
    """Probabilities of three members, targets' columns, widths and weights."""
    n, k = draw(st.integers(2, 10)), draw(st.integers(2, 5))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    pmf = rng.dirichlet(np.ones(k), size=(3, n))
    return pmf, rng.integers(k, size=n), rng.uniform(0.5, 20, k - 1), rng.uniform(0.1, 3, n)


def mean_score(shares, case, score):
    pmf, positions, widths, weights = case
    return np.average(score_rows(np.tensordot(shares, pmf, 1), positions, score, widths), weights=weights)


SIMPLEX = np.array([[i, j, 20 - i - j] for i in range(21) for j in range(21 - i)]) / 20


@pytest.mark.parametrize(("fit_weights", "score"), [(crps_weights, "crps"), (log_weights, "log")])
class TestWeights:
    @given(case=members())
    def test_no_other_average_scores_better(self, fit_weights, score, case):
        shares = fit_weights(*case)
        assert (shares >= 0).all() and shares.sum() == pytest.approx(1)
        best = min(mean_score(other, case, score) for other in SIMPLEX)
        assert mean_score(shares, case, score) <= best + 1e-6 * (1 + abs(best))

    def test_a_member_that_knows_gets_everything(self, fit_weights, score):
        positions = np.arange(30) % 3
        pmf = np.stack([np.full((30, 3), 1 / 3), np.eye(3)[positions]])
        shares = fit_weights(pmf, positions, np.ones(2), np.ones(30))
        np.testing.assert_allclose(shares, [0, 1], atol=1e-3)


class TestRegressors:
    @pytest.mark.parametrize("weights", ["crps", "log"])
    def test_weights_find_the_better_member(self, bell, draw_patients, weights):
        X, y, patients = draw_patients(150)
        members = [("right", bell()), ("biased", bell(shift=30.0)), ("narrow", bell(spread=1.0))]
        ensemble = ForecastEnsemble(members, weights=weights, cv=GroupKFold(3)).fit(X, y, groups=patients)
        assert ensemble.weights_[0] > 0.8 and ensemble.weights_.sum() == pytest.approx(1)
        alone = bell().fit(X, y).predict_distribution(X)
        assert crps(y, ensemble.predict_distribution(X)) <= crps(y, alone) + 1e-9 or weights == "log"

    def test_cdfs_are_averaged(self, bell, draw_patients):
        X, y, _ = draw_patients(30)
        members = [bell(shift=shift).fit(X, y) for shift in (-20.0, 20.0)]
        ensemble = ForecastEnsemble([("low", members[0]), ("high", members[1])], weights=[1, 3], cv="prefit").fit(X, y)
        cdfs = [member.predict_distribution(X).cdf for member in members]
        np.testing.assert_allclose(ensemble.predict_cdf(X), cdfs[0] / 4 + 3 * cdfs[1] / 4)
        assert (ensemble.predict_distribution(X).var() > members[0].predict_distribution(X).var()).all()
        assert is_regressor(ensemble) and not hasattr(ensemble, "predict_proba")

    def test_it_is_never_worse_than_its_members_on_average(self, bell, draw_patients):
        X, y, _ = draw_patients(50)
        members = [bell(shift=shift).fit(X, y) for shift in (-20.0, 5.0, 20.0)]
        mixture = GridDistribution.mixture([member.predict_distribution(X) for member in members])
        average = np.mean([crps(y, member.predict_distribution(X)) for member in members])
        assert crps(y, mixture) <= average

    def test_bins_and_scores_follow_the_members(self, bell, draw_patients):
        X, y, patients = draw_patients(30)
        ensemble = ForecastEnsemble([("a", bell(bins="ratingen")), ("b", bell(spread=5.0, bins="ratingen"))])
        ensemble.fit(X, y, groups=patients)
        assert ensemble.predict_proba(X).shape == (len(y), 6) and ensemble.bins == "ratingen"
        assert scorers("within_one_accuracy", "neg_crps")(ensemble, X, y)["within_one_accuracy"] > 0.9


class TestSeeds:
    def test_networks_of_several_seeds_share_one_program(self, graded, quick):
        images, grades, patients = graded
        network = CNNClassifier(**{**quick, "epochs": 1})
        ensemble = ForecastEnsemble(network, n_seeds=3, random_state=1).fit(images, grades, groups=patients)
        seeds = {member.random_state for member in ensemble.estimators_}
        assert len(seeds) == 3 and len({member._key for member in ensemble.estimators_}) == 1
        parts = [member.predict_proba(images) for member in ensemble.estimators_]
        assert np.abs(parts[0] - parts[1]).max() > 1e-4
        np.testing.assert_allclose(ensemble.predict_proba(images), np.mean(parts, axis=0), atol=1e-6)
        again = clone(ensemble).fit(images, grades, groups=patients)
        np.testing.assert_array_equal(again.predict_proba(images), ensemble.predict_proba(images))

    def test_seeds_of_one_member_share_its_weight(self, bell, draw_patients):
        X, y, patients = draw_patients(60)
        members = [("right", bell()), ("biased", bell(shift=30.0))]
        ensemble = ForecastEnsemble(members, n_seeds=2, weights="crps", cv=0.5, random_state=0)
        ensemble.fit(X, y, groups=patients)
        assert len(ensemble.estimators_) == 4
        np.testing.assert_allclose(ensemble.weights_[[0, 2]], ensemble.weights_[[1, 3]])

    def test_one_without_seeds_is_refused(self):
        with pytest.raises(ValueError, match="no random_state to vary"):
            ForecastEnsemble(GaussianNB(), n_seeds=2).fit([[0.0], [1.0]] * 5, [0, 1] * 5)


class TestParameters:
    def test_members_and_theirs_have_names(self):
        ensemble = ForecastEnsemble([("a", LogisticRegression()), ("b", DummyClassifier())])
        assert ensemble.get_params()["a__C"] == 1.0
        ensemble.set_params(a__C=2.0, b=LogisticRegression(C=3.0), weights="log")
        assert [member.C for _, member in ensemble.estimators] == [2.0, 3.0] and ensemble.weights == "log"
        assert clone(ensemble).get_params()["b__C"] == 3.0
        assert ForecastEnsemble(LogisticRegression()).set_params(estimators__C=4.0).get_params()["estimators__C"] == 4.0

    def test_classes_meet_whatever_their_order(self):
        y = np.repeat(["a", "b", "c"], 20)
        X = np.repeat([0.0, 1.0, 2.0], 20)[:, None] + np.random.default_rng(0).normal(size=(60, 1))
        ensemble = ForecastEnsemble([("a", LogisticRegression()), ("b", DummyClassifier())], weights="log", cv=3)
        assert ensemble.fit(X, y).classes_.tolist() == ["a", "b", "c"] and is_classifier(ensemble)
        assert ensemble.weights_[0] > 0.9 and ensemble.score(X, y) > 0.5

    def test_the_order_of_a_member_that_knows_it_holds_wherever_it_stands(self):
        order, k = np.array(["none", "mild", "severe"]), np.arange(90) % 3
        X = k[:, None] + np.random.default_rng(0).normal(scale=0.5, size=(90, 1))
        knows = TwoLevelClassifier(GaussianNB(), GaussianNB(), classes=order)
        members = [("prior", DummyClassifier()), ("bayes", GaussianNB()), ("two", knows)]
        weights = []
        for some in (members, members[::-1]):
            ensemble = ForecastEnsemble(some, weights="crps", cv=3).fit(X, order[k])
            assert ensemble.classes_.tolist() == list(ensemble.classes) == order.tolist()
            assert (ensemble.predict_cumproba(X[:1])[0] > [0.8, 0.9, 0.99]).all()
            assert ensemble.score(X, order[k]) > 0.7
            weights.append(dict(zip([name for name, _ in some], ensemble.weights_, strict=True)))
        assert weights[0] == pytest.approx(weights[1], abs=1e-4)

    def test_two_orders_of_the_grades_are_an_error(self):
        members = [
            (name, TwoLevelClassifier(GaussianNB(), GaussianNB(), classes=classes))
            for name, classes in (("a", ["none", "mild"]), ("b", ["mild", "none", "severe"]))
        ]
        with pytest.raises(ValueError, match="grades in one order, got classes=.'none', 'mild'. and"):
            ForecastEnsemble(members).fit([[0.0], [1.0]] * 5, ["none", "mild"] * 5)

    @pytest.mark.parametrize(
        ("parameters", "message"),
        [
            ({"estimators": [LogisticRegression(), DummyClassifier()]}, r"list of \(name, estimator\) pairs, got Log"),
            ({"cv": 1.5, "weights": "log"}, "cv must be 'prefit', a share between 0 and 1"),
            ({"weights": "best"}, "weights must be one of"),
            ({"weights": [1.0]}, "weights must be one of"),
            ({"weights": [0.0, 0.0]}, "weights must be one of"),
            ({"n_seeds": 0}, "n_seeds must be an integer"),
            ({"estimators": [("a", LogisticRegression()), ("b", CRPSRegressor())]}, "of one kind"),
            ({"estimators": [("a", Ridge())]}, "must predict probabilities"),
            ({"estimators": []}, "at least one"),
        ],
        ids=str,
    )
    def test_what_cannot_be_is_named(self, parameters, message):
        ensemble = ForecastEnsemble([("a", LogisticRegression()), ("b", DummyClassifier())])
        ensemble.__dict__.update(parameters)
        with pytest.raises(ValueError, match=message):
            ensemble.fit([[0.0], [1.0]] * 5, [0, 1] * 5)
