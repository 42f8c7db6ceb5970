"""Searches over strategies and any estimators: networks, estimators made of them, and scikit-learn's on embeddings."""

import json
import os
import pathlib

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from skerosion import AugmentedForecaster, CNNClassifier, ContextForecaster, ForecastEnsemble, OrdinalClassifier
from skerosion.datasets import ImageRows, load_image_table
from skerosion.experiments import (
    PRESETS,
    SearchPlan,
    describe_estimator,
    make_estimator,
    read_candidates,
    search_strategies,
)
from skerosion.experiments._pipelines import RowEstimator, refusal
from skerosion.grades import Target
from skerosion.inspection import Embedder
from tests.brightness_estimator import make_joints, run_search

SMALL = {"epochs": 1, "filters": (4,), "convolutions": 1, "dense_units": (4,), "batch_size": 60}
CORN = OrdinalClassifier(head="corn", **SMALL)
CANDIDATES = {
    "cnn": CNNClassifier(**SMALL),
    "corn": {"type": "OrdinalClassifier", "head": "corn", **SMALL},
    "best": ContextForecaster(AugmentedForecaster(ForecastEnsemble(CORN, n_seeds=2), mirror=True)),
    "embedded": make_pipeline(Embedder(CNNClassifier(**SMALL)), LogisticRegression()),
    "neighbors": make_pipeline(Embedder(CNNClassifier(**SMALL)), KNeighborsClassifier(3)),
}


@pytest.fixture(scope="module")
def part():
    """Rows, grades and patients: a part of the knees, or of images drawn here where there are none."""
    folder = pathlib.Path(os.environ.get("SKEROSION_SHARED", "nowhere")) / "data" / "knee_kl"
    if not folder.is_dir():
        return make_joints()
    table = pd.read_csv(folder / "labels.csv", dtype=str)
    few = table.groupby("kl_grade").head(16)
    knees = load_image_table(few, image="path", target="kl_grade", group="patient_id", root=folder, size=16)
    return knees.X, knees.y, knees.groups


@pytest.fixture(scope="module")
def report(part, tmp_path_factory):
    """A finished search over all candidates and strategies."""
    plan = SearchPlan(tasks=("classifier",), folds=2)
    quiet = {"progress": False, "say": lambda message: None, "refit": False, "figures": False}
    out = tmp_path_factory.mktemp("candidates")
    return search_strategies(*part, out=out, plan=plan, estimators=CANDIDATES, **quiet)


@pytest.mark.slow
def test_one_table_has_every_pair_and_says_what_an_estimator_cannot_take(report):
    rows = {name: cells for name, _, cells in report.tables["classifier"].rows if not name.startswith("floor")}
    pairs = [f"{name}, {how}" for name in CANDIDATES for how in ("original", "oversampled", "class weights")]
    filled = [name for name, cells in rows.items() if cells]
    assert set(pairs) - set(filled) == {"neighbors, class weights"}
    assert {name for name in rows if "balanced decision" in name and rows[name]} == {
        "cnn, balanced decision", "corn, balanced decision",
    }  # fmt: skip
    assert not rows["neighbors, class weights: reads no weights"]
    assert not rows["embedded, balanced decision: has no balanced decision"]
    assert "reads no weights" in (report.out / "tables.md").read_text()
    settings = json.loads((report.out / "settings.json").read_text())
    assert "classifier: neighbors, class weights reads no weights" in settings["left out"]
    best = next(each for each in settings["trainings"] if each["name"] == "best_original")["estimator"]
    assert make_estimator(best).estimator.estimator.estimators.head == "corn"


@pytest.mark.slow
def test_a_finished_search_fits_nothing_again(report, part, monkeypatch):
    monkeypatch.setattr("skerosion.experiments._jobs.fit_job", None)
    again = run_search(*part, out=report.out, plan=report.result.plan, say=lambda message: None)
    for pair, each in report.result.predictions.items():
        np.testing.assert_array_equal(again.predictions[pair].probabilities, each.probabilities)


