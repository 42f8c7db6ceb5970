"""Which way is up at a joint, and how long its finger is: from the other points of the same hand or foot."""

from typing import NamedTuple

import numpy as np

from skerosion.clinical import FOOT_JOINTS, HAND_JOINTS

_NONE = np.full(2, np.nan)
# Mean lengths of the proximal phalanges in mm: of a finger that lacks a point, the others tell the length.
# A. Buryanov, V. Kotiuk, "Proportions of hand segments", Int. J. Morphol. 28(3), 2010, table 1.
_PHALANGES = {1: 31.57, 2: 39.78, 3: 44.63, 4: 41.37, 5: 32.74}
WRIST_PLACES = ("wrist", "radius", "ulna", "scaphoid", "lunate", *(f"wrist{number}" for number in range(1, 7)))


class JointFrame(NamedTuple):
    """Where up is, a unit vector of x and y, and the length of which a box takes its share; NaN where unknown."""

    up: np.ndarray
    length: float


def joint_frames(points):
    """Return the frame of each point of one hand, foot or joint.

    Parameters
    ----------
    points : dict of str to array-like of shape (2,)
        x and y by joint, of one side on one film; points that cannot be seen are left out.

    Returns
    -------
    dict of str to JointFrame
        Of a finger's joints the length is from the finger's metacarpophalangeal to its proximal joint, of a finger
        that lacks one the other fingers' by the mean proportions of hands; of a foot it is from the second to the
        fifth metatarsophalangeal joint. Up is towards the finger's tip.

    Examples
    --------
    >>> from skerosion.datasets.joints import joint_frames
    >>> frames = joint_frames({"mcp3": (50, 90), "pip3": (50, 50), "wrist": (50, 150)})
    >>> frames["mcp3"].length, frames["pip3"].up.round(2).tolist()
    (40.0, [0.0, -1.0])
    """
    points = {joint: np.asarray(place, dtype=float) for joint, place in points.items()}
    hand, foot = _Hand(points), _Foot(points)
    return {joint: _frame(joint, hand, foot) for joint in points}


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
    """The axis of a foot is across its row of metatarsophalangeal joints, of which the widest pair is taken."""

    def __init__(self, points):
        row = sorted(number for number in (2, 3, 4, 5) if f"mtp{number}" in points)
        self.points, self.outermost = points, (row[0], row[-1]) if len(row) > 1 else None

    def length(self):
        if self.outermost is None:
            return np.nan
        first, last = self.outermost
        return 3 * float(np.linalg.norm(self._across())) / (last - first)

    def up(self, joint):
        great = self.points.get("mtp1", _NONE), self.points.get("toe_ip1", _NONE)
        if self.outermost is None:
            return _unit(great[1] - great[0])
        right, down = self._across()
        up = np.array([down, -right])
        # Which of the two ways across the row is towards the toes: the great toe's joint lies on that side.
        sign = np.sign(np.dot(up, great[1] - self.points[f"mtp{self.outermost[0]}"]))
        return _first(great[1] - great[0] if joint == "toe_ip1" else _NONE, up * sign)

    def _across(self):
        first, last = self.outermost
        return self.points[f"mtp{first}"] - self.points[f"mtp{last}"]


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
