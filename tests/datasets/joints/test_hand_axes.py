"""Axes and lengths of fingers and feet, from the points there are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.datasets.joints import joint_frames

# A hand of five fingers that spread from the wrist, in pixels.
HAND = {"wrist": (300, 700), "mcp1": (420, 560), "ip1": (470, 470)} | {
    f"{joint}{finger}": (440 - 65 * (finger - 1) + (12 if joint == "pip" else 0), 380 + drop + 8 * abs(finger - 3))
    for finger in (2, 3, 4, 5)
    for joint, drop in (("mcp", 0), ("pip", -140))
}
FOOT = {f"mtp{number}": (400 - 60 * number, 300 + 15 * number) for number in (2, 3, 4, 5)} | {"toe_ip1": (350, 180)}


def turned(points, degrees, scale=1.0):
    turn = np.deg2rad(degrees)
    matrix = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return {joint: matrix @ place for joint, place in points.items()}


@given(degrees=st.floats(-180, 180), scale=st.floats(0.2, 5), limb=st.sampled_from([HAND, FOOT]))
def test_frames_turn_and_grow_with_the_limb(degrees, scale, limb):
    plain, moved = joint_frames(limb), joint_frames(turned(limb, degrees, scale))
    for joint, frame in plain.items():
        up = turned({"up": frame.up}, degrees)["up"]
        assert moved[joint].up == pytest.approx(up, abs=1e-9)
        assert moved[joint].length == pytest.approx(scale * frame.length)


def test_a_finger_is_upright_and_as_long_as_its_phalanx():
    frames = joint_frames(HAND)
    phalanx = np.subtract(HAND["pip4"], HAND["mcp4"])
    assert frames["pip4"].length == frames["mcp4"].length == pytest.approx(np.hypot(*phalanx))
    assert frames["pip4"].up == pytest.approx(phalanx / np.hypot(*phalanx))
    metacarpal = np.subtract(HAND["mcp4"], HAND["wrist"])
    assert frames["mcp4"].up == pytest.approx(metacarpal / np.hypot(*metacarpal))


def test_the_joint_above_straightens_the_axis():
    bent = joint_frames(HAND | {"dip4": (250, 180)})["pip4"].up
    axis = np.subtract((250, 180), HAND["mcp4"])
    assert bent == pytest.approx(axis / np.hypot(*axis))


def test_of_a_finger_that_lacks_a_point_the_others_tell_length_and_axis():
    frames = joint_frames({joint: place for joint, place in HAND.items() if joint not in ("pip4", "wrist")})
    known = {1: ("ip1", 31.57), 2: ("pip2", 39.78), 3: ("pip3", 44.63), 5: ("pip5", 32.74)}
    shares = [np.linalg.norm(np.subtract(HAND[end], HAND[f"mcp{n}"])) / mm for n, (end, mm) in known.items()]
    assert frames["mcp4"].length == pytest.approx(41.37 * np.median(shares))
    assert frames["mcp4"].up @ (0, -1) > 0.9


def test_places_of_the_wrist_stand_in_for_it():
    places = {"radius": (280, 690), "ulna": (320, 710)}
    frames = joint_frames({**{joint: place for joint, place in HAND.items() if joint != "wrist"}, **places})
    assert frames["mcp3"].up == pytest.approx(joint_frames(HAND)["mcp3"].up)
    assert frames["radius"].length == joint_frames(HAND)["mcp3"].length


def foot(axis, great_on_the_right):
    """A foot whose row of joints is at 62 degrees to its axis, which is turned by so many degrees clockwise."""
    row = {f"mtp{n}": np.array([-40 * (n - 2) * np.sin(np.deg2rad(62)), 40 * (n - 2) * np.cos(np.deg2rad(62))])
           for n in (2, 3, 4, 5)} | {"mtp1": (45, 0), "toe_ip1": (47, -80)}  # fmt: skip
    flipped = row if great_on_the_right else {joint: np.multiply(place, (-1, 1)) for joint, place in row.items()}
    return turned(flipped, axis)


@pytest.mark.parametrize("great_on_the_right", [True, False])
@pytest.mark.parametrize("axis", [0, 50, 200])
def test_a_foot_points_to_its_toes_whichever_way_its_great_toe_lies(axis, great_on_the_right):
    points = foot(axis, great_on_the_right)
    up = turned({"up": (0, -1)}, axis)["up"]
    assert joint_frames(points)["mtp3"].up == pytest.approx(up, abs=1e-9)
    assert joint_frames(points)["mtp3"].length == pytest.approx(80)
    del points["mtp1"]
    side = "left" if great_on_the_right else "right"
    assert joint_frames(points, side)["mtp5"].up == pytest.approx(up, abs=1e-9)
    assert joint_frames(points, side)["toe_ip1"].up == pytest.approx(up, abs=1e-9)


def test_a_knee_is_upright_across_its_two_sides():
    points = {"knee": (50, 50), "knee_medial": (90, 60), "knee_lateral": (10, 40)}
    frame = joint_frames(points)["knee"]
    assert frame.length == pytest.approx(np.hypot(80, 20)) and frame.up == pytest.approx(
        np.array([20, -80]) / frame.length
    )
    other = joint_frames(points | {"knee_medial": (10, 40), "knee_lateral": (90, 60)})["knee"]
    assert other.up == pytest.approx(frame.up)


@pytest.mark.parametrize("points", [{"knee": (5, 5)}, {"mcp2": (5, 5)}, {"mtp2": (1, 1), "mtp3": (2, 2)}])
def test_what_points_do_not_tell_is_unknown(points):
    frame = joint_frames(points)[next(iter(points))]
    assert np.isnan(frame.up).all()
