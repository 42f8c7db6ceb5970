"""From anatomy to grey levels: bone, soft tissue, the neighbouring finger, exposure, film noise and padding."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import ndimage

# Noise is drawn once on a torus of this side and read at random places: as random to the eye as new noise, and cheap.
_TILE = 256
# Points of the torus per half image side: one per pixel in a crop of 150 pixels.
_DENSITY = 75.0


@dataclass(frozen=True)
class Film:
    """Exposure of one radiograph: grey = offset + gain * (1 - exp(-shoulder * light)) ** gamma, plus grain."""

    gain: float
    offset: float
    gamma: float
    shoulder: float
    grain: float
    blur: float
    slope: tuple[float, float]


@dataclass(frozen=True)
class Tissue:
    """Brightness of what the X-ray meets on its way, and how bone looks."""

    soft: float
    marrow: float
    cortex: float
    trabeculae: float
    mottle: float
    rim: float
    clearing: float
    blurring: float


def draw_film(visit_rng, rng):
    """Draw an exposure: one for a visit's radiograph, a little different for each of its joints."""
    kind = visit_rng.random()
    if kind < 0.07:  # nearly black
        gain, offset, gamma = visit_rng.uniform(0.08, 0.28), 0.0, visit_rng.uniform(0.9, 1.4)
    elif kind < 0.18:  # washed out
        gain, offset, gamma = visit_rng.uniform(0.40, 0.62), visit_rng.uniform(0.30, 0.42), visit_rng.uniform(0.6, 0.9)
    else:
        gain, offset, gamma = visit_rng.uniform(0.6, 1.0), visit_rng.uniform(0.0, 0.12), visit_rng.uniform(0.8, 1.3)
    return Film(
        gain=gain * np.exp(rng.normal(0.0, 0.08)),
        offset=offset,
        gamma=gamma,
        shoulder=visit_rng.uniform(1.3, 2.4),
        grain=visit_rng.uniform(0.004, 0.016),
        blur=visit_rng.uniform(0.004, 0.010),
        slope=tuple(rng.normal(0.0, 0.05, 2)),
    )


def draw_tissue(patient_rng, rng):
    """Draw how a patient's bone and soft tissue look, a little different in each joint."""
    return Tissue(
        soft=patient_rng.uniform(0.14, 0.30) * np.exp(rng.normal(0.0, 0.1)),
        marrow=patient_rng.uniform(0.24, 0.42) * np.exp(rng.normal(0.0, 0.08)),
        cortex=patient_rng.uniform(0.28, 0.50) * np.exp(rng.normal(0.0, 0.08)),
        trabeculae=patient_rng.uniform(0.03, 0.065),
        mottle=patient_rng.uniform(0.02, 0.06),
        rim=max(0.0, rng.normal(0.0, 0.12)),
        clearing=rng.uniform(0.90, 1.0),
        blurring=rng.uniform(0.015, 0.06),
    )


def noise_at(x, y, rng, *, pixel, sigma, scale=1.0):
    """Smooth noise of unit variance at the given places, no finer than the grid they form.

    Parameters
    ----------
    x, y : ndarray
        Places, in halves of the image side.
    rng : Generator
        Chooses where on the noise torus the places lie.
    pixel : float
        Side of a pixel: noise finer than that is averaged out as a detector would.
    sigma : tuple of float
        Grain of the noise along y and x, in points of the torus.
    scale : float, default=1.0
        How many times finer than ``sigma`` says.

    Returns
    -------
    ndarray of float32
    """
    tile = _noise_tile(tuple(sigma), round(0.4 * max(0.0, pixel * _DENSITY * scale - 1.0), 1))
    shift = rng.uniform(0, _TILE, 2).astype(np.float32)
    density = np.float32(_DENSITY * scale)
    rows, columns = y * density + shift[0], x * density + shift[1]
    top, left = np.floor(rows).astype(np.intp), np.floor(columns).astype(np.intp)
    down, right = rows - top, columns - left
    left &= _TILE - 1
    upper = _noise_between(tile, (top & (_TILE - 1)) * _TILE + left, right)
    below = _noise_between(tile, ((top + 1) & (_TILE - 1)) * _TILE + left, right)
    below -= upper
    below *= down
    below += upper
    return below


def draw_light(bones, frame, edges, anatomy, tissue, pixel, rng):
    """Attenuation at each pixel, about 0 in air and 1 in the brightest cortex.

    ``edges`` holds, for each bone, the distance to the edge of its bites, positive where it is eroded.
    """
    x, y = frame
    light = _soft_tissue(x, y, anatomy, tissue.soft)
    light = np.maximum(light, _neighbour(x, y, anatomy, tissue, pixel, rng))
    for bone, edge in zip(bones, edges, strict=True):
        light = light + bone_light(bone, edge, anatomy, tissue, pixel, rng)
    return light * (1 + np.float32(tissue.mottle) * noise_at(x, y, rng, pixel=pixel, sigma=(9, 9)))


def expose(light, film, rng, size=None):
    """Grey levels 0..255 of an attenuation image, before any padding.

    Parameters
    ----------
    light : ndarray of shape (H, W)
    film : Film
    rng : Generator
        Of the grain.
    size : float, default=None
        Pixels in two units of length; None takes the image to be two units high.
    """
    size = light.shape[0] if size is None else size
    blurred = ndimage.gaussian_filter(light, film.blur * size / 2, truncate=2.5) if film.blur * size > 0.5 else light
    down, right = (np.linspace(-1, 1, side, dtype=np.float32) for side in light.shape)
    blurred = blurred + film.slope[0] * down[:, None] + film.slope[1] * right[None, :]
    density = 1 - np.exp(-np.float32(film.shoulder) * np.maximum(blurred, 0.0))
    grey = film.offset + film.gain * density**film.gamma
    # Grain lives on the film: finer pixels see more of it.
    grain = film.grain * np.sqrt(size / 150) * rng.standard_normal(grey.shape, dtype=np.float32)
    return 255 * (grey + grain * (0.25 + film.gain))


