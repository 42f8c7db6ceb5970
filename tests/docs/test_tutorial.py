"""The notebook runs as it stands, from its first cell to its last, and is committed without outputs."""

import json
import pathlib

import matplotlib.pyplot as plt
import pytest

NOTEBOOK = pathlib.Path(__file__).resolve().parents[2] / "docs" / "tutorial.ipynb"
CELLS = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
CODE = [cell for cell in CELLS if cell["cell_type"] == "code"]


def test_it_is_committed_without_outputs():
    assert not [cell["id"] for cell in CODE if cell["outputs"] or cell["execution_count"] is not None]


@pytest.mark.slow
def test_its_cells_run_in_order(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(plt, "show", lambda: None)
    names = {"__name__": "__main__"}
    for cell in CODE:
        exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    assert len(plt.get_fignums()) == 3
    assert names["low"] < names["accuracy"] < names["high"] and names["low"] > 0.25, "better than chance"
    assert (tmp_path / "grader.skerosion").exists()
