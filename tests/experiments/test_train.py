"""Training one estimator from settings: what is made, saved and written, and what is refused."""

import json
import os

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from skerosion.commands import app, predict
from skerosion.experiments import load_saved, make_estimator, read_settings, train_table
from skerosion.experiments._training_settings import training_lines

NETWORK = {
    "type": "OrdinalClassifier",
    "filters": [4],
    "convolutions": 1,
    "dense_units": [4],
    "epochs": 1,
    "augmentation": {"flip": True},
}
SETTINGS = {
    "reading": {"image": "file", "target": "kl", "group": "who", "size": 16},
    "rows": {"split": "train"},
    "estimator": {"type": "ContextForecaster", "estimator": {"type": "AugmentedForecaster", "estimator": NETWORK}},
}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """A table of 24 images of 12 patients, four of which are not for training."""
    folder = tmp_path_factory.mktemp("joints")
    rng = np.random.default_rng(0)
    for row in range(24):
        Image.fromarray(rng.integers(0, 255, (16, 16)).astype("uint8")).save(folder / f"{row}.png")
    frame = pd.DataFrame({"file": [f"{row}.png" for row in range(24)], "kl": np.tile([0, 0, 1, 2], 6)})
    frame["who"], frame["split"] = np.arange(24) // 2, np.repeat(["train", "val"], [20, 4])
    frame.to_csv(folder / "labels.csv", index=False)
    return folder / "labels.csv"


def test_one_command_trains_and_another_predicts(table, tmp_path):
    from typer.testing import CliRunner

    settings, out, predicted = tmp_path / "settings.json", tmp_path / "made" / "grader.skerosion", tmp_path / "said.csv"
    settings.write_text(json.dumps(SETTINGS))
    done = CliRunner().invoke(app, ["train", str(settings), str(table), "--out", str(out), "--seed", "3"])
    assert done.exit_code == 0 and "Trained on 20 images" in done.output
    written = json.loads(out.with_name("grader.skerosion.json").read_text())
    assert written["settings"] == SETTINGS and written["seed"] == 3 and written["rows"] == 20
    saved = load_saved(out)
    network = saved.pipeline[-1].estimator_.estimator_
    assert network.random_state == 3 and saved.image_shape == (16, 16, 1)
    columns = ["--image", "file", "--group", "who", "--out", str(predicted)]
    assert CliRunner().invoke(app, ["predict", str(out), str(table), *columns]).exit_code == 0
    lines = pd.read_csv(predicted)
    assert len(lines) == 24 and np.allclose(lines[["p_0", "p_1", "p_2"]].sum(axis=1), 1, atol=1e-4)

    config, again = out.with_name("grader.skerosion.config.json"), tmp_path / "again.skerosion"
    done = CliRunner().invoke(app, ["train", "--config", str(config), "--out", str(again)])
    assert done.exit_code == 0, done.output
    columns[-1] = str(tmp_path / "said_again.csv")
    assert CliRunner().invoke(app, ["predict", str(again), str(table), *columns]).exit_code == 0
    assert (tmp_path / "said_again.csv").read_text() == predicted.read_text()


def test_given_seeds_stay_and_others_follow():
    inner = {"type": "CNNClassifier", "random_state": 7}
    ensemble = make_estimator({"type": "ForecastEnsemble", "estimators": [["a", inner]]}, seed=2)
    assert ensemble.random_state == 2 and ensemble.get_params()["a__random_state"] == 7


@pytest.mark.parametrize("out", ["settings.json", "settings", "labels.csv", "pipe"])
def test_what_a_training_reads_and_what_is_no_file_stay(out, tmp_path):
    """The record of a training into ``settings`` would be ``settings.json``."""
    from typer.testing import CliRunner

    settings, table = tmp_path / "settings.json", tmp_path / "labels.csv"
    settings.write_text(json.dumps(SETTINGS))
    table.write_text("file,kl\n")
    os.mkfifo(tmp_path / "pipe")
    options = ["--out", str(tmp_path / out), "--force"]
    done = CliRunner().invoke(app, ["train", str(settings), str(table), *options])
    assert done.exit_code in (1, 2) and "--out must be" in done.stderr
    assert json.loads(settings.read_text()) == SETTINGS and table.read_text() == "file,kl\n"
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize("name", ["grader.skerosion", "grader.skerosion.json"])
def test_nothing_is_overwritten(name, tmp_path, table):
    (tmp_path / name).touch()
    with pytest.raises(FileExistsError, match=f"{name} already exists.*force=True"):
        train_table(SETTINGS, table, tmp_path / "grader.skerosion")


