"""The command line: help without TensorFlow, errors of one line, and the commands end to end."""

import json
import os
import re
import shutil
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner

from skerosion.commands import app
from skerosion.experiments import SearchPlan, SearchStopped
from tests.brightness_estimator import use_brightness

SMALL = ["--epochs", "1", "--batch-size", "20", "--folds", "2", "--set", "filters=(4,4)", "--set", "convolutions=1"]
SMALL += ["--set", "dense_units=(8,)"]


def run(*arguments):
    """Run a command on a terminal of a usual width: a narrow one breaks words that tests look for."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "80"})


@pytest.fixture(scope="module", autouse=True)
def any_best_strategy_wins():
    """What one epoch teaches need not beat a floor, and the commands are tested with winners all the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skerosion.report._verdicts.Verdict.beats", True)
        yield


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """A table of 24 images of 12 patients; brightness follows the grade."""
    folder = tmp_path_factory.mktemp("joints")
    generator = np.random.default_rng(0)
    grades = np.tile([0, 0, 1, 2], 6)
    for row, grade in enumerate(grades):
        pixels = np.clip(60 * grade + generator.normal(40, 15, (20, 20)), 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{row}.png")
    frame = pd.DataFrame({"file": [f"{row}.png" for row in range(24)], "kl": grades, "who": np.arange(24) // 2})
    frame.to_csv(folder / "labels.csv", index=False)
    return folder / "labels.csv"


@pytest.fixture(scope="module")
def searched(table, tmp_path_factory):
    """A search on the table with both tasks, and what it printed."""
    out = tmp_path_factory.mktemp("search")
    done = run("search", table, "--image", "file", "--target", "kl", "--group", "who", "--out", out, "--size", 16,
               "--strategies", "original,balanced_decision", "--no-figures", *SMALL)  # fmt: skip
    assert done.exit_code == 0, done.output
    return out, done


@pytest.mark.parametrize("command", [[], ["table"], ["search"], ["train"], ["study"], ["predict"], ["demo"]])
def test_help_is_fast_and_loads_no_network_library(command):
    code = (
        "import sys\nfrom skerosion.commands import app\n"
        f"try: app({[*command, '--help']!r})\nexcept SystemExit as end: assert not end.code\n"
        "heavy = {'tensorflow', 'keras', 'sklearn', 'pandas', 'matplotlib', 'pydantic', 'packaging'}\n"
        "assert not heavy & set(sys.modules)"
    )
    started = time.perf_counter()
    plain = {**os.environ, "PYTHONIOENCODING": "ascii", "TERM": "dumb"}  # the least that a terminal can do
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=plain)
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout
    # A second on an idle machine, with room for a busy one.
    assert time.perf_counter() - started < 20


def test_version_is_printed():
    assert re.fullmatch(r"skerosion \d+\.\d+\S*\n", run("--version").output)


def test_search_prints_both_tables_and_leaves_everything(searched):
    out, done = searched
    assert "Classifier: 24 images of 12 patients" in done.stdout and "Regressor: 24 images" in done.stdout
    assert "Chosen strategy minus others" in done.stdout
    assert "balanced decision" in done.stdout and "floor: marginal CDF" in done.stdout
    assert {"tables.md", "settings.json", "classifier.skerosion", "regressor.skerosion"} <= set(os.listdir(out))
    settings = json.loads((out / "settings.json").read_text())
    assert settings["plan"]["parameters"]["filters"] == [4, 4]
    assert settings["data"]["columns"] == {"image": "file", "target": "kl", "group": "who"}
    predictions = pd.read_csv(out / "predictions" / "classifier_original.csv")
    assert predictions.path.tolist() == [f"{row}.png" for row in range(24)]


def test_second_search_trains_nothing(searched, table):
    out, first = searched
    done = run("search", table, "--image", "file", "--target", "kl", "--group", "who", "--out", out, "--size", 16,
               "--strategies", "original,balanced_decision", "--no-figures", *SMALL)  # fmt: skip
    assert done.exit_code == 0
    assert "4 of 4 fits were finished before" in done.stderr
    assert done.stdout == first.stdout


def test_impossible_interval_is_said_before_anything_is_read(tmp_path):
    done = run(
        "predict", "nowhere.skerosion", "nowhere.csv", "--image", "file", "--out", tmp_path / "a", "--interval", 90
    )
    assert done.exit_code == 2 and "--interval" in done.stderr and "between 0 and 1, got 90" in done.stderr


def test_excluded_rows_are_listed(table, tmp_path, monkeypatch):
    lines = pd.read_csv(table)
    lines.loc[len(lines)] = ["missing.png", 0, 1]
    lines.to_csv(tmp_path / "new.csv", index=False)

    def stop(*given, **named):
        raise SearchStopped("enough")

    monkeypatch.setattr("skerosion.experiments.search_strategies", stop)
    done = run("search", tmp_path / "new.csv", "--image", "file", "--target", "kl", "--root", table.parent,
               "--on-problem", "report", "--out", tmp_path / "out")  # fmt: skip
    assert done.exit_code == 2 and "enough" in done.stderr and "excluded.csv" in done.stderr
    excluded = pd.read_csv(tmp_path / "out" / "excluded.csv")
    assert excluded.row.tolist() == [24] and excluded.reason.tolist() == ["missing file"]

    run("search", table, "--image", "file", "--target", "kl", "--out", tmp_path / "out")
    assert not (tmp_path / "out" / "excluded.csv").exists()


def test_a_size_that_is_chosen_is_said(table, tmp_path, monkeypatch):
    def stop(found, /, **named):
        raise SearchStopped(f"read at {found.X.image_shape}")

    monkeypatch.setattr("skerosion.experiments.search_strategies", stop)
    shutil.copytree(table.parent, tmp_path / "images", dirs_exist_ok=True)
    Image.new("L", (50, 20)).save(tmp_path / "images" / pd.read_csv(table).file[0])
    done = run(
        "search", tmp_path / "images" / table.name, "--image", "file", "--target", "kl", "--out", tmp_path / "out"
    )
    assert "Images have 2 sizes, from 20x20 to 20x50" in done.stderr and "read at (20, 20, 1)" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("options", "shape"), [(["--channels", 3], (16, 16, 3)), (["--bits", 12], (16, 16, 1))])
def test_colour_and_bits_reach_search_and_prediction(options, shape, table, tmp_path):
    """Predictions read new images as the search did: the winner remembers channels and bits."""
    if "--bits" in options:
        lines = pd.read_csv(table)
        for name in lines.file:
            pixels = np.asarray(Image.open(table.parent / name)).astype(np.uint16) * 16
            Image.fromarray(pixels).save(tmp_path / name)
        lines.to_csv(tmp_path / "labels.csv", index=False)
        table = tmp_path / "labels.csv"
    done = run("search", table, "--image", "file", "--target", "kl", "--group", "who", "--out", tmp_path / "out",
               "--size", 16, "--tasks", "regressor", "--strategies", "original", *options, *SMALL,
               "--no-figures")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "out" / "settings.json").read_text())["data"]["image_shape"] == list(shape)
    winner = tmp_path / "out" / "regressor.skerosion"
    done = run("predict", winner, table, "--image", "file", "--out", tmp_path / "new.csv")
    assert done.exit_code == 0, done.output
    assert len(pd.read_csv(tmp_path / "new.csv")) == 24
    if "--bits" in options:
        from skerosion.experiments import load_saved

        assert load_saved(winner).bits == 12


