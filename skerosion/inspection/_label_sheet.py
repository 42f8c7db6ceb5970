"""Sheets of doubtful labels: written for a reader as CSV and as a page with the images, and read in again."""

import base64
import functools
import io
import os
from importlib import resources
from pathlib import Path

import jinja2
import numpy as np
import pandas as pd
from PIL import Image

from skerosion._spreadsheet_cells import write_csv
from skerosion._types import Any
from skerosion._writing import write_text
from skerosion.datasets.reading import is_path, read_frame
from skerosion.grades import is_number, order_of, plain_values

_PAGE = "page/reread.html.j2"
_BRIGHTEST = 255


def write_sheet(folder, rows, listed, told):
    """Write ``reread.csv`` and ``reread.html``.

    Parameters
    ----------
    folder : path-like
    rows : ImageRows
    listed : ndarray of int
        Positions of the rows to read again, in their order.
    told : dict of str to ndarray
        What else is said of each.

    Returns
    -------
    list of pathlib.Path
    """
    named = {} if rows.paths is None else {"image": rows.paths[listed]}
    frame = pd.DataFrame({"row": listed, **named, **told})
    names = [Path(path).name for path in frame["image"]] if named else [f"row {row}" for row in listed]
    numbers = frame.drop(columns="image" if named else "row").round(2).to_dict("records")
    cards = [
        {"name": name, "facts": facts, "picture": _picture(rows[row]) if rows.kind == "images" else None}
        for name, facts, row in zip(names, numbers, listed, strict=True)
    ]
    table = write_csv(Path(folder, "reread.csv"), frame.assign(reread=""), digits=4)
    return [table, write_text(Path(folder, "reread.html"), _template().render(cards=cards, told=bool(told)))]


@functools.cache
def _template():
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    return environment.from_string(resources.files(__package__).joinpath(_PAGE).read_text(encoding="utf-8"))


def _picture(image):
    """An image as a part of the page; floats are from 0 to 1."""
    pixels = image if image.dtype == np.uint8 else np.clip(image * _BRIGHTEST, 0, _BRIGHTEST).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def reread_labels(sheet: Any, y: Any, X: Any = None):
    """Return labels with those in place that were read again.

    Parameters
    ----------
    sheet : path-like or DataFrame
        The filled-in ``reread.csv`` of :meth:`LabelAudit.write_sheet`, or a spreadsheet made of it: its columns ``row``
        and ``reread``, whose empty cells leave a label as it is.
    y : array-like of shape (n,)
        The labels that were audited, in their order.
    X : ImageRows or None, default=None
        Their rows, whose files are compared with those that the sheet names, so that a sheet of another table is
        refused.

    Returns
    -------
    same type as y
        A copy; an ordered Categorical keeps its order.

    Raises
    ------
    ValueError
        For rows that are not there, or twice; for grades that the labels do not know, or lie beyond them; for files
        that are not those of `X`.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from skerosion.inspection import reread_labels
    >>> sheet = pd.DataFrame({"row": ["2", "0"], "reread": ["1", ""]})
    >>> reread_labels(sheet, np.array([0, 1, 2, 3])).tolist()
    [0, 1, 1, 3]
    """
    frame, _ = read_frame(sheet)
    named = f"the sheet {os.fspath(sheet)!r}" if is_path(sheet) else "the sheet"
    missing = [name for name in ("row", "reread") if name not in frame]
    if missing:
        raise ValueError(f"{named} must have the columns row and reread, got {list(frame)}; {missing} missing.")
    rows = _rows_of(frame["row"], len(y), named)
    _check_files(frame, rows, X, named)
    said = frame["reread"].astype(object).where(frame["reread"].notna(), "").astype(str).str.strip()
    filled = (said != "").to_numpy()
    return _replaced(y, rows[filled], said[filled].tolist(), named)


def _rows_of(column, n_rows, named):
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    wrong = ~((numbers == np.rint(numbers)) & (numbers >= 0) & (numbers < n_rows))
    if wrong.any():
        raise ValueError(
            f"row must be a number from 0 to {n_rows - 1} in each line of {named}, got {column[wrong].iloc[0]!r}; "
            "pass the labels that were audited."
        )
    rows = numbers.astype(int)
    twice = pd.Series(rows).duplicated()
    if twice.any():
        raise ValueError(f"row must be in {named} once, got {rows[twice][0]} twice; keep one of the lines.")
    return rows


def _check_files(frame, rows, X, named):
    paths = getattr(X, "paths", None)
    if paths is None or "image" not in frame:
        return
    # Names alone: folders move between the machines of those who train and those who read.
    said, known = ([Path(str(path)).name for path in each] for each in (frame["image"], paths[rows]))
    wrong = next((both for both in zip(said, known, strict=True) if both[0] != both[1]), None)
    if wrong:
        raise ValueError(
            f"{named} must be of the rows X, got {wrong[0]!r} where X has {wrong[1]!r}; pass its own rows."
        )


def _replaced(y, rows, said, named):
    """A copy of labels with what was said in place of some of them."""
    values, order = np.array(plain_values(y)), order_of(y)
    known = np.unique(values) if order is None else np.asarray(order)
    read = [_grade(text, known, named) for text in said]
    if isinstance(y, list):
        return [*_set(np.array(y, dtype=object), rows, read)]
    if hasattr(y, "iloc"):
        changed = y.copy()
        changed.iloc[rows] = read
        return changed
    if order is not None:
        return pd.Categorical(_set(values.astype(object), rows, read), categories=order, ordered=True)
    return _set(values, rows, read)


def _set(values, rows, read):
    values[rows] = read
    return values


def _grade(text, known, named):
    """What a cell says as one of the grades, or as a number from the lowest to the highest of them."""
    if not is_number(known):
        if text not in known.astype(str).tolist():
            raise ValueError(f"reread must be one of the grades {known.tolist()}, got {text!r}; correct {named}.")
        return known[known.astype(str).tolist().index(text)]
    number = pd.to_numeric(text.replace(",", "."), errors="coerce")
    if not known.min() <= number <= known.max() or (known.dtype.kind in "iu" and number != np.rint(number)):
        kind = "a whole number" if known.dtype.kind in "iu" else "a number"
        raise ValueError(f"reread must be {kind} from {known.min()} to {known.max()}, got {text!r}; correct {named}.")
    return known.dtype.type(number)
