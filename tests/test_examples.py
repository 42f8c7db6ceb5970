"""The examples run, at reduced size."""

import os
import pathlib
import runpy

import matplotlib.pyplot as plt
import pytest

EXAMPLES = sorted((pathlib.Path(__file__).parents[1] / "examples").glob("plot_*.py"))


@pytest.mark.slow
@pytest.mark.parametrize("script", EXAMPLES, ids=lambda path: path.stem)
def test_example(script, monkeypatch):
    monkeypatch.setitem(os.environ, "SKEROSION_FAST", "1")
    monkeypatch.setattr(plt, "show", lambda: None)
    runpy.run_path(str(script))
    assert plt.get_fignums(), "an example ends with a figure"
    plt.close("all")
