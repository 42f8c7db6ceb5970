"""Which way is up at a joint, and how long its finger is: from the other points of the same hand or foot."""

from typing import NamedTuple

import numpy as np

from skerosion.clinical import FOOT_JOINTS, HAND_JOINTS

_NONE = np.full(2, np.nan)
# Mean lengths of the proximal phalanges in mm: of a finger that lacks a point, the others tell the length.
# A. Buryanov, V. Kotiuk, "Proportions of hand segments", Int. J. Morphol. 28(3), 2010, table 1.
_PHALANGES = {1: 31.57, 2: 39.78, 3: 44.63, 4: 41.37, 5: 32.74}
_ROW_TO_AXIS = 62
WRIST_PLACES = ("wrist", "radius", "ulna", "scaphoid", "lunate", *(f"wrist{number}" for number in range(1, 7)))


class JointFrame(NamedTuple):
    """Where up is, a unit vector of x and y, and the length of which a box takes its share; NaN where unknown."""

    up: np.ndarray
    length: float


def joint_frames(points, side=""):
    """Return the frame of each point of one hand, foot or knee.

    Parameters
    ----------
    points : dict of str to array-like of shape (2,)
        x and y by joint, of one side on one film; points that cannot be seen are left out.
    side : {"left", "right", ""}, default=""
        Of use where a foot's points do not tell where its toes are, as the first metatarsophalangeal joint does.

    Returns
    -------
    dict of str to JointFrame
        Of a finger's joints the length is from the finger's metacarpophalangeal to its proximal joint, of a finger
        that lacks one the other fingers' by the mean proportions of hands; of a foot it is twice the mean distance of
        neighbours among the second to fifth metatarsophalangeal joints; of a knee the distance of knee_medial and
        knee_lateral. Up is towards the finger's tip, and of a knee across those two, as the film lies.

    Examples
    --------
    >>> from skerosion.datasets.joints import joint_frames
    >>> frames = joint_frames({"mcp3": (50, 90), "pip3": (50, 50), "wrist": (50, 150)})
    >>> frames["mcp3"].length, frames["pip3"].up.round(2).tolist()
    (40.0, [0.0, -1.0])
    """
    points = {joint: np.asarray(place, dtype=float) for joint, place in points.items()}
    hand, foot, knee = _Hand(points), _Foot(points, side), _knee(points)
    return {joint: knee if joint == "knee" else _frame(joint, hand, foot) for joint in points}


HELPERS = {
    *(f"{end}{finger}" for end in ("dip", "tip") for finger in range(1, 6)),
    "mtp1",
    "knee_medial",
    "knee_lateral",
}
"""Points that help to find axes and are no joints that a box is put about unless it is asked for."""


def phalanx(joint):
    """Return the mean length in mm of which a joint's length is a multiple; 1 for what has no proportions.

    Examples
    --------
    >>> from skerosion.datasets.joints._hand_axes import phalanx
    >>> phalanx("mcp2"), phalanx("knee")
    (39.78, 1.0)
    """
    return _PHALANGES[_finger(joint)] if joint in HAND_JOINTS or joint in WRIST_PLACES else 1.0


def _frame(joint, hand, foot):
    if joint in HAND_JOINTS or joint in WRIST_PLACES:
        return JointFrame(hand.up(joint), hand.length(joint))
    if joint in FOOT_JOINTS:
        return JointFrame(foot.up(joint), foot.length())
    return JointFrame(_NONE, np.nan)


