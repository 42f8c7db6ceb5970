"""The report turns results into tables, figures and files: nothing in it fits, predicts or keeps an estimator."""

import ast
import pathlib

import pytest

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "skerosion" / "report"
FORBIDDEN = {"fit", "partial_fit", "predict", "predict_proba", "predict_distribution", "forecast", "from_estimator"}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_nothing_fits_or_predicts(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and hasattr(node.func, "attr")}
    assert not called & FORBIDDEN
