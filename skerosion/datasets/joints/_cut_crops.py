"""Crops of the rows whose films can be read: from arrays at once, from files as they are asked for."""

import numpy as np

from .._sources import ArraySource
from ._crop_files import CropSource
from ._film_sampling import sample_film

FILM_PROBLEMS = ("no film", "missing film", "unreadable film")
"""Why joints have no crop where it is not of the joint."""


def note_films(sizes, findings):
    """Note the rows whose film is not among the films, or cannot be read."""
    for row, size in enumerate(sizes):
        if size is None:
            findings.add(row, "no film", "none is called so")
        elif isinstance(size, FileNotFoundError):
            findings.add(row, "missing film", str(size))
        elif isinstance(size, Exception):
            findings.add(row, "unreadable film", str(size))


def cut_crops(films, places, maps, size, findings, reading):
    """Return the source of the crops, and the number in it of each row that has none of the problems so far."""
    whole = np.array([row for row in range(len(places)) if row not in findings], dtype=np.int64)
    numbers = np.full(len(places), -1, dtype=np.int64)
    numbers[whole] = np.arange(len(whole))
    pictures = [films.pictures[place] for place in places[whole]]
    if not pictures:
        return None, numbers
    if not films.in_files:
        crops = [sample_film(film, matrix, size) for film, matrix in zip(pictures, maps[whole], strict=True)]
        return ArraySource(np.stack(crops)), numbers
    source = CropSource(pictures, maps[whole], size, **reading)
    for row, error in source.check().items():
        findings.add(whole[row], "unreadable film", str(error.__cause__ or error))
    return source, numbers
