"""The command `search` compares what it is told: presets, estimators by name, and candidates of a file."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner

from skerosion.commands import app
from skerosion.commands.search import Preset
from skerosion.experiments import PRESETS, SearchStopped

SMALL = ["--epochs", 1, "--batch-size", 20, "--folds", 2, "--set", "filters=(4,)", "--set", "convolutions=1"]
SMALL += ["--set", "dense_units=(4,)", "--no-refit", "--no-figures"]


def search(table, out, *options):
    arguments = ["search", table, "--image", "file", "--target", "kl", "--group", "who", "--out", out, *options]
    return CliRunner().invoke(app, [str(each) for each in arguments], env={"COLUMNS": "200"})


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """A table of 24 images of 12 patients; brightness follows the grade."""
    folder, generator = tmp_path_factory.mktemp("joints"), np.random.default_rng(0)
    grades = np.tile([0, 0, 1, 2], 6)
    for row, grade in enumerate(grades):
        pixels = np.clip(60 * grade + generator.normal(40, 15, (16, 16)), 0, 255)
        Image.fromarray(pixels.astype(np.uint8)).save(folder / f"{row}.png")
    frame = pd.DataFrame({"file": [f"{row}.png" for row in range(24)], "kl": grades, "who": np.arange(24) // 2})
    frame.to_csv(folder / "labels.csv", index=False)
    return folder / "labels.csv"


@pytest.fixture
def plans(monkeypatch):
    """The plan of each search, none of which fits anything, and whether it was to replace another's results."""
    seen = []

    def stop(found, /, *, plan, force, **named):
        seen.append((plan, force))
        raise SearchStopped("enough")

    monkeypatch.setattr("skerosion.experiments.search_strategies", stop)
    return seen


def test_presets_are_those_of_the_experiments():
    assert set(Preset) == set(PRESETS)


def test_nothing_is_set_that_nobody_asked_for(table, tmp_path, plans):
    search(table, tmp_path / "out")
    ((plan, force),) = plans
    assert plan.parameters == {} and plan.estimators == {} and not force


def test_a_preset_gives_way_to_what_is_said(table, tmp_path, plans):
    search(table, tmp_path / "out", "--preset", "fast", "--epochs", 3, "--set", "dropout=0.1", "--force")
    ((plan, force),) = plans
    assert plan.parameters == PRESETS["fast"]["parameters"] | {"epochs": 3, "dropout": 0.1} and force


def test_all_that_is_named_is_compared(table, tmp_path, plans):
    corn = {"type": "OrdinalClassifier", "head": "corn"}
    (tmp_path / "candidates.json").write_text(json.dumps({"corn": corn}))
    options = ["--preset", "best", "--estimator", "CNNClassifier", "--estimator", "OrdinalClassifier"]
    search(table, tmp_path / "out", *options, "--candidates", tmp_path / "candidates.json")
    ((plan, _),) = plans
    assert list(plan.estimators) == ["best", "CNNClassifier", "OrdinalClassifier", "corn"]
    assert plan.estimators["corn"] == corn


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--estimator", "Forest"], "'Forest'"),
        (["--candidates", "nowhere.json"], "nowhere.json"),
        (["--estimator", "OrdinalClassifier", "--set", "epoch=3"], "'epoch'"),
        (["--estimator", "CRPSRegressor", "--tasks", "classifier"], "['classifier'], got ['CRPSRegressor']"),
        (["--preset", "huge"], "huge"),
    ],
)
def test_what_cannot_be_compared_is_named(table, tmp_path, options, message):
    done = search(table, tmp_path / "out", *options)
    assert done.exit_code == 2 and message in done.stderr and "Traceback" not in done.output


def test_a_mistyped_search_leaves_the_folder_free(table, tmp_path):
    failed = search(table, tmp_path, "--set", "filters=4", *SMALL[:6])
    assert failed.exit_code == 2 and "filters must be" in failed.stderr
    again = search(table, tmp_path, "--set", "filters=5", *SMALL[:6])
    assert again.exit_code == 2 and "filters must be" in again.stderr


@pytest.mark.slow
def test_a_folder_of_another_plan_is_replaced_by_force_only(table, tmp_path):
    options = ["--estimator", "CNNClassifier", "--strategies", "original,class_weights", *SMALL]
    first = search(table, tmp_path, *options)
    assert first.exit_code == 0, first.output
    assert "CNNClassifier, class weights" in first.stdout
    refused = search(table, tmp_path, *options, "--set", "dropout=0.1")
    assert refused.exit_code == 2 and "another plan" in refused.stderr and "--force" in refused.stderr
    assert search(table, tmp_path, *options, "--set", "dropout=0.1", "--force").exit_code == 0


def test_several_readers_take_the_place_of_a_target(table, tmp_path, monkeypatch):
    frame = pd.read_csv(table).assign(amy=lambda frame: frame["kl"], ben=lambda frame: frame["kl"].clip(upper=1))
    frame["file"] = [str(table.parent / name) for name in frame["file"]]
    frame.to_csv(tmp_path / "wide.csv", index=False)
    seen = []

    def stop(data, /, **named):
        seen.append((data.y.tolist(), data.X.votes.shape, named["about"]["columns"]))
        raise SearchStopped("enough")

    monkeypatch.setattr("skerosion.experiments.search_strategies", stop)
    arguments = ["search", tmp_path / "wide.csv", "--image", "file", "--out", tmp_path / "out"]
    told = CliRunner().invoke(app, [str(each) for each in [*arguments, "--readers", "amy,ben"]])
    assert seen == [(frame["ben"].tolist(), (24, 2), {"image": "file", "target": None, "group": None})], told.output
    missing = CliRunner().invoke(app, [str(each) for each in arguments], env={"COLUMNS": "200"})
    assert missing.exit_code == 2 and "--target must name the column" in missing.output
    assert "--readers" in missing.output
