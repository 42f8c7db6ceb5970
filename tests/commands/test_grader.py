"""From drawn joints to an open report without a training: what the grader that comes with the package is for."""

import json
import shlex

import pandas as pd
import pytest
from typer.testing import CliRunner

from skerosion.commands import app

pytestmark = pytest.mark.once
FOR_NO_PATIENT = "For trying skerosion on synthetic joints; for no patient."


def run(*arguments):
    done = CliRunner().invoke(app, [*map(str, arguments)], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    return done


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A folder of drawn joints, and what the command says to do with them."""
    out = tmp_path_factory.mktemp("demo")
    done = run("demo", "--images-only", "--joints", 40, "--out", out)
    assert "are synthetic" in done.stderr and not list(out.glob("*.skerosion"))
    return out, done.stderr.splitlines()[-1]


def test_images_are_predicted(drawn, tmp_path):
    done = run("predict", "synthetic", drawn[0] / "synthetic_joints" / "images", "--out", tmp_path / "said.csv")
    assert FOR_NO_PATIENT in done.stderr
    assert pd.read_csv(tmp_path / "said.csv")["prediction"].between(0, 5).all()


@pytest.mark.slow
def test_the_command_that_is_named_ends_in_a_report(drawn):
    program, *arguments = shlex.split(drawn[1])
    done = run(*arguments)
    assert program == "skerosion" and FOR_NO_PATIENT in done.stderr and "was trained on" not in done.stderr
    folder = drawn[0] / "evaluated"
    assert (folder / "report.html").read_text(encoding="utf-8").count(FOR_NO_PATIENT) >= 2
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    told = settings["estimators"]["synthetic"]
    assert told["card"]["intended use"] == FOR_NO_PATIENT and "marks" not in told


def test_a_file_of_that_name_comes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "synthetic").write_text("no estimator")
    (tmp_path / "one.png").touch()
    done = CliRunner().invoke(app, ["predict", "synthetic", "one.png"])
    assert done.exit_code == 2 and "synthetic cannot be read as an estimator" in done.stderr
