"""Files that land together: all of them, or none that counts."""

import os
import subprocess
import sys

import pytest

from skerosion._writing import check_outputs, landing_together, unfinished, write_text
from tests.conftest import REPO_ROOT

pytestmark = pytest.mark.once
KILLED = """
import os, sys
from skerosion._writing import landing_together, write_text
with landing_together(*sys.argv[2:]):
    for path in sys.argv[2 : 2 + int(sys.argv[1])]:
        write_text(path, "half")
    os._exit(9)
"""


def killed(after, *paths):
    """Write files that land together in a process that ends after some of them."""
    command = [sys.executable, "-c", KILLED, str(after), *map(str, paths)]
    assert subprocess.run(command, env=os.environ | {"PYTHONPATH": str(REPO_ROOT)}).returncode == 9


@pytest.fixture
def pair(tmp_path):
    return tmp_path / "a.csv", tmp_path / "b.csv"


@pytest.mark.parametrize("after", [0, 1, 2])
def test_what_a_killed_call_has_left_does_not_stand_in_the_way_of_the_next(after, pair, tmp_path):
    killed(after, *pair)
    check_outputs(*pair)
    with landing_together(*pair):
        assert [path.exists() for path in pair] == [False, False]
        for path in pair:
            write_text(path, "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]
    with pytest.raises(FileExistsError, match="a.csv already exists"):
        check_outputs(*pair)


def test_what_was_there_before_a_killed_call_stays_in_the_way(pair):
    write_text(pair[1], "mine")
    killed(1, *pair)
    with pytest.raises(FileExistsError, match="b.csv already exists"):
        check_outputs(*pair)
    with pytest.raises(FileExistsError, match="b.csv already exists"):
        check_outputs(*pair[::-1])


def test_of_other_files_that_a_killed_call_was_to_write_nothing_stays(pair, tmp_path):
    killed(2, *pair, tmp_path / "c.csv")
    with landing_together(pair[0], None):
        write_text(pair[0], "whole")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("told", ["", "{}", "[7]", '["../b.csv"]', '["/etc/b.csv"]', '[""]', '[".."]'])
def test_a_note_of_others_takes_nothing_away_elsewhere(told, pair, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    write_text(tmp_path / "b.csv", "mine")
    write_text(folder / ".a.csv.unfinished", told)
    assert unfinished(folder / "a.csv") == []
    with landing_together(folder / "a.csv"):
        pass
    assert (tmp_path / "b.csv").read_text() == "mine"


def test_a_call_that_fails_leaves_what_was_there_and_no_note(pair, tmp_path):
    write_text(pair[1], "mine")
    with pytest.raises(KeyboardInterrupt), landing_together(*pair):
        for path in pair:
            write_text(path, "new")
        raise KeyboardInterrupt
    assert [path.name for path in tmp_path.iterdir()] == ["b.csv"]


def test_nothing_to_write_leaves_nothing():
    check_outputs(None)
    with landing_together(None):
        pass
