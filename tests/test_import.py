"""Importing the package is quick and loads no learning library; touching a name loads what it needs."""

import json
import pathlib
import subprocess
import sys

import pytest
from PIL import Image

import skerosion
from tests.package_files import rooms

IMPORT_EACH = """
import importlib, json, sys, time
answer = {}
for name in json.loads(sys.argv[1]):
    start = time.process_time()
    try:
        importlib.import_module(name)
        error = None
    except ImportError as problem:
        error = repr(problem)
    answer[name] = {"seconds": time.process_time() - start, "error": error, "loaded": sorted(sys.modules)}
print(json.dumps(answer))
"""

NETWORK_LIBRARIES = {"keras", "tensorflow", "jax", "torch", "scikeras"}
LIGHT_ROOMS = (
    "clinical",
    "preprocessing",
    "datasets",
    "imbalance",
    "model_selection",
    "forecasts",
    "visits",
    "metrics",
    "testing",
)


def import_in_a_new_process(*names):
    """Import the names in turn in one fresh interpreter; return processor time, error and modules of each."""
    command = [sys.executable, "-c", IMPORT_EACH, json.dumps(names)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=240).stdout)


@pytest.fixture(scope="module")
def light_rooms():
    return import_in_a_new_process(*(f"skerosion.{room}" for room in LIGHT_ROOMS))


def test_import_is_quick_and_loads_nothing():
    answer = import_in_a_new_process("skerosion")["skerosion"]
    assert answer["error"] is None
    assert answer["seconds"] < 0.5
    assert not (NETWORK_LIBRARIES | {"sklearn", "numpy", "pandas"}) & set(answer["loaded"])


@pytest.mark.parametrize("room", LIGHT_ROOMS)
def test_a_room_below_the_networks_loads_no_network_library(light_rooms, room):
    answer = light_rooms[f"skerosion.{room}"]
    assert answer["error"] is None
    assert not NETWORK_LIBRARIES & set(answer["loaded"])


def test_reading_a_table_needs_neither_scikit_learn_nor_networks(tmp_path):
    (tmp_path / "table.csv").write_text("path,grade\n" + "".join(f"{name}.png,{name}\n" for name in range(3)))
    for name in range(3):
        Image.new("L", (8, 8), name).save(tmp_path / f"{name}.png")
    script = (
        "import sys; sys.modules.update(sklearn=None, keras=None, tensorflow=None)\n"
        "from skerosion import load_image_table\n"
        "print(load_image_table(sys.argv[1], image='path', target='grade').y.tolist())\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "table.csv")]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert answer.stdout == "[0, 1, 2]\n", answer.stderr


def test_help_of_the_command_line_works_without_tensorflow():
    without = "import sys; sys.modules.update(keras=None, tensorflow=None); "
    command = [sys.executable, "-c", without + "from skerosion.commands import app; app(['--help'])"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert answer.returncode == 0, answer.stderr
    assert "search" in answer.stdout and "predict" in answer.stdout and "demo" in answer.stdout


@pytest.mark.parametrize("name", skerosion.__all__)
def test_public_name_is_there(name):
    assert getattr(skerosion, name).__name__ == name


def test_directory_names_the_rooms_and_what_a_first_script_needs():
    folders = {room.name for room in rooms(pathlib.Path(skerosion.__file__).parent)}
    assert set(dir(skerosion)) == {"__version__", *folders, *skerosion.__all__}
    assert 15 <= len(skerosion.__all__) <= 23


def test_version_is_that_of_the_installed_package():
    assert skerosion.__version__ == "0.1.0"


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'skerosion' has no attribute 'CNNClassifer'"):
        _ = skerosion.CNNClassifer
