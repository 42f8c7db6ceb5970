"""The skeletons of a hand, a foot and a knee: measures of adults, varied by patient and by how the limb lies."""

from dataclasses import dataclass

import numpy as np

from ._skeleton import LongBone, Node, Skeleton, Sleeve, SmallBone, between, direction


@dataclass(frozen=True)
class _Ray:
    """A finger or toe: where its first bone starts, how it leans (degrees), lengths of its bones, kinds of its ends."""

    start: tuple[float, float]
    lean: float
    lengths: tuple[float, ...]
    nodes: tuple[str, ...]
    kinds: tuple[str, ...]
    units: tuple[float, ...]
    flesh: float


_FINGER = ("cmc", "mcp", "pip", "dip", "tip")
_KINDS = ("mcp", "mcp", "pip", "pip", "pip")
_THUMB = ("cmc", "mcp", "ip", "tip")
_THUMB_KINDS = ("mcp", "mcp", "pip", "pip")
_FINGERS = (
    _Ray((22, 19), 36, (45, 32, 23), _THUMB, _THUMB_KINDS, (15, 17, 17, 13), 10.5),
    _Ray((12, 33), 9, (67, 40, 23, 17), _FINGER, _KINDS, (15, 19, 15.5, 12, 11), 9.5),
    _Ray((2, 34), 2, (64, 44.5, 27.5, 18), _FINGER, _KINDS, (15, 19.5, 16, 12.5, 11), 9.8),
    _Ray((-8, 32), -7, (57, 41, 26, 18), _FINGER, _KINDS, (13.5, 18, 15, 12, 11), 9.2),
    _Ray((-17, 28), -15, (53, 32.5, 18.5, 16), _FINGER, _KINDS, (14, 16.5, 13, 10.5, 9.5), 8.2),
)  # fmt: skip
# Centre, half axes, turn in degrees: scaphoid, lunate, triquetrum, pisiform, trapezium, trapezoid, capitate, hamate.
_CARPALS = (
    (11, 9, 6, 10, -35), (-1, 7.5, 7.5, 6.5, 10), (-13, 10, 6.5, 7, 30), (-16, 11, 4.5, 5, 0),
    (20.5, 17, 6.5, 6.5, 30), (12, 24, 5.5, 6.5, 0), (1.5, 20, 7, 11, -5), (-10, 20, 7.5, 9, 20),
)  # fmt: skip
_TOE = ("tmt", "mtp", "toe_pip", "toe_dip", "toe_tip")
_GREAT_TOE = ("tmt", "mtp", "toe_ip", "toe_tip")
_TOES = (
    _Ray((17, 14), 6, (60, 31, 24), _GREAT_TOE, _THUMB_KINDS, (20, 21, 17, 13.5), 13.5),
    _Ray((6, 19), -1, (72, 27, 13, 9), _TOE, _KINDS, (14, 14.5, 9.5, 8.5, 8), 8.5),
    _Ray((-4, 16), -6, (69, 25, 11, 9), _TOE, _KINDS, (13.5, 14, 9, 8, 7.5), 8.2),
    _Ray((-14, 12), -11, (67, 23, 9, 8), _TOE, _KINDS, (13.5, 14, 9, 8, 7.5), 8.0),
    _Ray((-23, 5), -17, (66, 20.5, 7.5, 8), _TOE, _KINDS, (13.5, 14, 9, 8, 7.5), 8.0),
)  # fmt: skip
# Cuneiforms, navicular, cuboid, head of the talus, calcaneus.
_TARSALS = (
    (16, 3, 9, 11, 10), (6, 8, 6.5, 10, 0), (-4, 6, 6.5, 9.5, 0), (7, -14, 17, 8, 5), (-16, -8, 10, 15, 15),
    (4, -32, 15, 14, 0), (-10, -48, 14, 26, 5),
)  # fmt: skip
_STUMP = 0.45  # of the bone that a lost finger ends in


