"""Every line of a table to predict is kept: with what it says, whose it is, and why it has no prediction."""

import warnings

import pandas as pd
import pytest
from PIL import Image

from skerosion.datasets import NewImages, load_image_table, read_text_table

TABLE = """file,who,age,mean
a.png,P1 ,61,x
gone.png,P1,61,x
b.png,P2,,x
broken.png,P3,50,x
,P2,40,x
a.png,P1,61,x
copy.png,P2,7,x
b.png,,7,x
"""
KNOWN = [0, 2, 5, 6, 7]
"""Lines with an image that can be read; copy.png holds what a.png does."""


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    folder = tmp_path_factory.mktemp("new")
    for name, grey in (("a.png", 10), ("copy.png", 10), ("b.png", 200)):
        Image.new("L", (8, 8), grey).save(folder / name)
    (folder / "broken.png").write_bytes(b"\x89PNG no more")
    (folder / "new.csv").write_text(TABLE)
    return folder / "new.csv"


def loaded(table, **options):
    images = NewImages(read_text_table(table), "file", **options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return images, load_image_table(table, image="file", target=None, on_problem="report")


def test_every_line_stands_in_its_place_with_its_reason(table):
    images, data = loaded(table)
    lines = images.table(data, pd.DataFrame({"prediction": [3, 1, 4, 1, 5]}))
    assert lines["path"].tolist() == ["a.png", "gone.png", "b.png", "broken.png", "", "a.png", "copy.png", "b.png"]
    assert lines["prediction"][KNOWN].tolist() == [3, 1, 4, 1, 5]
    assert (lines["reason"] == "").tolist() == [line in KNOWN for line in range(8)]
    assert lines["prediction"].isna().tolist() == [line not in KNOWN for line in range(8)]
    assert lines["reason"][1] == "missing file" and lines["reason"][4] == "no image named"
    assert lines["reason"][3].startswith("unreadable file: ")
    assert not lines["reason"].str.contains(str(table.parent), regex=False).any()


def test_columns_are_kept_as_the_table_writes_them(table):
    images, data = loaded(table, group="who", keep=["all"])
    assert images.told.columns.tolist() == ["path", "who", "age", "mean"]
    assert images.table(data, pd.DataFrame({"mean": [3, 1, 4, 1, 5]})).columns.tolist() == [
        "path", "who", "age", "mean (table)", "mean", "reason",
    ]  # fmt: skip
    assert images.told["age"].tolist() == ["61", "61", "", "50", "40", "61", "7", "7"]
    assert images.told["who"].tolist() == ["P1", "P1", "P2", "P3", "P2", "P1", "P2", ""]
    assert loaded(table, keep=["age", "file", "age"])[0].told.columns.tolist() == ["path", "age"]
    with pytest.raises(ValueError, match=r"keep='agee' must be one column.*Did you mean 'age'\?"):
        loaded(table, keep=["agee"])


def test_what_comes_twice_and_who_is_missing_is_said(table):
    images, data = loaded(table, group="who")
    again, nobody = images.notes(data)
    assert again.startswith("3 rows show the image of another row: row 5 (a.png) that of row 0, row 6 (copy.png)")
    assert "counts once for its patient" in again
    assert nobody == "1 row without a patient is in no patient's row: row 7."
    assert "patient" not in loaded(table)[0].notes(data)[0]


def test_lines_without_a_patient_are_nobodys_for_an_estimator_of_patients(table):
    images, data = loaded(table, group="who")
    assert images.rows(data).groups.tolist() == ["P1", "P2", "P1", "P2", "line 7 without a patient"]
    assert loaded(table)[0].rows(data).groups is None


def test_an_image_counts_once_for_its_patient_and_nobody_s_never(table):
    images, data = loaded(table, group="who")
    # b.png of nobody and a.png, once more of P1, do not count; copy.png does, which P2 has once.
    assert images.counted(data).tolist() == [True, True, False, True, False]


def test_patient_that_lost_digits_is_refused(table, tmp_path):
    (tmp_path / "new.csv").write_text("file,who\na.png,1.23E+11\n")
    with pytest.raises(ValueError, match="group must name patients, got 1 row with others, row 0: patient in scient"):
        NewImages(read_text_table(tmp_path / "new.csv"), "file", group="who")
