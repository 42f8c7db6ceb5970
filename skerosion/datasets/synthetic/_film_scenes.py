"""Who and what is on a film: the limbs, how they lie, how it is exposed, and where its joints come to lie."""

import zlib
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ._anatomy import draw_anatomy, draw_pose
from ._erosion import draw_bites
from ._extremities import draw_foot, draw_hand, draw_knee
from ._film_light import JointShape, Limb, Placement, limb_light
from ._patients import JOINT_NAMES
from ._texture import draw_film, draw_tissue, expose

# Branches of the random tree, beside those of single joints.
_MEASURES, _LOST, _LAID, _SHAPE, _EXPOSED, _DRAWN = 11, 12, 13, 14, 15, 16
_UNIT = 18.0  # millimetres in the unit of film grain and blur
_SKELETONS = {"hand": draw_hand, "foot": draw_foot, "knee": draw_knee}
_APART = {"hand": (76.0, 92.0), "foot": (52.0, 66.0), "knee": (72.0, 84.0)}  # half the way between two sides
_MARGIN = {"hand": 14.0, "foot": 12.0, "knee": 62.0}  # millimetres of film around what must be seen
_FORMATS = (4 / 3, 5 / 4)
# Hands and feet are seen from their back, with the left one at the left; these as one looks at the patient.
_FROM_THE_FRONT = ("knee",)


@dataclass(frozen=True)
class DrawnFilm:
    """A film: grey values 0..255 before they are rounded, points, pixels a millimetre, eroded pixels by joint."""

    grey: np.ndarray
    points: list
    scale: float
    eroded: dict


def draw_film_of(seed, plan, size):
    """Draw a film whose longer side has `size` pixels; equal arguments give equal films."""
    limbs, shape, scale = _place(plan, _limbs_of(seed, plan), size, _rng(seed, _LAID, plan.number))
    light, eroded = np.zeros(shape, dtype=np.float32), {}
    for side, limb in limbs.items():
        own, bites = limb_light(limb, shape, _rng(seed, _DRAWN, plan.number, _sides(side)))
        light += own
        eroded |= {f"{side}_{joint}": found for joint, found in bites.items()}
    points = [_point(side, limb, joint, plan, shape) for side, limb in limbs.items() for joint in limb.skeleton.joints]
    grey = _expose(seed, plan, light, limbs, scale)
    if plan.mirrored:
        grey, eroded = grey[:, ::-1], {name: _mirror(found, shape) for name, found in eroded.items()}
        points = [point | {"x": shape[1] - 1 - point["x"]} for point in points]
    return DrawnFilm(grey, points, scale, eroded)


def _rng(*key):
    return np.random.default_rng(key)


def _sides(side):
    return ("left", "right").index(side)


def _limbs_of(seed, plan):
    """The limbs of a film before they are placed, by side."""
    limbs = {}
    for side in plan.sides:
        own = {name.partition("_")[2]: value for name, value in plan.percent.items() if name.startswith(side)}
        lost = _rng(seed, _LOST, plan.patient, _sides(side)).random(5) < plan.missing
        severity = np.mean([*own.values(), 0]) / 100
        laid = _rng(seed, _LAID, plan.number, 1 + _sides(side))
        measures = _rng(seed, _MEASURES, plan.patient)
        skeleton = _SKELETONS[plan.body_part](measures, laid, severity, lost)
        tissue = draw_tissue(_rng(seed, _MEASURES, plan.patient, 1), _rng(seed, _MEASURES, plan.patient, 2))
        limbs[side] = Limb(skeleton, _shapes(seed, plan, side, skeleton, own), None, tissue)
    return limbs


def _shapes(seed, plan, side, skeleton, percent):
    """The shape of every node of a skeleton, with the bites of its joint."""
    nodes = [node for bone in skeleton.bones for node in (bone.lower, bone.upper) if node is not None]
    return {node.name: _shape(seed, plan, side, node, percent.get(node.name, 0)) for node in nodes}


def _shape(seed, plan, side, node, percent):
    key = (seed, _SHAPE, plan.patient, _sides(side), zlib.crc32(f"{plan.body_part} {node.name}".encode()))
    rng, kind = _rng(*key), JOINT_NAMES.index(f"left_{node.kind}2")
    anatomy = _of_its_kind(draw_anatomy(kind, _rng(seed, _MEASURES, plan.patient, 3), rng), node.name)
    apart = draw_pose(anatomy, percent, rng).apart if not node.name.startswith("tip") else 0.0
    detail = int(rng.integers(2**31))
    return JointShape(anatomy, apart, draw_bites(rng) if percent else [], percent / 100, detail)


def _of_its_kind(anatomy, name):
    """The anatomy of a node that is no finger joint, out of that of one."""
    if name == "radius":
        return replace(anatomy, head_height=0.16, head_roundness=3.2, head_groove=0.0, head_shaft=0.215)
    if name == "ulna":
        return replace(anatomy, head_height=0.30, head_groove=0.0, head_shaft=0.24)
    if name.startswith(("cmc", "tmt")):
        return replace(anatomy, base_cup=0.25 * anatomy.base_cup, base_ridge=0.0, base_width=1.05 * anatomy.head_width)
    if name == "fibula":
        return replace(anatomy, base_cup=-0.25 * anatomy.base_width, base_ridge=0.0)
    if name == "knee":
        return replace(
            anatomy, head_width=0.44, head_height=0.28, head_roundness=3.2, head_groove=0.24, head_shaft=0.19,
            base_width=0.41, base_cup=0.02, base_ridge=0.05, base_shaft=0.17, base_taper=0.30, gap=0.062, cortex=0.02,
        )  # fmt: skip
    return anatomy


