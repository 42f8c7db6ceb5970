"""Crops as files, with a table that names none of the films by what may name a person."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from skerosion._spreadsheet_cells import write_csv
from skerosion._writing import write_atomically

from ._box_maps import MAP_COLUMNS
from ._boxes import BOX_COLUMNS
from ._suspicious import find_suspicious

TABLE, MISSING = "crops.csv", "missing.csv"
OF_FILMS = ("body_part", "view", "maker", "polarity", "mm_per_pixel", "mm_source")
"""Columns of a table of films that say what a film is, and nothing of whom it shows."""

CUT = ("extent", "unit", "upright", "mirror")
"""Settings of a cropper that change what is seen in a crop, beside its size."""


def write_crops(folder, data, columns=()):
    """Write the crops as PNG files, a table of them, and one of the joints that are missing.

    Parameters
    ----------
    folder : path-like
    data : JointCrops
    columns : sequence of str, default=()
        Columns of ``data.table`` to hand on, such as those of the patient and of the grade. A film goes by its
        pseudonym, of the column "film", where it has one.

    Returns
    -------
    table : DataFrame
        A row a crop: path, film, side, joint, those columns, what its film's table says of body part, view, maker,
        polarity and spacing, box_side, box_angle, box_mirrored, box_inside, a0 to b2 (the map from its pixels to the
        film's), the settings that it was cut by, and suspicion; as it stands in ``crops.csv``.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> import tempfile
    >>> from skerosion.datasets import crop_joints
    >>> from skerosion.datasets.joints import write_crops
    >>> points = pd.DataFrame({"image": ["a"], "joint": ["knee"], "x": [60], "y": [50]})
    >>> data = crop_joints({"a": np.zeros((100, 120), "uint8")}, points, size=16, unit="pixels", extent=40)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_crops(folder, data)["path"].tolist()
    ['crops/a_knee.png']
    """
    shown = shown_names(data)
    told = [name for name in OF_FILMS if name in data.table and name not in columns]
    table = data.table[["side", "joint", *columns, *told, *BOX_COLUMNS, *MAP_COLUMNS]].copy()
    table.insert(0, "film", [shown[image] for image in data.table["image"]])
    table.insert(0, "path", _paths(table))
    cut = {name: getattr(data.cropper, name) for name in ("size", *CUT)}
    table = table.assign(**cut, suspicion=find_suspicious(data.table))
    for position, path in enumerate(table["path"]):
        pixels = np.ascontiguousarray(data.X[position][..., 0])
        write_atomically(Path(folder, path), lambda file, pixels=pixels: Image.fromarray(pixels).save(file, "PNG"))
    write_csv(Path(folder, TABLE), table)
    write_csv(Path(folder, MISSING), missing_joints(data))
    return table


def shown_names(data):
    """Return what each image of the points is called where something is handed on; "" for one without a film."""
    images = pd.unique(pd.concat([data.table["image"], data.excluded["path"]]))
    names = [*data.films.shown, ""]
    return {image: names[place] for image, place in zip(images, data.films.places(images), strict=True)}


def missing_joints(data):
    """Return the joints without a crop: film, side, joint, reason, and their row in the table of points."""
    lines = data.excluded.assign(film=data.excluded["path"].map(shown_names(data)))
    return lines[["film", "side", "joint", "reason", "row"]]


def _paths(table):
    names = ["_".join(filter(None, each)) for each in zip(table["film"], table["side"], table["joint"], strict=True)]
    names = [re.sub(r"[^\w.-]+", "_", name) for name in names]
    seen = pd.Series(names).groupby(names).cumcount()
    return [f"crops/{name}{f'_{count}' if count else ''}.png" for name, count in zip(names, seen, strict=True)]