def draw_hand(patient_rng, rng, severity, lost):
    """The skeleton of a hand.

    Parameters
    ----------
    patient_rng, rng : Generator
        Of the patient's measures, and of how the hand lies on the film.
    severity : float
        Mean damage of the hand, 0..1: fingers drift towards the little finger.
    lost : array-like of bool, shape (5,)
        Fingers that are missing.
    """
    size = float(np.clip(patient_rng.normal(1.0, 0.07), 0.85, 1.18))
    skeleton = Skeleton()
    drift = -np.deg2rad(22) * severity * rng.uniform(0.5, 1.2)
    spread = rng.normal(0.0, 2.5)
    for number, ray in enumerate(_FINGERS):
        lean = spread * (3 - number) / 2 + rng.normal(0.0, 1.5) + (rng.normal(0.0, 7.0) if number == 0 else 0.0)
        _add_ray(
            skeleton, ray, number + 1, size, lean, drift if number else 0.4 * drift, patient_rng, rng, lost[number]
        )
    _add_small_bones(skeleton, _CARPALS, size, patient_rng)
    _add_forearm(skeleton, size, rng)
    _add_palm(skeleton, size)
    skeleton.joints["wrist"] = Node("wrist", np.zeros(2), 20.0, "mcp")
    return skeleton


def draw_foot(patient_rng, rng, severity, lost):
    """The skeleton of a foot, seen from above; parameters as for `draw_hand`."""
    size = float(np.clip(patient_rng.normal(1.0, 0.07), 0.85, 1.18))
    skeleton = Skeleton()
    valgus = -np.deg2rad(abs(patient_rng.normal(8, 7)) + 14 * severity)
    for number, ray in enumerate(_TOES):
        bend = valgus if number == 0 else 0.35 * valgus + np.deg2rad(4)
        _add_ray(skeleton, ray, number + 1, size, rng.normal(0.0, 1.2), bend, patient_rng, rng, lost[number])
    _add_small_bones(skeleton, _TARSALS, size, patient_rng)
    for sleeve in ((8, 60, -6, -70, 26, 30), (14, 20, 18, 70, 19, 16), (-20, 8, -34, 60, 17, 13)):
        _add_sleeve(skeleton, *(size * length for length in sleeve), flat=0.95)
    return skeleton


def draw_knee(patient_rng, rng, severity, lost):
    """The skeleton of a right knee, seen from the front: its fibula lies at the left."""
    size = float(np.clip(patient_rng.normal(1.0, 0.07), 0.85, 1.18))
    skeleton, bow = Skeleton(), np.deg2rad(rng.normal(0, 3) + 6 * severity)
    knee = Node("knee", np.zeros(2), 92.0 * size, "pip")
    fibula = Node("fibula", size * np.array([-33.0, -24.0]), 22.0 * size, "mcp")
    skeleton.bones = [
        LongBone(None, knee, -direction(-np.deg2rad(7) - bow)),
        LongBone(knee, None, -direction(bow)),
        LongBone(fibula, None, -direction(bow + 0.03)),
    ]
    skeleton.small_bones = [SmallBone(size * np.array([rng.normal(0, 2), 30.0]), (19 * size, 21 * size), 0.0, 0.3)]
    for end in ((0, -400), (0, 400)):
        _add_sleeve(skeleton, 0, 0, *(size * length for length in (*end, 56, 74)), flat=0.3)
    across = size * 38.0 * np.array([np.cos(bow), -np.sin(bow)])
    for name, sign in (("medial", 1), ("lateral", -1)):
        place = sign * across - size * np.array([0.0, 6.0])
        skeleton.joints[f"knee_{name}"] = Node(f"knee_{name}", place, knee.unit, "pip")
    skeleton.joints["knee"] = knee
    return skeleton


def _add_ray(skeleton, ray, number, size, lean, bend, patient_rng, rng, lost):
    """Add a finger or toe; of a lost one the first bone, or that and half the next, are left."""
    names = [f"{name}{number}" for name in ray.nodes]
    measures = size * np.exp(patient_rng.normal(0, 0.035, len(ray.lengths))) * ray.lengths
    # Drawn for every finger, so that a lost one changes no other.
    longer = int(patient_rng.random() < 0.5)
    kept = 1 + longer if lost else len(measures)
    angle = np.deg2rad(ray.lean + lean)
    place = size * np.asarray(ray.start) * (1 + 0.02 * patient_rng.standard_normal(2))
    nodes = [Node(names[0], place, size * ray.units[0], ray.kinds[0])]
    for step, length in enumerate(measures):
        flexed = 1.0 if step == 0 else float(np.cos(np.deg2rad(abs(rng.normal(0, 9)))))
        place = place + length * flexed * direction(angle)
        nodes.append(Node(names[step + 1], place, size * ray.units[step + 1], ray.kinds[step + 1]))
        angle += (bend if step == 0 else 0.0) + np.deg2rad(rng.normal(0, 2.2))
    _keep_joints(skeleton, nodes, kept, lost)
    _add_bones(skeleton, nodes, kept, lost)
    for step in range(kept):
        _cover(skeleton, nodes, step, size * ray.flesh, stump=lost and step == kept - 1)


