"""The light of a whole film: every bone and sleeve of a skeleton on the pixels that it covers."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ._anatomy import Anatomy, Bone, base_end, head_end, joint_surface
from ._erosion import growth_for, joint_onset, onset_of
from ._skeleton import Skeleton
from ._texture import Tissue, bone_light, noise_at

_UNIT = 18.0  # millimetres in the unit of a bone's texture, whatever the unit of its joints
_COARSE = 2  # soft tissue is smooth: it is drawn on every other pixel
_BEYOND = 400.0  # millimetres that an open bone goes on


@dataclass(frozen=True)
class Placement:
    """How millimetres of a skeleton become pixels: ``pixel = matrix @ (x, y) + shift``, mirrored where it must be."""

    matrix: np.ndarray
    shift: np.ndarray

    @classmethod
    def of(cls, scale, angle, mirrored, shift):
        """Turn clockwise by an angle (radians), with rows that run down, in pixels a millimetre."""
        cosine, sine = np.cos(angle), np.sin(angle)
        upright = np.diag([-1.0 if mirrored else 1.0, -1.0])
        return cls(scale * np.array([[cosine, -sine], [sine, cosine]]) @ upright, np.asarray(shift, float))

    @property
    def scale(self):
        """Pixels a millimetre."""
        return float(np.sqrt(abs(np.linalg.det(self.matrix))))

    def pixels(self, places):
        """Pixels of places in millimetres, both of shape (..., 2)."""
        return np.asarray(places) @ self.matrix.T + self.shift

    def window(self, places, margin, shape):
        """Slices of the pixels about places in millimetres, None where they lie outside the film."""
        pixels = self.pixels(np.atleast_2d(places))
        low = np.floor(pixels.min(axis=0) - margin * self.scale).astype(int)
        high = np.ceil(pixels.max(axis=0) + margin * self.scale).astype(int) + 1
        (left, top), (right, bottom) = np.maximum(low, 0), np.minimum(high, shape[::-1])
        return (slice(top, bottom), slice(left, right)) if left < right and top < bottom else None

    def grid(self, window, step=1):
        """Millimetres of the pixels of a window: x and y, float32."""
        rows, columns = window
        x = np.arange(columns.start, columns.stop, step) - self.shift[0]
        y = np.arange(rows.start, rows.stop, step)[:, np.newaxis] - self.shift[1]
        inverse = np.linalg.inv(self.matrix)
        return tuple((row[0] * x + row[1] * y).astype(np.float32) for row in inverse)


@dataclass(frozen=True)
class JointShape:
    """What is known of a scored joint: its shape, what parts its bones, its bites, and their share of the surface."""

    anatomy: Anatomy
    apart: float
    bites: list
    share: float
    detail: int


@dataclass(frozen=True)
class Limb:
    """A skeleton with the shapes of its nodes, where it lies on the film, and how its tissue looks."""

    skeleton: Skeleton
    shapes: dict
    placement: Placement
    tissue: Tissue


def limb_light(limb, shape, rng):
    """Attenuation of a hand, foot or knee on a film of so many rows and columns, and its eroded pixels by joint.

    Returns
    -------
    light : ndarray of float32, shape (H, W)
    eroded : dict of str to (tuple of slice, ndarray of bool, ndarray of bool)
        Window on the film, eroded pixels and joint surface of each damaged joint.
    """
    damage = {name: _erode(limb, node, shape) for name, node in limb.skeleton.joints.items() if name in limb.shapes}
    damage = {name: found for name, found in damage.items() if found is not None}
    light = _soft_light(limb, shape)
    for bone in limb.skeleton.bones:
        _add_long_bone(light, limb, bone, damage, rng)
    for bone in limb.skeleton.small_bones:
        _add_small_bone(light, limb, bone, rng)
    eroded = {name: (each.window, each.eroded, each.surface) for name, each in damage.items()}
    return light, eroded


@dataclass(frozen=True)
class _Damage:
    """A joint on its window: distance to the edge of the bites of head and base, eroded pixels, surface."""

    window: tuple
    edges: tuple
    eroded: np.ndarray
    surface: np.ndarray


def _erode(limb, node, shape):
    """Let the bites of a joint grow until they have their share of its surface."""
    own, meeting = limb.shapes[node.name], _meeting(limb.skeleton, node)
    window = limb.placement.window(node.place, 1.15 * node.unit, shape)
    if meeting is None or window is None or own.share <= 0:
        return None
    grid = limb.placement.grid(window)
    bones = (_head(own, node, meeting[0].axis, grid), _base(own, node, meeting[1].axis, grid))
    pixel = 1.0 / limb.placement.scale / node.unit
    rng = np.random.default_rng((own.detail, 1))
    ragged = [noise_at(bone.x, bone.y, rng, pixel=pixel, sigma=(5, 5)) for bone in bones]
    onsets = [onset_of(bone, bites, noise) for bone, bites, noise in zip(bones, own.bites, ragged, strict=True)]
    surface = joint_surface(bones, pixel)
    growth = growth_for(own.share, joint_onset(bones, onsets), surface)
    radii = [np.float32(bites.radius.mean() * node.unit / _UNIT) for bites in own.bites]
    edges = tuple((growth - onset) * radius for onset, radius in zip(onsets, radii, strict=True))
    return _Damage(window, edges, joint_onset(bones, onsets) <= growth, surface)


def _meeting(skeleton, node):
    """The bones below and above a node, None where one has been lost."""
    below = [bone for bone in skeleton.bones if bone.upper is node]
    above = [bone for bone in skeleton.bones if bone.lower is node]
    return (below[0], above[0]) if below and above else None


def _along(node, axis, grid):
    """Across and along a bone from a node, in the node's units; `axis` points away from the joint's lower bone."""
    x, y = grid[0] - np.float32(node.place[0]), grid[1] - np.float32(node.place[1])
    across, along = (np.asarray(axis) / node.unit).astype(np.float32)
    return x * along - y * across, x * across + y * along


def _head(own, node, axis, grid):
    return head_end(own.anatomy, own.apart, *_along(node, axis, grid))


def _base(own, node, axis, grid):
    return base_end(own.anatomy, own.apart, *_along(node, axis, grid))


def _add_long_bone(light, limb, bone, damage, rng):
    """Add a bone, both of its ends where it has two."""
    nodes = [node for node in (bone.lower, bone.upper) if node is not None]
    ends = [node.place for node in nodes]
    if len(nodes) == 1:
        ends.append(ends[0] + _BEYOND * bone.axis * (1 if bone.upper is None else -1))
    window = limb.placement.window(ends, 0.75 * max(node.unit for node in nodes), light.shape)
    if window is None:
        return
    grid = limb.placement.grid(window)
    parts = [_end_of(limb, node, node is bone.upper, bone.axis, grid, window, damage) for node in nodes]
    whole, edge = _joined(parts, nodes)
    pixel = 1.0 / limb.placement.scale / _UNIT
    anatomy = limb.shapes[nodes[-1].name].anatomy
    light[window] += bone_light(whole, edge, anatomy, limb.tissue, pixel, rng)


def _end_of(limb, node, is_head, axis, grid, window, damage):
    """One end of a bone, and the distance to the edge of its bites on the bone's window."""
    shape = (_head if is_head else _base)(limb.shapes[node.name], node, axis, grid)
    edge = np.full(shape.depth.shape, -1e3, dtype=np.float32)
    if node.name in damage:
        own = damage[node.name]
        inner, outer = _overlap(window, own.window)
        edge[inner] = own.edges[0 if is_head else 1][outer]
    return shape, edge


