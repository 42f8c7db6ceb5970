"""The landmark network's geometry with one that sees known hands, and the network itself where its file is at hand."""

import numpy as np
import pandas as pd
import pytest

from skerosion.clinical import SIDES
from skerosion.datasets import make_films
from skerosion.localization import HandLandmarks, point_errors
from skerosion.localization import _hand_landmarks as hands
from skerosion.localization._landmark_file import landmark_reader

JOINTS = hands._JOINTS
# A left hand, fingers up, in lengths from the wrist to the middle finger's knuckle.
SHAPE = np.array([(0, 0), (0.5, -0.4), (0.65, -0.65)] + [(x, y) for x in (0.25, 0, -0.2, -0.4) for y in (-1, -1.45)])


def laid(side, place, length, angle):
    """Points of a hand on a film of 400 by 500 pixels, turned clockwise."""
    cosine, sine = np.cos(angle), np.sin(angle)
    shape = SHAPE * [1 if side == "left" else -1, 1]
    return np.asarray(place) + length * shape @ np.array([[cosine, sine], [-sine, cosine]])


@pytest.fixture
def looking(monkeypatch):
    """A network that sees the hand of its window's middle, the surer the more upright it is."""

    def install(*truth, shape=(400, 500)):
        scale, shift = 512 / max(shape), (512 - 512 / max(shape) * np.array(shape[::-1])) / 2
        angles = [np.arctan2(*((points[5] - points[0]) * [1, -1])) for points in truth]

        def look(read, picture, window):
            seen = [(points + 0.5) * scale + np.round(shift) for points in truth]
            near = int(np.argmin([np.hypot(*(points.mean(axis=0) - window.centre)) for points in seen]))
            return hands._Hand(seen[near], 0.5 + 0.4 * np.cos(window.angle - angles[near]))

        monkeypatch.setattr(hands, "_look", look)
        monkeypatch.setattr(hands, "landmark_reader", lambda network: None)
        return np.zeros(shape, dtype=np.uint8)

    return install


def places(found, side):
    return found.points[found.points["side"] == side].set_index("joint").loc[list(JOINTS), ["x", "y"]].to_numpy(float)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("degrees", [0, 40, -130])
def test_a_hand_is_found_at_any_turn_with_its_side(looking, side, degrees):
    truth = laid(side, (240, 210), 90, np.deg2rad(degrees))
    film = looking(truth)
    found = HandLandmarks().find_joints(film, side=side)
    assert np.allclose(places(found, side), truth, atol=0.6) and found.side == side and not found.mirrored
    assert found.score > 0.85
    other = SIDES[1 - SIDES.index(side)]
    turned = HandLandmarks().find_joints(film, side=other)
    assert turned.mirrored and turned.side == side and set(turned.points["side"]) == {other}


@pytest.mark.parametrize("told", [None, "both"])
def test_both_hands_of_a_film_are_found(looking, told):
    truth = {"left": laid("left", (130, 250), 80, 0.2), "right": laid("right", (370, 250), 80, -0.2)}
    found = HandLandmarks().find_joints(looking(*truth.values()), side=told)
    assert found.side == "both" and not found.mirrored
    assert all(np.allclose(places(found, side), points, atol=0.6) for side, points in truth.items())


def test_offsets_are_learned_in_the_frame_of_the_hand(looking):
    seen = [laid(side, (240, 210), length, turn) for side, length, turn in (("left", 90, 0.3), ("right", 70, -0.8))]
    beside = np.linspace(-0.1, 0.1, 2 * len(JOINTS)).reshape(-1, 2)
    rows, films = [], {}
    for name, side, points, length, turn in zip("ab", SIDES, seen, (90, 70), (0.3, -0.8), strict=True):
        wrong = np.array([0.0, 0.0]) + laid(side, (240, 210), length, turn)
        axes = laid(side, (0, 0), length, turn)
        along = axes[5] - axes[0]
        across = np.array([-along[1], along[0]]) * (1 if side == "left" else -1)
        true = wrong + beside @ np.array([across, along])
        rows += [(name, side, joint, *place) for joint, place in zip(JOINTS, true, strict=True)]
        films[name] = looking(points)
    truth = pd.DataFrame(rows, columns=["image", "side", "joint", "x", "y"])
    film = looking(seen[0])
    fitted = HandLandmarks().fit({"a": film}, truth[truth["image"] == "a"])
    assert np.allclose(fitted.offsets_, beside, atol=0.01)
    looking(seen[1])
    assert (
        point_errors(fitted.predict({"b": films["b"]}, ["right"]), truth[truth["image"] == "b"])["error"].max() < 0.03
    )


def test_the_network_finds_the_joints_of_drawn_hands():
    try:
        landmark_reader()
    except (ImportError, FileNotFoundError) as error:
        pytest.skip(str(error))
    films = make_films(2, max_visits=1, missing=0.0, size=400, random_state=0)
    X = dict(zip(films.table["image"], films.images, strict=True))
    assert point_errors(HandLandmarks().predict(X, films.table["side"]), films.points)["error"].median() < 0.2