def test_settings_of_the_same_name_stay(table, tmp_path):
    (tmp_path / "grader.json").write_text("settings")
    train_table(SETTINGS, table, tmp_path / "grader.skerosion", say=lambda text: None)
    assert (tmp_path / "grader.json").read_text() == "settings"


def test_it_is_said_which_seed_holds(table, tmp_path):
    said = []
    settings = {**SETTINGS, "estimator": {**NETWORK, "random_state": 7}}
    saved = train_table(settings, table, tmp_path / "seeded.skerosion", seed=3, say=said.append)
    assert said[0] == "random_state in the settings holds; the seed, 3, goes to what they leave open."
    assert saved.pipeline[-1].random_state == 7


def test_an_estimator_that_grades_is_given_percentages(table, tmp_path):
    frame = pd.read_csv(table)
    frame["percent"] = frame["kl"].map({0: 0, 1: 50, 2: 100})
    frame.to_csv(table.with_name("percent.csv"), index=False)
    network = {**{name: NETWORK[name] for name in ("filters", "convolutions", "dense_units", "epochs")}}
    regressor = {"type": "CRPSRegressor", **network}
    settings = {"reading": {"image": "file", "target": "percent", "size": 16}}
    settings["estimator"] = {"type": "GradedRegressor", "bins": "ratingen", "estimator": regressor}
    saved = train_table(settings, table.with_name("percent.csv"), tmp_path / "graded.skerosion", say=lambda text: None)
    np.testing.assert_allclose(saved.pipeline[-1].class_shares_, [0.5, 0, 0, 0.25, 0, 0.25])


@pytest.mark.parametrize("kind", ["OrdinalClassifier", "CRPSRegressor"])
def test_the_order_of_names_may_stand_in_the_settings(table, tmp_path, kind):
    frame, names = pd.read_csv(table), np.array(["none", "mild", "severe"])
    frame["kl"] = names[frame["kl"]]
    frame.to_csv(table.with_name("ordered.csv"), index=False)
    network = {name: value for name, value in NETWORK.items() if name != "augmentation"} | {"type": kind}
    network |= {"grid": "auto"} if kind == "CRPSRegressor" else {}
    settings = {"reading": SETTINGS["reading"] | {"order": names.tolist()}, "estimator": network}
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    out = tmp_path / "ordered.skerosion"
    train_table(read_settings(tmp_path / "settings.json"), table.with_name("ordered.csv"), out, say=lambda text: None)
    predict.predict(out, [table], "file", tmp_path / "said.csv")
    said = pd.read_csv(tmp_path / "said.csv", keep_default_na=False)
    assert [column for column in said if column.startswith("p_")] == ["p_none", "p_mild", "p_severe"]
    if kind == "OrdinalClassifier":
        assert set(said["prediction"]) <= set(names)


def test_settings_say_what_numbers_are(table, tmp_path):
    frame = pd.read_csv(table)
    frame["kl"] = 40 * frame["kl"]
    frame.to_csv(table.with_name("forty.csv"), index=False)
    settings = {"reading": SETTINGS["reading"], "estimator": NETWORK}
    with pytest.raises(ValueError, match="the target could mean several things"):
        train_table(settings, table.with_name("forty.csv"), tmp_path / "asks.skerosion")
    settings["reading"] = settings["reading"] | {"kind": "percent"}
    saved = train_table(settings, table.with_name("forty.csv"), tmp_path / "said.skerosion", say=lambda text: None)
    assert saved.target.kind == "percent"