def _overlap(window, other):
    """The common part of two windows of a film, as slices of each."""
    spans = [
        (max(mine.start, its.start), max(min(mine.stop, its.stop), max(mine.start, its.start)))
        for mine, its in zip(window, other, strict=True)
    ]
    return tuple(
        tuple(slice(low - axis.start, high - axis.start) for (low, high), axis in zip(spans, each, strict=True))
        for each in (window, other)
    )


def _joined(parts, nodes):
    """A bone of one end or two, in the unit of its texture: one end passes into the other half way."""
    units = [np.float32(node.unit / _UNIT) for node in nodes]
    ends = [end for end, _ in parts]
    depths = [end.depth * unit for end, unit in zip(ends, units, strict=True)]
    below = np.minimum.reduce([end.below * unit for end, unit in zip(ends, units, strict=True)])
    edge = np.maximum.reduce([edge for _, edge in parts])
    if len(parts) == 2:
        length = np.hypot(*(nodes[1].place - nodes[0].place)) / nodes[0].unit
        share = np.clip(ends[0].y * np.float32(2 / length) - np.float32(0.5), 0.0, 1.0)
        share = share * share * (3 - 2 * share)
        depths = [depths[0] * (1 - share) + depths[1] * share]
    return Bone(ends[0].x * units[0], ends[0].y * units[0], depths[0], ends[0].along, below, ends[0].reach), edge


