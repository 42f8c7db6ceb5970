"""Sheets of patients: every image once, under its patient, with what is said of it or why nothing is."""

import numpy as np
import pandas as pd
import pytest

from skerosion.report import make_sheets, to_html

pytestmark = pytest.mark.once

LINES = pd.DataFrame(
    {
        "path": ["a1.png", "b1.png", "a2.png"],
        "who": ["a", "b", "a"],
        "prediction": [1, np.nan, 0],
        "p_0": [0.4, np.nan, 0.9],
        "p_1": [0.6, np.nan, 0.1],
        "interval_low": [0, np.nan, 0],
        "interval_high": [1, np.nan, 0],
        "reason": ["", "missing", ""],
    }
)
ROWS = pd.DataFrame(
    {
        "who": ["a", "b"],
        "n_images": [2, 1],
        "n_predicted": [2, 0],
        "worst": [1, np.nan],
        "mean": [0.5, np.nan],
        "worst_low": [0, np.nan],
        "worst_high": [1, np.nan],
        "mean_low": [0.0, np.nan],
        "mean_high": [1.0, np.nan],
        "p_worst_0": [0.36, np.nan],
        "p_worst_1": [0.64, np.nan],
    }
)


def sheets(**settings):
    told = {"interval": 0.9, "told": {"estimator": "e"}}
    return make_sheets(ROWS, LINES, LINES["who"].to_numpy(), **told | settings)


def test_each_patient_has_its_images_and_no_others():
    first, second = sheets().sections
    assert [row[0] for row in first.blocks[1].rows] == ["a1.png", "a2.png"]
    assert first.blocks[1].rows[0][1:] == [1.0, "60 %", "0 to 1"]
    assert second.blocks[1].rows == [["b1.png", None, None, None, "missing"]]
    assert first.blocks[0].facts["worst of them"] == "1 (90 % interval 0 to 1)"
    assert second.blocks[0].facts["worst of them"] == "not given"
    assert first.blocks[2].rows == [["0", "36 %"], ["1", "64 %"]]


def test_beside_a_number_stands_the_likeliest_grade():
    lines = LINES.assign(prediction=[0.62, np.nan, 0.1])
    (first, _) = make_sheets(ROWS, lines, lines["who"].to_numpy(), interval=0.9, told={}).sections
    assert first.blocks[1].rows[0][2] == "grade 1: 60 %"


def test_pictures_stand_with_their_images_only_where_they_are_given():
    text = to_html(sheets(pictures={0: "data:image/png;base64,AAAA"}), ".")
    assert text.count("<img") == 1 and "Image a1.png, predicted 1." in text
    assert "images, which are of a patient" in to_html(sheets(), ".")


def test_names_of_patients_are_text_and_no_markup():
    rows, lines = ROWS.assign(who=["<b>", "b"]), LINES.assign(who=["<b>", "b", "<b>"])
    document = make_sheets(rows, lines, lines["who"].to_numpy(), interval=0.9, told={})
    assert "who &lt;b&gt;" in to_html(document, ".")