@pytest.mark.parametrize("name", ["cnn", "corn", "best", "embedded"])
def test_a_strategy_changes_what_the_last_step_receives(name, monkeypatch):
    received = {}
    plan = SearchPlan(tasks=("classifier",), estimators={name: CANDIDATES[name]})
    rows, grades, patients = make_joints()
    target = Target.decide(grades)
    for training in plan.trainings():
        pipeline = training.pipeline(target, {}, 0)
        kind = type(pipeline[-1])

        def fit(self, X, y, strategy=training.strategy, **parameters):
            received.setdefault(strategy, (len(X), np.unique(X.sample_weight).size, int((X.copy_number > 0).sum())))
            return self

        with monkeypatch.context() as patch:
            patch.setattr(kind, "fit", fit)
            pipeline.fit(rows.with_groups(patients), grades)
    assert received["original"] == (60, 1, 0)
    assert received["oversampled"][0] > 60 and received["oversampled"][2] > 0
    assert received["class_weights"][:2] == (60, 3)


def test_weights_of_rows_reach_an_estimator_of_scikit_learn():
    rng = np.random.default_rng(0)
    features, grades = rng.normal(size=(40, 2)).astype(np.float32), np.arange(40) % 4 // 3
    weights = np.where(grades == 1, 3.0, 1.0)
    rows = ImageRows(features, sample_weight=weights)
    for made in (LogisticRegression(), make_pipeline(LogisticRegression())):
        coefficients = RowEstimator(made).fit(rows, grades).predict_proba(rows)
        expected = LogisticRegression().fit(features, grades, sample_weight=weights).predict_proba(features)
        np.testing.assert_allclose(coefficients, expected, atol=1e-6)
    with pytest.raises(ValueError, match="must read the weights"):
        RowEstimator(KNeighborsClassifier()).fit(rows, grades)


def test_what_an_estimator_cannot_take_is_said():
    assert refusal("regressor", "original", Ridge()) == "predicts no distribution"
    assert refusal("classifier", "class_weights", make_pipeline(KNeighborsClassifier())) == "reads no weights"
    assert refusal("classifier", "class_weights", make_pipeline(LogisticRegression())) == ""


@pytest.mark.parametrize("name", ["cnn", "best", "embedded"])
def test_descriptions_make_the_same_estimator(name):
    described = json.loads(json.dumps(describe_estimator(CANDIDATES[name])))
    assert repr(describe_estimator(make_estimator(described, None))) == repr(described)


def test_presets_are_plans():
    for name, preset in PRESETS.items():
        plan = SearchPlan(**preset)
        plan.check()
        assert plan.pairs() == (SearchPlan().pairs() if name != "best" else [
            ("classifier", "best_original"), ("classifier", "best_oversampled"), ("classifier", "best_class_weights"),
        ])  # fmt: skip


def test_parameters_go_to_every_network_within():
    plan = SearchPlan(tasks=("classifier",), parameters={"epochs": 2}, estimators=CANDIDATES)
    plan.check()
    made = {each.name: each.own(plan.parameters) for each in plan.trainings()}
    assert made["cnn_original"] == {"epochs": 2}
    assert made["best_original"] == {"estimator__estimator__estimators__epochs": 2}
    with pytest.raises(ValueError, match="Did you mean 'epochs'"):
        SearchPlan(parameters={"epoch": 2}, estimators=CANDIDATES).check()


def test_fewer_epochs_than_are_averaged_are_told_before_the_first_fit():
    averaged = {"type": "AugmentedForecaster", "estimator": {"type": "OrdinalClassifier", "average_epochs": 5}}
    for given in ({"estimators": {"averaged": averaged}}, {"tasks": ("regressor",)}):
        parameters = {"epochs": 3} if "estimators" in given else {"epochs": 3, "average_epochs": 5}
        with pytest.raises(ValueError, match="epochs must be at least average_epochs, 5, got 3; average fewer with"):
            SearchPlan(parameters=parameters, **given).check()
    SearchPlan(parameters={"epochs": 3, "average_epochs": 3}, estimators={"averaged": averaged}).check()


def test_candidates_are_read_from_a_file(tmp_path):
    path = tmp_path / "two.json"
    path.write_text(json.dumps({"reading": {}, "estimator": {"type": "CNNClassifier"}}))
    assert read_candidates(path) == {"two": {"type": "CNNClassifier"}}
    path.write_text("[1]")
    with pytest.raises(ValueError, match="must hold a name and a description"):
        read_candidates(path)
