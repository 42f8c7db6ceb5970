"""Points out of the files of other programs, one table of all."""

import os
from xml.etree import ElementTree

import pandas as pd

from skerosion._types import Any, FilePath, Sequence
from skerosion._user_files import check_readable, read_json

from ..reading import is_path, read_text_table
from ._film_list import film_list
from ._points_table import points_table
from .formats import PointOptions, find_formats

_KINDS = {".json": "json", ".xml": "xml", ".txt": "text"}  # everything else is a table
_CLASSES = "classes.txt"  # beside the text files of YOLO: the names of its numbers


def load_points(
    path: FilePath,
    format: str | None = None,
    *,
    image: str | None = None,
    side: str = "",
    joints: Sequence[str] | None = None,
    films: Any = None,
    mm_per_pixel: Any = None,
) -> pd.DataFrame:
    """Read points of joints, in any of the forms that programs write, into one table.

    Parameters
    ----------
    path : str or path-like
        A file, or a folder of files of one form, such as a file for each film.
    format : str, default=None
        Which form: "plain" (a table of image, side, joint, x, y and more), "arise" (bboxes.csv of ARISE-2025),
        "shs_net" (its wide table), "coco" (key points or boxes), "cvat" (XML for images), "datumaro" (JSON that CVAT
        exports), "labelme", "slicer" (.mrk.json of 3D Slicer), "napari" (CSV of a points layer) or "yolo" (text).
        None finds out by the content.
    image : str, default=None
        Name of the film, for a file that names none (slicer, napari, yolo); None is the file's name without its ending.
    side : str, default=""
        Side of the points that tell none.
    joints : sequence of str, default=None
        Names of points that are numbered, in their order (napari without names, yolo).
    films : default=None
        The films, as ``crop_joints`` takes them, where points are shares of their sides (yolo).
    mm_per_pixel : float or (row, column), default=None
        Where points are in millimetres (slicer).

    Returns
    -------
    DataFrame
        One row an image and joint (and reader): image, side, joint, x, y, width, height, angle, visible, reason,
        reader, score. In pixels; the centre of the film's first one is (0, 0). File and image names are kept: the
        table stays with the films.

    Raises
    ------
    ValueError
        Where a file is of none of the forms, or not what its form says, or something must be told.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from skerosion.datasets import load_points
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "p7_left.csv")
    ...     _ = path.write_text("index,axis-0,axis-1,label\\n0,90.5,40,MCP2\\n1,60,50,PIP2\\n")
    ...     load_points(path, side="left")[["image", "side", "joint", "x", "y"]]
         image  side joint     x     y
    0  p7_left  left  mcp2  40.0  90.5
    1  p7_left  left  pip2  50.0  60.0
    """
    given = {"image": image, "joints": joints, "films": films, "mm_per_pixel": mm_per_pixel}
    frames = [_read_file(file, format, given) for file in _files(path)]
    points = pd.concat(frames, ignore_index=True)
    told = points["side"].fillna("") if "side" in points else pd.Series("", index=points.index)
    # A name such as R_MCP2 tells the side itself, and goes before.
    own = points["joint"].astype(str).str.contains(r"(?i)(?:^|[^a-z])(?:left|right|l|r)(?:[^a-z]|$)")
    try:
        return points_table(points.assign(side=told.where((told != "") | own, side)))
    except ValueError as error:
        raise ValueError(f"{error} It is in the points of {os.fspath(path)!r}.") from error


def _files(path):
    if not os.path.isdir(path):
        return [path]
    names = sorted(name for name in os.listdir(path) if os.path.splitext(name)[1].lower() in (*_KINDS, ".csv"))
    names = [name for name in names if name != _CLASSES]
    if not names:
        raise ValueError(f"path must be a file of points or a folder of such, got {os.fspath(path)!r} without any.")
    return [os.path.join(path, name) for name in names]


def _read_file(path, format, given):
    content, kind = _content(path)
    formats = find_formats()
    if format is not None and format not in formats:
        raise ValueError(f"format must be one of {', '.join(formats)} or None, got {format!r}.")
    tried = formats if format is None else {format: formats[format]}
    name = next((name for name, each in tried.items() if each.KIND == kind and each.is_like(content)), None)
    if name is None:
        raise ValueError(f"{os.fspath(path)!r} must be a file of points, got none of the form {' or '.join(tried)}.")
    try:
        points = formats[name].read(content, _options(path, name, given))
    except Exception as error:  # of any kind, for a file that another program wrote
        raise ValueError(f"cannot read points of {os.fspath(path)!r} as {name}: {error}.") from error
    if not points:
        raise ValueError(f"{os.fspath(path)!r} must hold at least one point, got none of the form {name}.")
    return pd.DataFrame(points)


def _content(path):
    """Return what a file holds, and the kind of it."""
    kind = _KINDS.get(os.path.splitext(path)[1].lower(), "table")
    check_readable(path, "path")
    if kind in ("table", "json"):
        return read_text_table(path) if kind == "table" else read_json(path, "path"), kind
    try:
        with open(path, encoding="utf-8-sig") as file:
            text = file.read()
        return text if kind == "text" else _xml(text), kind
    except (ValueError, ElementTree.ParseError) as error:
        raise ValueError(f"path must be {kind} in UTF-8, got {os.fspath(path)!r}: {error}.") from error


def _xml(text):
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ElementTree.ParseError("a file that defines entities, which may grow without end")
    return ElementTree.fromstring(text)


def _options(path, format, given):
    name = os.path.basename(path).removesuffix(".mrk.json")
    name = given["image"] or os.path.splitext(name)[0]
    spacing, joints = given["mm_per_pixel"], given["joints"]
    if joints is None and format == "yolo":
        joints = _class_names(path)
    spacing = (spacing, spacing) if isinstance(spacing, (int, float)) else spacing
    size = _film_size(given["films"], name) if format == "yolo" and given["films"] is not None else None
    return PointOptions(name, None if joints is None else tuple(joints), size, spacing)


def _class_names(path):
    classes = os.path.join(os.path.dirname(path), _CLASSES)
    if not os.path.isfile(classes):
        return None
    check_readable(classes, "path")
    with open(classes, encoding="utf-8") as file:
        return file.read().split("\n")


def _film_size(films, name):
    known = film_list([films] if is_path(films) and os.path.splitext(films)[1].lower() != ".csv" else films)
    (size,) = known.sizes(known.places([name]))
    if not isinstance(size, tuple):
        raise ValueError(f"films must hold the film {name!r}, got {size or 'none that is called so'}")
    return size
