"""The example of a distributed search: real scheduler and workers, one killed, the scores of the local search."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("distributed")

EXAMPLE = pathlib.Path(__file__).parents[1] / "examples" / "distributed_search.py"
TELL = """
import json, runpy, sys
names = runpy.run_path(sys.argv[1])
scores = {name: {key: values.tolist() for key, values in names[name].items() if "test_" in key}
          for name in ("distributed", "local")}
print(json.dumps({**scores, "lost": sorted(names["lost"]["processing-tasks"])}))
"""


@pytest.fixture(scope="module")
def told():
    """What the example ends with, run in a process of its own, whose descendants end with it in any case."""
    command = [sys.executable, "-c", TELL, str(EXAMPLE)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        output, _ = process.communicate(timeout=270)
    finally:
        with contextlib.suppress(ProcessLookupError):  # which says that none is left
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 0
    return json.loads(output.splitlines()[-1])


@pytest.mark.slow
@pytest.mark.tensorflow
def test_a_killed_worker_changes_no_score(told):
    """Equal to the last bit, in every fold and for every score."""
    assert any("fit_and_score" in task for task in told["lost"]), "the worker was fitting when it was killed"
    distributed, local = told["distributed"], told["local"]
    assert "split2_test_crps" in local
    assert np.isfinite(local["mean_test_crps"]).all() and len(set(local["mean_test_crps"])) == 2
    assert distributed == local
