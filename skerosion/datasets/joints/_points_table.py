"""The table of points: one row an image and joint, in pixels of the film.

The centre of the film's first pixel is (0, 0), x runs to the right and y down: a film of H x W pixels reaches from
-0.5 to W - 0.5 and to H - 0.5. Programs that put (0, 0) at the pixel's corner are half a pixel away, which their
readers take off.
"""

import numpy as np
import pandas as pd

from skerosion._keys import as_keys

from ..reading import is_missing, is_path, read_text_table, says_no_number
from ._point_names import point_name

NEEDED = ("image", "joint", "x", "y")
COLUMNS = ("image", "side", "joint", "x", "y", "width", "height", "angle", "visible", "reason", "reader", "score")
_NUMBERS = ("x", "y", "width", "height", "angle", "score")
_YES = {"", "true", "yes", "y", "visible", "1", "2", "1.0", "2.0"}
_NO = {"false", "no", "n", "0", "0.0", "not visible", "none", "nan"}


def points_table(points):
    """Return a table of points with all columns, names in the clinical vocabulary, and what is missing said.

    Parameters
    ----------
    points : DataFrame, or path of a CSV file
        With the columns image, joint, x and y, and perhaps side (or the side in the joint's name), width and height of
        a box about the point, angle (degrees clockwise by which the box is turned), visible, reason, reader and score.
        Other columns are kept. visible is yes or no, COCO's 0, 1 and 2, or says why the joint cannot be seen, such as
        "prosthesis"; a point without coordinates is not visible.

    Returns
    -------
    DataFrame
        Those columns in this order, then the others: x, y, width, height, angle and score are numbers, NaN where none
        was given; visible is True or False, and reason says why it is not.

    Raises
    ------
    ValueError
        Where a column is missing, coordinates are no numbers, or a reader gives a joint of an image twice.

    Examples
    --------
    >>> import pandas as pd
    >>> from skerosion.datasets.joints import points_table
    >>> points = pd.DataFrame({"image": ["a.png"] * 2, "joint": ["L MCP2", "L PIP2"], "x": [40, 50], "y": [90.5, 60]})
    >>> points_table(points.assign(visible=["yes", "prosthesis"]))[["side", "joint", "x", "visible", "reason"]]
       side joint     x  visible      reason
    0  left  mcp2  40.0     True
    1  left  pip2  50.0    False  prosthesis
    """
    frame = read_text_table(points) if is_path(points) else pd.DataFrame(points)
    _check_needed(frame)
    if not frame.index.is_unique:  # of tables put together; rows are told apart by it from here on
        frame = frame.reset_index(drop=True)
    names = [point_name(*pair) for pair in zip(_text(frame, "joint"), _text(frame, "side"), strict=True)]
    known = {"image": as_keys(frame["image"], "image"), "reader": _text(frame, "reader")}
    known |= {"side": [side for side, _ in names], "joint": [joint for _, joint in names]}
    known |= {name: _numbers(frame, name) for name in _NUMBERS}
    known["visible"], known["reason"] = _visibility(frame, np.isfinite(known["x"]) & np.isfinite(known["y"]))
    table = pd.DataFrame({name: known[name] for name in COLUMNS}, index=frame.index)
    _check_once(table)
    return table.join(frame[[name for name in frame.columns if name not in COLUMNS]])


def _check_needed(frame):
    missing = [name for name in NEEDED if name not in frame.columns]
    if missing:
        raise ValueError(
            f"points must have the columns {', '.join(NEEDED)}, got {', '.join(map(str, frame.columns))} without "
            f"{', '.join(missing)}; load_points reads tables of other forms."
        )
    if not len(frame):
        raise ValueError("points must have at least one row, got a header alone.")


def _text(frame, name):
    if name not in frame.columns:
        return np.full(len(frame), "", dtype=object)
    return np.where(is_missing(frame[name]), "", frame[name].astype(str).str.strip()).astype(object)


def _numbers(frame, name):
    if name not in frame.columns:
        return np.full(len(frame), np.nan)
    column = frame[name].where(~says_no_number(frame[name]))
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    wrong = np.flatnonzero(column.notna().to_numpy() & ~np.isfinite(numbers))
    if len(wrong):
        raise ValueError(f"{name} must hold finite numbers, got {column.iloc[wrong[0]]!r} in row {wrong[0]}.")
    return numbers


def _visibility(frame, placed):
    """Return which points can be seen, and why the others cannot."""
    said = pd.Series(_text(frame, "visible")).str.lower()
    reason = pd.Series(_text(frame, "reason"))
    own = said.where(~said.isin(_YES | _NO), "")
    visible = said.isin(_YES).to_numpy() & placed & (reason == "").to_numpy()
    reason = reason.where(reason != "", own).where(~((reason == "") & (own == "")), "not visible")
    return visible, reason.where(~visible, "").to_numpy()


def _check_once(table):
    twice = table.duplicated(["image", "side", "joint", "reader"], keep="first")
    if twice.any():
        row = table[twice].iloc[0]
        raise ValueError(
            f"points must hold a joint of an image once (for each reader, where there is such a column), got "
            f"{' '.join(filter(None, (row['side'], row['joint'])))} of {row['image']!r} again in row {twice.idxmax()}."
        )
