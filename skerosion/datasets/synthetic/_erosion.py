"""Erosions of a synthetic joint: bites that take an exact share of the joint surface.

Every bite grows as a disc from a place on the articular contour. A pixel's *onset* says how much growth it takes until
a bite reaches it; the pixels of the joint surface with the lowest onsets are eroded, as many as the label asks for. The
same joint at a higher label shows the same bites, grown.
"""

from dataclasses import dataclass

import numpy as np

# How deep a bite may go, in halves of the image side: beyond it onset rises steeply, so that a joint whose whole
# surface is gone still has bones.
_DEEPEST = 0.20


@dataclass(frozen=True)
class Bites:
    """Places, radii and delays of the bites of one bone; positions as a share of the articular contour's reach."""

    place: np.ndarray
    radius: np.ndarray
    flatness: np.ndarray
    delay: np.ndarray
    raggedness: float


def draw_bites(rng, n_bites=5):
    """Draw the bites of the two bones; the first ones sit at the margins, where bone lies bare of cartilage."""
    bites = []
    for _ in range(2):
        side = rng.permutation([-1.0, 1.0, -1.0, 1.0, 1.0])[:n_bites]
        at_margin = rng.random(n_bites) < 0.65
        place = np.where(at_margin, side * rng.uniform(0.72, 1.0, n_bites), rng.uniform(-0.7, 0.7, n_bites))
        delay = np.cumsum(rng.exponential(0.45, n_bites)) + rng.normal(0.0, 0.1)
        radius, flatness = rng.uniform(0.10, 0.22, n_bites), rng.uniform(0.8, 1.5, n_bites)
        bites.append(Bites(place, radius, flatness, delay, raggedness=rng.uniform(0.1, 0.35)))
    return bites


def onset_of(bone, bites, ragged):
    """Growth at which the nearest bite reaches each pixel of a bone.

    Parameters
    ----------
    bone : Bone
    bites : Bites
    ragged : ndarray
        Smooth noise of about unit variance on the same grid: it roughens the bites' edges.

    Returns
    -------
    ndarray
    """
    below = np.maximum(bone.below, 0.0)
    beyond = np.maximum(np.abs(bone.along) - np.float32(bone.reach), 0.0)
    steep = below * (1.0 + (below / _DEEPEST) ** 3) + 3.0 * beyond
    onset = None
    for place, radius, flatness, delay in zip(bites.place, bites.radius, bites.flatness, bites.delay, strict=True):
        across = (bone.along - np.float32(place * bone.reach)) * np.float32(1 / radius)
        down = steep * np.float32(flatness / radius)
        reached = np.sqrt(across * across + down * down) + np.float32(delay)
        onset = reached if onset is None else np.minimum(onset, reached)
    return onset + np.float32(bites.raggedness) * ragged


def joint_onset(bones, onsets):
    """Onset of the joint as a whole, infinite outside bone: where bones overlap, the bite that comes first counts."""
    within = [np.where(bone.depth > 0, onset, np.inf) for bone, onset in zip(bones, onsets, strict=True)]
    return np.minimum(*within)


def growth_for(share, onset, surface):
    """Growth of the bites that erodes this share of the joint surface, to the nearest pixel and one pixel at least.

    Parameters
    ----------
    share : float
        Share of the joint surface, 0..1.
    onset : ndarray
        Onset of the joint at each pixel.
    surface : ndarray of bool
        The joint surface.

    Returns
    -------
    float
        A pixel is eroded where its onset is at most the growth; far below every onset for a share of zero.
    """
    onset = np.sort(onset[surface])
    if share <= 0 or onset.size == 0:
        return -1e6
    count = max(1, round(share * onset.size))
    return float(onset[count - 1])
