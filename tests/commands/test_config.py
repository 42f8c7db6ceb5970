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
    options = ["--image", "file", "--target", "kl", "--group", "who", "--set", "epochs=2", "--folds", 2, "--no-figures"]
    done = run("search", table, *options, "--tasks", "classifier", "--strategies", "original", "--out", out)
    assert done.exit_code == 0, done.output
    fits, tables = estimators.fits, (out / "tables.md").read_text()
    config = json.loads((out / "config.json").read_text())
    assert config["folds"] == 2 and config["set"] == ["epochs=2"] and config["out"] == "." and "seed" not in config

    again = run("search", "--config", out / "config.json")
    assert again.exit_code == 0, again.output
    assert estimators.fits == fits and (out / "tables.md").read_text() == tables
    assert json.loads((out / "config.json").read_text()) == config


def test_a_study_is_repeated_from_what_it_wrote(table, tmp_path, monkeypatch):
    """Elsewhere, so that it is trained again: the same predictions, tables and settings."""
    use_brightness(monkeypatch)
    monkeypatch.setattr("skerosion.experiments._study.write_study_page", lambda *given, **named: None)
    options = ["--image", "file", "--target", "kl", "--group", "who", "--sizes", "0.5,0.3,0.2", "--seed", 3]
    options += ["--tasks", "classifier", "--strategies", "original", "--no-figures", "--set", "epochs=2"]
    done = run("study", table, *options, "--out", tmp_path / "first")
    assert done.exit_code == 0, done.output
    again = run("study", "--config", tmp_path / "first" / "config.json", "--out", tmp_path / "second")
    assert again.exit_code == 0, again.output

    first, second = ({path.parts[-2:]: path.read_text() for path in (tmp_path / out / "predictions").rglob("*.csv")}
                     for out in ("first", "second"))  # fmt: skip
    assert first and first == second
    assert (tmp_path / "first" / "tables.md").read_text() == (tmp_path / "second" / "tables.md").read_text()
    written = [json.loads((tmp_path / out / "config.json").read_text()) for out in ("first", "second")]
    assert written[0] == written[1]


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
        ("a.json", '{"root": 3}', "root in {file} must be text, got 3."),
        ("a.json", '{"target": {"a": 1}}', "target in {file} must be text, or a list of such, got {'a': 1}."),
        ("a.json", '{"target": null}', "target in {file} must be text, or a list of such, got None."),
        ("a.toml", 'folds = "three"', "folds in {file} must be a whole number, got 'three'."),
        ("a.toml", "folds = 2.5", "folds in {file} must be a whole number, got 2.5."),
        ("a.toml", "batch-size = true", "batch-size in {file} must be a whole number, got True."),
        ("a.toml", 'refit = "no"', "refit in {file} must be true or false, got 'no'."),
        ("a.toml", 'preset = "large"', "preset in {file} must be one of thesis, fast, best, got 'large'."),
        ("a.toml", "estimator = [3]", "estimator in {file} must be text, or a list of such, got [3]."),
        ("a.json", '{"force": true}', "must hold options of search"),
    ],
)
def test_mistakes_of_the_file_are_told(tmp_path, name, text, said):
    (tmp_path / name).write_text(text)
    with pytest.raises(typer.BadParameter, match="a\\.(toml|json)") as error:
        read(tmp_path / name)
    assert said.replace("{file}", str(tmp_path / name)) in str(error.value)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(typer.BadParameter, match=r"none\.toml cannot be read: No such file or directory\."):
        read(tmp_path / "none.toml")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_of_every_command_has_a_name_in_files(name, tmp_path):
    """What a file says of an option reaches its parameter, paths from the folder of the file."""
    command = COMMANDS[name]
    paths = path_names(command)
    for option, parameter in config_names(command).items():
        (tmp_path / "one.json").write_text(json.dumps({option: "value"}))
        try:
            said = read(tmp_path / "one.json", name)
        except typer.BadParameter as told:
            kinds = "a whole number|a number|true or false|one of .*"
            assert re.fullmatch(rf"{option} in .*one.json must be ({kinds}), got 'value'.", str(told))
            continue
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
        assert json.loads(pathlib.Path(said["settings"]).read_text()) == settings
