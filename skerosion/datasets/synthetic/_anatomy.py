"""The anatomy of a synthetic finger joint: shapes drawn by chance, and what they are at every pixel of a grid.

Lengths are in halves of the image side. A bone's own frame has the joint's centre as origin, x across the finger and y
along it towards the finger tip: the rounded *head* of the proximal bone lies below, the wider *base* of the distal bone
above. Both outlines are closed forms, so a joint can be evaluated on a grid of any size.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ._patients import JOINT_NAMES

#: Half the angle the articular surface of a head spans, seen from the head's centre.
ARTICULAR_ANGLE = 1.25
#: Thickness of the band of bone below the articular contour that counts as joint surface (and never under 1.25 pixels).
BAND = 0.06


@dataclass(frozen=True)
class Anatomy:
    """Shape of one healthy joint, the same at every visit; lengths in halves of the image side."""

    head_width: float
    head_height: float
    head_roundness: float
    head_groove: float
    head_tilt: float
    head_shaft: float
    base_width: float
    base_cup: float
    base_ridge: float
    base_shaft: float
    base_taper: float
    base_tilt: float
    gap: float
    cortex: float
    soft_radius: float
    web: float


@dataclass(frozen=True)
class Pose:
    """How the joint lies in its crop: rotation in radians, zoom, shift, bend of each bone, and what parts the bones."""

    rotation: float
    zoom: float
    shift: tuple[float, float]
    head_bend: float
    base_bend: float
    apart: float


@dataclass(frozen=True)
class Bone:
    """One bone end on a grid, arrays of the grid's shape.

    Attributes
    ----------
    x, y : ndarray
        The bone's own frame.
    depth : ndarray
        Distance to the bone's outline, positive inside.
    along : ndarray
        Position on the articular contour, as arc length from its middle.
    below : ndarray
        Depth below the articular contour, positive towards the bone.
    reach : float
        Largest ``abs(along)`` of the articular contour.
    """

    x: np.ndarray
    y: np.ndarray
    depth: np.ndarray
    along: np.ndarray
    below: np.ndarray
    reach: float


def draw_anatomy(joint, patient_rng, joint_rng):
    """Draw a joint's shape: the patient gives the hand, the joint its kind and its own variation."""
    hand = patient_rng.standard_normal(16)
    own = joint_rng.standard_normal(16)
    # Two thirds of the variance of every measure belong to the patient.
    measure = np.clip(np.sqrt(2 / 3) * hand + np.sqrt(1 / 3) * own, -2.2, 2.2)
    knuckle = "mcp" in JOINT_NAMES[joint]
    side = -1.0 if JOINT_NAMES[joint].startswith("left") else 1.0
    head_width = (0.40 if knuckle else 0.37) * (1 + 0.09 * measure[0])
    base_width = head_width * (1.14 + 0.06 * measure[1])
    return Anatomy(
        head_width=head_width,
        head_height=head_width * ((1.05 if knuckle else 0.86) + 0.08 * measure[2]),
        head_roundness=(2.05 if knuckle else 2.5) + 0.15 * measure[3],
        head_groove=0.0 if knuckle else max(0.02, 0.07 + 0.03 * measure[4]),
        head_tilt=side * 0.05 + 0.06 * measure[5],
        head_shaft=head_width * (0.60 + 0.05 * measure[6]),
        base_width=base_width,
        base_cup=base_width * ((0.30 if knuckle else 0.24) + 0.05 * measure[7]),
        base_ridge=0.0 if knuckle else max(0.005, 0.025 + 0.01 * measure[8]),
        base_shaft=base_width * (0.56 + 0.05 * measure[9]),
        base_taper=base_width * (0.85 + 0.12 * measure[10]),
        base_tilt=side * 0.04 + 0.05 * measure[11],
        gap=0.092 * np.exp(0.16 * measure[12]),
        cortex=0.040 * np.exp(0.18 * measure[13]),
        soft_radius=base_width * (1.48 + 0.10 * measure[14]),
        web=max(0.0, 0.55 + 0.25 * measure[15]) if knuckle else 0.0,
    )


def draw_pose(anatomy, percent, rng):
    """Draw how the joint lies in its crop.

    Damaged joints tend to have lost joint space, with large scatter; bones that lost their ends sink into each other.
    """
    rotation = np.clip(rng.normal(0.0, 0.30), -0.80, 0.80)
    damage = percent / 100
    narrowing = np.clip(0.35 * damage + rng.normal(0.05, 0.15), -0.25, 0.70)
    collapse = 0.28 * damage**3 * rng.random()
    return Pose(
        rotation=rotation,
        zoom=float(1.1 * np.exp(np.clip(rng.normal(0.0, 0.14), -0.30, 0.30))),
        shift=tuple(np.clip(rng.normal(0.0, 0.09, 2), -0.22, 0.22)),
        head_bend=rng.normal(0.0, 0.05),
        base_bend=rng.normal(0.0, 0.09),
        apart=float(anatomy.gap * (1.0 - narrowing) - collapse),
    )


@lru_cache(maxsize=16)
def pixel_grid(size):
    """Pixel centres of a square image, x to the right and y upwards, in -1..1."""
    centres = ((np.arange(size, dtype=np.float32) + 0.5) * (2.0 / size) - 1.0).astype(np.float32)
    x, y = np.meshgrid(centres, -centres)
    x.flags.writeable = y.flags.writeable = False
    return x, y


