"""What the file of an estimator predicts is what the estimator predicts."""

import json
import pathlib
import re
import runpy
import sys

import keras
import numpy as np
import pytest
from imblearn.pipeline import Pipeline
from PIL import Image
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV

import skerosion
from skerosion import (
    AugmentedForecaster,
    CalibratedForecaster,
    ClassWeighter,
    CNNClassifier,
    CNNRegressor,
    ConformalForecaster,
    ContextForecaster,
    CRPSRegressor,
    ForecastEnsemble,
    GradedRegressor,
    OrdinalClassifier,
    TwoLevelClassifier,
    export_onnx,
)
from skerosion.exporting._converters import as_tensors
from skerosion.forecasts import forecast_of
from skerosion.networks import list_heads
from skerosion.preprocessing import ContrastStretcher
from tests.exporting.agreement import SMALL, check_grades, check_intervals, squares

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings("ignore:the correction was learned", "ignore:guarantee"),
]

GRID = np.array([0.0, 10, 20, 40, 70, 100])
COSTS = np.array([[0, 1, 2, 9], [1, 0, 1, 2], [3, 1, 0, 1], [9, 3, 1, 0.0]])


def network(kind=CNNClassifier, **parameters):
    return kind(**SMALL | parameters)


def regressor(**parameters):
    return network(CRPSRegressor, **{"grid": GRID} | parameters)


HEADS = [head for head in list_heads() if head != "linear"]
GRADERS = {
    "balanced": lambda: network(decision="balanced"),
    "median": lambda: network(OrdinalClassifier, decision="median"),
    "quadratic": lambda: network(OrdinalClassifier, decision="quadratic"),
    "costs": lambda: network(OrdinalClassifier, decision=COSTS),
    "temperature": lambda: CalibratedForecaster(network(), random_state=0),
    "levels": lambda: CalibratedForecaster(network(), method="isotonic", random_state=0),
    "label_shift": lambda: CalibratedForecaster(network(decision="balanced"), method="label_shift", random_state=0),
    "ensemble": lambda: ForecastEnsemble(
        [("cnn", network()), ("corn", network(OrdinalClassifier, decision="median"))], weights=[1, 3]
    ),
    "graded": lambda: GradedRegressor(network(CRPSRegressor, grid="auto"), decision="absolute"),
    "two levels": lambda: TwoLevelClassifier(network(), network(), decision="levels"),
    "mirrored": lambda: AugmentedForecaster(network()),
    "calibrated ensemble in a pipeline": lambda: Pipeline(
        [
            ("weights", ClassWeighter("balanced")),
            ("graders", CalibratedForecaster(ForecastEnsemble(network(), n_seeds=2, random_state=0), random_state=0)),
        ]
    ),
    "search": lambda: GridSearchCV(network(), {"dropout": [0.1]}, cv=2),
    "residual": lambda: network(backbone="residual"),
}
FORECASTERS = {
    "median": lambda: regressor(point="median"),
    "ratingen": lambda: regressor(grid=None, bins="ratingen"),
    "temperature": lambda: CalibratedForecaster(regressor(), random_state=0),
    "levels": lambda: CalibratedForecaster(regressor(), method="isotonic", random_state=0),
    "ensemble of two grids": lambda: ForecastEnsemble([("coarse", regressor()), ("fine", regressor(grid=None))]),
    "thesis": lambda: regressor(head="sigmoid", grid=None),
}


def check_grader(estimator, exported):
    images, grades = squares()
    estimator.fit(images, grades)
    outputs, _ = exported(estimator, images)
    forecast = forecast_of(estimator, images)
    np.testing.assert_allclose(outputs["probabilities"], forecast.probabilities, atol=1e-4)
    np.testing.assert_allclose(outputs["cdf"], forecast.cdf, atol=1e-4)
    check_grades(outputs, forecast, as_tensors(estimator).rule)
    check_intervals(outputs["interval"], forecast.distribution)
    return outputs


def check_forecaster(estimator, exported):
    images, grades = squares()
    estimator.fit(images, 30.0 * grades)
    outputs, _ = exported(estimator, images)
    forecast = forecast_of(estimator, images)
    np.testing.assert_allclose(outputs["probabilities"], forecast.probabilities, atol=1e-4)
    np.testing.assert_allclose(outputs["cdf"], forecast.distribution.cdf, atol=1e-4)
    np.testing.assert_allclose(outputs["value"], forecast.prediction, atol=1e-2)
    check_intervals(outputs["interval"], forecast.distribution)
    return outputs


def test_a_classifier(exported):
    outputs = check_grader(network(), exported)
    assert len(set(outputs["grade"])) > 1, "a network that says one grade of all images shows little"


@pytest.mark.slow
@pytest.mark.parametrize("head", HEADS)
def test_classifiers_of_every_head(head, exported):
    check_grader(network(OrdinalClassifier, head=head), exported)


@pytest.mark.slow
@pytest.mark.parametrize("head", HEADS)
def test_regressors_of_every_head(head, exported):
    check_forecaster(regressor(head=head), exported)


@pytest.mark.slow
@pytest.mark.parametrize("name", GRADERS)
def test_estimators_of_grades(name, exported):
    check_grader(GRADERS[name](), exported)


@pytest.mark.slow
@pytest.mark.parametrize("name", FORECASTERS)
def test_estimators_of_values(name, exported):
    check_forecaster(FORECASTERS[name](), exported)


@pytest.mark.slow
def test_single_values_of_float_images(exported):
    """White is 1 in such a fit, and 255 in the file."""
    images, grades = squares()
    baseline = network(CNNRegressor).fit(images / np.float32(255), 30.0 * grades)
    outputs, _ = exported(baseline, images)
    assert list(outputs) == ["value"]
    np.testing.assert_allclose(outputs["value"], baseline.predict(images), atol=1e-3)


