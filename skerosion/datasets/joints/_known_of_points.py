"""What tables of films and of scores say of each point."""

import numpy as np
import pandas as pd

from skerosion._keys import as_keys

from ..reading import is_missing
from ._point_names import point_name
from ._points_table import COLUMNS
from ._readers_mean import KEYS


def with_films(points, frame, places):
    """Return points with the columns of their films that they lack.

    Parameters
    ----------
    points : DataFrame
    frame : DataFrame
        A row a film.
    places : ndarray of int
        The film of each point, -1 for none.
    """
    known = frame[[name for name in frame.columns if name not in points.columns]]
    rows = known.reindex(places)
    return points.join(rows.set_axis(points.index))


def with_scores(points, scores):
    """Return points with the columns of a table of scores by image, side and joint.

    Raises
    ------
    ValueError
        Where the table lacks image or joint, or has a joint twice.
    """
    if scores is None:
        return points
    lacking = [name for name in ("image", "joint") if name not in scores.columns]
    if lacking:
        raise ValueError(f"scores must have the columns image, side and joint, got none called {lacking[0]!r}.")
    keyed = scores.assign(**_keys_of(scores))
    twice = keyed.duplicated(KEYS)
    if twice.any():
        raise ValueError(
            f"scores must hold each joint once, got {keyed[twice].iloc[0][KEYS].tolist()} again; "
            "load_joint_scores takes readers together."
        )
    new = [name for name in keyed.columns if name in KEYS or name not in points.columns]
    return points.merge(keyed[new], how="left", on=KEYS, validate="many_to_one").set_axis(points.index)


def _keys_of(scores):
    sides = scores["side"] if "side" in scores.columns else pd.Series("", index=scores.index)
    sides = np.where(is_missing(sides), "", sides)
    names = [point_name(*pair) for pair in zip(scores["joint"].astype(str), sides, strict=True)]
    return {
        "image": as_keys(scores["image"], "image"),
        "side": [side for side, _ in names],
        "joint": [joint for _, joint in names],
    }


def with_any(points, column):
    """Return the points of joints for which a column holds anything on any film."""
    known = points["joint"].isin(points["joint"][~is_missing(column)])
    return points[known] if known.any() else points


def named_column(table, column, parameter):
    """Return a column of what is known of points, or say which there are."""
    if column in COLUMNS:
        raise ValueError(
            f"{parameter} must be another column than those of points, got {column!r}; call the scores otherwise."
        )
    if column not in table.columns:
        raise ValueError(
            f"{parameter}={column!r} must be a column of the scores, the points or the films. Columns: "
            f"{', '.join(map(str, table.columns))}."
        )
    return table[column]