def finger_frame(pose, size):
    """x across and y along the finger, with the joint's centre as origin."""
    x, y = pixel_grid(size)
    right, up = (np.float32(shift) for shift in pose.shift)
    return _turn((x - right) / pose.zoom, (y - up) / pose.zoom, pose.rotation)


def bones_of(anatomy, pose, frame):
    """The head and the base of a joint on the grid of ``frame``."""
    x, y = frame
    head = head_end(anatomy, pose.apart, *_turn(x, y, anatomy.head_tilt + pose.head_bend))
    base = base_end(anatomy, pose.apart, *_turn(x, y, anatomy.base_tilt + pose.base_bend))
    return head, base


def joint_surface(bones, pixel):
    """Pixels of the joint surface: bone within ``BAND`` (at least 1.25 pixels) of the articular contour of its bone.

    Parameters
    ----------
    bones : tuple of Bone
    pixel : float
        Side of a pixel in the frame of the bones.

    Returns
    -------
    ndarray of bool
    """
    thickness = max(BAND, 1.25 * pixel)
    bands = [(bone.depth > 0) & (bone.below < thickness) & (np.abs(bone.along) < bone.reach) for bone in bones]
    return np.logical_or(*bands)


def head_end(anatomy, apart, x, y):
    """A superellipse with a groove between its condyles, on a shaft that goes on for ever.

    Parameters
    ----------
    anatomy : Anatomy
    apart : float
        What parts the two bones of the joint.
    x, y : ndarray
        Across and along the bone from the joint's centre, y towards the finger tip.
    """
    middle = -apart / 2 - anatomy.head_height
    y_head = y - np.float32(middle)
    radius = np.sqrt(x * x + y_head * y_head)
    angle = np.arctan2(x, y_head)
    angles = np.linspace(-np.pi, np.pi, 257)
    outline = _head_outline(anatomy, angles)
    arc = np.cumsum(np.hypot(outline, np.gradient(outline, angles))) * (angles[1] - angles[0])
    below = _interpolate(angle, angles, outline) - radius
    # The waist of the head: the shaft widens towards it and ends in its middle.
    shaft = anatomy.head_shaft + 0.35 * anatomy.head_shaft * np.exp(np.minimum(y_head / anatomy.head_width, 0.0) * 1.6)
    in_shaft = np.minimum(shaft - np.abs(x), -y_head)
    reach = float(np.interp(ARTICULAR_ANGLE, angles, arc) - arc[128])
    return Bone(x, y_head, _soft_max(below, in_shaft, 0.05), _interpolate(angle, angles, arc - arc[128]), below, reach)


def _head_outline(anatomy, angles):
    """Distance of the head's outline from its centre by the angle to the finger's axis."""
    power = anatomy.head_roundness
    across = np.abs(np.sin(angles) / anatomy.head_width) ** power
    along = np.abs(np.cos(angles) / anatomy.head_height) ** power
    groove = anatomy.head_groove * np.exp(-((angles / 0.38) ** 2))
    return (across + along) ** (-1 / power) * (1 - groove)


def base_end(anatomy, apart, x, y):
    """A cup with a ridge that fits the head's groove, its flared corners tapering into a shaft; as `head_end`."""
    width = anatomy.base_width
    edge = np.linspace(-1.6 * width, 1.6 * width, 257)
    contour = apart / 2 - anatomy.base_cup * np.minimum((edge / width) ** 2, 1.2)
    contour -= anatomy.base_ridge * np.exp(-((edge / (0.3 * width)) ** 2))
    slope = np.gradient(contour, edge)
    arc = np.cumsum(np.sqrt(1 + slope**2)) * (edge[1] - edge[0])
    below = (y - _interpolate(x, edge, contour)) * _interpolate(x, edge, 1 / np.sqrt(1 + slope**2))
    height = np.maximum(y + anatomy.base_cup, 0.0)
    shaft = anatomy.base_shaft + (width - anatomy.base_shaft) * np.exp(-((height / anatomy.base_taper) ** 2))
    depth = -_soft_max(-below, np.abs(x) - shaft, 0.14)
    reach = float(np.interp(width, edge, arc) - arc[128])
    return Bone(x, y, depth, _interpolate(x, edge, arc - arc[128]), below, reach)


def _turn(x, y, angle):
    cosine, sine = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return x * cosine + y * sine, y * cosine - x * sine


def _interpolate(points, knots, values):
    """``np.interp`` on evenly spaced knots, in single precision."""
    position = (points - np.float32(knots[0])) * np.float32(1.0 / (knots[1] - knots[0]))
    position = np.clip(position, 0.0, len(knots) - 1.001)
    left = position.astype(np.int32)
    values = values.astype(np.float32)
    slopes = np.append(np.diff(values), np.float32(0.0))
    return values[left] + slopes[left] * (position - left)


def _soft_max(a, b, width):
    """Maximum with a rounded corner of about ``width``."""
    blend = np.clip(0.5 + (a - b) / (2 * width), 0.0, 1.0)
    return b + (a - b) * blend + width * blend * (1 - blend)
