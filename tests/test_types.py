"""Type checkers see what is there: a misspelt parameter or name of a user's script is found before it runs."""

import pathlib
import subprocess
import sys

import pytest

REPO_ROOT = pathlib.Path(__file__).resolve().parents[1]

SCRIPT = """\
import numpy as np
import skerosion
from skerosion import CNNClassifier, CRPSRegressor, scorers

images, grades = np.zeros((8, 16, 16), np.uint8), np.arange(8) % 2
classifier = CNNClassifier(epochs=1, learning_rat=0.01)
regressor = CRPSRegressor(grid="auto", random_state=0).fit(images, grades)
scoring = scorers("quadratic_kappa", bins=None)
skerosion.CNNRegressr()
"""


def mypy(script, folder):
    """Return mypy's lines on a user's script."""
    (folder / "script.py").write_text(script, encoding="utf-8")
    # Silent about the package itself, as about every installed one.
    command = [sys.executable, "-m", "mypy", "--follow-imports=silent", "--ignore-missing-imports", "script.py"]
    options = {"cwd": folder, "env": {"MYPYPATH": str(REPO_ROOT)}, "capture_output": True, "text": True}
    return subprocess.run(command, **options, timeout=240).stdout.splitlines()


@pytest.mark.slow
def test_mypy_finds_what_is_misspelt_and_nothing_else(tmp_path):
    found = [line for line in mypy(SCRIPT, tmp_path) if " error: " in line]
    assert len(found) == 2, found
    assert found[0].startswith("script.py:6:") and '"learning_rat" for "CNNClassifier"' in found[0]
    assert found[1].startswith("script.py:9:") and '"CNNRegressr"' in found[1]
