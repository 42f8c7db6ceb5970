"""The tables of graded films, and pages on which every film is seen with its boxes and where the network looked."""

import base64
import io
import time
from pathlib import Path

import numpy as np
from PIL import Image

from skerosion._counted import counted
from skerosion._spreadsheet_cells import write_csv
from skerosion._writing import check_outputs, landing_together, write_text
from skerosion.datasets.joints import corners, map_on_film
from skerosion.report import FilmView, make_film_pages, page_name, to_html

from ._attention_maps import attention_maps
from ._record import version_of
from ._saved_estimator import card_message

TABLES = ("joints", "visits", "films")
_FILES = tuple(f"{name}.csv" for name in TABLES)
LONGEST = 720
"""Pixels of a film's longer side on the page."""

_KIND = "Grad-CAM"
_HEAT = (255, 120, 0)
_OPAQUE = 0.6  # of the film that the highest value of a map covers
_DOUBTFUL = 0.25  # of a film's joints at most, the most doubtful of which are marked
_LEGEND = "Orange boxes: its most doubtful joints; red ones look wrong. The thick side is the upper one of the crop."


def check_grades_folder(out, *, force=False):
    """Raise where writing what `write_grades` leaves would destroy something else.

    Parameters
    ----------
    out : path-like
    force : bool, default=False
        Whether an earlier output is replaced.
    """
    check_outputs(*(Path(out, name) for name in (*_FILES, page_name(1))), force=force)


def write_grades(graded, out, *, estimator="", pictures=True, words=str):
    """Write graded films as ``joints.csv``, ``visits.csv``, ``films.csv`` and pages, ``grades.html`` first.

    Parameters
    ----------
    graded : FilmGrades
    out : path-like
        Folder.
    estimator : str, default=""
        What it is called.
    pictures : bool, default=True
        Whether films and joints, which are of patients, are on the pages.
    words : callable, default=str
        From a text that names parameters to what the pages say, for callers that have other names for them.

    Returns
    -------
    list of pathlib.Path
        The pages.
    """
    out = Path(out)
    told = {"estimator": estimator, "made by": f"skerosion {version_of('skerosion')}", "on": time.strftime("%Y-%m-%d")}
    notes = [*graded.notes, *filter(None, [card_message(graded.estimator)])]
    shown = {"views": film_views(graded), "crops": lambda row: _crop(graded, row)} if pictures else {}
    unit = " %" if graded.estimator.target.kind == "percent" and graded.estimator.task == "regressor" else ""
    tables = (graded.joints, graded.visits, graded.films)
    pages = make_film_pages(*tables, notes=notes, told=told, interval=graded.interval, unit=unit, **shown)
    documents = {page_name(number): page.in_words(words) for number, page in enumerate(pages, 1)}
    with landing_together(*(out / name for name in (*_FILES, *documents))):
        for name in TABLES:
            write_csv(out / f"{name}.csv", getattr(graded, name), digits=6)
        for path in out.glob("grades_*.html"):
            path.unlink()  # of an earlier call with more films
        return [write_text(out / name, to_html(page, out)) for name, page in documents.items()]


def film_views(graded):
    """Return how each film that has a box is drawn, by the film's name.

    Parameters
    ----------
    graded : FilmGrades

    Returns
    -------
    dict of str to FilmView
    """
    crops, views = graded.crops, {}
    known = crops.films.places(crops.table["image"])
    for place in dict.fromkeys(known.tolist()):
        rows = np.flatnonzero(known == place)
        views[crops.films.shown[place]] = _view(graded, place, rows)
    return views


def _view(graded, place, rows):
    films, name = graded.crops.films, graded.crops.films.shown[place]
    shape, small = films.size(place), films.small(place, LONGEST)
    joints = graded.joints.loc[graded.crops.table.index[rows]]
    overlay = _overlay(graded, rows, shape, small.shape)
    title = f"{name}. {_LEGEND}"
    doubtful = joints["doubt"].rank(ascending=False, method="first") <= _DOUBTFUL * len(joints)
    boxes = [_box(graded, row, *each) for row, *each in zip(rows, joints.to_dict("records"), doubtful, strict=True)]
    told = f"The film with the boxes of {counted(len(rows), 'joint')} and their grades."
    return FilmView(title, address(small, "JPEG", quality=82), overlay, list(shape[::-1]), boxes, told)


def _box(graded, row, joint, doubtful):
    ends = corners(graded.crops.maps[row], graded.crops.cropper.size)
    name = " ".join(filter(None, (joint["side"], joint["joint"])))
    label = f"{joint['prediction']:.3g}" if isinstance(joint["prediction"], float) else str(joint["prediction"])
    kind = "odd" if joint["suspicion"] else "doubtful" if doubtful else ""
    label = "–" if joint["reason"] else label
    return {"name": name, "label": label, "corners": ends.round(1).tolist(), "kind": kind}


def _overlay(graded, rows, shape, small):
    """Where the network looked at the graded joints of a film, as a picture that is clear elsewhere; None of others."""
    used = np.intersect1d(rows, graded.graded)
    maps = attention_maps(graded.estimator.pipeline, graded.crops.X.take(used), (_KIND,)) if len(used) else {}
    if _KIND not in maps:
        return None
    size = graded.crops.cropper.size
    drawn = [
        map_on_film(values, graded.crops.maps[row], size, shape) for row, values in zip(used, maps[_KIND], strict=True)
    ]
    heat = np.nan_to_num(np.fmax.reduce(drawn))
    alpha = np.asarray(Image.fromarray(heat).resize(small[::-1], Image.Resampling.BOX)) * (255 * _OPAQUE)
    heat = np.dstack([np.full((*small, 3), _HEAT, dtype=np.uint8), alpha.astype(np.uint8)])
    return address(heat, "PNG")


def _crop(graded, row):
    return address(graded.crops.X.read([graded.crops.table.index.get_loc(row)])[0][..., 0], "PNG")


def address(pixels, kind, **options):
    """Return a picture as an address that holds it.

    Examples
    --------
    >>> from skerosion.experiments._graded_films import address
    >>> address(np.zeros((2, 2), np.uint8), "PNG")[:22]
    'data:image/png;base64,'
    """
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, kind, **options)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(file.getvalue()).decode()}"
