"""Faults at every file operation, kills after every landing, two processes on a folder, a worker that is lost.

The fast part lets a few operations fail. `make test-slow` takes some of each kind, `make soak` all of them.
"""

import os
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
    left, wanted = files_of(out), dict(expected)
    assert faults.was_hit and {name: wanted.get(name) for name in left} == left, "half written, or left over"
    if isinstance(told, TOLD) and fault["fault"] != "interruption":
        text = str(told).strip()
        assert "\n" not in text and str(out.parent.parent) in text, f"no one line that names the file: {text}"
    SCENES[scene](inputs, out)
    assert files_of(out) == expected
    return told
