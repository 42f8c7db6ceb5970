"""Synthetic films on disk: PNG or DICOM files, their points, and the tables of a registry."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import joblib
import numpy as np
from PIL import Image

from skerosion._spreadsheet_cells import write_csv
from skerosion._types import Any, FilePath, Seed
from skerosion._validation import Choice, check_parameter

from ._film_plans import FilmSettings, side_of
from ._film_scenes import draw_film_of
from ._films import as_bytes, film_table, point_table
from ._registry_files import main_table, secondary_table
from ._registry_visits import JOINTS

# What DICOM files may say of themselves: photometric interpretation and presentation shape that agree, or do not.
POLARITIES = {
    "white": (("MONOCHROME2", None), ("MONOCHROME2", "IDENTITY")),
    "black": (("MONOCHROME1", None), ("MONOCHROME1", "INVERSE")),
    "contradictory": (("MONOCHROME1", "IDENTITY"), ("MONOCHROME2", "INVERSE")),
}
POLARITIES["mixed"] = POLARITIES["white"] + POLARITIES["black"]
_README = """Synthetic films, written by skerosion.datasets.write_films.

Nothing in this folder comes from a patient. Bones are drawn, percentages, dates and clinical scores are invented.
Figures obtained on them say something about a method, nothing about patients.
"""


class FilmFiles(NamedTuple):
    """Where synthetic films lie.

    Attributes
    ----------
    films : pathlib.Path
        Table of the films: path, sop_iuid, patient_id, visit, date, body_part, side, mm_per_pixel, mirrored.
    points : pathlib.Path
        Table of their points, the column image holding the paths of `films`.
    main, secondary : pathlib.Path
        The tables of a registry, as of :func:`write_registry`: sop_iuid names the film.
    """

    films: Path
    points: Path
    main: Path
    secondary: Path


def write_films(
    folder: FilePath,
    n_patients: int = 10,
    *,
    body_part: Any = "hand",
    min_visits: int = 1,
    max_visits: int = 3,
    both_sides: float = 0.5,
    rotation: float = 10.0,
    missing: float = 0.02,
    mirrored: float = 0.0,
    size: int = 768,
    labels: Any = "thesis",
    image_format: str = "png",
    polarity: str = "mixed",
    n_jobs: int | None = None,
    random_state: Seed = None,
):
    """Write synthetic films as files, with their points and the tables of a registry.

    With the same settings the films are those of :func:`make_films`. The table of films appears last, so that a folder
    which has it is complete.

    Parameters
    ----------
    folder : str or path-like
        Where to write the folder films and films.csv, points.csv, main.csv, secondary.csv and README.txt.
    n_patients, body_part, both_sides, rotation, missing, mirrored, size, labels, n_jobs, random_state
        As for :func:`make_films`.
    min_visits, max_visits : int, default=1 and 3
        Fewest and most visits of a patient.
    image_format : {"png", "dicom"}, default="png"
        DICOM needs pydicom: ``pip install skerosion[dicom]``.
    polarity : {"mixed", "white", "black", "contradictory"}, default="mixed"
        How DICOM files store bone: white (MONOCHROME2), black (MONOCHROME1), or each in turn; with a presentation shape
        and without one. ``"contradictory"`` writes the two pairs that say both at once.

    Returns
    -------
    files : FilmFiles

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> from skerosion.datasets import write_films
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = write_films(folder, 1, max_visits=1, both_sides=1.0, size=64, random_state=0)
    ...     pd.read_csv(files.points).shape
    (22, 8)
    """
    check_parameter("image_format", image_format, (Choice(("png", "dicom")),))
    check_parameter("polarity", polarity, (Choice(tuple(POLARITIES)),))
    settings = FilmSettings(
        body_part=body_part,
        min_visits=min_visits,
        max_visits=max_visits,
        both_sides=both_sides,
        rotation=rotation,
        missing=missing,
        mirrored=mirrored,
        size=size,
        labels=labels,
    )
    seed, visits, plans = settings.plan(n_patients, random_state)
    folder = Path(folder)
    files = FilmFiles(*(folder / f"{name}.csv" for name in FilmFiles._fields))
    (folder / "films").mkdir(parents=True, exist_ok=True)
    files.films.unlink(missing_ok=True)
    write = {"png": _write_png, "dicom": _write_dicom}[image_format]
    drawn = joblib.Parallel(n_jobs=n_jobs)(
        joblib.delayed(_draw)(folder, write, seed, plan, size, visits, polarity) for plan in plans
    )
    return _write_tables(files, seed, visits, plans, *zip(*drawn, strict=True))


def _draw(folder, write, seed, plan, size, visits, polarity):
    """Draw and write one film; return its path in the folder, points and scale."""
    film, uid = draw_film_of(seed, plan, size), _uid(seed, plan.number)
    tags = POLARITIES[polarity][plan.number % len(POLARITIES[polarity])]
    name = write(folder / "films" / uid, film, plan, _day(visits, plan), tags)
    return f"films/{name}", film.points, film.scale


def _uid(*key):
    """The name of a film in DICOM's form, the same for the same seed."""
    digest = hashlib.sha256(repr(("synthetic film", *key)).encode()).digest()
    return f"2.25.{int.from_bytes(digest[:15])}"


