"""A synthetic registry on disk, for tests and demonstrations: two tables of the registry's form and drawn joints."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from PIL import Image

from skerosion._spreadsheet_cells import write_csv
from skerosion._types import Any, FilePath, Seed
from skerosion._validation import Number, Whole, check_parameter
from skerosion.clinical import ratingen, rau_score, registry_columns

from ._patients import first_seed
from ._registry_visits import JOINTS, draw_visits, drawing_roster
from ._render import draw_joint

_COLUMNS = tuple(registry_columns())
_IMAGES = "images/{sop_iuid}_{side}_{joint}.png"
_ONE_IMAGE, _NO_FEET = 0.5, 0.2  # shares of visits with both sides on one radiograph, without one of the feet
_FOOT_GAMMA = 1.6  # feet are thicker than hands: their radiographs are darker
_README = """Synthetic registry, written by skerosion.datasets.write_registry.

Nothing in this folder comes from a patient. Joints are drawn, percentages, dates and clinical scores are invented;
joints of the feet are drawn like those of the hands, only darker. Figures obtained on it say something about a method,
nothing about patients.
"""


class RegistryFiles(NamedTuple):
    """Where a registry lies: the arguments of :func:`load_registry`, in its order.

    Attributes
    ----------
    main, secondary : pathlib.Path
        The two tables.
    images : str
        Format of the joint images, relative to the folder of `main`.

    Examples
    --------
    >>> from skerosion.datasets import RegistryFiles
    >>> RegistryFiles("main.csv", "secondary.csv", "{sop_iuid}_{joint}.jpg").images
    '{sop_iuid}_{joint}.jpg'
    """

    main: Path
    secondary: Path
    images: str


def write_registry(
    folder: FilePath,
    n_patients: int = 20,
    *,
    max_visits: int = 4,
    size: int = 150,
    labels: Any = "thesis",
    missing_scores: float = 0.02,
    missing_files: float = 0.01,
    missing_clinical: float = 0.2,
    random_state: Seed = None,
):
    """Write a synthetic registry: visits, hands and feet, clinical scores, with gaps as registries have them.

    Patients come one to `max_visits` times, about a year apart. A radiograph shows one hand or foot or both, its row
    holds the scores of all joints of the visit, and a fifth of the visits has no radiograph of the feet. Half the
    variance of the damage belongs to the patient, a joint's damage never heals, and clinical scores hardly depend on
    it. The joints are drawn as those of :func:`make_joint_images`, not measured; feet are hands made darker.

    Parameters
    ----------
    folder : str or path-like
        Where to write main.csv, secondary.csv, README.txt and the folder images; made where missing. The main table
        appears last, so a folder that has it is complete; images of the same name are overwritten.
    n_patients : int, default=20
        Number of patients.
    max_visits : int, default=4
        Largest number of visits of a patient.
    size : int, default=150
        Side of the square images in pixels, 16 at least.
    labels : {"thesis"} or mapping of int to float, default="thesis"
        Share of the joints by percentage of eroded surface, as for :func:`make_joint_images`.
    missing_scores, missing_files : float, default=0.02 and 0.01
        Share of joints that were not scored, and of joint images that are not there; below 1.
    missing_clinical : float, default=0.2
        Share of visits without a row in the secondary table, and of scores missing in its rows; below 1. As many rows
        of it again belong to days without a radiograph.
    random_state : int, RandomState instance or None, default=None
        Seed; the same seed writes the same files.

    Returns
    -------
    files : RegistryFiles
        ``load_registry(*files)`` reads them.

    Raises
    ------
    ValueError
        Where a number is out of its range.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> from skerosion.datasets import write_registry
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = write_registry(folder, n_patients=1, max_visits=1, size=16, random_state=0)
    ...     main = pd.read_csv(files.main)
    >>> main["sop_iuid"][0], len(main.filter(regex="(hand|foot)_").columns)
    ('synthetic.0.0.HAND_LEFT', 30)
    """
    check_parameter("n_patients", n_patients, (Whole(1),))
    check_parameter("max_visits", max_visits, (Whole(1),))
    check_parameter("size", size, (Whole(16),))
    shares = {"missing_scores": missing_scores, "missing_files": missing_files, "missing_clinical": missing_clinical}
    for name, share in shares.items():
        check_parameter(name, share, (Number(0, 1, open_high=True),))
    seed = first_seed(random_state)
    rng = np.random.default_rng((seed, 0))
    visits = draw_visits(n_patients, max_visits, labels, rng)
    radiographs = _draw_radiographs(visits, rng)
    main = main_table(visits, radiographs, missing_scores, rng)
    secondary = secondary_table(visits, missing_clinical, rng)
    return _write(Path(folder), main, secondary, _joint_images(visits, radiographs, missing_files, rng), seed, size)


def _draw_radiographs(visits, rng):
    """Draw the radiographs of every visit: (visit, body part, columns that it shows)."""
    radiographs = []
    for visit in range(len(visits)):
        parts = ["HAND"] if rng.random() < _NO_FEET else ["HAND", "FOOT"]
        for part in parts:
            for side in ["BOTH"] if rng.random() < _ONE_IMAGE else ["LEFT", "RIGHT"]:
                start = part if side == "BOTH" else f"{part}_{side}"
                shown = [number for number, name in enumerate(_COLUMNS) if name.upper().startswith(start)]
                radiographs.append((visit, f"{part}_{side}", shown))
    return radiographs


def main_table(visits, radiographs, missing_scores, rng, names=None):
    """Return the main table: one row per radiograph, with the scores of all joints of its visit.

    Parameters
    ----------
    visits : Visits
    radiographs : list of (int, str, list of int)
        Visit, body part and shown columns of each.
    missing_scores : float
        Share of joints without a score.
    rng : Generator
    names : list of str, default=None
        What sop_iuid calls the radiographs.
    """
    percent = visits.percent[:, : len(_COLUMNS)].astype(float)
    percent[_some(percent.shape, missing_scores, rng)] = np.nan
    seen = np.zeros(percent.shape, dtype=bool)
    for visit, _, shown in radiographs:
        seen[visit, shown] = True
    percent[~seen] = np.nan
    of = np.array([visit for visit, _, _ in radiographs])
    scored_on = visits.dates + rng.integers(30, 400, len(visits)).astype("timedelta64[D]")
    table = pd.DataFrame(
        {
            "id_x": np.arange(1, len(of) + 1),
            "patient_id": visits.patients[of] + 1,
            "date_x": visits.dates[of].astype(str),
            "date_y": scored_on[of].astype(str),
            "sop_iuid": names or [_name_radiograph(visits, visit, part) for visit, part, _ in radiographs],
            "body_part": [part for _, part, _ in radiographs],
        }
    )
    scores = pd.DataFrame(percent[of], columns=_COLUMNS)
    return table.join(scores).assign(rau_score=rau_score(ratingen(scores)).score.round())


def _name_radiograph(visits, visit, part):
    return f"synthetic.{visits.patients[visit]}.{visits.numbers[visit]}.{part}"


def secondary_table(visits, missing_clinical, rng):
    """Return the secondary table: most visits, and as many other days as visits are missing."""
    here = ~_some(len(visits), missing_clinical, rng)
    elsewhere = rng.choice(len(visits), size=int(np.sum(~here)))
    rows = np.append(np.flatnonzero(here), elsewhere)
    # Visits are 250 days apart at least, so these days are not visits of the patient.
    days = np.append(np.zeros(here.sum(), dtype=int), rng.integers(30, 200, len(elsewhere)))
    scores = visits.clinical.iloc[rows].reset_index(drop=True)
    scores = scores.mask(_some(scores.shape, missing_clinical, rng))
    dates = (visits.dates[rows] + days.astype("timedelta64[D]")).astype(str)
    table = pd.DataFrame({"patient_id": visits.patients[rows] + 1, "date": dates}).join(scores)
    return table.drop_duplicates(["patient_id", "date"]).sort_values(["patient_id", "date"], ignore_index=True)


def _joint_images(visits, radiographs, missing_files, rng):
    """Return the files of joints that are there, {name: row of the roster}, and the roster they are drawn from."""
    files = {}
    for visit, part, shown in radiographs:
        for number in shown:
            side, joint = JOINTS[number].split("_", 1)
            name = _IMAGES.format(sop_iuid=_name_radiograph(visits, visit, part), side=side, joint=joint)
            files[name] = visit * len(JOINTS) + number
    lost = _some(len(files), missing_files, rng)
    return {name: row for (name, row), gone in zip(files.items(), lost, strict=True) if not gone}, drawing_roster(
        visits
    )


def _write(folder, main, secondary, joints, seed, size):
    """Write images and tables, the main table last."""
    files = RegistryFiles(folder / "main.csv", folder / "secondary.csv", _IMAGES)
    (folder / "images").mkdir(parents=True, exist_ok=True)
    files.main.unlink(missing_ok=True)
    (folder / "README.txt").write_text(_README)
    names, roster = joints
    for name, row in names.items():
        grey = draw_joint(seed, roster, row, size)
        Image.fromarray(_darken(grey) if _COLUMNS[row % len(JOINTS)].startswith("foot") else grey).save(folder / name)
    write_csv(files.secondary, secondary)
    write_csv(files.main, main)
    return files


def _some(shape, share, rng):
    """Draw places of an array, as many as their share to the nearest one."""
    places = np.zeros(shape, dtype=bool)
    chosen = rng.choice(places.size, size=round(share * places.size), replace=False)
    places.flat[chosen] = True
    return places


def _darken(grey):
    return np.rint(255 * (grey / 255) ** _FOOT_GAMMA).astype(np.uint8)
