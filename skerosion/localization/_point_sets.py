"""Which points are looked for, on which sides, and a table of them as arrays."""

import os

import numpy as np
import pandas as pd

from skerosion._keys import as_keys
from skerosion.clinical import SIDES
from skerosion.datasets.joints import film_places, points_table
from skerosion.networks import MISSING, UNKNOWN, VISIBLE

# Two joints whose distance is the unit of errors: along the middle finger, across the forefoot, across the tibia.
_LENGTHS = (("mcp3", "pip3"), ("mtp2", "mtp5"), ("knee_medial", "knee_lateral"))


def joints_and_sides(points):
    """Return the joints of a table in the order in which they appear, and the sides: left and right, or none.

    Examples
    --------
    >>> import pandas as pd
    >>> from skerosion.localization._point_sets import joints_and_sides
    >>> joints_and_sides(pd.DataFrame({"side": ["left", "left"], "joint": ["mcp2", "pip2"]}))
    (('mcp2', 'pip2'), ('left', 'right'))
    """
    sided = points["side"].isin(SIDES)
    if sided.any() and not sided.all():
        raise ValueError(
            f"side must be left or right for all points or for none, got a side in {int(sided.sum())} of {len(points)} "
            "rows."
        )
    return tuple(dict.fromkeys(points["joint"])), SIDES if sided.any() else ("",)


def states_of(points, names, joints, sides):
    """Return a table of points as an array of shape (n, sides, joints, 3): x, y and state.

    A point that a film does not list is unknown where other points of its side are listed, and missing where none is:
    then the side is not on the film.
    """
    film = _films_of(points, names)
    side, joint = _numbers(points["side"], sides), _numbers(points["joint"], joints)
    x, y = points["x"].to_numpy(dtype=float), points["y"].to_numpy(dtype=float)
    seen = points["visible"].to_numpy(dtype=bool) & np.isfinite(x) & np.isfinite(y)
    states = np.zeros((len(names), len(sides), len(joints), 3))
    states[..., 2] = MISSING
    listed = np.zeros(states.shape[:2], dtype=bool)
    listed[film, side] = True
    states[listed, :, 2] = UNKNOWN
    states[film, side, joint, 2] = np.where(seen, VISIBLE, MISSING)
    states[film[seen], side[seen], joint[seen], :2] = np.column_stack([x, y])[seen]
    return states


def _films_of(points, names):
    """The position of each point's film among the names."""
    rows = as_keys(points["image"])
    film = film_places(rows.tolist(), names)
    unknown = list(dict.fromkeys(rows[film < 0].tolist()))
    if unknown:
        raise ValueError(
            f"points must name films of X, got {unknown[0]!r} and {len(unknown) - 1} more that are not among "
            f"{', '.join(map(repr, names[:3]))}, ...; X may be a dict from these names to arrays or paths."
        )
    return film


def _numbers(column, names):
    known = {name: number for number, name in enumerate(names)}
    strange = sorted(set(column) - set(known))
    if strange:
        raise ValueError(f"{column.name} must be one of {', '.join(names)}, as in the first fit, got {strange[0]!r}.")
    return column.map(known).to_numpy(dtype=int)


def points_of(image, places, scores, joints, sides, threshold):
    """Return places (sides, joints, 2) and scores (sides, joints) of one film as rows of a table of points.

    A point below the threshold's score is not visible.
    """
    count = len(joints)
    table = pd.DataFrame(
        {
            "image": [image] * (count * len(sides)),
            "side": np.repeat(np.asarray(sides, dtype=object), count),
            "joint": np.tile(np.asarray(joints, dtype=object), len(sides)),
            "x": places[..., 0].ravel(),
            "y": places[..., 1].ravel(),
            "visible": scores.ravel() >= threshold,
            "reason": np.where(scores.ravel() >= threshold, "", "not found"),
            "score": scores.ravel(),
        }
    )
    return table


def film_names(X):
    """Return the names by which points speak of films: keys of a dict, paths, or numbers from 0."""
    if isinstance(X, dict):
        return as_keys(list(X)).tolist()
    paths = getattr(X, "paths", None)
    each = X if paths is None else paths
    return [os.fspath(film) if isinstance(film, (str, os.PathLike)) else str(place) for place, film in enumerate(each)]


def lengths_of(states, joints, reference=None):
    """Return the length of each film's side that errors are counted in, of shape (n, sides), NaN where it is unknown.

    Parameters
    ----------
    states : ndarray of shape (n, sides, joints, 3)
    joints : tuple of str
    reference : pair of str, default=None
        Two joints; None takes the third finger's, the forefoot's or the tibia's, or else the diagonal of a side's
        points.
    """
    known = np.where(states[..., 2:] > 0, states[..., :2], np.nan)
    pairs = [tuple(reference)] if reference is not None else [pair for pair in _LENGTHS if set(pair) <= set(joints)]
    with np.errstate(invalid="ignore"):
        if not pairs:
            return np.hypot(*np.moveaxis(_extent(known), -1, 0))
        first, second = (known[:, :, joints.index(name)] for name in pairs[0])
    return np.hypot(*np.moveaxis(first - second, -1, 0))


def _extent(places):
    low, high = (
        np.where(np.isnan(places), np.inf, places).min(axis=2),
        np.where(np.isnan(places), -np.inf, places).max(axis=2),
    )
    return np.where(np.isfinite(high - low), high - low, np.nan)


def point_errors(found, truth, *, reference=None):
    """Return how far found points lie from true ones, in reference lengths.

    Parameters
    ----------
    found, truth : DataFrame
        Tables of points.
    reference : pair of str, default=None
        As for ``lengths_of``; a side without one of the two joints takes the films' median length.

    Returns
    -------
    DataFrame
        A row a true point: image, side, joint, visible (in truth), error, NaN where the point or its side was not
        found or is not visible in truth, and the score of the finder.

    Examples
    --------
    >>> import pandas as pd
    >>> from skerosion.localization import point_errors
    >>> truth = pd.DataFrame({"image": ["a"] * 2, "side": "left", "joint": ["mcp3", "pip3"], "x": [0, 0], "y": [0, 9]})
    >>> point_errors(truth.assign(x=[0, 3]), truth)["error"].round(3).tolist()
    [0.0, 0.333]
    """
    found, truth = (points_table(table) for table in (found, truth))
    joints, sides = joints_and_sides(truth)
    names = list(dict.fromkeys(truth["image"]))
    lengths = lengths_of(states_of(truth, names, joints, sides), joints, reference)
    lengths = np.where(np.isfinite(lengths) & (lengths > 0), lengths, np.nanmedian(lengths))
    both = truth.merge(found, on=["image", "side", "joint"], how="left", suffixes=("", "_found"))
    length = lengths[_numbers(both["image"], names), _numbers(both["side"], sides)]
    error = np.hypot(both["x_found"] - both["x"], both["y_found"] - both["y"]) / length
    both["error"] = error.where(both["visible"])
    return both[["image", "side", "joint", "visible", "error"]].assign(score=both["score_found"])
