"""Faults at every file operation, kills after every landing, two processes on a folder.

The fast part lets a few operations fail. `make test-slow` takes some of each scene; `make soak` takes all faults at all
of them, searches and studies too, kills, and two processes.
"""

import os
import re
import subprocess
import sys

import pytest

from skerosion.experiments import SearchStopped
from tests.conftest import REPO_ROOT
from tests.fault_scenes import SCENES, CommandFailed, files_of, stand_still
from tests.fault_scenes import inputs as inputs
from tests.faults import FAULTS, Faults

pytestmark = pytest.mark.once
SOAK = "SKEROSION_SOAK" in os.environ
soak = pytest.mark.skipif(not SOAK, reason="takes hours: make soak")
TOLD = (OSError, ValueError, SearchStopped, CommandFailed)


@pytest.fixture
def still(monkeypatch):
    """Nothing but file operations differs between two runs."""
    stand_still(monkeypatch)


@pytest.fixture(scope="module")
def undisturbed(inputs, tmp_path_factory):
    """What a scene leaves without a fault, and the file operations that it takes."""
    known = {}

    def of(scene):
        if scene not in known:
            out = tmp_path_factory.mktemp(scene)
            with Faults(tmp_path_factory.getbasetemp()) as counted:
                SCENES[scene](inputs, out)
            known[scene] = (files_of(out), counted.seen)
        return known[scene]

    return of


def try_fault(scene, inputs, out, expected, **fault):
    """Run a scene with one fault and check what is left; run it again without, which ends in the same bytes."""
    told = None
    with Faults(out.parent.parent, **fault) as faults:
        try:
            SCENES[scene](inputs, out)
        except (*TOLD, KeyboardInterrupt) as error:
            told = error
    assert faults.was_hit
    _, path = faults.seen[fault["at"]]
    left = files_of(out)
    if told is None and path.name.startswith(".scored.json"):  # the note beside a table is no result: that is said
        assert left == {name: content for name, content in expected.items() if name != "scored.json"}
        return told
    if told is None and left != expected:  # an image of many: its row says why, and the others are done
        assert path.suffix == ".png" and path.is_relative_to(inputs)
        check_told(path, b"".join(left.values()).decode(), fault["fault"])
        return told
    assert {name: expected.get(name) for name in left} == left, "half written, or left over"
    if told is None:  # something else served as well, such as a folder that was there already
        assert left == expected
        return told
    if isinstance(told, TOLD) and fault["fault"] != "interruption":
        check_told(path, str(told), fault["fault"])
        assert len(str(told).strip().splitlines()) == 1 or "rows cannot be used" in str(told)
    SCENES[scene](inputs, out)
    assert files_of(out) == expected
    return told


def check_told(path, text, fault):
    """What failed is named, what is written by the name that it gets, a hidden probe by its folder."""
    name = re.sub(r"^\.(.+)\.\w+\.part$", r"\1", path.name)
    name = path.parent.name if name.endswith("(deleted)") else name
    assert name in text, f"{name} is not named: {text}"
    assert any(why in text for why in (FAULTS[fault].strerror, "disk is full", "is damaged", "unreadable")), text


def spread(seen, count):
    """Some numbers of operations, of each kind, or all of them where there is time."""
    if SOAK or len(seen) <= count:
        return range(len(seen))
    return sorted({round(place * (len(seen) - 1) / (count - 1)) for place in range(count)})


@pytest.mark.parametrize("fault", FAULTS)
def test_an_estimator_is_saved_whole_or_not_at_all(fault, inputs, undisturbed, still, tmp_path):
    expected, seen = undisturbed("save")
    for number in range(len(seen)):
        out = tmp_path / str(number)
        out.mkdir()
        told = try_fault("save", inputs, out, expected, at=number, fault=fault)
        # Python makes folders that are there already without asking.
        assert told is not None or seen[number][0] == "mkdir"


@pytest.mark.parametrize("fault", ["no space", "interruption"])
@pytest.mark.parametrize("scene", ["train", "predict"])
def test_a_few_faults(scene, fault, inputs, undisturbed, still, tmp_path):
    expected, seen = undisturbed(scene)
    last = [number for number, (operation, _) in enumerate(seen) if operation == "write"][-1]
    for number in (len(seen) // 3, last):
        out = tmp_path / str(number)
        out.mkdir()
        try_fault(scene, inputs, out, expected, at=number, fault=fault)


@pytest.mark.slow
@pytest.mark.timeout(6 * 3600 if SOAK else 300)
@pytest.mark.parametrize("lasting", [False, True] if SOAK else [False])
@pytest.mark.parametrize("fault", FAULTS if SOAK else ["input/output error"])
@pytest.mark.parametrize("scene", ["train", "evaluate", "predict", "grade", *(["search", "study"] if SOAK else [])])
def test_every_fault_is_told_and_nothing_is_lost(scene, fault, lasting, inputs, undisturbed, still, tmp_path):
    expected, seen = undisturbed(scene)
    for number in spread(seen, 12):
        out = tmp_path / str(number)
        out.mkdir()
        try_fault(scene, inputs, out, expected, at=number, fault=fault, lasting=lasting)


def start(scene, inputs, out, landing=()):
    """Run a scene in a process of its own."""
    command = [sys.executable, "-m", "tests.fault_scenes", scene, str(inputs), str(out), *map(str, landing)]
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=REPO_ROOT, env=os.environ | {"PYTHONPATH": str(REPO_ROOT)}, **streams)


@soak
@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("scene", ["search", "study", "evaluate", "train", "predict", "grade"])
def test_what_has_landed_when_a_process_is_killed_is_gone_on_with(scene, inputs, undisturbed, still, tmp_path):
    expected, seen = undisturbed(scene)
    landings = [each for each in seen if each[0] == "replace"]
    # The last one is the end of an evaluation.
    for number in spread(landings[:-1], 3):
        out = tmp_path / str(number)
        out.mkdir()
        killed = start(scene, inputs, out, [number])
        assert killed.wait() == 9, killed.stderr.read()
        left = files_of(out)
        assert len(left) == number + 1 and left.items() <= expected.items()
        SCENES[scene](inputs, out)
        assert files_of(out) == expected


@soak
@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("scene", ["search", "study"])
def test_two_processes_in_one_folder_end_as_one(scene, inputs, undisturbed, tmp_path):
    expected, _ = undisturbed(scene)
    for round_ in range(20):
        out = tmp_path / str(round_)
        out.mkdir()
        both = [start(scene, inputs, out) for _ in range(2)]
        assert [(each.wait(), each.stderr.read()) for each in both] == [(0, "")] * 2
        assert files_of(out) == expected
