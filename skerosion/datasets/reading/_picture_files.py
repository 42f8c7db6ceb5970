"""Files of images that are named one by one, or by their folder: which there are, and in which order."""

import itertools
import os
import re
from collections import Counter

from skerosion._user_files import naming

from ._dicom_images import is_dicom

IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")
"""How the files of images end."""

PICTURE_STARTS = (b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*", b"GIF8", b"RIFF", b"BM")
"""How the content of pictures starts, of those too that nothing here reads."""

_HEAD = 512


def image_paths(places):
    """Return the images that are named themselves or lie in folders that are named.

    Parameters
    ----------
    places : sequence of path-like
        Images, which need not be there, and folders, of which all images below count.

    Returns
    -------
    list of str or None
        In the order of the places; of a folder in that of a reader, x2 before x10. None for one file that is not an
        image, such as a table.

    Raises
    ------
    ValueError
        For a folder without images, and for other files beside images.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from skerosion.datasets.reading import image_paths
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("x10.png", "x2.png", "notes.txt"):
    ...         pathlib.Path(folder, name).touch()
    ...     [os.path.basename(path) for path in image_paths([folder])]
    ['x2.png', 'x10.png']
    >>> image_paths(["labels.csv"]) is None
    True
    """
    places = [os.fspath(place) for place in places]
    others = [place for place in places if not (os.path.isdir(place) or is_picture(place))]
    if len(others) == len(places) == 1:
        return None
    if others:
        raise ValueError(
            f"table must be one table, or images and folders of images, got {len(places)} of them, of which "
            f"{others[0]!r} is no image."
        )
    below = [[os.path.join(at, name) for name in images_below(at)] if os.path.isdir(at) else [at] for at in places]
    return list(itertools.chain.from_iterable(below))


def is_path(value):
    """Whether a value may be a file's path."""
    return isinstance(value, (str, os.PathLike))


def is_picture(path):
    """Whether a file is a picture, by its name or by how it starts."""
    if os.fspath(path).lower().endswith(IMAGE_ENDINGS):
        return True
    head = _head(path)
    return is_dicom(head) or (head.startswith(PICTURE_STARTS) and b"\0" in head)


def is_film(path):
    """Whether a file is a DICOM file, whatever its name, and not the table of contents of a disk."""
    return os.path.basename(path).upper() != "DICOMDIR" and is_dicom(_head(path))


def holds_films(places):
    """Return the first DICOM film among some files and what lies in some folders, None where there is none.

    Opening every file would take minutes on some disks: of those that are called as pictures are, one is.

    Parameters
    ----------
    places : sequence of path-like
    """
    below = ([os.path.join(at, name) for name in files_below(at)] if os.path.isdir(at) else [at] for at in places)
    files = [os.fspath(file) for files in below for file in files]
    called = [file for file in files if file.lower().endswith(IMAGE_ENDINGS)]
    others = (file for file in files if not file.lower().endswith(IMAGE_ENDINGS))
    return next((file for file in itertools.chain(called[:1], others) if is_film(file)), None)


def _head(path):
    if not os.path.isfile(path):
        return b""
    with naming(path), open(path, "rb") as file:
        return file.read(_HEAD)


def files_below(folder):
    """Return the files in a folder and in those below it, hidden ones left out.

    Parameters
    ----------
    folder : str

    Returns
    -------
    list of str
        Names from `folder` on, with slashes.

    Raises
    ------
    ValueError
        Where there is no folder.
    """
    if not os.path.isdir(folder):
        raise ValueError(f"folder must be a folder of images, got {folder!r}, which is not one.")
    files = []
    for place, below, names in os.walk(folder):
        below[:] = [name for name in below if not name.startswith(".")]
        start = os.path.relpath(place, folder)
        files += [os.path.normpath(os.path.join(start, name)) for name in names if not name.startswith(".")]
    return [file.replace(os.sep, "/") for file in files]


def images_below(folder):
    """Return the images in a folder and in those below it: by the endings of their names, DICOM films by content.

    Parameters
    ----------
    folder : str

    Returns
    -------
    list of str
        Names from `folder` on, with slashes, in natural order.

    Raises
    ------
    ValueError
        Where there is no folder, or no image in it.
    """
    files = files_below(folder)
    images = [file for file in files if file.lower().endswith(IMAGE_ENDINGS) or is_film(os.path.join(folder, file))]
    if not images:
        endings = Counter(os.path.splitext(file)[1].lower() or "no ending" for file in files).most_common(4)
        seen = ", ".join(f"{count} of {ending}" for ending, count in endings) or "no file at all"
        known = f"{', '.join(IMAGE_ENDINGS)}, or DICOM of any name"
        raise ValueError(f"folder must hold images ({known}), got {seen} in {folder!r}.")
    return sorted(images, key=in_natural_order)


def in_natural_order(path):
    """Return what sorts paths as a reader would: folder by folder, and numbers by their value.

    Examples
    --------
    >>> from skerosion.datasets.reading._picture_files import in_natural_order
    >>> sorted(["b/1.png", "a10.png", "A9.png", "b/01.png"], key=in_natural_order)
    ['A9.png', 'a10.png', 'b/01.png', 'b/1.png']
    """
    return [_by_value(part) for part in path.split("/")], path


def _by_value(name):
    # Every second part is a number, so that numbers meet numbers.
    parts = re.split(r"([0-9]+)", name.casefold())
    return [int(part) if place % 2 else part for place, part in enumerate(parts)]