class _Hand:
    """Axes and lengths of the fingers of one hand."""

    def __init__(self, points):
        self.points = points
        places = [points[name] for name in WRIST_PLACES if name in points]
        self.wrist = points.get("wrist", np.mean(places, axis=0) if places else _NONE)
        ends = {finger: (self.at(f"mcp{finger}"), self.at(_upper(finger))) for finger in _PHALANGES}
        self.phalanges = {finger: upper - lower for finger, (lower, upper) in ends.items()}
        shares = [np.linalg.norm(vector) / _PHALANGES[finger] for finger, vector in self.phalanges.items()]
        self.scale = _median(shares)

    def at(self, joint):
        return self.points.get(joint, _NONE)

    def length(self, joint):
        finger = _finger(joint)
        own = float(np.linalg.norm(self.phalanges[finger]))
        return own if np.isfinite(own) else self.scale * _PHALANGES[finger]

    def up(self, joint):
        if joint in WRIST_PLACES:
            palm = [self.at(f"mcp{finger}") for finger in (2, 3, 4, 5)]
            return _first(self.at("mcp3") - self.wrist, _mean(palm) - self.wrist, self._mean_up())
        finger = _finger(joint)
        if joint.startswith("mcp"):
            return _first(self.at(joint) - self.wrist, self.phalanges[finger], self._mean_up())
        # The joint above a proximal one is seldom among the points; without it the phalanx below is the axis.
        return _first(self.at(f"dip{finger}") - self.at(f"mcp{finger}"), self.phalanges[finger], self._mean_up())

    def _mean_up(self):
        """The direction of the fingers but for the thumb, which points elsewhere."""
        return _mean([_unit(vector) for finger, vector in self.phalanges.items() if finger > 1])


class _Foot:
    """The axis of a foot, from its row of metatarsophalangeal joints, of which the widest pair is taken.

    That row stands askew to the foot's axis, the second joint before the fifth, at some 62 degrees: the metatarsal
    break, of 50 to 70 degrees in textbooks of the foot.
    """

    def __init__(self, points, side):
        row = sorted(number for number in (2, 3, 4, 5) if f"mtp{number}" in points)
        self.points, self.side = points, side
        self.outermost = (row[0], row[-1]) if len(row) > 1 else None
        self.great = points.get("toe_ip1", _NONE) - points.get("mtp1", _NONE)

    def length(self):
        if self.outermost is None:
            return np.nan
        first, last = self.outermost
        return 2 * float(np.linalg.norm(self._inwards())) / (last - first)

    def up(self, joint):
        own = self.great if joint == "toe_ip1" else _NONE
        return _first(own, self._axis() if self.outermost else self.great)

    def _axis(self):
        inwards = _unit(self._inwards())
        across = np.array([inwards[1], -inwards[0]])
        tilt = np.deg2rad(90 - _ROW_TO_AXIS)
        return self._forwards(across) * np.cos(tilt) * across + np.sin(tilt) * inwards

    def _forwards(self, across):
        """Which of the two ways across the row is towards the toes, 1 or -1."""
        toe = self.points.get("toe_ip1", _NONE) - self.points[f"mtp{self.outermost[0]}"]
        # On a film of a left foot that lies as usual the great toe is on the right.
        of_side = {"left": 1.0, "right": -1.0}.get(self.side, np.nan)
        signs = np.sign([self.great @ across, of_side, toe @ across])
        return next((sign for sign in signs if np.isfinite(sign)), np.nan)

    def _inwards(self):
        """From the outer to the inner joint of the row."""
        first, last = self.outermost
        return self.points[f"mtp{first}"] - self.points[f"mtp{last}"]


def _knee(points):
    across = points.get("knee_medial", _NONE) - points.get("knee_lateral", _NONE)
    up = _unit(np.array([across[1], -across[0]]))
    return JointFrame(up if not up[1] > 0 else -up, float(np.linalg.norm(across)))


def _upper(finger):
    return "ip1" if finger == 1 else f"pip{finger}"


def _finger(joint):
    """The finger of a joint; of the wrist the middle one, along which its axis is."""
    return 3 if joint in WRIST_PLACES else int(joint[-1])


def _first(*vectors):
    """The first vector that is known, at length one."""
    return next((_unit(vector) for vector in vectors if np.isfinite(_unit(vector)).all()), _NONE)


def _unit(vector):
    length = np.linalg.norm(vector)
    return vector / length if length > 0 else _NONE


def _mean(vectors):
    known = [vector for vector in vectors if np.isfinite(vector).all()]
    return np.mean(known, axis=0) if known else _NONE


def _median(values):
    known = [value for value in values if np.isfinite(value)]
    return float(np.median(known)) if known else np.nan
