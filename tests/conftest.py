"""What all tests share: a quiet TensorFlow, figures without a screen, one hypothesis profile, the real data."""

import os
import pathlib
import sys

# Read by TensorFlow and matplotlib when they are first imported, here or in a subprocess of a test.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")

import hypothesis
import pytest

REPO_ROOT = pathlib.Path(__file__).resolve().parents[1]

# Shared cores make single examples slow at random; the same examples every time make a failure repeatable. The run
# of `make mutants` calls the tests of a class several times in one process, with a new object of the class each time.
hypothesis.settings.register_profile(
    "skerosion",
    deadline=None,
    max_examples=25,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.differing_executors],
)
hypothesis.settings.load_profile("skerosion")


def pytest_collection_modifyitems(items):
    """Skip what holds for TensorFlow only when Keras runs on another backend."""
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if backend == "tensorflow":
        return
    for item in items:
        if item.get_closest_marker("tensorflow"):
            item.add_marker(pytest.mark.skip(reason=f"holds for TensorFlow only, KERAS_BACKEND is {backend}"))


@pytest.fixture(autouse=True)
def seeded():
    """Draw the same first weights every time, so that a failure can be repeated, where a test has loaded Keras."""
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(0)


@pytest.fixture(scope="session")
def shared():
    """Folder with the real images and the reference tables: SKEROSION_SHARED, or shared/ beside the repository."""
    folder = pathlib.Path(os.environ.get("SKEROSION_SHARED", REPO_ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"no reference data at {folder}: set SKEROSION_SHARED to the folder of data/ and reference/")
    return folder
