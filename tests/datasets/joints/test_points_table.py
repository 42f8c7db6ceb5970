"""The one table of points that every form of coordinates becomes."""

import numpy as np
import pandas as pd
import pytest

from skerosion.datasets.joints import one_reader, points_table


def table(**columns):
    return points_table(pd.DataFrame({"image": ["a"], "joint": ["L MCP2"], "x": [1.0], "y": [2.0]} | columns))


def test_columns_that_are_not_given_are_empty_and_others_are_kept():
    row = table(patient=["P7"]).iloc[0]
    assert (row["side"], row["joint"], row["reader"], row["reason"]) == ("left", "mcp2", "", "")
    assert np.isnan(row[["width", "height", "angle", "score"]].astype(float)).all() and row["patient"] == "P7"


@pytest.mark.parametrize(
    ("given", "visible", "reason"),
    [(2, True, ""), (1, True, ""), (0, False, "not visible"), ("yes", True, ""), (None, True, "")]
    + [
        ("no", False, "not visible"),
        ("Prosthesis", False, "prosthesis"),
        (True, True, ""),
        (False, False, "not visible"),
    ],
)
def test_visible_is_yes_no_or_a_reason(given, visible, reason):
    row = table(visible=[given]).iloc[0]
    assert (row["visible"], row["reason"]) == (visible, reason)


@pytest.mark.parametrize("gone", [None, np.nan, "", "NA"])
def test_a_point_without_coordinates_is_not_visible(gone):
    row = table(x=[gone]).iloc[0]
    assert not row["visible"] and row["reason"] == "not visible" and np.isnan(row["x"])


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"x": ["left"]}, "x must hold finite numbers, got 'left' in row 0"),
        ({"joint": ["L mcp2 R"]}, "one point of one side"),
        ({"side": ["up"]}, "side must be one of"),
    ],
)
def test_what_cannot_be_a_point_is_told(columns, said):
    with pytest.raises(ValueError, match=said):
        table(**columns)


def test_a_joint_comes_once_for_each_reader():
    twice = {"image": ["a", "a"], "joint": ["L MCP2", "left mcp 2"], "x": [1, 2], "y": [3, 4]}
    with pytest.raises(ValueError, match="once .* left mcp2 of 'a' again in row 1"):
        points_table(pd.DataFrame(twice))
    assert len(points_table(pd.DataFrame(twice | {"reader": ["A", "B"]}))) == 2


def test_readers_become_their_median_and_a_joint_that_half_of_them_miss_is_missing():
    points = points_table(
        pd.DataFrame(
            {
                "image": "a",
                "joint": ["mcp2"] * 3 + ["mcp3"] * 2,
                "x": [10, 12, 90, 5, None],
                "y": [1, 2, 3, 4, None],
                "angle": [170, -170, None, 0, None],
                "reader": ["A", "B", "C", "A", "B"],
            }
        )
    )
    both = one_reader(points)
    assert both["x"].tolist()[0] == 12 and both["y"].tolist()[0] == 2 and abs(both["angle"].iloc[0]) == 180
    assert both["visible"].tolist() == [True, False] and both["reason"].tolist() == ["", "not visible"]


def test_tables_that_were_put_together_are_numbered_anew():
    rows = pd.DataFrame({"image": ["a"], "joint": ["mcp2"], "x": [1.0], "y": [2.0]})
    assert points_table(pd.concat([rows, rows.assign(image="b")])).index.tolist() == [0, 1]
