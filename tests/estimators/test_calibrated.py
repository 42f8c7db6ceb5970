"""CalibratedForecaster: never worse, uniform PIT, by patient, and whatever the estimator inside is."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest
from sklearn.base import is_classifier, is_regressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, GroupKFold, KFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from skerosion import CalibratedForecaster, CRPSRegressor, ImageRows, OrdinalClassifier
from skerosion.estimators._recalibration import (
    fit_factors,
    fit_levels,
    fit_temperature,
    pit_distribution,
    rescale,
    score_rows,
    temper,
)
from skerosion.forecasts import forecast_of
from skerosion.metrics import crps, interval_coverage, pit, scorers

pytestmark = pytest.mark.once


@st.composite
def probabilities(draw):
    """Probabilities of a few rows, their targets' columns and weights."""
    n, k = draw(st.integers(1, 12)), draw(st.integers(2, 6))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    pmf = rng.dirichlet(np.full(k, draw(st.sampled_from([0.1, 1.0, 10.0]))), size=n)
    return pmf, rng.integers(k, size=n), rng.uniform(0.1, 3, n)


class TestTemperature:
    @given(probabilities(), st.sampled_from(["log", "crps"]))
    def test_the_score_on_the_held_out_rows_is_never_worse(self, case, score):
        pmf, positions, weights = case
        widths = np.ones(pmf.shape[1] - 1)
        temperature = fit_temperature(pmf, positions, weights, score, widths)
        before = np.average(score_rows(pmf, positions, score, widths), weights=weights)
        after = np.average(score_rows(temper(pmf, temperature), positions, score, widths), weights=weights)
        assert after <= before + 1e-12

    @given(probabilities())
    def test_one_changes_nothing_and_order_stays(self, case):
        pmf = case[0]
        np.testing.assert_allclose(temper(pmf, 1.0), pmf, atol=1e-12)
        np.testing.assert_array_equal(temper(pmf, 3.0).argmax(axis=1), pmf.argmax(axis=1))

    def test_the_crps_is_that_of_the_metrics(self):
        pmf = np.random.default_rng(0).dirichlet(np.ones(4), size=20)
        grid, y = np.array([0.0, 1.0, 5.0, 7.0]), np.random.default_rng(1).integers(4, size=20)
        cdf = np.minimum(pmf.cumsum(axis=1), 1)
        expected = crps(grid[y], cdf, grid, per_sample=True, unit="points")
        np.testing.assert_allclose(score_rows(pmf, y, "crps", np.diff(grid)), expected, atol=1e-12)

    def test_a_normal_that_is_too_narrow_gets_its_variance_back(self, bell, draw_patients):
        """The power 1 / T of a normal density has T times the variance."""
        X, y, patients = draw_patients(400)
        regressor = bell(spread=5.0).fit(X, y)
        calibrated = CalibratedForecaster(regressor, cv="prefit").fit(X, y, groups=patients)
        assert calibrated.temperature_ == pytest.approx(4, rel=0.15)
        new_X, new_y, _ = draw_patients(400, seed=1)
        before, after = regressor.predict_distribution(new_X), calibrated.predict_distribution(new_X)
        assert crps(new_y, after) < crps(new_y, before)
        assert interval_coverage(new_y, before.interval(0.9)) < 0.75
        assert interval_coverage(new_y, after.interval(0.9)) == pytest.approx(0.9, abs=0.03)

    def test_a_weight_of_two_is_the_row_twice(self, bell, draw_patients):
        X, y, _ = draw_patients(40)
        weights = np.where(y > 50, 2.0, 1.0)
        twice = np.repeat(np.arange(len(y)), weights.astype(int))
        calibrated = CalibratedForecaster(bell(spread=5.0).fit(X, y), cv="prefit")
        weighted = calibrated.fit(X, y, sample_weight=weights).temperature_
        assert weighted == pytest.approx(calibrated.fit(X[twice], y[twice]).temperature_, rel=1e-3)


