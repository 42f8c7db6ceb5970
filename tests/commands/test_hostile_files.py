"""Whatever a file is called: a command that is given code runs none of it."""

import json
import pathlib
import pickle
import shutil

import keras
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner

from skerosion import CNNClassifier, save_estimator
from skerosion.commands import app

SMALL = {"filters": [4], "convolutions": 1, "dense_units": [4], "epochs": 1}
BOMBS = [
    f"bomb.{ending}" for ending in ("joblib", "pkl", "skerosion", "json", "keras", "h5", "csv", "xml", "txt", "toml")
]
NAMES = [*BOMBS, "lambda.keras", "lambda.h5"]


class Bomb:
    """A pickle of it makes a file when it is read."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return pathlib.Path.touch, (self.mark,)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small table, settings of a training, and hostile files, each of which would make the file ``exploded``."""
    folder = tmp_path_factory.mktemp("hostile")
    rng = np.random.default_rng(0)
    for row in range(24):
        Image.fromarray(rng.integers(0, 255, (16, 16)).astype("uint8")).save(folder / f"{row}.png")
    frame = {"file": [f"{row}.png" for row in range(24)], "kl": np.tile([0, 1], 12), "who": np.arange(24) // 2}
    pd.DataFrame(frame).to_csv(folder / "labels.csv", index=False)
    (folder / "points.csv").write_text("image,side,joint,x,y\n0.png,left,mcp2,8,8\n0.png,left,pip2,8,4\n")
    mark = folder / "exploded"
    for name in BOMBS:
        (folder / name).write_bytes(pickle.dumps(Bomb(mark)))
    inputs = keras.Input((16, 16, 1))
    layer = keras.layers.Lambda(lambda x, at=str(mark): (__import__("pathlib").Path(at).touch(), x)[1], name="block1")
    network = keras.Model(inputs, keras.layers.Dense(1)(keras.layers.Flatten()(layer(inputs))))
    for name in ("lambda.keras", "lambda.h5"):
        network.save(folder / name)
    mark.unlink()  # the layer ran when the network was built
    return folder


def described(folder, **parameters):
    path = folder / "settings.json"
    estimator = {"type": "CNNClassifier", **SMALL, **parameters}
    path.write_text(json.dumps({"reading": {"image": "file", "target": "kl"}, "estimator": estimator}))
    return path


def predict(folder, hostile):
    return ["predict", hostile, folder / "labels.csv", "--image", "file", "--out", folder / "said.csv"]


def study(folder, hostile):
    small = [text for name, value in SMALL.items() for text in ("--set", f"{name}={value}")]
    columns = ["--image", "file", "--target", "kl", "--group", "who", "--out", folder / "study", "--no-figures"]
    return ["study", folder / "labels.csv", *columns, "--transfer", f"vgg:{hostile}", "--tasks", "classifier", *small]


def train(folder, hostile):
    out = ["--out", folder / "one.skerosion"]
    return ["train", described(folder), folder / "labels.csv", "--start", hostile, *out]


def train_weights(folder, hostile):
    return ["train", described(folder, weights=str(hostile)), folder / "labels.csv", "--out", folder / "one.skerosion"]


def search(folder, hostile):
    (folder / "candidates.json").write_text(
        json.dumps({"one": {"type": "CNNClassifier", **SMALL, "weights": str(hostile)}})
    )
    columns = ["--image", "file", "--target", "kl", "--out", folder / "search", "--folds", 2]
    return ["search", folder / "labels.csv", *columns, "--candidates", folder / "candidates.json"]


def evaluate(folder, hostile):
    columns = ["--image", "file", "--target", "kl", "--group", "who", "--out", folder / "evaluated"]
    return ["evaluate", hostile, folder / "labels.csv", *columns]


def report(folder, hostile):
    results = folder / "results"
    results.mkdir(exist_ok=True)
    for name in ("report.json", "settings.json"):
        shutil.copy(hostile, results / name)
    return ["report", results]


def settings(folder, hostile):
    return ["train", hostile, folder / "labels.csv", "--out", folder / "one.skerosion"]


def candidates(folder, hostile):
    columns = ["--image", "file", "--target", "kl", "--out", folder / "search", "--folds", 2]
    return ["search", folder / "labels.csv", *columns, "--candidates", hostile]


def config(folder, hostile):
    return ["demo", "--config", hostile, "--out", folder / "demo"]


def a_table(folder, hostile):
    return ["table", hostile, "--target", "kl", "--out", folder / "table.csv"]


def labels(folder, hostile):
    return ["search", hostile, "--image", "file", "--target", "kl", "--out", folder / "search"]


def a_new_table(folder, hostile):
    return ["predict", "synthetic", hostile, "--image", "file", "--out", folder / "said.csv"]


def a_tested_table(folder, hostile):
    columns = ["--image", "file", "--target", "kl", "--out", folder / "evaluated"]
    return ["evaluate", "synthetic", hostile, *columns]


def a_main_table(folder, hostile):
    secondary = ["--secondary", folder / "labels.csv", "--images", folder / "{sop_iuid}.png"]
    return ["study", hostile, *secondary, "--out", folder / "study"]


def a_secondary_table(folder, hostile):
    main = ["study", folder / "labels.csv", "--images", folder / "{sop_iuid}.png"]
    return [*main, "--secondary", hostile, "--out", folder / "study"]


def a_card(folder, hostile):
    columns = ["--image", "file", "--target", "kl", "--out", folder / "search"]
    return ["search", folder / "labels.csv", *columns, "--card", hostile]


GRADED = ["--image", "file", "--outside", "note", "--out"]


def grade(folder, hostile):
    return ["grade", hostile, folder / "labels.csv", "--points", folder / "points.csv", *GRADED, folder / "graded"]


def grade_by_points(folder, hostile):
    return ["grade", "synthetic", folder / "labels.csv", "--points", hostile, *GRADED, folder / "graded"]


def grade_by_finder(folder, hostile):
    return ["grade", "synthetic", folder / "labels.csv", "--finder", hostile, *GRADED, folder / "graded"]


def grade_scores(folder, hostile):
    points = ["--points", folder / "points.csv", "--rau", hostile]
    return ["grade", "synthetic", folder / "labels.csv", *points, *GRADED, folder / "graded"]


def graded_films(folder, hostile):
    return ["grade", "synthetic", hostile, "--points", folder / "points.csv", *GRADED, folder / "graded"]


def films(folder, hostile):
    return ["joints", hostile, "--points", folder / "points.csv", "--image", "file", "--out", folder / "joints"]


def points(folder, hostile):
    return ["joints", folder / "labels.csv", "--points", hostile, "--image", "file", "--out", folder / "joints"]


def scores(folder, hostile):
    known = ["--points", folder / "points.csv", "--image", "file", "--scores", hostile]
    return ["joints", folder / "labels.csv", *known, "--out", folder / "joints"]


def an_image(folder, hostile):
    shutil.copy(hostile, folder / "bomb.png")
    return ["predict", "synthetic", folder / "bomb.png", "--on-problem", "error"]


AS_ESTIMATOR = [predict, evaluate, study, train, train_weights, search, grade, grade_by_finder, grade_scores]
AS_TABLE = [a_table, labels, a_new_table, a_tested_table, a_main_table, a_secondary_table, graded_films, films, scores]
AS_ANYTHING_ELSE = [settings, candidates, config, a_card, report, an_image, grade_by_points, points]
PLACES = AS_ESTIMATOR + AS_TABLE + AS_ANYTHING_ELSE
FEW = ("bomb.joblib", "bomb.skerosion", "lambda.keras", "lambda.h5")


def test_every_command_that_reads_is_given_code(folder):
    given = {command(folder, folder / "bomb.json")[0] for command in PLACES}
    assert given == {command.name or command.callback.__name__ for command in app.registered_commands} - {"doctor"}


@pytest.mark.once
@pytest.mark.parametrize(
    "name", [name if name in FEW else pytest.param(name, marks=pytest.mark.slow) for name in NAMES]
)
@pytest.mark.parametrize("command", PLACES, ids=lambda each: each.__name__)
def test_code_in_a_file_is_refused_before_it_runs(folder, command, name):
    arguments = command(folder, folder / name)
    done = CliRunner().invoke(app, [str(each) for each in arguments])
    assert not (folder / "exploded").exists()
    assert done.exit_code == 2 and "Error" in done.stderr and "Traceback" not in done.output, done.output
    assert not list(folder.glob("*.skerosion.json")) and not (folder / "said.csv").exists()


@pytest.mark.parametrize("name", ["bomb.joblib", "bomb.pkl"])
def test_a_pickle_is_told_what_to_do_with_it(folder, name):
    done = CliRunner().invoke(app, [str(each) for each in predict(folder, folder / name)])
    (line,) = done.stderr.splitlines()
    assert "runs code when it is read; load your own with joblib.load and write it with save_estimator" in line
    assert line.endswith("or train again.")


def test_training_goes_on_from_a_file(folder):
    rows, grades = np.zeros((24, 16, 16), "uint8"), np.tile([0, 1], 12)
    first = CNNClassifier(**SMALL, random_state=3, verbose=0).fit(rows, grades)
    out = folder / "further.skerosion"
    arguments = ["train", described(folder, learning_rate=1e-12), folder / "labels.csv", "--out", out]
    arguments += ["--start", save_estimator(first, folder / "first.skerosion")]
    done = CliRunner().invoke(app, [str(each) for each in arguments])
    assert done.exit_code == 0, done.output
    from skerosion.experiments import load_saved

    saved = load_saved(out)
    images = np.random.default_rng(0).integers(0, 255, (9, 16, 16), dtype="uint8")
    trained = len(first.model_.trainable_weights)
    for before, after in zip(first.model_.trainable_weights, saved.pipeline[-1].model_.trainable_weights, strict=True):
        np.testing.assert_allclose(before, after, atol=1e-6)
    assert trained and saved.pipeline.predict(images).shape == (9,)
    assert saved.first_weights == [{"weights": "CNNClassifier", "licence": None}]
    assert json.loads((folder / "further.skerosion.json").read_text())["start"].endswith("first.skerosion")
