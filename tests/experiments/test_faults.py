"""Faults at every file operation, kills after every landing, two processes on a folder.

The fast part lets a few operations fail. `make test-slow` takes some of each scene. `make soak` takes all faults at all
operations, of the long scenes each fault at every fifth, so that together they hit each; kills after landings and at
any time, lost workers, and two processes in one folder.
"""

import os
import re
import runpy
import subprocess
import sys
import time

import numpy as np
import pytest

from skerosion.experiments import SearchPlan, SearchStopped
from skerosion.experiments._store import WINNER
from tests.brightness_estimator import make_joints, run_search
from tests.conftest import REPO_ROOT
from tests.fault_scenes import SCENES, CommandFailed, files_of, stand_still
from tests.fault_scenes import inputs as inputs
from tests.faults import FAULTS, Faults

pytestmark = pytest.mark.once
SOAK = "SKEROSION_SOAK" in os.environ
soak = pytest.mark.skipif(not SOAK, reason="takes long: make soak")
LONG = ("search", "study")
STEPS = {"grade": 5, "search": 5, "study": 5}
TRIES = [(fault, False) for fault in FAULTS] + [("no space", True), ("input/output error", True)]
"""Faults, and whether what follows fails too."""
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
        check_told([path], b"".join(left.values()).decode(), fault["fault"])
        return told
    assert {name: expected.get(name) for name in left} == left, "half written, or left over"
    if told is None:  # something else served as well, such as a folder that was there already
        assert left == expected
        return told
    if isinstance(told, TOLD) and fault["fault"] != "interruption":
        # What is read or written in vain need not matter; of what fails after it something does, and is told.
        failed = [path for _, path in faults.seen[fault["at"] :]] if fault.get("lasting") else [path]
        check_told(failed, str(told), fault["fault"])
        assert len(str(told).strip().splitlines()) == 1 or "rows cannot be used" in str(told)
    SCENES[scene](inputs, out)
    assert files_of(out) == expected
    return told


def check_told(paths, text, fault):
    """One that failed is named, what is written by the name that it gets, a hidden probe by its folder."""
    names = [re.sub(r"^\.(.+)\.\w+\.part$", r"\1", path.name) for path in paths]
    names += [path.parent.name for path in paths if path.name.endswith("(deleted)")]
    assert any(name in text for name in names), f"{names} are not named: {text}"
    assert any(why in text for why in (FAULTS[fault].strerror, "disk is full", "is damaged", "unreadable")), text


def places(seen, count, step=1, first=0):
    """Some numbers of operations; where there is time all of them, or each one of so many."""
    if SOAK or len(seen) <= count:
        return range(first % step, len(seen), step)
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
@pytest.mark.parametrize(("fault", "lasting"), TRIES if SOAK else [("input/output error", False)])
@pytest.mark.parametrize("scene", ["train", "evaluate", "predict", "grade", *(LONG if SOAK else [])])
def test_every_fault_is_told_and_nothing_is_lost(scene, fault, lasting, inputs, undisturbed, still, tmp_path):
    expected, seen = undisturbed(scene)
    for number in places(seen, 12, STEPS.get(scene, 1), first=TRIES.index((fault, lasting))):
        out = tmp_path / str(number)
        out.mkdir()
        try_fault(scene, inputs, out, expected, at=number, fault=fault, lasting=lasting)


@pytest.mark.slow
def test_a_winner_whose_record_cannot_be_read_is_never_left_out(inputs, undisturbed, still, tmp_path):
    expected, seen = undisturbed("search")
    reads = [number for number, (operation, path) in enumerate(seen) if operation == "read" and WINNER in path.name]
    for number in reads[-3:]:
        out = tmp_path / str(number)
        out.mkdir()
        try_fault("search", inputs, out, expected, at=number, fault="input/output error")


