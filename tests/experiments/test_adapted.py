"""Recalibration on some patients: what is gained on the others, against computations by hand."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from skerosion import CalibratedForecaster
from skerosion.datasets import ImageTable, as_image_rows
from skerosion.experiments import SavedEstimator, evaluate
from skerosion.experiments._adapted import adapt_estimators, checked_counts
from skerosion.experiments._evaluated_result import predict_all
from skerosion.forecasts import Forecast, ForecastMixin, GridDistribution
from skerosion.grades import Target
from skerosion.metrics import class_normalized_accuracy
from skerosion.report import gain_tables

MEANS, SHARES = np.array([60.0, 120.0, 180.0]), np.array([0.8, 0.15, 0.05])


class Bayes(ForecastMixin, ClassifierMixin, BaseEstimator):
    """What Bayes' rule says of an image's brightness where the grades have these shares, to some power."""

    names = None

    def __init__(self, shares=SHARES, power=1.0):
        self.shares, self.power = shares, power

    def fit(self, X=None, y=None):
        self.classes_ = np.arange(3) if self.names is None else np.array(self.names)
        return self

    def forecast(self, X):
        values = X.read().reshape(len(X), -1).mean(axis=1)
        densities = (self.shares * np.exp(-((values[:, None] - MEANS) ** 2) / (2 * 40**2))) ** self.power
        return Forecast.of_probabilities(densities / densities.sum(axis=1, keepdims=True), self.classes_)


class Named(Bayes):
    """The same with names for grades."""

    names = ("none", "mild", "severe")


class BayesRegressor(Bayes):
    """The same as a distribution on the grades."""

    _estimator_type = "regressor"

    def forecast(self, X):
        return Forecast.of_distribution(GridDistribution([0, 1, 2], super().forecast(X).probabilities.cumsum(axis=1)))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.estimator_type = "regressor"
        return tags


def table(n_patients=150):
    """Two images a patient, whose brightness follows their grade, of grades that are equally frequent."""
    rng = np.random.default_rng(0)
    grades = rng.choice(3, size=2 * n_patients)
    values = np.clip(MEANS[grades] + rng.normal(0, 40, len(grades)), 0, 255).astype(np.uint8)
    patients = np.repeat(np.arange(n_patients).astype(str), 2)
    rows = as_image_rows(np.repeat(values, 64).reshape(-1, 8, 8, 1), groups=patients)
    return ImageTable(rows, grades, patients, None, None, "")


def saved(estimator, task="classifier", target=None):
    return SavedEstimator(estimator.fit(), task, "original", target or Target.decide([0, 1, 2]), (8, 8, 1), {})


def gains(estimators, data, counts, draws):
    result = predict_all(estimators, data, seed=0)
    return result, gain_tables(result, adapt_estimators(estimators, result, counts, draws))


def test_a_draw_equals_recalibration_by_hand():
    data, grader = table(), saved(Bayes())
    result = predict_all({"grader": grader}, data, seed=0)
    ((forecasts, rest),) = adapt_estimators({"grader": grader}, result, [40], draws=1)
    learned = np.setdiff1d(np.arange(len(data.y)), rest)
    assert len(set(data.groups[learned])) == 40 and not set(data.groups[learned]) & set(data.groups[rest])
    before = class_normalized_accuracy(data.y[rest], result.predictions["classifier", "grader"].prediction[rest])
    rows = gain_tables(result, [(forecasts, rest)])["classifier"]
    tempered = CalibratedForecaster(grader.pipeline, cv="prefit").fit(data.X[learned], data.y[learned])
    for name, inside in {"label shift": grader.pipeline, "temperature and label shift": tempered}.items():
        by_hand = CalibratedForecaster(inside, method="label_shift", cv="prefit").fit(data.X[learned], data.y[learned])
        after = class_normalized_accuracy(data.y[rest], by_hand.predict(data.X[rest]))
        gained = rows.value(f"grader, {name}, 40 patients", "class-normalised accuracy")
        assert gained == pytest.approx(after - before)
    even = by_hand.predict_proba(data.X[rest]) / by_hand.class_shares_
    balanced = class_normalized_accuracy(data.y[rest], even.argmax(axis=1))
    gained = rows.value(f"grader, {name}, balanced grades, 40 patients", "class-normalised accuracy")
    assert gained == pytest.approx(balanced - before)


def test_the_gain_is_the_mean_over_draws_and_each_draw_is_of_other_patients():
    data, graders = table(), {"grader": saved(Bayes())}
    result, rows = gains(graders, data, [40], draws=2)
    singles = [gain_tables(result, [draw])["classifier"] for draw in adapt_estimators(graders, result, [40], draws=2)]
    name = "grader, label shift, 40 patients"
    expected = np.mean([each.value(name, "accuracy") for each in singles])
    assert rows["classifier"].value(name, "accuracy") == pytest.approx(expected)
    assert len({each.value(name, "CRPS in grades") for each in singles}) == 2


def test_other_shares_are_found_and_a_grader_that_is_right_loses_nothing():
    graders = {"off": saved(Bayes()), "right": saved(Bayes(np.full(3, 1 / 3)))}
    _, rows = gains(graders, table(), [50], draws=3)
    cells = {name: cells["accuracy"] for name, _, cells in rows["classifier"].rows if "label shift, 50" in name}
    assert 0.1 < cells["off, label shift, 50 patients"][0] < 0.4 and cells["off, label shift, 50 patients"][1] > 0
    _, low, high = cells["right, label shift, 50 patients"]
    assert -0.15 < low < 0 < high < 0.15


def test_a_temperature_undoes_what_is_too_sure_and_decides_nothing():
    sure = {
        "g": saved(Bayes(np.full(3, 1 / 3), power=6.0)),
        "r": saved(BayesRegressor(np.full(3, 1 / 3), 6.0), "regressor"),
    }
    _, rows = gains(sure, table(), [50], draws=1)
    cells = next(cells for name, _, cells in rows["classifier"].rows if name == "g, temperature, 50 patients")
    assert cells["accuracy"] == (0, 0, 0) and cells["CRPS in grades"][2] < 0
    names = [name for name, _, _ in rows["regressor"].rows]
    assert names == ["r, temperature, 50 patients", "r, levels, 50 patients"]
    assert all(cells["CRPS"][2] < 0 for _, _, cells in rows["regressor"].rows)


def test_named_grades_learn_alike():
    target = Target("grade", (0, 1, 2), "as given", Named.names)
    _, plain = gains({"g": saved(Bayes())}, table(), [30], draws=1)
    data = table()
    named = ImageTable(data.X, np.array(Named.names)[data.y], data.groups, None, None, "")
    _, rows = gains({"g": saved(Named(), target=target)}, named, [30], draws=1)
    assert rows["classifier"].rows == plain["classifier"].rows


def test_evaluate_tells_it_for_each_number_of_patients(monkeypatch, tmp_path):
    monkeypatch.setattr("skerosion.experiments._adapted.DRAWS", 1)
    told = {"say": lambda text: None, "robustness": False}
    report = evaluate(saved(Bayes()), table(), adapt=[20, 40], **told)
    names = [name for name, _, _ in report.tables["adapted_classifier"].rows]
    assert len(names) == 8 and names[0] == "estimator, temperature, 20 patients"
    assert not any(name.startswith("adapted") for name in evaluate(saved(Bayes()), table(), **told).tables)


@pytest.mark.parametrize(
    ("adapt", "message"), [(149, "at least 2 patients to test on, got 149 of the 150"), (0, "integer of at least 1")]
)
def test_patients_have_to_be_left(adapt, message):
    with pytest.raises(ValueError, match=f"adapt must .*{message}"):
        checked_counts(adapt, table())
