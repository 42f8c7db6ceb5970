"""Crops of the rows whose films can be read: from arrays at once, from files as they are asked for."""

import numpy as np

from .._sources import ArraySource
from ._box_maps import widened
from ._crop_files import CropSource
from ._crop_margins import CropsWithMargin, margin_of
from ._film_sampling import sample_film


def cut_crops(films, boxed, cropper, findings, reading):
    """Return the source of the crops, and the number in it of each row that has none of the problems so far.

    Parameters
    ----------
    films : FilmList
    boxed : BoxedPoints
    cropper : JointCropper
        The size of the crops, and how far their boxes will be moved.
    findings : Findings
        Of the rows of `boxed`; films whose content cannot be read are noted.
    reading : dict
        Options of ``CropSource``.
    """
    whole = np.array([row for row in range(len(boxed.table)) if row not in findings], dtype=np.int64)
    numbers = np.full(len(boxed.table), -1, dtype=np.int64)
    numbers[whole] = np.arange(len(whole))
    pictures, maps = [films.pictures[place] for place in boxed.places[whole]], boxed.maps[whole]
    if not pictures:
        return None, numbers
    source, errors = _read(films, pictures, maps, cropper.size, reading)
    for row, error in errors.items():
        findings.add(whole[row], "unreadable film", str(error.__cause__ or error))
    margin = margin_of(cropper)
    if not margin:
        return source, numbers
    wide, _ = _read(films, pictures, widened(maps, margin), cropper.size + 2 * margin, reading)
    return CropsWithMargin(source, wide), numbers


def _read(films, pictures, maps, size, reading):
    """Read every film, and return the source of its crops with the error of each row that cannot be read."""
    if films.in_files:
        source = CropSource(pictures, maps, size, **reading)
        return source, source.check()
    return ArraySource(np.stack([sample_film(*each, size) for each in zip(pictures, maps, strict=True)])), {}
