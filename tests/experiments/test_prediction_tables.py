import dataclasses
import zlib

import numpy as np
import pytest
from imblearn.pipeline import Pipeline as SamplerPipeline
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from skerosion import CNNClassifier, save_estimator
from skerosion.experiments import SavedEstimator, load_saved, prediction_table
from skerosion.forecasts import Forecast, GridDistribution
from skerosion.grades import Target

OF_DISTRIBUTIONS = ("mean", "median", "interval_low", "interval_high")


class Fixed:
    """Forecasts what it is given."""

    def __init__(self, forecast):
        self.given = forecast

    def forecast(self, X):
        return self.given


def saved(task, target, forecast):
    return SavedEstimator(Fixed(forecast), task, "original", target, (8, 8, 1), {})


def test_classifier_gives_each_grade_a_column():
    forecast = Forecast(np.array([2, 0]), np.array([[0.3, 0.7], [0.6, 0.4]]), np.array([0, 2]))
    table = prediction_table(saved("classifier", Target.decide([0, 2], "grade"), forecast), None)
    assert table.columns.tolist() == ["prediction", "p_0", "p_2", *OF_DISTRIBUTIONS]
    assert table[["prediction", "p_0", "p_2"]].values.tolist() == [[2, 0.3, 0.7], [0, 0.6, 0.4]]
    # Of the grades 0 and 2 with .3 and .7, and with .6 and .4.
    assert table[list(OF_DISTRIBUTIONS)].values.tolist() == [[1.4, 2, 0, 2], [0.8, 0, 0, 2]]


def test_regressor_of_grades_gives_their_probabilities_and_an_interval():
    distribution = GridDistribution([0, 1, 2], [[0.2, 0.5, 1.0], [0.0, 0.0, 1.0]])
    forecast = Forecast(distribution.mean(), distribution=distribution)
    table = prediction_table(saved("regressor", Target.decide([0, 1, 2]), forecast), None, interval=0.5)
    np.testing.assert_allclose(table[["p_0", "p_1", "p_2"]], [[0.2, 0.3, 0.5], [0, 0, 1]], atol=1e-9)
    assert table[["interval_low", "interval_high"]].values.tolist() == distribution.interval(0.5).tolist()


def test_regressor_of_percentages_gives_ratingen_grades():
    cdf = np.linspace(0, 1, 101)[None, :]
    distribution = GridDistribution(np.arange(101), cdf)
    forecast = Forecast(distribution.mean(), distribution=distribution)
    table = prediction_table(saved("regressor", Target.decide([0, 100], "percent"), forecast), None)
    # P(0) = F(0), P(g) = F(20 g) - F(20 (g - 1)), P(5) = 1 - F(80).
    np.testing.assert_allclose(table.filter(like="p_").values[0], [0, 0.2, 0.2, 0.2, 0.2, 0.2], atol=1e-9)


@pytest.mark.parametrize("interval", [0, 1, 90])
def test_impossible_interval_is_an_error(interval):
    with pytest.raises(ValueError, match=f"interval must be a share between 0 and 1, got {interval}"):
        prediction_table(saved("regressor", Target.decide([0, 1]), None), None, interval=interval)


@pytest.fixture(scope="module")
def rows():
    """Feature vectors whose second column alone tells the grade, on a scale that no network learns from as it is."""
    generator, grades = np.random.default_rng(0), np.tile([0, 1], 60)
    values = np.column_stack([generator.normal(0, 1, 120), 1e4 * (5 + grades) + generator.normal(0, 1e3, 120)])
    return values.astype(np.float32), grades


def wrapped(steps, rows):
    """A fitted pipeline that ends in a network of feature vectors, saved."""
    network = CNNClassifier(dense_units=(8,), epochs=15, batch_size=20, learning_rate=0.02, random_state=0, verbose=0)
    pipeline = SamplerPipeline([*steps, ("cnn", network)]).fit(*rows)
    return SavedEstimator(pipeline, "classifier", "trained", Target.decide(rows[1]), None, {})


def test_transformers_of_a_saved_pipeline_are_not_skipped(rows, tmp_path):
    saved = wrapped([("scale", StandardScaler()), ("imbalance", "passthrough")], rows)
    table = prediction_table(saved, rows[0])
    assert (table.prediction == rows[1]).mean() > 0.9
    assert (table.prediction == saved.pipeline.predict(rows[0])).all()
    np.testing.assert_allclose(table[["p_0", "p_1"]], saved.pipeline.predict_proba(rows[0]))
    again = prediction_table(load_saved(saved.save(tmp_path / "grader.skerosion")), rows[0])
    np.testing.assert_array_equal(again, table)
    frozen = dataclasses.replace(saved, pipeline=FrozenEstimator(saved.pipeline))
    np.testing.assert_array_equal(prediction_table(frozen, rows[0]), table)


@pytest.mark.parametrize("last", [LinearSVC(), LogisticRegression()], ids=["predictions alone", "probabilities"])
def test_saved_pipeline_may_end_in_an_estimator_of_another_package(rows, last):
    pipeline = make_pipeline(StandardScaler(), last).fit(*rows)
    saved = SavedEstimator(pipeline, "classifier", "trained", Target.decide(rows[1]), None, {})
    table = prediction_table(saved, rows[0])
    assert (table.prediction == pipeline.predict(rows[0])).all()
    more = ["p_0", "p_1", *OF_DISTRIBUTIONS] if hasattr(last, "predict_proba") else []
    assert table.columns.tolist() == ["prediction", *more]


@pytest.mark.parametrize(
    "content", [b"", b"no pickle", b"\x80\x05.", zlib.compress(b"x" * 99)[:-3], b"cos\nmissing\n."]
)
def test_damaged_estimator_is_an_error_of_one_line(tmp_path, content):
    path = tmp_path / "classifier.skerosion"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="cannot be read as an estimator"):
        load_saved(path)


@pytest.mark.parametrize("place", np.linspace(0, 0.99, 10))
def test_flipped_bit_in_an_estimator_is_found(tmp_path, place):
    path = save_estimator(Ridge().fit(np.random.default_rng(0).random((9, 50)), np.arange(9)), tmp_path / "a.skerosion")
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= 4
    path.write_bytes(content)
    with pytest.raises(ValueError, match="cannot be read as an estimator"):
        load_saved(path)