class TestIsotonic:
    @pytest.mark.parametrize("wrong", [{"spread": 4.0}, {"spread": 25.0}, {"spread": 6.0, "shift": 6.0}], ids=str)
    def test_randomised_pit_is_uniform_on_new_patients(self, bell, draw_patients, wrong):
        X, y, patients = draw_patients(1200)
        regressor = bell(**wrong).fit(X, y)
        calibrated = CalibratedForecaster(regressor, method="isotonic", cv="prefit").fit(X, y, groups=patients)
        new_X, new_y, _ = draw_patients(1200, seed=1)
        before = kstest(pit(new_y, regressor.predict_distribution(new_X), random_state=0), "uniform").statistic
        after = kstest(pit(new_y, calibrated.predict_distribution(new_X), random_state=0), "uniform").statistic
        # Joints of a patient are alike: 1,200 patients are worth some 2,000 rows, whose distance is .03 in 95 %.
        assert before > 0.1 and after < 0.05
        assert crps(new_y, calibrated.predict_distribution(new_X)) < crps(new_y, regressor.predict_distribution(new_X))

    def test_grades_of_few_levels_become_uniform_too(self):
        rng = np.random.default_rng(0)
        y = rng.choice(4, p=[0.7, 0.1, 0.1, 0.1], size=3000)
        X = y[:, None] + rng.normal(size=(3000, 1))
        wrong = LogisticRegression(class_weight="balanced").fit(X, y)
        calibrated = CalibratedForecaster(wrong, method="isotonic", cv="prefit").fit(X[:1500], y[:1500])
        distances = [
            kstest(pit(y[1500:], one, random_state=0), "uniform").statistic
            for one in (
                np.minimum(wrong.predict_proba(X[1500:]).cumsum(axis=1), 1),
                calibrated.predict_cumproba(X[1500:]),
            )
        ]
        assert distances[0] > 0.1 and distances[1] < 0.05

    @given(probabilities())
    def test_levels_rise_from_0_to_1(self, case):
        pmf, positions, weights = case
        cdf, rows = np.minimum(pmf.cumsum(axis=1), 1), np.arange(len(pmf))
        levels, mapped = fit_levels(cdf[rows, positions] - pmf[rows, positions], cdf[rows, positions], weights)
        assert mapped[0] == 0 and mapped[-1] == pytest.approx(1) and (np.diff(mapped) >= 0).all()

    def test_the_distribution_of_the_pit_is_the_mean_over_its_randomness(self):
        below, upto, weights = np.array([0.0, 0.5]), np.array([0.5, 1.0]), np.array([3.0, 1.0])
        levels = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
        expected = [0, 0.375, 0.75, 0.875, 1]
        np.testing.assert_allclose(pit_distribution(below, upto, weights, levels), expected)

    def test_what_is_calibrated_stays(self, bell, draw_patients):
        X, y, _ = draw_patients(2000)
        calibrated = CalibratedForecaster(bell().fit(X, y), method="isotonic", cv="prefit").fit(X, y)
        assert np.abs(np.diff(calibrated.levels_, axis=1)).max() < 0.03


class TestLabelShift:
    @given(probabilities())
    def test_the_mean_probabilities_are_the_shares(self, case):
        pmf, positions, weights = case
        pmf = 0.9 * pmf + 0.1 / pmf.shape[1]
        factors, shares = fit_factors(pmf, positions, weights)
        mean = np.average(rescale(pmf, factors), axis=0, weights=weights)
        np.testing.assert_allclose(mean, shares, atol=2e-3)
        assert np.log(factors).sum() == pytest.approx(0, abs=1e-9) and shares.sum() == pytest.approx(1)

    def test_of_two_classes_it_is_the_intercept_of_a_logistic_regression(self):
        rng = np.random.default_rng(0)
        y = rng.integers(0, 2, 4000)
        logits = 2.0 * y - 1 + rng.normal(0, 1, 4000) - 1.5
        pmf = np.column_stack([1 / (1 + np.exp(logits)), 1 / (1 + np.exp(-logits))])
        (without, with_it), shares = fit_factors(pmf, y, np.ones(4000))
        offset = np.log(with_it / without)
        assert (1 / (1 + np.exp(-logits - offset))).mean() == pytest.approx(shares[1], abs=1e-4)
        assert shares[1] == pytest.approx(y.mean(), abs=1e-3)

    def test_bayes_rule_is_found_again(self):
        """Probabilities that are right among other shares become what Bayes' rule says."""
        rng = np.random.default_rng(0)
        means, before, after = np.array([0.0, 1.0, 2.0]), np.array([0.7, 0.2, 0.1]), np.array([0.2, 0.3, 0.5])
        y = rng.choice(3, p=after, size=20_000)
        densities = np.exp(-(((y + rng.normal(size=len(y)))[:, None] - means) ** 2) / 2)
        factors, shares = fit_factors(rescale(densities, before), y, np.ones(len(y)))
        np.testing.assert_allclose(shares, after, atol=0.01)
        np.testing.assert_allclose(factors / factors[0], (after / before) / (after / before)[0], rtol=0.1)

    def test_one_row_says_little_and_none_makes_nothing_impossible(self):
        pmf = np.full((1, 3), 1 / 3)
        factors, shares = fit_factors(pmf, np.array([2]), np.ones(1))
        np.testing.assert_allclose(shares, [0.25, 0.25, 0.5])
        np.testing.assert_allclose(factors / factors[0], [1, 1, 2], rtol=1e-3)

    def test_a_balanced_decision_divides_by_the_new_shares(self):
        """Grades that are balanced stay so, whatever the shares of the patients are."""
        rng = np.random.default_rng(0)
        network = OrdinalClassifier(decision="balanced", epochs=2, dense_units=(4,), random_state=0)
        y = np.repeat([0, 1, 2], [60, 30, 10])
        X = (y[:, None] + rng.normal(size=(100, 1))).astype(np.float32)
        calibrated = CalibratedForecaster(network.fit(X, y), method="label_shift", cv="prefit").fit(X[40:], y[40:])
        forecast = calibrated.forecast(X)
        even = forecast.probabilities / calibrated.class_shares_
        np.testing.assert_array_equal(forecast.prediction, even.argmax(axis=1))
        assert not np.allclose(calibrated.class_shares_, network.class_shares_, atol=0.05)

    def test_numbers_have_no_classes(self, bell, draw_patients):
        X, y, _ = draw_patients(40)
        with pytest.raises(ValueError, match="method must be 'temperature' or 'isotonic' for a regressor"):
            CalibratedForecaster(bell().fit(X, y), method="label_shift", cv="prefit").fit(X, y)