def pad_margin(grey, surface, rng):
    """Blacken a margin beside the joint, as where a crop reaches over the radiograph's edge; mostly left or right.

    Parameters
    ----------
    grey : ndarray
        Grey levels, changed in place.
    surface : ndarray of bool
        The joint surface, which no margin hides.
    rng : Generator
    """
    chance, side, share = rng.random(), rng.choice([0, 0, 1, 2, 2, 3]), rng.uniform(0.05, 0.24)
    if chance < 0.22:
        free = int(np.rot90(surface, side).any(axis=0).argmax())
        width = min(max(1, round(share * grey.shape[0])), free)
        np.rot90(grey, side)[:, :width] = 0.0  # rot90 gives a view


def soft_step(distance, pixel):
    """0..1 across an edge about a pixel wide, 0.5 where ``distance`` is zero."""
    return np.clip(0.5 + distance * np.float32(1 / (1.2 * pixel)), 0.0, 1.0)


def _soft_tissue(x, y, anatomy, brightness):
    """The finger around the bones: a cylinder, with the web towards the neighbouring fingers below a knuckle."""
    radius = anatomy.soft_radius + anatomy.web / (1 + np.exp(np.clip(9 * (y + 0.15), -30, 30)))
    thickness = np.sqrt(np.maximum(1 - (x / radius) ** 2, 0.0))
    return np.float32(brightness) * thickness


def _neighbour(x, y, anatomy, tissue, pixel, rng):
    """The edge of the finger beside: soft tissue and a shaft, often just outside the crop."""
    side = rng.choice([-1.0, 1.0])
    distance = anatomy.soft_radius * rng.uniform(1.75, 2.6)
    lean = rng.normal(0.0, 0.10)
    across = x * np.float32(side) - np.float32(distance) + np.float32(lean) * y
    soft = _soft_tissue(across, y * 0 + 1, anatomy, tissue.soft * rng.uniform(0.8, 1.1))
    width = anatomy.base_shaft * (1 + 0.5 / (1 + ((y - rng.uniform(-1.5, 1.5)) / 0.4) ** 2))
    depth = width - np.abs(across)
    bone = soft_step(depth, pixel) * tissue.marrow * (0.6 + _cortical(depth, 1.5 * anatomy.cortex, pixel))
    return soft + bone


def bone_light(bone, edge, anatomy, tissue, pixel, rng):
    """What a bone adds: rounded thickness, bright cortical outline, trabeculae along its axis, and bites out of it."""
    eroded = soft_step(edge, max(pixel, tissue.blurring))
    inside = soft_step(bone.depth, pixel)
    thickness = np.sqrt(np.clip(bone.depth * np.float32(1 / (0.55 * anatomy.base_width)), 0.0, 1.0))
    fine = noise_at(bone.x, bone.y, rng, pixel=pixel, sigma=(3.2, 0.9))
    coarse = noise_at(bone.x, bone.y, rng, pixel=pixel, sigma=(1.4, 3.0))
    # Towards the shaft the spongy bone gives way to the marrow canal and the cortex thickens.
    spongy = np.exp(-((bone.below * np.float32(1 / 0.55)) ** 2))
    marrow = tissue.marrow * (0.45 + 0.55 * thickness) * (0.72 + 0.28 * spongy)
    trabecular = np.float32(tissue.trabeculae) * (fine + 0.6 * coarse) * (0.35 + 0.65 * spongy)
    shell = anatomy.cortex * (1.0 + 1.1 * (1 - spongy))
    cortex = tissue.cortex * _cortical(bone.depth, shell, pixel)
    # A bite breaks the cortex, thins what lies behind it, and heals with a bright rim in some joints.
    rim = tissue.rim * _cortical(-edge, 0.7 * anatomy.cortex, pixel)
    return inside * ((marrow + trabecular) * (1 - np.float32(tissue.clearing) * eroded) + (cortex + rim) * (1 - eroded))


def _cortical(depth, shell, pixel):
    """Brightness of the compact outer shell, which the beam meets edge on."""
    shell = np.maximum(shell, 0.8 * pixel)
    distance = (depth - 0.55 * shell) / shell
    return np.exp(-1.4 * distance * distance)


def _noise_between(tile, position, fraction):
    """Noise between points of the torus and their right neighbours."""
    point = tile.take(position)
    return point.real + point.imag * fraction


@lru_cache(maxsize=64)
def _noise_tile(sigma, blur):
    """Unit-variance noise on the torus, blurred by what a pixel averages; flattened.

    A point's real part is its noise and its imaginary part the step to the right neighbour: one look-up finds both.
    """
    white = np.random.default_rng(2017).standard_normal((_TILE, _TILE))
    fine = ndimage.gaussian_filter(white, sigma, mode="wrap")
    tile = fine / fine.std()
    if blur:
        tile = ndimage.gaussian_filter(tile, blur, mode="wrap")
    tile = tile.astype(np.float32)
    flat = (tile + 1j * (np.roll(tile, -1, axis=1) - tile)).astype(np.complex64).ravel()
    flat.flags.writeable = False
    return flat
