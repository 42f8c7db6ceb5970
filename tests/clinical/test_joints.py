"""Joint names: aliases, sides, the registry's columns."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.clinical import FOOT_JOINTS, HAND_JOINTS, SIDES, joint_name, registry_columns
from skerosion.datasets import make_joint_images


def test_the_columns_of_a_hand_in_the_registrys_order():
    order = ["pip5", "mcp5", "pip4", "mcp4", "pip3", "mcp3", "mcp2", "pip2", "mcp1", "ip1"]
    columns = registry_columns()
    for side in SIDES:
        assert [columns[f"hand_{side}_{number}"] for number in range(1, 11)] == [f"{side}_{name}" for name in order]


def test_every_column_is_another_joint():
    columns = registry_columns()
    assert len(columns) == len(set(columns.values())) == 2 * len(HAND_JOINTS) + 2 * len(FOOT_JOINTS) == 30
    columns.clear()
    assert len(registry_columns()) == 30, "what is handed out is a copy"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mcp2", "mcp2"),
        ("MCP 2", "mcp2"),
        ("mcp-2", "mcp2"),
        ("pip1", "ip1"),
        ("PIP1", "ip1"),
        ("thumb IP", "ip1"),
        ("left_mcp2", "left_mcp2"),
        ("mcp2_right", "right_mcp2"),
        ("R PIP 1", "right_ip1"),
        ("hallux IP", "toe_ip1"),
        ("left great toe IP", "left_toe_ip1"),
        ("Right wrist", "right_wrist"),
        ("hand_left_10", "left_ip1"),
        ("foot_right_1", "right_mtp5"),
        ("MCP II", "mcp2"),
        ("mcpIV", "mcp4"),
        ("PIP-I left", "left_ip1"),
        ("R MTP V", "right_mtp5"),
        ("left_mcp_iii", "left_mcp3"),
        ("IP I", "ip1"),
        ("MCP \u2161", "mcp2"),  # the character for Roman two
        ("hallux IP I", "toe_ip1"),
        ("left wrist 3", "left_wrist3"),
        ("wrist, navicular (R)", "right_scaphoid"),
        ("left ulna", "left_ulna"),
    ],
)
def test_aliases(name, expected):
    assert joint_name(name) == expected
    assert joint_name(expected) == expected


@pytest.mark.parametrize("kind", ["mcp", "pip", "mtp"])
@pytest.mark.parametrize(("numeral", "number"), [("II", 2), ("III", 3), ("IV", 4), ("V", 5)])
@pytest.mark.parametrize("form", ["{} {}", "{}{}", "{}-{}", "l_{}_{}", "{}.{} left", "Right {} {}"])
def test_a_roman_number_is_the_finger_it_says(kind, numeral, number, form):
    assert joint_name(form.format(kind, numeral)).endswith(f"{kind}{number}")
    assert joint_name(form.format(kind.upper(), numeral)) == joint_name(form.format(kind, number))


@given(st.text("mcpitdvx -_0123456789", max_size=8))
def test_a_name_is_never_answered_with_another_finger(text):
    try:
        joint_name(text)
    except ValueError as error:
        meant = re.search("Did you mean '(.*?)'", str(error))
        assert not meant or re.findall(r"\d+", meant[1]) == re.findall(r"\d+$", text.strip(" -_"))


@pytest.mark.parametrize("side", SIDES)
def test_a_side_is_put_before(side):
    names = joint_name([*HAND_JOINTS, *FOOT_JOINTS, "wrist"], side=side)
    assert all(name.startswith(f"{side}_") for name in names) and len(set(names)) == 16
    assert joint_name(names, side=side).tolist() == names.tolist()


def test_containers_and_gaps():
    names = pd.Series(["pip1", None, "mcp3"], index=[5, 6, 7], name="joint")
    found = joint_name(names, side="left")
    assert found.index.tolist() == [5, 6, 7] and found.name == "joint"
    assert found.dropna().to_dict() == {5: "left_ip1", 7: "left_mcp3"} and found.isna().tolist() == [False, True, False]
    array = joint_name(np.array([["pip1"], ["mcp1"]]))
    assert array.tolist() == [["ip1"], ["mcp1"]] and array.dtype == object
    assert joint_name(None) is None


def test_synthetic_joints_have_these_names():
    joints = make_joint_images(60, size=16, random_state=0).joints
    assert joint_name(joints).tolist() == joints.tolist()


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("cmc1", {}, "name must be a scored joint, got 'cmc1'. Carpometacarpal joints are not scored; .* mcp1 to mcp5"),
        ("mcp22", {}, r"got 'mcp22'\. Joints: mcp5, mcp4, mcp3, mcp2, mcp1\.$"),
        ("MCP VI", {}, r"got 'MCP VI'\. Joints: pip5, mcp5.*, wrist\.$"),
        ("MCP IIII", {}, r"got 'MCP IIII'\. Joints: pip5, mcp5"),
        ("MTP I", {}, r"got 'MTP I'\. Joints: mtp5, mtp4, mtp3, mtp2\.$"),
        ("DIP II", {}, r"got 'DIP II'\. Joints"),
        ("MCP II/III", {}, r"got 'MCP II/III'\. Joints"),
        ("mccp2", {}, "Did you mean 'mcp2'"),
        ("dip3", {}, "name must be a scored joint, got 'dip3'"),
        ("", {}, "name must be a scored joint, got ''"),
        ("left_mcp2", {"side": "right"}, "name must tell one side, got 'left_mcp2' with side='right'"),
        ("left right mcp2", {}, "name must tell one side"),
        ("mcp2", {"side": "both"}, r"side must be one of \('left', 'right'\) or None, got 'both'"),
        (["mcp2", "knee"], {}, "got 'knee' in row 1"),
        (pd.Series(["knee"], index=["a"]), {}, "got 'knee' in row 'a'"),
    ],
)
def test_what_is_no_joint_is_named(name, options, message):
    with pytest.raises(ValueError, match=message):
        joint_name(name, **options)
