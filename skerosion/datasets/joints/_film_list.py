"""The films that points speak of: files or arrays, by the names of a table, of a dict, or of the files themselves."""

import os
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
from PIL import Image

from .._image_table import ImageTable
from ..reading import (
    Findings,
    check_columns,
    decode_image,
    image_size,
    is_path,
    read_bytes,
    read_frame,
    read_names,
    resolve,
    with_numbers,
)


@dataclass(frozen=True, eq=False)
class FilmList:
    """Films in line with the rows of a table of them.

    Parameters
    ----------
    names : list of str
        What a film is called.
    pictures : list
        Path or array (H, W) of uint8 of each film.
    frame : DataFrame
        What else is known of each film.
    bits : int, default=None
        As for ``load_image_table``.
    choices : default=None
        What ``film_choices`` gives.
    """

    names: list
    pictures: list
    frame: pd.DataFrame
    bits: int | None = None
    choices: tuple | None = None

    def places(self, images):
        """Return the position of each image's film, also by its pseudonym, -1 where none is called so."""
        return film_places(images, self.names, self.shown)

    @property
    def shown(self):
        """What films are called where something is handed on: by their pseudonyms, of a column "film", if they have."""
        return [str(name) for name in self.frame["film"]] if "film" in self.frame else list(self.names)

    def small(self, place, longest):
        """Return a film with so many pixels on its longer side at most, uint8 of shape (h, w)."""
        picture = self.pictures[place]
        height, width = self.size(place)
        shrink = min(1.0, longest / max(height, width))
        size = max(1, round(height * shrink)), max(1, round(width * shrink))
        if is_path(picture):
            return decode_image(read_bytes(picture), picture, (*size, 1), self.bits, self.choices).pixels[..., 0]
        return np.asarray(Image.fromarray(picture).resize(size[::-1], Image.Resampling.BILINEAR))

    @property
    def in_files(self):
        """Whether films are files rather than arrays."""
        return all(map(is_path, self.pictures))

    def size(self, place):
        """Return (H, W) of a film; one that cannot be read, or no longer, raises the error that says so."""
        found = _size(self.pictures[place], self.bits)
        if isinstance(found, Exception):
            raise found
        return found

    def sizes(self, places):
        """Return (H, W) of the films at some places, None for -1, or the error by which one cannot be read."""
        known = {place: _size(self.pictures[place], self.bits) for place in set(places.tolist()) - {-1}}
        return [known.get(place) for place in places.tolist()]


def film_places(images, names, pseudonyms=()):
    """Return the position of the film that each image names, -1 where none is called so.

    A film goes by its own name, by its pseudonym, and by its file's name without the folder or without the ending where
    only one does.

    Examples
    --------
    >>> from skerosion.datasets.joints import film_places
    >>> film_places(["films/b.dcm", "a", "c"], ["clinic/films/a.dcm", "clinic/films/b.dcm"]).tolist()
    [1, 0, -1]
    """
    known = {name: place for each in (pseudonyms, names) for place, name in enumerate(each)}
    for shorten in (_file_name, _stem):
        short = list(map(shorten, names))
        once = {name for name, count in Counter(short).items() if count == 1}
        known |= {name: place for place, name in enumerate(short) if name in once and name not in known}
    spellings = [(image, _file_name(image), _stem(image)) for image in images]
    return np.array([next((known[each] for each in tried if each in known), -1) for tried in spellings], dtype=int)


def film_list(films, image="path", root=None):
    """Return films as they are handed in: a table, an ImageTable, a dict of names, or a list of paths.

    Parameters
    ----------
    films : str, path-like, DataFrame, ImageTable, dict or sequence
        A CSV file or DataFrame with a column of paths; what ``load_image_table`` or another loader returned; a dict
        from names to paths or arrays (H, W) of uint8; or a list of paths.
    image : str, default="path"
        Column of a table's paths, from which points name their film.
    root : path-like, default=None
        Folder from which relative paths start; None is that of the CSV file, the current one otherwise.

    Returns
    -------
    FilmList
    """
    if isinstance(films, FilmList):
        return films
    if isinstance(films, ImageTable):
        named = films.table[image].astype(str) if image in films.table else films.X.paths
        return FilmList(list(map(str, named)), list(films.X.paths), films.table.reset_index(drop=True))
    if isinstance(films, dict):
        if len(set(map(is_path, films.values()))) > 1:
            raise ValueError("films must be all paths or all arrays, got a dict of both.")
        pictures = [each if is_path(each) else _checked_film(each, name) for name, each in films.items()]
        return FilmList(list(map(str, films)), pictures, pd.DataFrame(index=range(len(films))))
    if isinstance(films, pd.DataFrame) or is_path(films):
        return _of_table(films, image, root)
    if not all(map(is_path, films)):
        raise ValueError("films must be named: a dict from names to arrays, a table, or a list of paths, got arrays.")
    return FilmList(list(map(os.fspath, films)), list(map(os.fspath, films)), pd.DataFrame(index=range(len(films))))


def _of_table(table, image, root):
    frame, folder = read_frame(table)
    check_columns(frame, image=image)
    names = read_names(frame[image])
    paths = resolve(names, folder if root is None else root, Findings(frame.index, names))
    if "" in names or len(set(names)) < len(names):
        raise ValueError(f"films must name each film once in {image!r}, got {_wrong_name(names)!r}.")
    frame = with_numbers(frame, names=(image,)) if is_path(table) else frame
    return FilmList(names, list(paths), frame.reset_index(drop=True))


def _wrong_name(names):
    return next(name for name in names if not name or names.count(name) > 1)


def _file_name(name):
    return os.path.basename(name.replace("\\", "/"))


def _stem(name):
    return os.path.splitext(_file_name(name))[0]


def _checked_film(film, name):
    film = np.asarray(film)
    film = film[..., 0] if film.ndim == 3 and film.shape[2] == 1 else film
    if film.ndim != 2 or film.dtype != np.uint8 or not film.size:
        raise ValueError(
            f"films must be grey arrays (H, W) of uint8, got {film.dtype} of shape {film.shape} for {name!r}."
        )
    return film


def _size(picture, bits):
    if not is_path(picture):
        return picture.shape
    try:
        return image_size(picture, bits)
    except (OSError, ValueError) as error:
        return error
