"""Crops of the rows whose films can be read: from arrays at once, from files as they are asked for."""

import numpy as np

from .._sources import ArraySource
from ._crop_files import CropSource
from ._film_sampling import sample_film


def cut_crops(films, boxed, size, findings, reading):
    """Return the source of the crops, and the number in it of each row that has none of the problems so far.

    Parameters
    ----------
    films : FilmList
    boxed : BoxedPoints
    size : int
        Pixels a side of the crops.
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
    if not films.in_files:
        return ArraySource(np.stack([sample_film(*each, size) for each in zip(pictures, maps, strict=True)])), numbers
    source = CropSource(pictures, maps, size, **reading)
    for row, error in source.check().items():
        findings.add(whole[row], "unreadable film", str(error.__cause__ or error))
    return source, numbers