@pytest.mark.slow
def test_names_are_positions_and_have_a_cdf_only_in_their_order(exported):
    images, grades = squares()
    names = np.array(["none", "mild", "severe", "gone"])
    ordered = network(classes=names).fit(images, names[grades])
    outputs, about = exported(FrozenEstimator(ordered), images)
    np.testing.assert_array_equal(names[outputs["grade"]], ordered.predict(images))
    assert json.loads(about["classes"]) == names.tolist() and "position" in about["grade"]
    assert "cdf" in outputs and "interval" not in outputs
    assert "cdf" not in exported(network().fit(images, names[grades]), images)[0]


@pytest.mark.slow
def test_members_that_know_different_grades(exported):
    images, grades = squares()
    few = grades < 3
    known = [("all", network().fit(images, grades)), ("few", network(epochs=2).fit(images[few], grades[few]))]
    check_grader(ForecastEnsemble(known, cv="prefit", weights=[1, 2]), exported)


def test_metadata_tell_what_a_reader_has_to_know(exported):
    images, grades = squares()
    outputs, about = exported(regressor(bins="ratingen").fit(images, 30.0 * grades), images[:1], coverage=0.5)
    assert about["estimator"] == "CRPSRegressor" and about["unit"] == "percent" and about["coverage"] == "0.5"
    assert (about["height"], about["width"], about["channels"]) == ("16", "16", "1")
    assert json.loads(about["grid"]) == GRID.tolist() and json.loads(about["classes"]) == [0, 1, 2, 3, 4, 5]
    assert json.loads(about["versions"])["skerosion"] == skerosion.__version__
    assert "not a medical device" in about["note"]
    assert outputs["probabilities"].shape == (1, 6) and outputs["cdf"].shape == (1, 6)


@pytest.mark.slow
def test_the_script_of_the_page_runs_as_it_stands(exported, tmp_path, monkeypatch, capsys):
    images, grades = squares()
    classifier = network().fit(images, grades)
    exported(classifier, images[:1])
    Image.fromarray(images[3, :, :, 0]).save(tmp_path / "joint.png")
    page = (pathlib.Path(__file__).resolve().parents[2] / "docs" / "onnx.md").read_text(encoding="utf-8")
    script = re.search(r"<!-- script -->\n\n```python\n(.*?)```", page, re.DOTALL).group(1)
    assert len(script.splitlines()) <= 12 and "skerosion" not in script and "tensorflow" not in script
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["script.py", "joint.png"])
    (tmp_path / "script.py").write_text(script, encoding="utf-8")
    runpy.run_path("script.py")
    assert capsys.readouterr().out.startswith(f"[0, 1, 2, 3] {classifier.predict(images[3:4])}")


@pytest.mark.parametrize("coverage", [0, 1, 90])
def test_coverage_lies_between_0_and_1(coverage, tmp_path):
    with pytest.raises(ValueError, match="coverage must lie strictly between 0 and 1"):
        export_onnx(network(), tmp_path / "grader.onnx", coverage=coverage)


def test_another_backend_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(RuntimeError, match="KERAS_BACKEND=tensorflow"):
        export_onnx(network(), tmp_path / "grader.onnx")


@pytest.fixture(scope="module")
def plain():
    images, grades = squares()
    return network().fit(images, grades)


def test_missing_packages_are_named(monkeypatch, plain, tmp_path):
    monkeypatch.setitem(sys.modules, "tf2onnx", None)
    with pytest.raises(ImportError, match=r"tf2onnx.*skerosion\[onnx\]"):
        export_onnx(plain, tmp_path / "grader.onnx")


def test_what_no_graph_holds_is_refused_by_name(plain):
    images, grades = squares()
    features = images[:, ::8, ::8, 0].reshape(64, -1).astype(np.float32)
    stretched = Pipeline([("stretch", ContrastStretcher()), ("cnn", network(epochs=1))])
    drawn = {"n_draws": 1, "augmentation": {"rotation": 5}}
    refused = {
        "DummyClassifier: what can be exported": DummyClassifier().fit(features, grades),
        "step 'stretch'": stretched.fit(images, grades),
        "fitted on feature vectors": network(epochs=1).fit(features, grades),
        "ConformalForecaster.*estimator_": ConformalForecaster(plain, cv="prefit").fit(images, grades),
        "ContextForecaster.*estimator_": ContextForecaster(plain),
        "n_draws=0": AugmentedForecaster(plain, prefit=True, **drawn).fit(images, grades),
        "refit=True": GridSearchCV(network(epochs=1), {"dropout": [0.1]}, cv=2, refit=False).fit(images, grades),
    }
    for words, estimator in refused.items():
        with pytest.raises(ValueError, match=words):
            as_tensors(estimator)


def test_what_is_not_fitted_is_refused():
    with pytest.raises(NotFittedError):
        as_tensors(network())


def test_free_sigmoids_on_a_fine_grid_are_refused():
    images, grades = squares()
    fine = regressor(head="sigmoid", grid=np.linspace(0, 100, 129), epochs=1).fit(images, 30.0 * grades)
    with pytest.raises(ValueError, match="head='sigmoid' .* at most 128 .* got 129"):
        as_tensors(fine)


@pytest.mark.slow
def test_a_size_changed_in_the_network_is_refused(exported):
    images, grades = squares()
    with pytest.raises(ValueError, match="operations that ONNX has"):
        exported(network(resize=20, epochs=1).fit(images, grades), images)
