"""Films with the boxes that were cut out of them, on pages that need no network: a wrong box is seen at once."""

import base64
import io
from pathlib import Path

import numpy as np
from jinja2 import Environment, PackageLoader
from PIL import Image

from skerosion._writing import write_text
from skerosion.datasets.joints import FILM_PROBLEMS, corners, find_suspicious, missing_joints, shown_names

FILMS_A_PAGE = 50
_LONGEST = 720  # pixels of a film on the page
_QUALITY = 82


def write_contact_sheet(folder, data):
    """Draw every film with its boxes, its crops beside it and the joints that are missing, suspicious films first.

    Parameters
    ----------
    folder : path-like
    data : JointCrops

    Returns
    -------
    list of pathlib.Path
        Pages of 50 films each: ``joints.html``, ``joints_2.html`` and so on.
    """
    suspicions = find_suspicious(data.table)
    missing, shown = missing_joints(data), shown_names(data)
    images = sorted(_drawn(data), key=lambda image: -_worth_a_look(data, suspicions, image))
    parts = [images[start : start + FILMS_A_PAGE] for start in range(0, len(images), FILMS_A_PAGE)] or [[]]
    names = [f"joints_{number}.html" if number > 1 else "joints.html" for number in range(1, len(parts) + 1)]
    template = Environment(loader=PackageLoader("skerosion.report", "page"), autoescape=True, trim_blocks=True)
    page = template.get_template("joints.html.j2")
    odd = int((suspicions != "").sum())
    counts = {"films": len(images), "crops": len(data.table), "missing": len(missing), "odd": odd}
    lost = int(missing["reason"].str.contains("|".join(FILM_PROBLEMS)).sum())
    written = []
    for part, name in zip(parts, names, strict=True):
        films = [_film(data, image, shown[image], suspicions) for image in part]
        text = page.render(films=films, counts=counts, pages=names, here=name, lost=lost)
        written.append(write_text(Path(folder, name), text))
    return written


def _drawn(data):
    """Return the images whose films can be drawn."""
    lost = data.excluded["reason"].str.contains("|".join(FILM_PROBLEMS))
    return list(dict.fromkeys([*data.table["image"], *data.excluded.loc[~lost, "path"]]))


def _worth_a_look(data, suspicions, image):
    """How many boxes of a film are suspicious, and after that how many joints are missing."""
    odd = (suspicions[data.table["image"] == image] != "").sum()
    return odd + (data.excluded["path"] == image).sum() / 1000


def _film(data, image, name, suspicions):
    place = data.films.places([image])[0]
    shape = data.films.size(place)
    rows = np.flatnonzero(data.table["image"] == image)
    gone = data.excluded[data.excluded["path"] == image]
    return {
        "name": name,
        "picture": _embedded(data.films.small(place, _LONGEST), "JPEG", quality=_QUALITY),
        "height": shape[0],
        "width": shape[1],
        "boxes": [_box(data, row, suspicions.iloc[row]) for row in rows],
        "missing": [(_joint(line), line.reason) for line in gone.itertuples()],
    }


def _box(data, row, suspicion):
    """A box by its corners, the middle of its upper side, and the crop as the network sees it."""
    line, ends = data.table.iloc[row], corners(data.maps[row], data.cropper.size)
    top = ends[:2].mean(axis=0)
    return {
        "joint": _joint(line),
        "short": line.joint,
        "corners": " ".join(f"{x:.1f},{y:.1f}" for x, y in ends),
        "top": f"{ends[0][0]:.1f},{ends[0][1]:.1f} {ends[1][0]:.1f},{ends[1][1]:.1f}",
        "x": round(float(top[0]), 1),
        "y": round(float(top[1]), 1),
        "suspicion": suspicion,
        "picture": _embedded(data.X[row][..., 0], "PNG"),
    }


def _joint(line):
    return " ".join(filter(None, (line.side, line.joint)))


def _embedded(pixels, kind, **options):
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, kind, **options)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(file.getvalue()).decode()}"
