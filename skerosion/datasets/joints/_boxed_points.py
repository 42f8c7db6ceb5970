"""Points with their boxes, apart from the joints that have none."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from ..reading import Findings
from ._box_maps import MAP_COLUMNS
from ._boxes import BOX_COLUMNS, find_boxes

FILM_PROBLEMS = ("no film", "missing film", "unreadable film")
"""Why joints have no crop where it is not of the joint."""


class BoxedPoints(NamedTuple):
    """The points that have a box, and those that have none.

    Parameters
    ----------
    table : DataFrame
        What is known of each point with a box, the box and its map.
    places : ndarray of int
        The film of each of them, -1 for none.
    sizes : list
        (H, W) of that film, None for none, or the error by which it cannot be read.
    missing : DataFrame
        row, path, reason and detail of each joint without a box, with its side and joint.
    """

    table: pd.DataFrame
    places: np.ndarray
    sizes: list
    missing: pd.DataFrame

    @property
    def maps(self):
        """The affine map of each box, of shape (n, 2, 3)."""
        return self.table[list(MAP_COLUMNS)].to_numpy().reshape(-1, 2, 3)

    def findings(self):
        """Return the problems of the points with a box, those of their films so far."""
        findings = Findings(self.table.index, self.table["image"])
        for row, size in enumerate(self.sizes):
            if size is None:
                findings.add(row, "no film", "none is called so")
            elif isinstance(size, Exception):
                missing = isinstance(size, FileNotFoundError)
                findings.add(row, "missing film" if missing else "unreadable film", str(size))
        return findings

    def excluded(self, findings):
        """Return one line for each joint without a crop: those without a box, then those with a problem."""
        sides = self.table[["side", "joint"]]
        return pd.concat([self.missing, findings.frame().join(sides, on="row")], ignore_index=True)


def box_points(points, films, spacing, cropper):
    """Put a box about each point that can have one.

    Parameters
    ----------
    points : DataFrame
        As ``rows_to_cut`` returns it, with what is known besides.
    films : FilmList
    spacing : str
        Column of the millimetres a pixel, which need not be there.
    cropper : JointCropper

    Returns
    -------
    BoxedPoints
    """
    places = films.places(points["image"])
    sizes = films.sizes(places)
    boxes, maps = find_boxes(points, sizes, points.get(spacing), cropper)
    here = (boxes["reason"] == "").to_numpy()
    table = points[here].join(boxes.loc[here, list(BOX_COLUMNS)])
    table[list(MAP_COLUMNS)] = maps[here].reshape(-1, 6)
    gone = pd.DataFrame({"row": points.index, "path": points["image"]}, index=points.index)
    gone = gone.join(boxes[["reason", "detail"]]).join(points[["side", "joint"]])[~here]
    return BoxedPoints(table, places[here], [size for size, kept in zip(sizes, here, strict=True) if kept], gone)
