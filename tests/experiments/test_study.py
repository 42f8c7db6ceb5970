"""A whole study: what it leaves, what it repeats after it was stopped, and what it chooses by."""

import json
import os
import pathlib
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from skerosion.experiments import SearchStopped, load_saved
from tests.brightness_estimator import BrightnessEstimator
from tests.small_study import SIZES, make_table, study_table, train

REPO_ROOT = pathlib.Path(__file__).resolve().parents[2]

# The third training of six kills its process, as a power cut would.
KILLED = """
import os, signal, sys
import pytest
from tests.brightness_estimator import use_brightness
from tests.small_study import study_table

class Killer(BaseException):
    def __init__(self):
        os.kill(os.getpid(), signal.SIGKILL)

with pytest.MonkeyPatch.context() as patch:
    estimators = use_brightness(patch)
    estimators.stop_after, estimators.failure = 2, Killer
    study_table(sys.argv[1])
"""


def numbers(out):
    """Content of every file with numbers that a study leaves, by name."""
    paths = [pathlib.Path(out) / "tables.md", *pathlib.Path(out).glob("tables/*.csv")]
    paths += pathlib.Path(out).glob("predictions/*/*.csv")
    return {str(path.relative_to(out)): path.read_bytes() for path in paths}


@pytest.mark.slow
def test_study_killed_in_the_middle_repeats_no_training_and_ends_with_the_same_numbers(study, estimators, tmp_path):
    paths = os.pathsep.join([str(REPO_ROOT), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "trainings").glob("*.npz")}
    assert len(kept) == 2 and not (tmp_path / "tables.md").exists()
    study_table(tmp_path)
    assert estimators.fits == 6 - 2
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert numbers(tmp_path) == numbers(study.out)


@pytest.mark.slow
def test_finished_study_trains_nothing_again(study, estimators, tmp_path):
    before = numbers(study.out)
    study_table(study.out)
    assert estimators.fits == 0 and numbers(study.out) == before


def test_interrupted_study_says_what_is_kept(estimators, tmp_path):
    estimators.stop_after = 3
    stopped = "while training. 3 of 6 fits are finished and stay in .*trainings: the same command goes"
    with pytest.raises(SearchStopped, match=stopped):
        study_table(tmp_path)


def test_other_data_or_settings_train_anew(estimators, tmp_path):
    train(tmp_path)
    train(tmp_path, seed=1, force=True)
    assert estimators.fits == 2
    data = make_table()
    data.y[0] = 1 - data.y[0]
    train(tmp_path, data, force=True)
    assert estimators.fits == 3


def test_folder_holds_all_that_is_promised(study):
    out = study.out
    names = {
        str(path.relative_to(out)) for path in out.rglob("*") if path.is_file() and path.parent.name != "trainings"
    }
    parts = ("validation", "test")
    of_part = ("classifier", "regressor", "regressor_grades", "recall", "classifier_neighbors", "regressor_neighbors")
    tables = [f"{part}_{name}" for part in parts for name in of_part]
    tables += ["test_difference", "test_classifier_by", "test_regressor_by"]
    tables += ["halo", "split", "labels", "trainings", "outliers", "checklist_claim", "checklist_tripod_ai"]
    strategies = [f"{task}_{name}" for task, name in study.result.part("test").predictions]
    expected = {f"tables/{name}.csv" for name in tables} | {"tables.md", "plan.json", "settings.json"}
    expected |= {"report.html", "report.json"}
    expected |= {f"predictions/{part}/{name}.csv" for part in parts for name in strategies}
    expected |= {f"predictions/{part}/{name}_cdf.npz" for part in parts for name in strategies if "regressor" in name}
    assert names == expected | {"classifier.skerosion", "regressor.skerosion"}


def test_choice_is_made_on_the_validation_part(study):
    tables, titles = study.tables, study.result.plan.titles()
    for task, column in {"classifier": "class-normalised accuracy", "regressor": "CRPS"}.items():
        assert titles[tables.chosen[task]] == tables.scores[f"validation_{task}"].best(column)
    rows = [name for name, _, _ in tables.scores["test_difference"].rows]
    winner = {task: f"{task}, {titles[name]} − " for task, name in tables.chosen.items()}
    assert rows and all(row.startswith(tuple(winner.values())) for row in rows)


def test_values_of_a_factor_take_all_rows_apart(study):
    table, part = study.tables.scores["test_classifier_by"], study.result.part("test")
    prediction = part.predictions["classifier", study.tables.chosen["classifier"]].prediction
    sides = study.result.data.table["side"].to_numpy()[study.result.parts["test"]]
    for name, _, cells in table.rows:
        side = name.split()[1]
        mask = sides == side
        assert name == f"side: {side} ({mask.sum()})"
        assert cells["accuracy"][0] == pytest.approx((prediction == part.grades)[mask].mean())
    assert len(table.rows) == 2


def test_chosen_estimators_predict_as_in_the_study(study):
    saved = load_saved(study.out / "regressor.skerosion", trusted=BrightnessEstimator)
    part = study.result.part("test")
    expected = part.predictions["regressor", study.tables.chosen["regressor"]].cdf
    np.testing.assert_allclose(saved.pipeline[-1].forecast(part.rows).distribution.cdf, expected, atol=1e-6)
    assert saved.strategy == study.tables.chosen["regressor"]


def test_predictions_are_those_of_the_parts(study):
    for part in ("validation", "test"):
        written = pd.read_csv(study.out / "predictions" / part / "classifier_original.csv")
        assert written.path.tolist() == study.result.parts[part].tolist()
        assert written.truth.tolist() == study.result.y[study.result.parts[part]].tolist()


def test_settings_repeat_the_study(study):
    settings = json.loads((study.out / "settings.json").read_text())
    assert settings["plan"]["sizes"] == list(SIZES) and settings["chosen"] == study.tables.chosen
    assert len(settings["trainings"]) == len(settings["fits"]) == 6
    assert {part["part"] for part in settings["data"]["parts"]} == {"train", "validation", "test", "all"}
    assert all((study.out / "trainings" / f"{fit['file']}.npz").is_file() for fit in settings["fits"])


def test_report_holds_every_table_with_intervals(study):
    text = (study.out / "tables.md").read_text()
    assert all(table.title in text for table in study.tables.scores.values())
    assert text.count("Chosen on the validation part") == 2 and "floor: marginal CDF" in text