@pytest.mark.parametrize("method", ["temperature", "isotonic"])
class TestEveryMethod:
    def test_cdfs_rise_and_end_at_1(self, bell, draw_patients, method):
        X, y, _ = draw_patients(60)
        calibrated = CalibratedForecaster(bell(spread=4.0).fit(X, y), method=method, cv="prefit").fit(X, y)
        cdf = calibrated.predict_cdf(X)
        assert (np.diff(cdf, axis=1) >= 0).all() and (cdf[:, -1] == 1).all() and is_regressor(calibrated)

    @pytest.mark.filterwarnings("ignore:the correction was learned from")
    def test_classes_of_any_name_in_their_order(self, graded, quick, method):
        images, grades, patients = graded
        names = np.array(["none", "mild", "severe"])
        ordinal = OrdinalClassifier(classes=names, decision="median", **quick)
        calibrated = CalibratedForecaster(ordinal, method=method, cv=0.3, random_state=0)
        calibrated.fit(images, names[grades], groups=patients)
        assert is_classifier(calibrated) and calibrated.classes_.tolist() == names.tolist()
        forecast = calibrated.forecast(images)
        np.testing.assert_allclose(forecast.probabilities.sum(axis=1), 1)
        medians = (calibrated.predict_cumproba(images) >= 0.5 - 1e-6).argmax(axis=1)
        np.testing.assert_array_equal(forecast.prediction, names[medians])
        scores = scorers("class_normalized_accuracy", "within_one_accuracy")(calibrated, images, names[grades])
        assert all(0 <= score <= 1 for score in scores.values())


class TestHeldOut:
    def test_a_share_keeps_patients_whole(self, bell, draw_patients):
        X, y, patients = draw_patients(40)
        fitted = CalibratedForecaster(bell(), cv=0.25, random_state=0).fit(X, y, groups=patients).estimator_
        inside = np.isin(X[:, 0], fitted.seen_)
        assert 0.6 < inside.mean() < 0.9
        assert not set(patients[inside]) & set(patients[~inside])
        np.testing.assert_array_equal(fitted.groups_, patients[inside].astype(str))

    @pytest.mark.parametrize("cv", [3, GroupKFold(3)], ids=str)
    def test_folds_are_by_patient_and_all_rows_fit_the_last_one(self, bell, draw_patients, cv):
        X, y, patients = draw_patients(40)
        fitted = CalibratedForecaster(bell(), cv=cv).fit(X, y, groups=patients).estimator_
        assert len(fitted.seen_) == len(y)

    def test_a_splitter_that_tears_patients_is_refused(self, bell, draw_patients):
        X, y, patients = draw_patients(40)
        with pytest.raises(ValueError, match="each patient on one side"):
            CalibratedForecaster(bell(), cv=KFold(3, shuffle=True, random_state=0)).fit(X, y, groups=patients)

    def test_rows_bring_weights_and_patients_to_a_network(self, quick, draw_patients):
        X, y, patients = draw_patients(20)
        rows = ImageRows((X / 100).astype("float32"), groups=patients, sample_weight=np.ones(len(y)))
        network = CRPSRegressor(**{**quick, "epochs": 1}, validation_split=0.3)
        calibrated = CalibratedForecaster(network, cv=GroupKFold(2)).fit(rows, y)
        assert calibrated.temperature_ > 0 and "val_loss" in calibrated.estimator_.history_

    def test_folds_may_miss_a_grade(self):
        y = np.array([0, 1, 2] * 10 + [3])
        X = y[:, None] + np.random.default_rng(0).normal(size=(31, 1))
        calibrated = CalibratedForecaster(LogisticRegression(), cv=KFold(3)).fit(X, y)
        assert calibrated.classes_.tolist() == [0, 1, 2, 3]


