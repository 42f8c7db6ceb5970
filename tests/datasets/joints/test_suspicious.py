"""Boxes that are wrong are told, and right ones are not."""

import numpy as np
import pandas as pd
import pytest

from skerosion.datasets import crop_joints, make_films
from skerosion.datasets.joints import find_suspicious


@pytest.fixture(scope="module")
def films():
    """Hands of four patients, turned."""
    return make_films(4, max_visits=1, size=192, rotation=30, missing=0.0, both_sides=0.0, random_state=0)


def odd(films, change=lambda points: points):
    """What is said of boxes after their points were changed, and the joints of which it is said."""
    points = change(films.points.astype({"x": float, "y": float}).copy())
    arrays = dict(zip(films.table["image"], films.images, strict=True))
    table = crop_joints(arrays, points, size=16).table
    told = find_suspicious(table)
    return told[told != ""], table


def on_first(points, *joints):
    return (points["image"] == points["image"].iloc[0]) & points["joint"].isin(joints)


def test_right_boxes_are_not_suspected(films):
    told, _ = odd(films)
    assert not told.str.contains("order|turned|times").any()


def test_a_point_on_the_wrong_finger_is_told(films):
    def swapped(points):
        rows = points.index[on_first(points, "pip2", "pip4")]
        points.loc[rows, ["x", "y"]] = points.loc[rows[::-1], ["x", "y"]].to_numpy()
        return points

    told, table = odd(films, swapped)
    told = told[told.str.contains("turned|times")]
    assert {"pip2", "pip4"} <= set(table.loc[told.index, "joint"])
    assert set(table.loc[told.index, "image"]) == {films.table["image"].iloc[0]}


def test_fingers_in_another_order_are_told(films):
    def swapped(points):
        rows = points.index[on_first(points, "mcp3", "mcp4")]
        points.loc[rows, ["x", "y"]] = points.loc[rows[::-1], ["x", "y"]].to_numpy()
        return points

    told, _ = odd(films, swapped)
    assert told.str.contains("joints do not lie in their order").sum() >= 3


def test_a_hand_of_the_other_side_is_told_unless_its_film_lies_the_wrong_way_round(films):
    def other(points):
        return points.assign(side=points["side"].map({"left": "right", "right": "left"}))

    told, table = odd(films, other)
    assert len(told) == len(table) and told.str.contains("in the order of a (?:left|right) hand").all()
    assert not odd(films, lambda points: other(points).assign(mirrored=True))[0].str.contains("order").any()


def test_a_length_that_is_not_that_of_the_hand_is_told(films):
    def stretched(points):
        low, high = (points.index[on_first(points, joint)] for joint in ("mcp3", "pip3"))
        ends = points.loc[low, ["x", "y"]].to_numpy(), points.loc[high, ["x", "y"]].to_numpy()
        points.loc[high, ["x", "y"]] = ends[0] + 1.6 * (ends[1] - ends[0])
        return points

    told, _ = odd(films, stretched)
    assert (
        told.str.contains("1.[4-8] times the length").sum() == 3
    )  # the finger's two, and the wrist by the same length


def test_a_box_beyond_the_film_is_told():
    table = crop_joints(
        {"a": np.zeros((100, 100), "uint8")},
        pd.DataFrame({"image": ["a"], "joint": ["knee"], "x": [2], "y": [50]}),
        size=16,
        unit="pixels",
        extent=40,
    ).table
    assert find_suspicious(table).tolist() == ["44% of the box is beyond the film"]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("known", [{"length": np.nan, "axis": np.nan}, {"length": 0.0}, {"length": [np.nan, 4.0]}])
def test_what_no_point_tells_is_no_suspicion_and_no_warning(known):
    rows = {"image": "a", "side": "left", "joint": ["mcp2", "pip2"], "x": 5.0, "y": 5.0, "box_inside": 1.0, "axis": 0.0}
    assert find_suspicious(pd.DataFrame({**rows, **known})).tolist() == ["", ""]