# What TensorFlow says of drivers and of its own build comes before anything can silence it.
OF_TENSORFLOW = re.compile(r"WARNING: All log messages before absl::|[IW]\d{4} [\d:.]+ +\d+ \w+\.cc:\d+\] ")


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
    for number in places(landings[:-1], 3, STEPS[scene] if scene in LONG else 1):
        out = tmp_path / str(number)
        out.mkdir()
        with start(scene, inputs, out, [number]) as killed:
            told = killed.stderr.read()
            assert killed.wait() == 9, told
        check_gone_on_with(scene, inputs, out, expected)


@soak
@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("scene", LONG)
def test_a_process_that_is_killed_at_any_time_is_gone_on_with(scene, seed, inputs, undisturbed, still, tmp_path):
    expected, _ = undisturbed(scene)
    with start(scene, inputs, tmp_path) as process:
        while not (tmp_path / "plan.json").exists() and process.poll() is None:
            time.sleep(0.05)
        time.sleep(np.random.default_rng(seed).uniform(0, 3))
        process.kill()
    check_gone_on_with(scene, inputs, tmp_path, expected)


def check_gone_on_with(scene, inputs, out, expected):
    """What is left is whole, but for hidden files, and the same call ends as if nothing had been."""
    assert shown(out).items() <= expected.items()
    SCENES[scene](inputs, out)
    assert shown(out) == expected


def shown(out):
    """Files that are not hidden: a killed process leaves the one that it was writing."""
    return {name: content for name, content in files_of(out).items() if not os.path.basename(name).startswith(".")}


WORKER = """
import os, signal
from pathlib import Path
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from skerosion.forecasts import Forecast, ForecastMixin

class Marginal(ForecastMixin, ClassifierMixin, BaseEstimator):
    def __init__(self, mark=""):
        self.mark = mark

    def fit(self, X, y):
        if len(list(Path(self.mark).parent.glob("fits/*.npz"))) >= 2:
            try:
                os.unlink(self.mark)
            except FileNotFoundError:
                pass
            else:
                os.kill(os.getpid(), signal.SIGKILL)
        self.classes_, counts = np.unique(y, return_counts=True)
        self.shares_ = counts / len(y)
        return self

    def forecast(self, X):
        return Forecast.of_probabilities(np.tile(self.shares_, (len(X), 1)), self.classes_)
"""


@pytest.mark.slow
def test_a_lost_worker_is_told_and_what_is_finished_stays(tmp_path):
    (tmp_path / "script.py").write_text(WORKER)
    estimator = runpy.run_path(str(tmp_path / "script.py"), run_name="a_script")["Marginal"](str(tmp_path / "mark"))
    plan = SearchPlan(tasks=("classifier",), strategies=("original",), estimators={"marginal": estimator}, folds=6)

    def search(jobs):
        return run_search(*make_joints(), out=tmp_path, plan=plan, jobs=jobs, progress=False, say=lambda text: None)

    (tmp_path / "mark").touch()
    with pytest.raises(
        SearchStopped, match=r"^A process was lost while fitting.* [2-5] of 6 fits .*: the same command"
    ):
        search(2)
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "fits").glob("*.npz")}
    result = search(1)
    assert len(kept) >= 2 and {path: path.stat().st_mtime_ns for path in kept} == kept
    assert all(np.isfinite(each.probabilities).all() for each in result.predictions.values())


@soak
@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("scene", ["search", "study"])
def test_two_processes_in_one_folder_end_as_one(scene, inputs, undisturbed, tmp_path):
    expected, _ = undisturbed(scene)
    for round_ in range(3):
        out = tmp_path / str(round_)
        out.mkdir()
        with start(scene, inputs, out) as one, start(scene, inputs, out) as other:
            told = [[line for line in each.stderr if not OF_TENSORFLOW.match(line)] for each in (one, other)]
        assert [(each.returncode, lines) for each, lines in zip((one, other), told, strict=True)] == [(0, [])] * 2
        assert files_of(out) == expected
