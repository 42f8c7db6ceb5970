"""The commands say what a target is, or ask; grades that are names go through all of them in their order."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner

from skerosion.commands import app
from tests.brightness_estimator import use_brightness

NAMES = np.array(["none", "mild", "severe"])
READING = ["--image", "file", "--group", "who", "--size", 8]


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """60 images of 30 patients, brighter from grade to grade, with a column for each way of writing them."""
    folder = tmp_path_factory.mktemp("targets")
    generator, places = np.random.default_rng(0), np.tile([0, 0, 1, 2, 1, 2], 10)
    for row, place in enumerate(places):
        pixels = np.clip(90 * place + generator.normal(30, 15, (8, 8)), 0, 255)
        Image.fromarray(pixels.astype(np.uint8)).save(folder / f"{row}.png")
    frame = pd.DataFrame({"file": [f"{row}.png" for row in range(60)], "who": np.arange(60) // 2})
    frame["name"], frame["half"] = NAMES[places], np.array([0, 0.5, 2])[places]
    frame["share"], frame["percent"], frame["score"] = places * 0.4, 40 * places, np.arange(60) % 19
    frame["comma"] = [f"{place},5" for place in places]
    frame["day"] = [f"2020-01-{1 + place:02d}" for place in places]
    frame.to_csv(folder / "labels.csv", index=False)
    return folder / "labels.csv"


@pytest.fixture(scope="module")
def searched(table, tmp_path_factory):
    """A search on names, and what it printed."""
    out = tmp_path_factory.mktemp("names")
    with pytest.MonkeyPatch.context() as patch:
        use_brightness(patch)
        done = run("search", table, *READING, "--target", "name", "--order", "none,mild,severe", "--out", out,
                   "--folds", 2, "--epochs", 1, "--strategies", "original,balanced_decision",
                   "--no-figures")  # fmt: skip
    assert done.exit_code == 0, done.output
    return out, done


@pytest.mark.parametrize(
    ("column", "options", "message"),
    [
        ("score", [], "19 different values from 0 to 18, all whole, above 10 too"),
        ("half", [], "20 of 60 not whole numbers, such as 0.5"),
        ("share", [], "as shares of 1 are"),
        ("percent", [], "3 different values from 0 to 80"),
        ("name", [], "holds names (mild, none, severe)"),
        ("name", ["--grade"], "no order but that of the alphabet"),
        ("name", ["--order", "none,severe"], "grade is not in the order none, severe"),
        ("name", ["--order", "none,mild,none"], "order must name each grade once"),
        ("name", ["--order", "none"], "order must list at least two grades"),
        ("half", ["--grade"], "whole number, got 0.5"),
        ("share", ["--percent"], "multiply them by 100"),
        ("percent", ["--percent", "--order", "0,40,80"], "either --percent or --order"),
        ("comma", [], "a decimal comma: '0,5'"),
        ("day", [], "got dates: '2020-01-01'"),
    ],
)
@pytest.mark.parametrize("command", ["search", "study"])
def test_what_is_not_plain_asks(table, tmp_path, command, column, options, message):
    done = run(command, table, *READING, "--target", column, "--out", tmp_path / "out", *options)
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_tables_and_predictions_of_a_search_write_names_in_their_order(searched):
    out, done = searched
    assert "The target is a grade: in the order that is given: none < mild < severe." in done.stderr
    assert "floor: always mild" in done.stdout
    assert "| grade none | grade mild | grade severe |" in (out / "tables.md").read_text()
    written = pd.read_csv(out / "predictions" / "classifier_original.csv", keep_default_na=False)
    assert [column for column in written if column.startswith("p_")] == ["p_none", "p_mild", "p_severe"]
    assert written["truth"].tolist() == NAMES[np.tile([0, 0, 1, 2, 1, 2], 10)].tolist()
    assert (written["true_grade"] == written["truth"]).all()
    assert (written["prediction"] == written["truth"]).mean() > 0.9
    target = json.loads((out / "settings.json").read_text())["target"]
    assert target["names"] == list(NAMES)


@pytest.mark.parametrize("task", ["classifier", "regressor"])
def test_predict_answers_with_names(searched, table, tmp_path, task, monkeypatch):
    use_brightness(monkeypatch)
    done = run("predict", searched[0] / f"{task}.skerosion", table, "--image", "file", "--out", tmp_path / "new.csv")
    assert done.exit_code == 0, done.output
    written = pd.read_csv(tmp_path / "new.csv", keep_default_na=False)
    assert [column for column in written if column.startswith("p_")] == ["p_none", "p_mild", "p_severe"]
    if task == "classifier":
        assert (written["prediction"] == pd.read_csv(table)["name"]).mean() > 0.9


def test_half_grades_in_their_order_are_grades(table, tmp_path, monkeypatch):
    use_brightness(monkeypatch)
    done = run("search", table, *READING, "--target", "half", "--order", "0,0.5,2", "--out", tmp_path, "--folds", 2,
               "--epochs", 1, "--tasks", "classifier", "--strategies", "original", "--no-refit",
               "--no-figures")  # fmt: skip
    assert done.exit_code == 0, done.output
    written = pd.read_csv(tmp_path / "predictions" / "classifier_original.csv")
    assert {"p_0", "p_0.5", "p_2"} <= set(written)
    assert set(written["truth"]) == {0, 0.5, 2}


@pytest.mark.filterwarnings("ignore:the metric is 0 for all patients and on all resamples")
def test_a_study_writes_names(table, tmp_path, monkeypatch):
    use_brightness(monkeypatch)
    done = run("study", table, *READING, "--target", "name", "--order", "none,mild,severe", "--out", tmp_path,
               "--strategies", "original", "--epochs", 1, "--sizes", "0.5,0.25,0.25", "--transfer", "none",
               "--no-figures")  # fmt: skip
    assert done.exit_code == 0, done.output
    report = (tmp_path / "tables.md").read_text()
    assert "grade mild" in report
    assert "floor: always mild" in report


def test_the_order_is_not_for_a_registry(tmp_path):
    done = run("study", "main.csv", "--images", "{joint}.png", "--order", "a,b", "--out", tmp_path)
    assert done.exit_code == 2
    assert "the scores of a registry are percentages" in done.stderr
