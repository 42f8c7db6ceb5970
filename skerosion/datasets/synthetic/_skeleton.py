"""What a film shows, in millimetres: bones between nodes, small bones, sleeves of soft tissue.

The frame of a skeleton is that of a *left* hand or foot as its film lies on the viewing box: y towards the finger tips,
x towards thumb or great toe, the wrist or midfoot as origin. The right one is its mirror image.
"""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Node:
    """Where two bones meet, or one ends.

    Attributes
    ----------
    name : str
        A joint, as ``"mcp2"``, or what the node is.
    place : ndarray of shape (2,)
        Millimetres.
    unit : float
        Millimetres in half the side of this joint's own picture: what the anatomy's lengths are multiplied with.
    kind : str
        The finger joint whose anatomy it has.
    """

    name: str
    place: np.ndarray
    unit: float
    kind: str


@dataclass(frozen=True)
class LongBone:
    """A bone from one node to the next; without a node at an end it goes on beyond the film."""

    lower: Node | None
    upper: Node | None
    axis: np.ndarray


@dataclass(frozen=True)
class SmallBone:
    """A rounded box: centre and half axes in millimetres, its turn in radians, how dense it is."""

    place: np.ndarray
    radii: tuple[float, float]
    turn: float
    density: float = 0.8


@dataclass(frozen=True)
class Sleeve:
    """Soft tissue around a line, thicker at one end than at the other; `flat` is its thickness by its width."""

    start: np.ndarray
    end: np.ndarray
    radii: tuple[float, float]
    flat: float = 1.0


@dataclass
class Skeleton:
    """All that is drawn of one side.

    Attributes
    ----------
    bones, small_bones, sleeves : list
        What stops the beam.
    joints : dict of str to Node
        The points of a film; `missing` names those that a lost finger took along.
    """

    bones: list = field(default_factory=list)
    small_bones: list = field(default_factory=list)
    sleeves: list = field(default_factory=list)
    joints: dict = field(default_factory=dict)
    missing: set = field(default_factory=set)

    def outline(self):
        """Places that a film must show, of shape (n, 2): joints, and the ends of fingers."""
        ends = [node.place for bone in self.bones for node in (bone.lower, bone.upper) if node is not None]
        return np.array(ends + [node.place for node in self.joints.values()])


def direction(angle):
    """Unit vector at an angle (radians) from the y axis towards x."""
    return np.array([np.sin(angle), np.cos(angle)])


def between(lower, upper):
    """The bone between two nodes."""
    way = upper.place - lower.place
    return LongBone(lower, upper, way / np.hypot(*way))
