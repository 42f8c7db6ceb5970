"""Synthetic films of whole hands, feet and knees: the stand-in for films with known joints, erosions and masks."""

from dataclasses import dataclass

import joblib
import numpy as np
import pandas as pd

from skerosion._counted import counted
from skerosion._types import Any, Seed
from skerosion._validation import Flag, check_parameter

from ._film_plans import FilmSettings, name_of, side_of
from ._film_scenes import draw_film_of


@dataclass(frozen=True, repr=False)
class Films:
    """Synthetic films as `make_films` returns them.

    Attributes
    ----------
    images : list of ndarray of uint8, each of shape (H, W)
        Grey values; bone is bright.
    table : DataFrame
        A row a film: image (its name), patient_id, visit, date, body_part, side ("left", "right" or "both", as its tag
        says), mm_per_pixel, and mirrored, whether it lies the wrong way round.
    points : DataFrame
        A row a film and joint: image, side, joint, x, y (pixels; the centre of the first one is 0, 0), visible, reason
        and percent, the eroded share of its surface.
    masks : list of ndarray of uint8, each of shape (H, W), or None
        Eroded pixels: the number, from 1, of the row among the film's points that they belong to; 0 elsewhere.

    Examples
    --------
    >>> from skerosion.datasets import make_films
    >>> make_films(2, max_visits=1, size=96, random_state=0)
    Films(3 synthetic films, 2 patients, 44 points)
    """

    images: list
    table: pd.DataFrame
    points: pd.DataFrame
    masks: list | None = None

    def __len__(self):
        return len(self.images)

    def __repr__(self):
        patients = self.table["patient_id"].nunique()
        return (
            f"Films({counted(len(self), 'synthetic film')}, {counted(patients, 'patient')}, {len(self.points)} points)"
        )


def make_films(
    n_patients: int = 10,
    *,
    body_part: Any = "hand",
    max_visits: int = 3,
    both_sides: float = 0.5,
    rotation: float = 10.0,
    missing: float = 0.02,
    mirrored: float = 0.0,
    size: int = 768,
    labels: Any = "thesis",
    return_mask: bool = False,
    n_jobs: int | None = None,
    random_state: Seed = None,
) -> Films:
    """Draw synthetic radiographs of whole hands, feet or knees, with the place and the damage of every joint.

    Bones lie between joints that are those of `make_joint_images`, in soft tissue, beside a lead letter, under all
    exposures from nearly black to washed out. A patient's visits show the same bones; damage grows, and fingers drift
    to the side of the little one. They are drawn, not measured: figures obtained on them say something about a method,
    nothing about patients.

    Parameters
    ----------
    n_patients : int, default=10
        Number of patients.
    body_part : {"hand", "foot", "knee"} or sequence of these, default="hand"
        What the films of each visit show.
    max_visits : int, default=3
        Patients come one to so many times, about a year apart.
    both_sides : float, default=0.5
        Share of visits with both sides on one film; the others have a film a side.
    rotation : float, default=10.0
        Degrees by which a film may be turned, either way. At most 180.
    missing : float, default=0.02
        Share of fingers or toes that patients have lost; knees are never lost.
    mirrored : float, default=0.0
        Share of films that lie the wrong way round, their tag unchanged.
    size : int, default=768
        Pixels of a film's longer side, 64 at least.
    labels : {"thesis"} or mapping of int to float, default="thesis"
        Share of the joints by percentage of eroded surface, as for :func:`make_joint_images`.
    return_mask : bool, default=False
        Whether to return eroded pixels too.
    n_jobs : int, default=None
        Number of processes, as for joblib; the films are the same for any number.
    random_state : int, RandomState instance or None, default=None
        Seed; the same seed draws the same films.

    Returns
    -------
    films : Films

    See Also
    --------
    write_films : The same films as files.

    Notes
    -----
    The scored joints are those of the registry, with the wrist and the first metatarsophalangeal joint as points
    without a percentage. A knee has two more points, where its tibial plateau ends.

    Examples
    --------
    >>> from skerosion.datasets import make_films
    >>> films = make_films(1, max_visits=1, both_sides=1.0, size=128, random_state=0)
    >>> films.images[0].shape, films.table["side"].tolist(), films.points["joint"].nunique()
    ((96, 128), ['both'], 11)
    """
    check_parameter("return_mask", return_mask, (Flag(),))
    settings = FilmSettings(
        body_part=body_part,
        max_visits=max_visits,
        both_sides=both_sides,
        rotation=rotation,
        missing=missing,
        mirrored=mirrored,
        size=size,
        labels=labels,
    )
    seed, visits, plans = settings.plan(n_patients, random_state)
    drawn = joblib.Parallel(n_jobs=n_jobs)(joblib.delayed(_draw)(seed, plan, size, return_mask) for plan in plans)
    images, points, scales, masks = zip(*drawn, strict=True)
    names = [name_of(plan) for plan in plans]
    table = film_table(visits, plans, names, scales)
    return Films(list(images), table, point_table(points, names), list(masks) if return_mask else None)


def film_table(visits, plans, names, scales):
    """The table of films."""
    dates = {
        pair: day
        for *pair, day in zip(visits.patients, visits.numbers, visits.dates, strict=True)
        for pair in [tuple(pair)]
    }
    rows = [
        {
            "image": name,
            "patient_id": plan.patient + 1,
            "visit": plan.visit,
            "date": str(dates[plan.patient, plan.visit]),
            "body_part": plan.body_part,
            "side": side_of(plan),
            "mm_per_pixel": 1 / scale,
            "mirrored": plan.mirrored,
        }
        for plan, name, scale in zip(plans, names, scales, strict=True)
    ]
    return pd.DataFrame(rows)


def point_table(points, names):
    """The table of points of all films."""
    return pd.DataFrame([{"image": name} | row for name, rows in zip(names, points, strict=True) for row in rows])


def as_bytes(grey):
    """Grey values 0..255 as they are stored."""
    return np.clip(np.rint(grey), 0, 255).astype(np.uint8)


def _draw(seed, plan, size, return_mask):
    film = draw_film_of(seed, plan, size)
    return as_bytes(film.grey), film.points, film.scale, _mask_of(film) if return_mask else None


def _mask_of(film):
    """Eroded pixels, by the number of their joint among the film's points."""
    mask = np.zeros(film.grey.shape, dtype=np.uint8)
    for number, point in enumerate(film.points, 1):
        if found := film.eroded.get(f"{point['side']}_{point['joint']}"):
            window, eroded, _ = found
            mask[window][eroded] = number
    return mask