def _add_small_bone(light, limb, bone, rng):
    window = limb.placement.window(bone.place, 1.2 * max(bone.radii), light.shape)
    if window is None:
        return
    x, y = (axis - np.float32(centre) for axis, centre in zip(limb.placement.grid(window), bone.place, strict=True))
    cosine, sine = np.float32(np.cos(bone.turn)), np.float32(np.sin(bone.turn))
    across, along = x * cosine + y * sine, y * cosine - x * sine
    # A rounded box rather than an ellipse, as bones are that lie against each other.
    reach = (np.abs(across / bone.radii[0]) ** 2.6 + np.abs(along / bone.radii[1]) ** 2.6) ** np.float32(1 / 2.6)
    depth = (1 - reach) * np.float32(min(bone.radii) / _UNIT)
    shape = Bone(across / np.float32(_UNIT), along / np.float32(_UNIT), depth, across, depth, 0.0)
    pixel = 1.0 / limb.placement.scale / _UNIT
    anatomy = next(iter(limb.shapes.values())).anatomy
    light[window] += np.float32(bone.density) * bone_light(
        shape, np.full_like(depth, -1e3), anatomy, limb.tissue, pixel, rng
    )


def _soft_light(limb, shape):
    """Soft tissue: what all sleeves together are thick, without steps where they meet."""
    whole = (slice(0, shape[0] + _COARSE), slice(0, shape[1] + _COARSE))
    thickness = np.zeros([len(range(0, side.stop, _COARSE)) for side in whole], dtype=np.float32)
    coarse = Placement(limb.placement.matrix / _COARSE, limb.placement.shift / _COARSE)
    for sleeve in limb.skeleton.sleeves:
        window = coarse.window([sleeve.start, sleeve.end], max(sleeve.radii), thickness.shape)
        if window is not None:
            thickness[window] += _thickness(sleeve, coarse.grid(window)) ** 4
    smooth = ndimage.gaussian_filter(np.sqrt(np.sqrt(thickness)), 1.0 * coarse.scale, truncate=2.5)
    fine = np.clip(ndimage.zoom(smooth, _COARSE, order=1, grid_mode=True, mode="nearest"), 0, None)
    return np.float32(limb.tissue.soft / 7.5) * fine[: shape[0], : shape[1]]


def _thickness(sleeve, grid):
    """Half the way of the beam through a sleeve in millimetres."""
    way = sleeve.end - sleeve.start
    x, y = grid[0] - np.float32(sleeve.start[0]), grid[1] - np.float32(sleeve.start[1])
    share = np.clip((x * np.float32(way[0]) + y * np.float32(way[1])) / np.float32(way @ way), 0.0, 1.0)
    radius = sleeve.radii[0] + (sleeve.radii[1] - sleeve.radii[0]) * share
    off = np.hypot(x - share * np.float32(way[0]), y - share * np.float32(way[1])) / radius
    return np.float32(sleeve.flat) * radius * np.sqrt(np.maximum(1 - off * off, 0.0))
