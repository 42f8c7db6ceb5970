"""Points of several readers become one point a joint: the median of those who see it."""

import numpy as np

KEYS = ["image", "side", "joint"]
_MEDIANS = ("x", "y", "width", "height", "score")


def one_reader(points):
    """Return a table of points with one row an image and joint.

    Parameters
    ----------
    points : DataFrame
        As ``points_table`` returns it.

    Returns
    -------
    DataFrame
        The first row of each joint, with medians over the readers who see it and the mean of their angles; its reader
        names them all. Where at least half of them see no joint, it is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from skerosion.datasets.joints import one_reader, points_table
    >>> points = pd.DataFrame({"image": "a", "joint": "L MCP2", "x": [4, 6, 99], "y": 5, "reader": ["A", "B", "C"]})
    >>> one_reader(points_table(points))[["x", "reader"]].values.tolist()
    [[6.0, 'A, B, C']]
    """
    if not points.duplicated(KEYS).any():
        return points
    groups = points.groupby(KEYS, sort=False)
    first = points.drop_duplicates(KEYS).copy()
    seen = points[points["visible"]].groupby(KEYS, sort=False)
    keys = list(zip(*(first[name] for name in KEYS), strict=True))
    first[list(_MEDIANS)] = seen[list(_MEDIANS)].median().reindex(keys).to_numpy()
    first["angle"] = seen["angle"].agg(_mean_angle).reindex(keys).to_numpy()
    first["reader"] = groups["reader"].agg(", ".join).reindex(keys).to_numpy()
    first["visible"] = (groups["visible"].mean().reindex(keys) > 0.5).to_numpy()
    said = points[~points["visible"]].groupby(KEYS, sort=False)["reason"].first().reindex(keys).to_numpy()
    first["reason"] = np.where(first["visible"], "", said)
    return first


def _mean_angle(degrees):
    turn = np.exp(1j * np.deg2rad(degrees.dropna())).sum()
    return float(np.rad2deg(np.angle(turn))) if abs(turn) else np.nan
