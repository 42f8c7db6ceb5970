"""Tables of points as arrays: what is listed, missing and unknown; lengths and errors in them."""

import numpy as np
import pandas as pd
import pytest

from skerosion.datasets.joints import points_table
from skerosion.localization import point_errors
from skerosion.localization._point_sets import joints_and_sides, lengths_of, states_of

TABLE = pd.DataFrame(
    [
        ("a", "left", "mcp3", 10.0, 40.0, True),
        ("a", "left", "pip3", 10.0, 20.0, True),
        ("b", "right", "mcp3", 5.0, 5.0, True),
        ("b", "right", "pip3", np.nan, np.nan, False),
        ("c", "left", "mcp3", 1.0, 2.0, True),
    ],
    columns=["image", "side", "joint", "x", "y", "visible"],
)
JOINTS, SIDES = ("mcp3", "pip3"), ("left", "right")


def test_a_side_that_is_not_listed_is_missing_and_a_point_that_is_not_is_unknown():
    states = states_of(points_table(TABLE), ["a", "b", "c", "d"], JOINTS, SIDES)
    assert states[..., 2].tolist() == [[[1, 1], [0, 0]], [[0, 0], [1, 0]], [[1, -1], [0, 0]], [[0, 0], [0, 0]]]
    assert states[0, 0, :, :2].tolist() == [[10, 40], [10, 20]]


def test_films_that_nobody_gave_are_named():
    with pytest.raises(ValueError, match="points must name films of X, got 'a'"):
        states_of(points_table(TABLE), ["0", "1"], JOINTS, SIDES)


def test_films_go_by_the_names_of_their_files_too():
    files = states_of(points_table(TABLE), ["clinic/c.dcm", "clinic/a.dcm", "clinic/b.dcm"], JOINTS, SIDES)
    np.testing.assert_array_equal(files, states_of(points_table(TABLE), ["c", "a", "b"], JOINTS, SIDES))


def test_sides_are_both_or_none():
    assert joints_and_sides(points_table(TABLE)) == (JOINTS, SIDES)
    assert joints_and_sides(points_table(TABLE.iloc[[0, 1]].assign(side="")))[1] == ("",)
    with pytest.raises(ValueError, match="for all points or for none"):
        joints_and_sides(points_table(TABLE.assign(side=["", "left", "right", "right", "left"])))


def test_the_length_is_the_fingers_or_what_is_asked_for():
    states = states_of(points_table(TABLE), ["a", "b", "c"], JOINTS, SIDES)
    assert np.array_equal(lengths_of(states, JOINTS)[:, 0], [20.0, np.nan, np.nan], equal_nan=True)
    others = ("one", "two")
    assert lengths_of(states, others, ("two", "one"))[0, 0] == 20.0
    assert lengths_of(states, others)[0, 0] == 20.0  # the diagonal of the two points


def test_errors_are_lengths_whatever_the_order_of_rows_and_missing_ones_have_none():
    truth = TABLE.iloc[:4]
    found = truth.assign(x=truth["x"] + [3.0, 0.0, 0.0, 0.0], y=truth["y"] + [4.0, 0.0, 2.0, 0.0], score=0.9)
    errors = point_errors(found.sample(frac=1, random_state=0), truth)
    # The second film has no length of its own and takes the others' median.
    assert np.allclose(errors["error"], [0.25, 0.0, 0.1, np.nan], equal_nan=True)
    assert errors["visible"].tolist() == [True, True, True, False]
    assert point_errors(found.iloc[:2], truth)["error"].isna().tolist() == [False, False, True, True]