class TestForecasts:
    @pytest.mark.parametrize("method", ["temperature", "isotonic", "label_shift"])
    def test_what_was_said_before_teaches_the_same(self, method):
        y = np.tile([0, 1, 2], 60)
        X = y[:, None] + np.random.default_rng(0).normal(size=(180, 1))
        grader = LogisticRegression().fit(X, y)
        of_rows = CalibratedForecaster(grader, method=method, cv="prefit").fit(X, y)
        said = forecast_of(grader, X)
        of_forecast = CalibratedForecaster(grader, method=method, cv="prefit").fit_forecast(said, y)
        np.testing.assert_array_equal(of_forecast.predict_proba(X), of_rows.predict_proba(X))
        np.testing.assert_array_equal(of_forecast.recalibrate(said).probabilities, of_rows.predict_proba(X))


class TestEstimator:
    @pytest.mark.filterwarnings("ignore:the correction was learned from")
    def test_a_search_reaches_everything(self, bell, draw_patients):
        X, y, patients = draw_patients(60)
        pipeline = Pipeline([("same", FunctionTransformer()), ("bell", bell(spread=3.0))])
        search = GridSearchCV(
            CalibratedForecaster(pipeline, cv=0.5, random_state=0),
            {"method": ["temperature", "isotonic"], "estimator__bell__shift": [0.0, 30.0]},
            scoring=scorers("neg_crps", "neg_mae"),
            refit="neg_crps",
            cv=GroupKFold(2),
            error_score="raise",
        ).fit(X, y, groups=patients)
        assert search.best_params_["estimator__bell__shift"] == 0

    def test_another_fit_forgets_the_other_method(self, bell, draw_patients):
        X, y, _ = draw_patients(60)
        calibrated = CalibratedForecaster(bell(spread=3.0).fit(X, y), cv="prefit").fit(X, y)
        calibrated.set_params(method="isotonic").fit(X, y)
        assert calibrated.temperature_ is None and calibrated.levels_.shape[1] == 2

    def test_it_pickles(self):
        X, y = np.arange(30.0)[:, None], np.repeat([0, 1, 2], 10)
        calibrated = CalibratedForecaster(LogisticRegression(), cv=3).fit(X, y)
        again = pickle.loads(pickle.dumps(calibrated))
        np.testing.assert_array_equal(again.predict_proba(X), calibrated.predict_proba(X))
        assert calibrated.n_features_in_ == 1

    @pytest.mark.parametrize(
        ("parameters", "message"),
        [
            ({"method": "platt"}, "method must be one of"),
            ({"loss": "mae"}, "loss must be one of"),
            ({"cv": "twice"}, "cv must be 'prefit'"),
            ({"estimator": Ridge()}, "estimator must predict probabilities"),
        ],
    )
    def test_what_cannot_be_is_named(self, parameters, message):
        with pytest.raises(ValueError, match=message):
            CalibratedForecaster(LogisticRegression()).set_params(**parameters).fit([[0.0], [1.0]] * 5, [0, 1] * 5)

    def test_weights_that_an_estimator_cannot_take_are_refused(self):
        from sklearn.neighbors import KNeighborsClassifier

        X, y = np.arange(30.0)[:, None], np.repeat([0, 1, 2], 10)
        with pytest.raises(ValueError, match="takes no weights"):
            CalibratedForecaster(KNeighborsClassifier(), cv=3).fit(X, y, sample_weight=np.ones(30))


class TestTooLittleToLearnFrom:
    @pytest.fixture
    def fitted(self):
        y = np.repeat([0, 1, 2], 40)
        return LogisticRegression().fit(y[:, None] + np.tile([-0.8, 0.0, 0.9], 40)[:, None], y)

    @pytest.mark.parametrize(
        ("n", "settings", "said"),
        [
            (1, {}, r"1 held-out row .1 row.: temperature_ is (0.05|20), the end of what is tried"),
            (6, {}, r"6 held-out rows .6 rows."),
            (60, {"method": "isotonic"}, r"60 held-out rows .60 rows.: method='isotonic' wants 100 of them"),
        ],
    )
    def test_it_is_said_with_the_number(self, fitted, n, settings, said):
        X = np.linspace(-1, 3, n)[:, None]
        with pytest.warns(UserWarning, match=said):
            CalibratedForecaster(fitted, cv="prefit", **settings).fit(X, np.rint(np.clip(X[:, 0], 0, 2)).astype(int))

    def test_patients_are_counted_where_they_are_known(self, fitted):
        X, y = np.tile([-1.0, 0.2, 1.1, 2.4], 10)[:, None], np.tile([0, 1, 1, 1], 10)
        with pytest.warns(UserWarning, match=r"4 held-out patients .40 rows."):
            CalibratedForecaster(fitted, cv="prefit").fit(X, y, groups=np.tile(np.arange(4), 10))
