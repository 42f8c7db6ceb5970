"""Image tables whose grades are names: their order comes with the table, and what is not a grade is refused."""

import numpy as np
import pandas as pd
import pytest

from skerosion.datasets import load_image_table

NAMES = ["none", "mild", "severe"]


@pytest.fixture
def table(grey_files):
    return pd.DataFrame({"path": grey_files[0], "grade": ["mild", "none ", "severe", "none", "mild", "none"]})


def test_an_order_makes_a_series_that_keeps_it(table):
    y = load_image_table(table, image="path", target="grade", order=NAMES).y
    assert y.cat.ordered and y.cat.categories.tolist() == NAMES
    assert y.tolist() == table["grade"].str.strip().tolist()


def test_an_ordered_column_keeps_its_order_where_rows_are_left_out(table):
    table["grade"] = pd.Categorical(table["grade"].str.strip(), categories=NAMES, ordered=True)
    table.loc[1, "grade"] = np.nan
    with pytest.warns(UserWarning, match="no grade: 1"):
        y = load_image_table(table, image="path", target="grade", on_problem="report").y
    assert y.cat.categories.tolist() == NAMES and y.index.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["12,5", "7,5"] * 3, "a decimal comma: '12,5'"),
        (pd.to_datetime(["2020-01-01"] * 6), "got dates, such as 2020-01-01"),
    ],
)
def test_what_is_no_grade_is_refused(table, values, message):
    with pytest.raises(ValueError, match=message):
        load_image_table(table.assign(grade=values), image="path", target="grade")
