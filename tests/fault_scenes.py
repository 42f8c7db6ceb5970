"""What faults are tried on: each way of writing results, as small as it can be, with the same bytes every time.

``python -m tests.fault_scenes SCENE INPUTS OUT [N]`` runs one in a process of its own, which ends at its N-th landing.
"""

import os
import re
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from imblearn.pipeline import Pipeline
from PIL import Image
from sklearn.linear_model import LogisticRegression

from skerosion.commands import app
from skerosion.datasets import ImageTable, write_films
from skerosion.datasets.joints import crop_joints
from skerosion.experiments import (
    SavedEstimator,
    SearchPlan,
    StudyPlan,
    evaluate,
    save_estimator,
    search_strategies,
    train_table,
)
from skerosion.experiments._trained_films import describe_films
from skerosion.grades import Target
from tests.brightness_estimator import BrightnessEstimator, make_joints, use_brightness
from tests.faults import Faults
from tests.small_study import SIZES, quiet, study_table

PERCENT = Target("percent", tuple(range(6)), "as tests say")
GRADE = Target.decide([0, 1, 2])


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """A folder with what the scenes read, made with nothing in the way."""
    folder = tmp_path_factory.mktemp("inputs")
    with pytest.MonkeyPatch.context() as patch:
        stand_still(patch)
        prepare(folder)
    return folder


def stand_still(patch):
    """Replace the networks, and let every result be made at the same time within no time."""
    use_brightness(patch)
    patch.setattr(time, "strftime", lambda *form: "2026-01-31")
    patch.setattr(time, "perf_counter", lambda: 0.0)
    patch.setattr(sys, "argv", ["skerosion"])  # a process of its own is called otherwise, which records tell
    for room in ("_jobs", "_winners", "_record"):
        patch.setattr(f"skerosion.experiments.{room}.load_estimators", lambda: None)
    patch.setattr("skerosion.experiments._record.backend", lambda: ["none", "0"])
    patch.setattr("skerosion.experiments._train.make_estimator", lambda described, seed: BrightnessEstimator())
    patch.setattr("skerosion.experiments._train.devices", lambda: {})


def prepare(folder):
    """Write images, a table of them, films with their points, and graders of both."""
    rows, grades, patients = make_joints(n_patients=4)
    pixels = rows.read()[..., 0]
    for number, image in enumerate(pixels):
        Image.fromarray(image).save(folder / f"{number}.png")
    names = [f"{number}.png" for number in range(len(grades))]
    frame = pd.DataFrame({"file": names, "grade": 50 * grades, "who": patients})
    frame.to_csv(folder / "labels.csv", index=False)
    _save(rows, grades, "classifier", GRADE, folder / "grader.skerosion")
    kinds = {"labels": {0: 0.5, 20: 0.3, 80: 0.2}, "missing": 0.3, "both_sides": 0.0, "size": 256}
    write_films(folder / "clinic", 1, min_visits=1, max_visits=1, random_state=3, **kinds)
    films = pd.read_csv(folder / "clinic" / "films.csv", dtype={"patient_id": str})
    points = pd.read_csv(folder / "clinic" / "points.csv")
    crops = crop_joints(films, points, size=16, target="percent", group="patient_id", root=folder / "clinic")
    _save(crops.X, crops.y, "regressor", PERCENT, folder / "films.skerosion", describe_films(crops))


def _save(rows, y, task, target, path, shown=None):
    pipeline = Pipeline([("estimator", BrightnessEstimator(task=task).fit(rows, y))])
    SavedEstimator.of(pipeline, task, "trained", target, rows, {}, shown=shown).save(path)


def save(inputs, out):
    """One estimator into one file."""
    features = np.arange(12.0)[:, np.newaxis]
    save_estimator(LogisticRegression().fit(features, features[:, 0] > 5), out / "grader.skerosion")


def search(inputs, out):
    """Fits, winners, tables and the page."""
    plan = SearchPlan(folds=2, strategies=("original", "balanced_decision"), parameters={"epochs": 1})
    search_strategies(*make_joints(), out=out, plan=plan, figures=False, progress=False, say=quiet)


def study(inputs, out):
    """The same of a study."""
    study_table(out, StudyPlan(tasks=("classifier",), strategies=("original",), sizes=SIZES))


def train(inputs, out):
    """One estimator from a table of files, with its record."""
    reading = {"image": "file", "target": "grade", "group": "who", "size": 8, "kind": "percent"}
    settings = {"reading": reading, "estimator": {"type": "CNNRegressor"}}
    train_table(settings, inputs / "labels.csv", out / "trained.skerosion", say=quiet)


def evaluated(inputs, out):
    """An evaluation of a file, with the note on how often the rows were scored."""
    rows, grades, patients = make_joints(n_patients=8, seed=1)
    data = ImageTable(rows.with_groups(patients.astype(str)), grades, patients.astype(str), None, None, "")
    grader = {"grader": inputs / "grader.skerosion"}
    told = {"out": out, "robustness": False, "scorings": out / "scored.json", "say": quiet}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skerosion.experiments._evaluate.write_figures", lambda *given: [])
        evaluate(grader, data, **told)


def predict(inputs, out):
    """Rows of images and of patients, and their sheets."""
    columns = ["--image", "file", "--group", "who", "--out", str(out / "said.csv")]
    run("predict", inputs / "grader.skerosion", inputs / "labels.csv", *columns)


def grade(inputs, out):
    """Films with their joints: tables and pages."""
    clinic = inputs / "clinic"
    columns = ["--points", clinic / "points.csv", "--group", "patient_id", "--visit", "visit", "--out", out]
    run("grade", inputs / "films.skerosion", clinic / "films.csv", *columns)


class CommandFailed(Exception):
    """A command that ended with another exit code than 0, with what it told."""


def run(*words):
    """Run a command; raise what it tells where it fails."""
    from typer.testing import CliRunner

    # An option that is refused stands in a box: wide enough, it cuts neither a path nor a reason in two.
    done = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "1000"})
    if done.exit_code:
        told = re.search(r"^Error: .*", done.stderr, re.MULTILINE | re.DOTALL)
        raise CommandFailed(told[0] if told else "".join(line.strip("│ ") for line in done.stderr.splitlines()))


SCENES = {"save": save, "search": search, "study": study, "train": train}
SCENES |= {"evaluate": evaluated, "predict": predict, "grade": grade}


def files_of(folder):
    """Every file below a folder, with its content."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def main(scene, inputs, out, landing=None):
    """Run a scene; end the process right after a landing, as nothing but a kill does."""
    with pytest.MonkeyPatch.context() as patch:
        stand_still(patch)
        at = None if landing is None else int(landing)
        with Faults(out, at, lambda: os._exit(9), after=True, operations=("replace",)):
            SCENES[scene](Path(inputs), Path(out))


if __name__ == "__main__":
    main(*sys.argv[1:])
