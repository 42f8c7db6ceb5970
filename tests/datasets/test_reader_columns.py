"""Tables that several readers graded, in a column each or in a row each."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from skerosion.datasets import ImageTableError, load_image_table

SAID = {"amy": [1, 2, None, None], "ben": [2, 2, 0, None], "cem": [4, 3, 1, None]}


@pytest.fixture
def wide(tmp_path):
    for number in range(4):
        Image.new("L", (8, 8), 60 * number).save(tmp_path / f"{number}.png")
    paths = [str(tmp_path / f"{number}.png") for number in range(4)]
    return pd.DataFrame({"path": paths, "patient": list("xxyy")} | SAID)


def long_of(wide):
    return wide.melt(id_vars=["path", "patient"], var_name="expert", value_name="kl").dropna()


def test_the_lower_median_is_the_grade_and_votes_ride_on_the_rows(wide):
    with pytest.warns(UserWarning, match="no grade: 1"):
        data = load_image_table(
            wide, image="path", target=None, readers=list(SAID), group="patient", on_problem="report"
        )
    assert data.y.tolist() == [2, 2, 0] and data.y.dtype == np.int64
    assert np.array_equal(data.X.votes, [[1, 2, 4], [2, 2, 3], [np.nan, 0, 1]], equal_nan=True)
    assert data.readers == ("amy", "ben", "cem")
    assert "the median of its readers (amy, ben, cem), the lower one of two" in data.message
    assert data.excluded["reason"].tolist() == ["no grade"]


def test_a_row_an_image_and_reader_says_the_same(wide, tmp_path):
    expected = load_image_table(wide[:3], image="path", target=None, readers=list(SAID), group="patient")
    shuffled = long_of(wide).sample(frac=1, random_state=0).sort_values("path", kind="stable")
    shuffled.to_csv(tmp_path / "long.csv", index=False)
    for table in (shuffled, tmp_path / "long.csv"):
        data = load_image_table(table, image="path", target="kl", reader="expert", group="patient")
        order = [data.readers.index(f"expert {name}") for name in SAID]
        assert data.y.tolist() == expected.y.tolist()
        assert np.array_equal(data.X.votes[:, order], expected.X.votes, equal_nan=True)
        assert data.groups.tolist() == expected.groups.tolist()


def test_names_of_grades_have_the_median_of_their_order(wide):
    wide["amy"], wide["ben"] = ["mild", "none", None, "severe"], ["none", "none", "mild", "severe"]
    both = {"image": "path", "target": None, "readers": ["amy", "ben"]}
    with pytest.raises(ValueError, match="order must list the grades"):
        load_image_table(wide, **both)
    data = load_image_table(wide, order=["none", "mild", "severe"], **both)
    assert data.y.tolist() == ["none", "none", "mild", "severe"]
    assert data.X.votes[2].tolist() == [None, "mild"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"target": None, "readers": ["amy"]}, "readers must list at least two columns"),
        ({"target": None, "readers": "amy"}, "a column that names the reader of each row is reader="),
        ({"target": "amy", "readers": ["ben", "cem"]}, "target and reader must be None beside them"),
        ({"target": None, "readers": ["amy", "dan"]}, r"readers\[1\]='dan' must be one column.*Columns: path"),
        ({"target": None, "readers": ["amy", "amy"]}, "must be another column"),
        ({"target": None, "reader": "amy"}, "target must name the column of the grades"),
    ],
)
def test_columns_that_cannot_be_meant_are_refused(wide, columns, message):
    with pytest.raises(ValueError, match=message):
        load_image_table(wide, image="path", **columns)


def test_what_contradicts_itself_is_refused(wide):
    long = long_of(wide)
    told = {"image": "path", "target": "kl", "reader": "expert", "group": "patient"}
    with pytest.raises(ValueError, match="a reader must grade an image once, got two rows of .*0.png by amy"):
        load_image_table(pd.concat([long, long[:1]]), **told)
    long.loc[long.index[0], "patient"] = "y"
    with pytest.raises(ValueError, match="must be one patient for each image, got several for .*0.png"):
        load_image_table(long, **told)
    long["expert"] = long["expert"].replace("ben", " ")
    with pytest.raises(ValueError, match="reader='expert' must name a reader in each row"):
        load_image_table(long, **told)


def test_a_cell_that_is_no_grade_names_its_reader(wide):
    wide["ben"] = ["2", "two", "0", "1"]
    with pytest.raises(ImageTableError, match=r"grade is not a finite number: 1: row 1 \(.*ben: 'two'\)"):
        load_image_table(wide, image="path", target=None, readers=["ben", "cem"])


def test_numbers_and_names_do_not_mix(wide):
    wide["ben"] = ["low", "high", "low", "low"]
    with pytest.raises(ValueError, match="readers must grade in one way, got numbers in column 'cem' and names"):
        load_image_table(wide[:3], image="path", target=None, readers=["ben", "cem"])
