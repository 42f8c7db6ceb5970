"""Every mistake of the page on mistakes: what is said of it, and that what needs nothing heavy loads nothing heavy."""

import errno
import json
import pathlib
import re
import shlex
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from skerosion.commands import app

REPO_ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO_ROOT / "benchmarks"))

import _mistakes  # noqa: E402

MADE_IN_TURN = """
import json, shlex, sys
import pandas
from skerosion.commands import app
heavy = {}
for call in json.loads(sys.argv[1]):
    try:
        app(shlex.split(call)[1:], prog_name="skerosion") if call.startswith("skerosion ") else exec(call)
    except (SystemExit, ValueError, TypeError, AttributeError, OSError):
        pass
    heavy[call] = sorted({"sklearn", "tensorflow", "keras"} & set(sys.modules))
print(json.dumps(heavy))
"""
LIGHT = [each for each in (*_mistakes.COMMANDS, *_mistakes.PYTHON) if each.light]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with the files of all mistakes, in which commands run."""
    (tmp_path / "work").mkdir()
    _mistakes.make_files(tmp_path / "work")
    monkeypatch.chdir(tmp_path / "work")


def without_blanks(text):
    """A text without what a box of a terminal puts into it."""
    return re.sub(r"[\s│]", "", text)


@pytest.mark.parametrize("mistake", _mistakes.COMMANDS, ids=lambda mistake: mistake.what)
def test_a_mistake_on_the_command_line_is_named(mistake, here):
    if "/proc" in mistake.call and not pathlib.Path("/proc/self").exists():
        pytest.skip("no folder of this system refuses all that is written")
    if ".xlsx" in mistake.call:
        pytest.importorskip("openpyxl")
    done = CliRunner().invoke(app, shlex.split(mistake.call)[1:], env={"COLUMNS": "120"})
    assert done.exit_code == (0 if mistake.taken else 2), done.output
    assert without_blanks(mistake.says) in without_blanks(done.output)
    assert "Traceback" not in done.output


@pytest.mark.parametrize("mistake", _mistakes.PYTHON, ids=lambda mistake: mistake.what)
def test_a_mistake_in_python_is_named(mistake, here):
    with pytest.raises((ValueError, TypeError, AttributeError, OSError), match=re.escape(mistake.says)) as told:
        exec(mistake.call, {})
    assert len(str(told.value).splitlines()) <= 4


def test_what_a_table_tells_needs_neither_scikit_learn_nor_a_network_library(here):
    calls = json.dumps([mistake.call for mistake in LIGHT])
    done = subprocess.run([sys.executable, "-c", MADE_IN_TURN, calls], capture_output=True, text=True, check=True)
    heavy = json.loads(done.stdout.splitlines()[-1])
    assert len(heavy) == len(LIGHT)
    assert not {call: loaded for call, loaded in heavy.items() if loaded}


def test_the_page_tells_every_mistake_as_it_is_told_today():
    page = (REPO_ROOT / "docs" / "mistakes.md").read_text(encoding="utf-8")
    rows = {
        row.split(" | ")[1].strip("`").replace("\\|", "|"): row for row in page.splitlines() if row.startswith("| ")
    }
    for mistake in (*_mistakes.COMMANDS, *_mistakes.PYTHON):
        assert mistake.says.replace("`", "'") in rows[mistake.call], mistake.what


@pytest.mark.parametrize(
    "call",
    [
        "search labels.csv --image file --target kl",
        "study labels.csv --image file --target kl --group who",
        "predict grader.skerosion labels.csv --image file",
        "train settings.json labels.csv",
        "table knees",
        "demo",
    ],
)
def test_a_full_disk_is_told_before_anything_is_done(call, here, monkeypatch):
    def full(**named):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    for room in ("skerosion.datasets.tabulate_images", "skerosion.datasets.check_image_table"):
        monkeypatch.setattr(room, lambda *given, **named: pytest.fail("goes on"))
    monkeypatch.setattr("skerosion.datasets.write_joint_images", lambda *given, **named: pytest.fail("goes on"))
    done = CliRunner().invoke(app, [*shlex.split(call), "--out", "new.skerosion"])
    assert done.exit_code == 2, done.output
    assert without_blanks("No space left on device") in without_blanks(done.stderr)
    assert not pathlib.Path("new.skerosion").exists()
