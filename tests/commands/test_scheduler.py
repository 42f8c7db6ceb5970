"""The option `--scheduler`: what it says, what it refuses, and that it changes nothing of a result."""

import os
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner

from skerosion.commands import app
from skerosion.experiments import _cluster as cluster_module
from tests.experiments.test_cluster import REPO_ROOT, numbers
from tests.experiments.test_cluster import scheduler as scheduler

NOWHERE = "tcp://127.0.0.1:9"


@pytest.fixture(scope="module")
def commands(tmp_path_factory):
    """The words of each command that can hand its work out, up to the folder of its results."""
    folder = tmp_path_factory.mktemp("table")
    for row in range(24):
        Image.fromarray(np.full((16, 16), 60 * (row % 3) + row, np.uint8)).save(folder / f"{row}.png")
    frame = pd.DataFrame(
        {"file": [f"{row}.png" for row in range(24)], "kl": np.arange(24) % 3, "who": np.arange(24) // 2}
    )
    frame.to_csv(folder / "labels.csv", index=False)
    named = [str(folder / "labels.csv"), "--image", "file", "--target", "kl", "--group", "who", "--out"]
    return {"search": ["search", *named], "study": ["study", *named], "evaluate": ["evaluate", "synthetic", *named]}


@pytest.mark.parametrize("name", ["search", "study", "evaluate"])
def test_the_help_says_where_images_must_lie(name):
    told = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "300"}).output
    assert re.search(r"--scheduler .*workers do the work.* by path, on a disk that all machines see", told)


@pytest.mark.parametrize("name", ["search", "study", "evaluate"])
def test_an_address_where_nobody_answers_is_one_line(name, commands, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster_module, "CONNECT_WITHIN", 0.2)
    told = CliRunner().invoke(app, [*commands[name], str(tmp_path / "out"), "--scheduler", NOWHERE])
    assert told.exit_code == 2 and told.output.count("\n") == 1
    assert told.output.startswith("Error: --scheduler must be the address") and f"got '{NOWHERE}'" in told.output
    assert not (tmp_path / "out").exists()


def test_the_extra_is_named_before_tensorflow_is_imported(commands, tmp_path):
    without = "import sys; sys.modules.update(distributed=None, keras=None, tensorflow=None); "
    words = [*commands["search"], str(tmp_path / "out"), "--scheduler", NOWHERE]
    command = [sys.executable, "-c", f"{without}from skerosion.commands import app; app({words!r})"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=240)
    expected = (
        "--scheduler must be left out where dask.distributed is not installed: pip install 'skerosion[distributed]'"
    )
    assert (answer.returncode, answer.stderr) == (2, f"Error: {expected}\n")


STUDY = ["study", "--synthetic", "10", "--quick", "--epochs", "1", "--size", "16", "--strategies", "original"]
STUDY += ["--sizes", "0.5,0.3,0.2", "--no-figures", "--out", "study"]


def run(folder, *words):
    """What a command prints, which is given in a folder."""
    folder.mkdir(exist_ok=True)
    threads = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}
    paths = {"PYTHONPATH": os.pathsep.join([str(REPO_ROOT), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-m", "skerosion.commands", *words]
    told = {"capture_output": True, "text": True, "timeout": 400, "check": False}
    done = subprocess.run(command, cwd=folder, env=os.environ | threads | paths, **told)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.tensorflow
def test_a_study_is_that_of_this_machine_to_the_byte(scheduler, tmp_path):
    """Networks that start from others among it, whose files lie where no worker looks."""
    told = run(tmp_path / "work", *STUDY, "--scheduler", scheduler)
    assert told.count(f"2 pieces of work for the dask scheduler {scheduler}") == 2
    (tmp_path / "work").rename(tmp_path / "there")
    run(tmp_path / "work", *STUDY)
    assert numbers(tmp_path / "there" / "study") == numbers(tmp_path / "work" / "study")


@pytest.mark.slow
@pytest.mark.tensorflow
def test_an_evaluation_is_that_of_this_machine_to_the_byte(scheduler, commands, tmp_path):
    words = [*commands["evaluate"], "out", "--no-note"]
    told = run(tmp_path / "work", *words, "--scheduler", scheduler)
    assert f"1 piece of work for the dask scheduler {scheduler}" in told and "8 pieces of work" in told
    (tmp_path / "work").rename(tmp_path / "there")
    run(tmp_path / "work", *words)
    assert numbers(tmp_path / "there" / "out") == numbers(tmp_path / "work" / "out")