def _place(plan, limbs, size, rng):
    """Lay the limbs on a film that holds them: limbs with their placements, shape, pixels a millimetre."""
    turn = np.deg2rad(rng.uniform(-plan.rotation, plan.rotation)) if plan.rotation else 0.0
    apart = rng.uniform(*_APART[plan.body_part]) if len(limbs) > 1 else 0.0
    laid = {side: _lay(plan.body_part, side, turn, apart, rng) for side in limbs}
    places = np.concatenate([laid[side].pixels(limb.skeleton.outline()) for side, limb in limbs.items()])
    low, high = places.min(axis=0) - _MARGIN[plan.body_part], places.max(axis=0) + _MARGIN[plan.body_part]
    shape = _format(high - low, size, rng)
    scale = float(np.min(shape[::-1] / (high - low))) * rng.uniform(0.85, 1.0)
    slack = shape[::-1] - scale * (high - low)
    shift = rng.uniform(0.1, 0.9, 2) * slack - scale * low
    placed = {
        side: replace(limb, placement=Placement(scale * laid[side].matrix, scale * laid[side].shift + shift))
        for side, limb in limbs.items()
    }
    return placed, tuple(int(side) for side in shape), scale


def _lay(part, side, turn, apart, rng):
    """Where a side lies, in millimetres of the film: left hands at the left, each turned a little by itself."""
    own = np.deg2rad(rng.normal(0, 4))
    mirrored = (side == "right") != (part in _FROM_THE_FRONT)
    beside = apart * (1 if mirrored else -1)
    return Placement.of(1.0, turn + own, mirrored, beside * np.array([np.cos(turn), np.sin(turn)]))


def _format(extent, size, rng):
    """Rows and columns of a film: upright or lying as what it holds."""
    shorter = round(size / rng.choice(_FORMATS))
    return np.array([size, shorter] if extent[1] >= extent[0] else [shorter, size])


def _point(side, limb, joint, plan, shape):
    """A row of the table of points."""
    x, y = limb.placement.pixels(limb.skeleton.joints[joint].place)
    gone = joint in limb.skeleton.missing
    inside = -0.5 <= x <= shape[1] - 0.5 and -0.5 <= y <= shape[0] - 0.5
    row = {"side": side, "joint": joint, "x": float(x), "y": float(y), "visible": bool(inside and not gone)}
    if gone:
        row |= {"x": np.nan, "y": np.nan}
    reason = "missing" if gone else "outside the film"
    percent = np.nan if gone else plan.percent.get(f"{side}_{joint}", np.nan)
    return row | {"reason": "" if row["visible"] else reason, "percent": percent}


def _expose(seed, plan, light, limbs, scale):
    """Grey values of a film with its side markers, noise and a shuttered border."""
    rng = _rng(seed, _EXPOSED, plan.number)
    film = draw_film(_rng(seed, _EXPOSED, plan.patient, plan.visit), rng)
    film = replace(film, gain=float(np.clip(film.gain, 0.15, 1.0)), slope=tuple(0.5 * each for each in film.slope))
    for side, limb in limbs.items():
        _mark(light, side, limb, rng)
    grey = expose(light, film, rng, size=2 * _UNIT * scale)
    if rng.random() < 0.3:
        _shutter(grey, rng)
    return grey


def _mark(light, side, limb, rng):
    """Lay the lead letter of a side where there is nothing else, or none at all."""
    height = int(rng.uniform(0.035, 0.055) * max(light.shape))
    if rng.random() < 0.15 or height < 6:
        return
    letter = Image.new("L", (height, height))
    ImageDraw.Draw(letter).text((0, 0), side[0].upper(), fill=255, font=ImageFont.load_default(height))
    # On the side of the little finger, where the film is empty.
    middle = limb.placement.pixels(np.array([-58.0 if rng.random() < 0.8 else 75.0, rng.uniform(-20, 120)]))
    left, top = (np.clip(middle - height / 2, 2, np.array(light.shape[::-1]) - height - 2)).astype(int)
    place = light[top : top + height, left : left + height]
    place += np.float32(rng.uniform(0.8, 1.4) / 255) * np.asarray(letter, dtype=np.float32)


def _shutter(grey, rng):
    """Blacken a border, as the shutter of the tube leaves it."""
    top, right, bottom, left = (int(rng.uniform(0, 0.025) * side) for side in (*grey.shape, *grey.shape))
    grey[:top], grey[grey.shape[0] - bottom :] = 0.0, 0.0
    grey[:, :left], grey[:, grey.shape[1] - right :] = 0.0, 0.0


def _mirror(found, shape):
    (rows, columns), eroded, surface = found
    return (rows, slice(shape[1] - columns.stop, shape[1] - columns.start)), eroded[:, ::-1], surface[:, ::-1]
