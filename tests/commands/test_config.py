"""Options from a file: every command takes them, the command line wins, and a run leaves the file that repeats it."""

import json
import pathlib
import re
import tomllib

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from skerosion.commands import app
from skerosion.commands._config import config_names, options_of, path_names
from tests.brightness_estimator import make_joints, use_brightness

pytestmark = pytest.mark.once

PAGE = pathlib.Path(__file__).parents[2].joinpath("docs", "commands.md").read_text(encoding="utf-8")
COMMANDS = typer.main.get_command(app).commands


def run(*arguments):
    return CliRunner().invoke(app, [str(each) for each in arguments])


def read(path, name="search"):
    command = COMMANDS[name]
    return options_of(path, typer.Context(command, info_name=name))


@pytest.fixture
def table(tmp_path):
    """A table of images in files, which the brightness estimator grades."""
    from PIL import Image

    rows, grades, patients = make_joints()
    names = [f"{number}.png" for number in range(len(grades))]
    for name, image in zip(names, rows, strict=True):
        Image.fromarray(image[..., 0]).save(tmp_path / name)
    path = tmp_path / "labels.csv"
    pd.DataFrame({"file": names, "kl": grades, "who": patients}).to_csv(path, index=False)
    return path


def test_a_run_leaves_the_file_that_repeats_it(table, tmp_path, monkeypatch):
    estimators, out = use_brightness(monkeypatch), tmp_path / "out"
    options = ["--image", "file", "--target", "kl", "--group", "who", "--set", "epochs=2", "--folds", 2]
    done = run("search", table, *options, "--strategies", "original,oversampled", "--no-figures", "--out", out)
    assert done.exit_code == 0, done.output
    fits, tables = estimators.fits, (out / "tables.md").read_text()
    config = json.loads((out / "config.json").read_text())
    assert config["folds"] == 2 and config["set"] == ["epochs=2"] and config["out"] == "." and "seed" not in config

    again = run("search", "--config", out / "config.json")
    assert again.exit_code == 0, again.output
    assert estimators.fits == fits and (out / "tables.md").read_text() == tables
    assert json.loads((out / "config.json").read_text()) == config


def test_the_command_line_wins(table, tmp_path, monkeypatch):
    given = {}

    def stop(found, /, *, plan, **named):
        given.update(plan=plan)
        raise ValueError("enough")

    monkeypatch.setattr("skerosion.experiments.search_strategies", stop)
    (tmp_path / "mine.toml").write_text(
        'table = "labels.csv"\nimage = "file"\ntarget = "kl"\nout = "out"\nfolds = 3\nstrategies = ["original"]\n'
        "[set]\nepochs = 2\nfilters = [4, 8]\n"
    )
    run("search", "--config", tmp_path / "mine.toml", "--folds", 4)
    plan = given["plan"]
    assert plan.folds == 4 and plan.strategies == ("original",)
    assert plan.parameters == {"epochs": 2, "filters": [4, 8]}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.toml", "fold = 3", "got 'fold'; did you mean folds."),
        ("a.toml", "folds = ", "must be TOML"),
        ("a.json", "[1]", "must hold a name and a value for each option"),
        ("a.json", '{"folds": ', "must be JSON"),
        ("a.json", '{"root": 3}', "a path in"),
        ("a.json", '{"target": {"a": 1}}', "must be a value"),
        ("a.json", '{"force": true}', "must hold options of search"),
    ],
)
def test_mistakes_of_the_file_are_told(tmp_path, name, text, said):
    (tmp_path / name).write_text(text)
    with pytest.raises(typer.BadParameter, match="a\\.(toml|json)") as error:
        read(tmp_path / name)
    assert said in str(error.value)


def test_a_missing_file_and_a_wrong_type_are_told(tmp_path):
    done = run("search", "--config", tmp_path / "none.toml")
    assert done.exit_code == 2 and "cannot be read" in done.output
    (tmp_path / "a.toml").write_text('table = "labels.csv"\nimage = "file"\ntarget = "kl"\nout = "o"\nfolds = "three"')
    done = run("search", "--config", tmp_path / "a.toml")
    assert done.exit_code == 2 and "--folds" in done.output


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_of_every_command_has_a_name_in_files(name, tmp_path):
    """What a file says of an option reaches its parameter, paths from the folder of the file."""
    command = COMMANDS[name]
    paths = path_names(command)
    for option, parameter in config_names(command).items():
        (tmp_path / "one.json").write_text(json.dumps({option: "value"}))
        said = read(tmp_path / "one.json", name)
        expected = str(tmp_path / "value") if parameter.name in paths else "value"
        several = parameter.multiple or parameter.nargs != 1
        assert said == {parameter.name: [expected] if several else expected}


EXAMPLES = re.findall(r"```toml\n(# skerosion (\w+) --config .*?)```", PAGE, re.DOTALL)


def test_the_page_has_a_file_for_each_command():
    assert sorted(name for _, name in EXAMPLES) == sorted(COMMANDS)


@pytest.mark.parametrize(("text", "name"), EXAMPLES, ids=[name for _, name in EXAMPLES])
def test_files_of_the_page_are_understood(text, name, tmp_path, monkeypatch):
    """Names, kinds of values, and nothing missing that must be given."""
    (tmp_path / "mine.toml").write_text(text)
    monkeypatch.chdir(tmp_path)
    with COMMANDS[name].make_context(name, ["--config", "mine.toml"]) as context:
        given = {each for each in context.params if context.get_parameter_source(each).name == "DEFAULT_MAP"}
        assert len(given) == len(tomllib.loads(text))


def test_a_description_may_stand_in_the_file(tmp_path):
    settings = {"reading": {"image": "file", "target": "kl"}, "estimator": {"type": "CNNClassifier"}}
    (tmp_path / "train.json").write_text(json.dumps({"settings": settings}))
    context = typer.Context(COMMANDS["train"], info_name="train")
    with context:
        said = options_of(tmp_path / "train.json", context)
        assert json.loads(open(said["settings"]).read()) == settings