def _keep_joints(skeleton, nodes, kept, lost):
    """File the scored joints of a ray, those beyond a stump as missing."""
    for step, node in enumerate(nodes):
        if node.name[:-1] in ("mcp", "pip", "ip", "mtp", "toe_ip"):
            skeleton.joints[node.name] = node
            if lost and step >= kept:
                skeleton.missing.add(node.name)


def _add_bones(skeleton, nodes, kept, lost):
    for step in range(kept):
        lower, upper = nodes[step : step + 2]
        if lost and step == kept - 1:
            # A stump: the bone ends rounded and thinner, a tip's shape at its place.
            place = lower.place + _STUMP * (upper.place - lower.place)
            upper = Node("stump", place, 0.55 * lower.unit, "pip")
        skeleton.bones.append(between(lower, upper))


def _cover(skeleton, nodes, step, flesh, stump):
    start, end = nodes[step].place, nodes[step + 1].place
    if stump:
        end = start + (_STUMP + 0.12) * (end - start)
    # Fingers taper towards their tips; the flesh reaches beyond the last bone.
    wide, narrow = (1.12 - 0.1 * step, 1.12 - 0.1 * (step + 1))
    if step == len(nodes) - 2:
        end = end - 0.15 * flesh * (end - start) / np.hypot(*(end - start))
    skeleton.sleeves.append(Sleeve(start, end, (flesh * wide, flesh * narrow)))


def _add_small_bones(skeleton, table, size, patient_rng):
    for x, y, across, along, turn in table:
        place = size * (np.array([x, y]) + 0.5 * patient_rng.standard_normal(2))
        radii = size * np.array([across, along]) * np.exp(patient_rng.normal(0, 0.05, 2))
        skeleton.small_bones.append(SmallBone(place, tuple(radii), np.deg2rad(turn + patient_rng.normal(0, 5))))


def _add_forearm(skeleton, size, rng):
    lean = np.deg2rad(rng.normal(0, 5))
    radius = Node("radius", size * np.array([6.5, 2.0]), size * 38.0, "mcp")
    ulna = Node("ulna", size * np.array([-15.0, -1.0]), size * 20.0, "pip")
    for node in (radius, ulna):
        skeleton.bones.append(LongBone(None, node, direction(lean)))
    _add_sleeve(skeleton, 0, size * 4, *(-size * 190 * direction(lean)), size * 26, size * 38, flat=0.72)


def _add_palm(skeleton, size):
    """The flesh of the palm, of the ball of the thumb, and the webs between the fingers."""
    for sleeve in ((2, 6, 2, 84, 24, 19), (-9, 8, -22, 66, 17, 14), (16, 14, 36, 40, 17, 12), (22, 36, 27, 62, 13, 11)):
        _add_sleeve(skeleton, *(size * length for length in sleeve), flat=0.6)
    for finger in (2, 3, 4):
        _add_web(skeleton, (finger, finger + 1), size)


def _add_web(skeleton, fingers, size):
    """Add the flesh between two neighbouring fingers, where both are there."""
    joints = skeleton.joints
    knuckles = [joints[f"mcp{finger}"].place for finger in fingers]
    skeleton.sleeves.append(Sleeve(*knuckles, (13 * size, 13 * size), 0.7))
    if not {f"pip{finger}" for finger in fingers} & skeleton.missing:
        ways = [joints[f"pip{finger}"].place - joints[f"mcp{finger}"].place for finger in fingers]
        webs = [knuckle + 0.3 * way for knuckle, way in zip(knuckles, ways, strict=True)]
        skeleton.sleeves.append(Sleeve(*webs, (8 * size, 8 * size), 0.7))


def _add_sleeve(skeleton, x0, y0, x1, y1, wide, narrow, flat):
    skeleton.sleeves.append(Sleeve(np.array([x0, y0]), np.array([x1, y1]), (wide, narrow), flat))
