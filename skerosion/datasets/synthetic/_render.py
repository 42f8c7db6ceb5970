"""One synthetic joint from its place in the roster: image, eroded pixels and joint surface."""

from dataclasses import dataclass

import numpy as np

from ._anatomy import Anatomy, Pose, bones_of, draw_anatomy, draw_pose, finger_frame, joint_surface
from ._erosion import draw_bites, growth_for, joint_onset, onset_of
from ._texture import Film, Tissue, draw_film, draw_light, draw_tissue, expose, noise_at, pad_margin

# Below this side an image is drawn larger and averaged down, as a resized crop is.
_SMALLEST_DRAWN = 64
# Branches of the random tree, so that no two of them share numbers.
_PATIENT, _VISIT, _JOINT, _SHOT = 1, 2, 3, 4


@dataclass(frozen=True)
class _Scene:
    """Everything chance decides about one joint, before a grid is chosen."""

    anatomy: Anatomy
    pose: Pose
    tissue: Tissue
    film: Film
    bites: list
    share: float
    detail: int


@dataclass(frozen=True)
class _Damage:
    """A scene on a grid: side of a pixel, frame of the finger, bones and their onsets, surface, growth of the bites."""

    pixel: float
    frame: tuple
    bones: tuple
    onsets: list
    surface: np.ndarray
    growth: float


def draw_joint(seed, roster, row, size):
    """Image of one row of the roster, uint8 of shape (size, size)."""
    scene = _draw_scene(seed, roster, row)
    factor = -(-_SMALLEST_DRAWN // size)
    drawn = _expose_scene(scene, size * factor)
    grey = drawn.reshape(size, factor, size, factor).mean(axis=(1, 3)) if factor > 1 else drawn
    return np.clip(np.rint(grey), 0, 255).astype(np.uint8)


def draw_joint_mask(seed, roster, row, size):
    """Eroded pixels and joint surface of one row of the roster, two bool arrays of shape (size, size)."""
    damage = _erode(_draw_scene(seed, roster, row), size)
    return joint_onset(damage.bones, damage.onsets) <= damage.growth, damage.surface


def _draw_scene(seed, roster, row):
    """Draw a joint: the hand by patient, the exposure by visit, the shape by joint, all else for this image."""
    patient, visit, joint = int(roster.patients[row]), int(roster.visits[row]), int(roster.joints[row])
    percent = int(roster.percent[row])
    of_patient = np.random.default_rng((seed, _PATIENT, patient))
    of_joint = np.random.default_rng((seed, _JOINT, patient, joint))
    of_shot = np.random.default_rng((seed, _SHOT, row))
    anatomy = draw_anatomy(joint, of_patient, of_joint)
    return _Scene(
        anatomy=anatomy,
        bites=draw_bites(of_joint),
        tissue=draw_tissue(of_patient, of_joint),
        film=draw_film(np.random.default_rng((seed, _VISIT, patient, visit)), of_shot),
        pose=draw_pose(anatomy, percent, of_shot),
        share=percent / 100,
        detail=int(of_shot.integers(2**31)),
    )


def _erode(scene, size):
    """Put the bones on a grid and let the bites grow until they have the labelled share of the surface."""
    pixel = 2.0 / size / scene.pose.zoom
    frame = finger_frame(scene.pose, size)
    bones = bones_of(scene.anatomy, scene.pose, frame)
    rng = np.random.default_rng((scene.detail, 1))
    ragged = [noise_at(bone.x, bone.y, rng, pixel=pixel, sigma=(5, 5)) for bone in bones]
    onsets = [onset_of(bone, bites, noise) for bone, bites, noise in zip(bones, scene.bites, ragged, strict=True)]
    surface = joint_surface(bones, pixel)
    growth = growth_for(scene.share, joint_onset(bones, onsets), surface)
    return _Damage(pixel, frame, bones, onsets, surface, growth)


def _expose_scene(scene, size):
    """Grey levels of a scene on a grid, not yet clipped."""
    damage = _erode(scene, size)
    # Onset counts in radii of a bite; times the radius it is a distance, near enough for a soft edge.
    radii = [np.float32(bites.radius.mean()) for bites in scene.bites]
    edges = [(damage.growth - onset) * radius for onset, radius in zip(damage.onsets, radii, strict=True)]
    rng = np.random.default_rng((scene.detail, 2))
    light = draw_light(damage.bones, damage.frame, edges, scene.anatomy, scene.tissue, damage.pixel, rng)
    grey = expose(light, scene.film, rng)
    pad_margin(grey, damage.surface, np.random.default_rng((scene.detail, 3)))
    return grey