def test_predict_overwrites_only_when_told(searched, table, tmp_path):
    (tmp_path / "out.csv").write_text("mine")
    arguments = [
        "predict",
        searched[0] / "classifier.skerosion",
        table,
        "--image",
        "file",
        "--out",
        tmp_path / "out.csv",
    ]
    refused = run(*arguments)
    assert refused.exit_code == 2 and "--force" in refused.stderr
    assert (tmp_path / "out.csv").read_text() == "mine"
    assert run(*arguments, "--force").exit_code == 0
    assert len(pd.read_csv(tmp_path / "out.csv")) == 24


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search", "nowhere.csv", "--image", "file", "--target", "kl"], "nowhere.csv"),
        (["search", "{table}", "--image", "picture", "--target", "kl"], "picture"),
        (["search", "{table}", "--image", "file", "--target", "kl", "--strategies", "smote"], "got 'smote'"),
        (
            ["search", "{table}", "--image", "file", "--target", "kl", "--percent", "--grade"],
            "either --percent or --grade",
        ),
        (["search", "{table}", "--image", "file", "--target", "kl", "--set", "epochs"], "--set must be NAME=VALUE"),
        (["search", "{table}", "--image", "file", "--target", "kl", "--set", "epoch=3"], "Did you mean 'epochs'"),
        (["search", "{table}", "--image", "file", "--target", "kl", "--set", "verbose=1"], "must not hold 'verbose'"),
        (
            ["search", "{table}", "--image", "file", "--target", "kl", "--epochs", "1", "--set", "epochs=2"],
            "given once",
        ),
        (["search", "{table}", "--image", "file", "--target", "kl", "--set", "weights=no.keras"], "got 'no.keras'"),
        (["search", "{table}", "--image", "file", "--target", "file"], "--target must be another column than image"),
        (["search", "{table}", "--image", "file", "--target", "kl", "--jobs", "0"], "jobs must be"),
        (
            ["predict", "nowhere.skerosion", "{table}", "--image", "file"],
            "estimator must be a file that exists, got 'nowhere.skerosion'",
        ),
        (["predict", "{table}", "{table}", "--image", "file"], "cannot be read as an estimator"),
    ],
)
def test_errors_are_one_message_and_exit_code_two(table, tmp_path, arguments, message):
    done = run(*[text.format(table=table) for text in arguments], "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert message in done.stderr and "Error: " in done.stderr
    assert "Traceback" not in done.output


COMMANDS = {
    "search": ["search", "{table}", "--image", "file", "--target", "kl"],
    "study": ["study", "{table}", "--image", "file", "--target", "kl", "--group", "who"],
    "demo": ["demo"],
    "predict": ["predict", "{table}", "{table}", "--image", "file"],
    "train": ["train", "{table}", "{table}"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_and_what_lies_below_a_file_is_no_place_for_results(name, table, tmp_path):
    (tmp_path / "file").touch()
    for out, message in {"": "got nothing", tmp_path / "file" / "out": "file is a file"}.items():
        done = run(*[text.format(table=table) for text in COMMANDS[name]], "--out", out)
        # The box breaks a long path, and what follows it, wherever its width ends.
        said = "".join(done.stderr.replace("│", "").split())
        assert done.exit_code == 2 and message.replace(" ", "") in said


def test_nobody_has_a_terminal_of_no_columns(monkeypatch, capsys):
    from skerosion.commands._printing import print_tables, say
    from skerosion.report import ScoreTable

    monkeypatch.setenv("COLUMNS", "0")
    say("a message")
    print_tables(
        {"classifier": ScoreTable("Title", ("accuracy",), [("original", "strategy", {"accuracy": (0.5, 0.4, 0.6)})])}
    )
    printed = capsys.readouterr()
    assert "a message" in printed.err and "0.400–0.600" in printed.out


@pytest.mark.parametrize("weights", ["x", "nowhere.keras", "{table}"])
def test_first_weights_that_are_none_are_told_before_any_image_is_read(weights, table, tmp_path, monkeypatch):
    monkeypatch.setattr("skerosion.datasets.load_image_table", lambda *given, **named: pytest.fail("reads images"))
    command = ["study", table, "--image", "file", "--target", "kl", "--group", "who", "--out", tmp_path / "out"]
    done = run(*command, "--transfer", f"vgg:{weights.format(table=table)}")
    assert done.exit_code == 2 and "weights must be" in done.stderr


@pytest.mark.parametrize("out", ["labels.csv", "grader.skerosion", "link", "pipe"])
def test_what_predict_reads_and_what_is_no_file_stay(tmp_path, out):
    table, estimator = tmp_path / "labels.csv", tmp_path / "grader.skerosion"
    table.write_text("file\n")
    estimator.write_text("estimator")
    (tmp_path / "link").symlink_to(estimator)
    os.mkfifo(tmp_path / "pipe")
    done = run("predict", estimator, table, "--image", "file", "--out", tmp_path / out, "--force")
    assert done.exit_code == 2 and "Error: --out must be" in done.stderr
    assert table.read_text() == "file\n" and estimator.read_text() == "estimator" and (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize(
    ("written", "options"),
    [
        ({"sep": ";"}, []),
        ({"sep": "\t", "encoding": "utf-16"}, []),
        ({"sep": ":", "encoding": "latin-1"}, ["--sep", ":", "--encoding", "latin-1"]),
        ({"sep": ";", "decimal": ","}, ["--decimal", ","]),
    ],
)
def test_tables_are_read_as_they_are_written(table, tmp_path, monkeypatch, written, options):
    given = {}

    def stop(found, /, **named):
        given.update(groups=found.groups, names=found.names)
        raise SearchStopped("enough")

    monkeypatch.setattr("skerosion.experiments.search_strategies", stop)
    lines = pd.read_csv(table).assign(who=lambda frame: [f"Jürgen {number:03d}" for number in frame["who"]])
    lines.to_csv(tmp_path / "new.csv", index=False, **written)
    arguments = ["search", tmp_path / "new.csv", "--image", "file", "--target", "kl", "--group", "who"]
    done = run(*arguments, "--root", table.parent, "--out", tmp_path / "out", *options)
    assert "enough" in done.stderr
    assert given["groups"].tolist() == lines["who"].tolist() and given["names"].tolist() == lines["file"].tolist()


def test_an_encoding_that_is_not_plain_is_asked_for_by_option(tmp_path):
    (tmp_path / "new.csv").write_bytes("path,kl\nJürgen.png,0\n".encode("latin-1"))
    done = run("search", tmp_path / "new.csv", "--image", "path", "--target", "kl", "--out", tmp_path / "out")
    assert done.exit_code == 2 and "new.csv' is not written in utf-8" in done.stderr
    assert "--encoding cp1252" in done.stderr and "encoding=" not in done.stderr


def test_patients_that_look_like_one_are_told(table, tmp_path, monkeypatch):
    def stop(*given, **named):
        raise SearchStopped("enough")

    monkeypatch.setattr("skerosion.experiments.search_strategies", stop)
    lines = pd.read_csv(table, dtype=str)
    lines.loc[0, "who"] = "00"
    lines.to_csv(tmp_path / "new.csv", index=False)
    arguments = ["search", tmp_path / "new.csv", "--image", "file", "--target", "kl", "--group", "who"]
    done = run(*arguments, "--root", table.parent, "--out", tmp_path / "out")
    assert "is one of these twice: '00' and '0'?" in done.stderr


@pytest.mark.slow
def test_demo_says_that_its_joints_are_synthetic(tmp_path, monkeypatch):
    from skerosion.commands import demo

    tiny = {"epochs": 1, "batch_size": 20, "filters": (4,), "convolutions": 1, "dense_units": (4,)}
    plan = SearchPlan(folds=2, strategies=("original",), kind="percent", parameters=tiny)
    monkeypatch.setattr(demo, "demo_plan", lambda seed, quick: plan)
    done = run("demo", "--out", tmp_path, "--joints", 60)
    assert done.exit_code == 0, done.output
    assert done.stderr.count("are synthetic") == 2
    assert "Classifier: 60 images" in done.stdout and "percentage points" in done.stdout
    assert (tmp_path / "synthetic_joints" / "labels.csv").exists()
    assert "synthetic" in (tmp_path / "tables.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "give one of --synthetic, --images (a registry), --image (an image table), got none"),
        (["a.csv", "--image", "file", "--images", "{joint}.png"], "got --images (a registry) and --image"),
        (["--image", "file"], "give the table to study as the first argument"),
        (["a.csv", "--synthetic", "9"], "give the table to study as the first argument, or --synthetic and no table"),
        (["a.csv", "--image", "file", "--target", "kl"], "an image table needs --group"),
        (["a.csv", "--image", "file", "--readers", "amy,ben"], "an image table needs --group"),
        (["--synthetic", "9", "--window", "1"], "--window is for an image table"),
        (["--synthetic", "9", "--readers", "amy,ben"], "--readers is for an image table"),
        (["--synthetic", "9", "--transfer", ":imagenet"], "transfer must be BACKBONE"),
        (["--synthetic", "9", "--sizes", "0.5,0.6"], "sizes must be three shares"),
    ],
)
def test_study_says_what_it_needs(options, message, tmp_path):
    done = run("study", *options, "--out", tmp_path / "out")
    assert done.exit_code == 2 and message in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_study_of_a_table_prints_its_test_part_and_goes_on(table, tmp_path, monkeypatch):
    estimators = use_brightness(monkeypatch)
    command = ["study", table, "--image", "file", "--target", "kl", "--group", "who", "--out", tmp_path, "--size", 16]
    command += ["--sizes", "0.5,0.25,0.25", "--transfer", "none", "--no-figures", "--by", "kl"]
    first = run(*command)
    assert first.exit_code == 0, first.output
    assert (
        "Classifier: 6 images of 3 patients, test part" in first.stdout
        and "Chosen strategy minus others" in first.stdout
    )
    assert "6 trainings: classifier · original" in first.stderr and estimators.fits == 6
    second = run(*command)
    assert "6 of 6 trainings were finished before" in second.stderr and estimators.fits == 6
    assert second.stdout == first.stdout
    settings = json.loads((tmp_path / "settings.json").read_text())
    assert settings["data"]["columns"] == {"image": "file", "target": "kl", "group": "who"}
