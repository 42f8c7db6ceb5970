"""The page that tells how many images one needs: its figures are those of the pages that it cites; its script runs."""

import pathlib
import re

import numpy as np
import pandas as pd
import pytest
from PIL import Image

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "how_many_images.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and "](" in line]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_figures_are_those_of_the_page_that_a_row_cites(row):
    said = "\n".join((DOCS / page).read_text(encoding="utf-8") for page in re.findall(r"\]\(([\w/.]+)", row))
    figures = [figure for figure in NUMBER.findall(row) if len(figure) > 1]
    assert figures and not set(figures) - set(NUMBER.findall(said))


@pytest.mark.slow
def test_the_script_runs(monkeypatch, tmp_path):
    from skerosion import CNNClassifier, save_estimator

    rng, grades = np.random.default_rng(0), np.tile([0, 1, 2], 20)
    images = (rng.integers(0, 80, (60, 64, 64)) + 80 * grades[:, None, None]).astype("uint8")
    for number, image in enumerate(images):
        Image.fromarray(image).save(tmp_path / f"{number}.png")
    names = [f"{number}.png" for number in range(60)]
    table = {"path": names, "kl_grade": grades, "patient_id": np.repeat(np.arange(30), 2)}
    pd.DataFrame(table).to_csv(tmp_path / "labels.csv", index=False)
    monkeypatch.chdir(tmp_path)
    small = {"filters": (4,), "convolutions": 1, "dense_units": (8,), "epochs": 2, "random_state": 0}
    save_estimator(CNNClassifier(**small).fit(images, grades), "grader.skerosion")
    scope = {}
    exec(re.search(r"```python\n(.*?)```", PAGE, re.DOTALL).group(1), scope)
    assert scope["curve"].sizes[-1] == 21