def _day(visits, plan):
    return str(visits.dates[_visit_of(visits, plan)])


def _write_png(stem, film, plan, day, tags):
    path = stem.with_name(stem.name + ".png")
    Image.fromarray(as_bytes(film.grey)).save(path)
    return path.name


def _write_dicom(stem, film, plan, day, tags):
    """Write a computed radiograph of 12 bits."""
    dataset = _described(plan, stem.name, day, *tags)
    grey = np.clip(np.rint(film.grey * (4095 / 255)), 0, 4095).astype(np.uint16)
    black = tags[0] == "MONOCHROME1" if tags[1] is None else tags[1] == "INVERSE"
    dataset.Rows, dataset.Columns = grey.shape
    dataset.ImagerPixelSpacing = [round(1 / film.scale, 6)] * 2
    dataset.PixelData = (4095 - grey if black else grey).tobytes()
    path = stem.with_name(stem.name + ".dcm")
    dataset.save_as(path, enforce_file_format=True)
    return path.name


def _described(plan, uid, day, interpretation, shape):
    """A data set that says what a film shows and how its pixels are to be read."""
    pydicom = _pydicom()
    dataset = pydicom.Dataset()
    dataset.file_meta = pydicom.dataset.FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = pydicom.uid.ComputedRadiographyImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = uid
    dataset.SOPClassUID, dataset.SOPInstanceUID = pydicom.uid.ComputedRadiographyImageStorage, uid
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = _uid(uid, "study"), _uid(uid, "series")
    dataset.Modality, dataset.Manufacturer = "CR", "skerosion synthetic"
    dataset.PatientID, dataset.PatientName = str(plan.patient + 1), f"Synthetic^{plan.patient + 1}"
    dataset.StudyDate = dataset.AcquisitionDate = day.replace("-", "")
    dataset.BodyPartExamined = plan.body_part.upper()
    dataset.ViewPosition = "PA" if plan.body_part == "hand" else "AP"
    dataset.ImageLaterality = side_of(plan)[0].upper()
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, interpretation
    if shape is not None:
        dataset.PresentationLUTShape = shape
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 12, 11, 0
    return dataset


def _pydicom():
    try:
        import pydicom
    except ImportError as error:
        raise ImportError("image_format='dicom' needs pydicom: pip install 'skerosion[dicom]'.") from error
    return pydicom


def _write_tables(files, seed, visits, plans, names, points, scales):
    """Write all tables, that of the films last."""
    uids = [_uid(seed, plan.number) for plan in plans]
    (files.films.parent / "README.txt").write_text(_README)
    write_csv(files.points, point_table(points, names))
    rng = np.random.default_rng((seed, 1))
    shown = [
        (_visit_of(visits, plan), f"{plan.body_part}_{side_of(plan)}".upper(), _columns_of(plan)) for plan in plans
    ]
    write_csv(files.main, main_table(_without_lost(visits, shown, points), shown, 0.0, rng, uids))
    write_csv(files.secondary, secondary_table(visits, 0.0, rng))
    table = film_table(visits, plans, names, scales).rename(columns={"image": "path"})
    table.insert(1, "sop_iuid", uids)
    write_csv(files.films, table)
    return files


def _visit_of(visits, plan):
    return int(np.flatnonzero((visits.patients == plan.patient) & (visits.numbers == plan.visit))[0])


def _columns_of(plan):
    """Numbers of the registry's columns that a film shows."""
    return [number for number, name in enumerate(JOINTS) if name in plan.percent and name.startswith(plan.sides)]


def _without_lost(visits, shown, points):
    """The visits with no score where a joint has been lost."""
    percent = visits.percent.astype(float)
    for (visit, _, _), rows in zip(shown, points, strict=True):
        lost = [f"{row['side']}_{row['joint']}" for row in rows if row["reason"] == "missing"]
        percent[visit, [JOINTS.index(name) for name in lost if name in JOINTS]] = np.nan
    return replace(visits, percent=percent)