def test_grades_may_be_names_in_a_given_order(table, tmp_path):
    frame = pd.read_csv(table)
    frame["damage"] = frame["kl"].map({0: "none", 1: "mild", 2: "severe"})
    frame.to_csv(table.with_name("names.csv"), index=False)
    settings = {"reading": {"image": "file", "target": "damage", "size": 16}}
    settings["estimator"] = {**NETWORK, "classes": ["none", "mild", "severe"]}
    train_table(settings, table.with_name("names.csv"), tmp_path / "named.skerosion", say=lambda text: None)
    predict.predict(tmp_path / "named.skerosion", [table], "file", tmp_path / "named.csv", root=table.parent)
    lines = pd.read_csv(tmp_path / "named.csv")
    assert lines.columns.tolist() == ["path", "prediction", "p_none", "p_mild", "p_severe", "reason"]


def test_a_regressor_of_numbers_predicts_numbers(table, tmp_path):
    regressor = {"type": "CNNRegressor", **{name: value for name, value in NETWORK.items() if name != "type"}}
    train_table({**SETTINGS, "estimator": regressor}, table, tmp_path / "numbers.skerosion", say=lambda text: None)
    predict.predict(tmp_path / "numbers.skerosion", [table], "file", tmp_path / "said.csv", root=table.parent)
    lines = pd.read_csv(tmp_path / "said.csv")
    assert lines.columns.tolist() == ["path", "prediction", "reason"] and lines["prediction"].notna().all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"estimator": {"type": "Forest"}},
            "type of an estimator must be a name that is known, got 'Forest'.* Names are .*OrdinalClassifier",
        ),
        ({"rows": {"part": "train"}}, "rows must name columns of .* got 'part'"),
        ({"rows": {"split": "test"}}, "must leave images to train on"),
        ({"estimator": {"epochs": 3}}, "estimator must be a dict with a type, .* got {'epochs': 3}"),
        ({"estimator": "CNNClassifier"}, "estimator must be a dict with a type"),
    ],
)
def test_settings_that_do_not_fit_are_named(changes, message, table, tmp_path):
    with pytest.raises(ValueError, match=message):
        train_table(SETTINGS | changes, table, tmp_path / "grader.skerosion")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "settings must be a file of JSON"),
        ("[]", "must hold an object with the parts"),
        ('{"reading": {}}', r"missing: \['estimator'\]"),
        ('{"reading": {"image": "a"}, "estimator": {}}', "must name the columns image and target"),
        ('{"reading": {}, "estimator": {}, "epochs": 3}', r"unknown: \['epochs'\]"),
        ('{"reading": {"target": "g", "groups": "p"}, "estimator": {}}', r"\['groups'\], missing: \['image'\]"),
    ],
)
def test_files_of_another_form_are_refused(text, message, tmp_path):
    (tmp_path / "settings.json").write_text(text)
    with pytest.raises(ValueError, match=message):
        read_settings(tmp_path / "settings.json")


def test_settings_are_never_waited_for(tmp_path):
    os.mkfifo(tmp_path / "settings.json")
    with pytest.raises(ValueError, match="settings must be a file, got .* a pipe"):
        read_settings(tmp_path / "settings.json")


def test_rows_are_chosen_by_text_and_by_number(table, tmp_path):
    frame = pd.read_csv(table)
    frame["centre"] = [f"{place % 3:03d}" for place in range(len(frame))]
    frame["dose"] = [place % 2 + 0.5 for place in range(len(frame))]
    frame.to_csv(table.with_name("centres.csv"), index=False)
    path = table.with_name("centres.csv")
    for rows, n in (({"centre": "001"}, len(frame) // 3), ({"dose": [0.5]}, len(frame) // 2)):
        lines, _ = training_lines({**SETTINGS, "rows": rows}, path)
        assert abs(len(lines) - n) <= 1
    with pytest.raises(ValueError, match="must leave images to train on"):
        training_lines({**SETTINGS, "rows": {"centre": 1}}, path)
