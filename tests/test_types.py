"""Type checkers see what is there: a misspelt parameter or name of a user's script is found before it runs."""

import os
import pathlib
import subprocess
import sys

import pytest

REPO_ROOT = pathlib.Path(__file__).resolve().parents[1]

SCRIPT = """\
import numpy as np
import skerosion
from skerosion import AugmentingOverSampler, CNNClassifier, CRPSRegressor

images, grades = np.zeros((8, 16, 16), np.uint8), np.arange(8) % 2
classifier = CNNClassifier(epochs=1, learning_rat=0.01)
regressor = CRPSRegressor(grid="auto", random_state=0).fit(images, grades)
step = AugmentingOverSampler(rotation="25")
skerosion.CNNRegressr()
"""


@pytest.fixture(scope="module")
def complaints(tmp_path_factory):
    """What mypy says of a user's script and of the examples, silent about the package as about installed ones."""
    script = tmp_path_factory.mktemp("user") / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    examples = (REPO_ROOT / "examples").rglob("*.py")
    command = [sys.executable, "-m", "mypy", "--follow-imports=silent", "--ignore-missing-imports", script, *examples]
    options = {"cwd": script.parent, "env": {**os.environ, "MYPYPATH": str(REPO_ROOT)}}
    done = subprocess.run(command, **options, capture_output=True, text=True, timeout=240)
    return [line for line in done.stdout.splitlines() if " error: " in line]


@pytest.mark.slow
def test_mypy_finds_what_is_misspelt_or_of_another_type(complaints):
    found = [line for line in complaints if "script.py" in line]
    assert len(found) == 3, found
    assert "script.py:6:" in found[0] and '"learning_rat" for "CNNClassifier"' in found[0]
    assert "script.py:8:" in found[1] and 'has incompatible type "str"; expected "float"' in found[1]
    assert "script.py:9:" in found[2] and '"CNNRegressr"' in found[2]


@pytest.mark.slow
def test_types_are_wide_enough_for_the_examples(complaints):
    """But for settings kept in a dict, of whose values a type checker knows no more than `object`."""
    kinds = ("[arg-type]", "[call-arg]", "[attr-defined]", "[index]", "[union-attr]")
    found = [line for line in complaints if "script.py" not in line and "**dict" not in line]
    assert not [line for line in found if line.endswith(kinds)]
