"""What the doctor says of whole, old, broken and missing installations."""

import json
import re
import sys

import pytest
from packaging.requirements import Requirement
from typer.testing import CliRunner

from skerosion.commands import _processor, app, doctor

pytestmark = pytest.mark.once


def run(*options):
    return CliRunner().invoke(app, ["doctor", *options])


def test_a_whole_installation_has_no_problem():
    done = run("--quick")
    assert done.exit_code == 0 and "All that is needed is there." in done.stderr
    for name in ("scikit-learn", "imbalanced-learn", "memory in GB", "bfloat16", "excel"):
        assert name in done.stdout


def test_json_holds_the_versions_that_are_installed():
    import numpy

    done = run("--quick", "--json")
    found = json.loads(done.stdout)
    assert found["packages"]["numpy"] == numpy.__version__ and found["problems"] == []
    assert "backend" not in found


def test_the_backend_is_named():
    found = json.loads(run("--json").stdout)
    assert found["backend"]["name"] in doctor.BACKENDS and found["backend"]["devices"]


def test_a_missing_package_ends_in_one(monkeypatch):
    monkeypatch.setattr(doctor, "installed", lambda name: None if name == "keras" else "99.0")
    done = run()
    assert done.exit_code == 1 and 'keras is missing: pip install "keras' in done.stderr
    # scikit-learn 99 was never tried; the backend is not loaded without Keras.
    assert re.search(r"scikit-learn must be >=1\.\d+ and <1\.\d+, got 99\.0", done.stderr)
    assert "devices" not in done.stdout


def test_no_backend_is_a_problem():
    assert doctor.problems_of([], dict.fromkeys(doctor.BACKENDS)) == ["no backend is installed: pip install tensorflow"]


@pytest.mark.parametrize(("version", "fine"), [("0.14.0", False), ("0.14.1", True), ("0.15rc1", True)])
def test_versions_are_compared_as_versions(version, fine):
    needed = [Requirement("imbalanced-learn>=0.14.1")]
    assert (doctor.problems_of(needed, {"imbalanced-learn": version, "jax": "1"}) == []) == fine


def test_what_is_needed_is_what_the_package_declares():
    names = [each.name for each in doctor.requirements()]
    assert {"scikit-learn", "scikeras", "keras"} <= set(names) and not {"openpyxl", "pytest"} & set(names)
    assert "openpyxl" in [each.name for each in doctor.requirements("excel")]


def test_a_part_is_there_only_with_all_that_it_brings(monkeypatch):
    """TensorFlow alone is no CUDA."""
    monkeypatch.setattr(doctor, "installed", lambda name: None if name.startswith("nvidia") else "1.0")
    assert doctor.extras()["cuda"].startswith("missing") and doctor.extras()["excel"] == "present"


def test_a_backend_that_cannot_be_loaded_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "skerosion.training", None)
    done = run()
    assert done.output.count("cannot be loaded") == 1
    assert done.exit_code == 1 and "cannot be loaded" in done.stderr and "pip install --upgrade" in done.stderr


@pytest.mark.parametrize(
    ("flags", "said"), [("fpu avx512_bf16 amx_bf16", "yes (amx_bf16, avx512_bf16)"), ("fpu", "no")]
)
def test_bfloat16_is_read_from_the_processor(tmp_path, monkeypatch, flags, said):
    monkeypatch.setattr(_processor, "CPUINFO", tmp_path / "cpuinfo")
    assert doctor.bfloat16() == "not known on this system"
    (tmp_path / "cpuinfo").write_text(f"processor : 0\nflags : {flags}\n")
    assert doctor.bfloat16().startswith(said)
