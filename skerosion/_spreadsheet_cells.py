"""CSV files that spreadsheets open: a user's text that would run there as a formula stands behind an apostrophe.

``=``, ``+``, ``-``, ``@``, a tab and a carriage return begin a formula (OWASP, "CSV Injection"), in the middle of a
text too where it follows what separates cells in another country's spreadsheet. Numbers stay numbers. What was put
before a text is taken away again when it is read here, so that a patient is called as before.
"""

import csv
import os
import re

from ._writing import write_text

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
# A place in front of a formula, or of one that has its apostrophe (or the user's own, which must not be taken for it).
_FORMULA = re.compile(r"(?:\A|(?<=[;|\t\r\n]))(?='*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])")
_MARKED = re.compile(_FORMULA.pattern.replace("(?='*", "'(?='*"))


def safe_cell(text):
    """Return a text as a cell that no spreadsheet runs.

    Examples
    --------
    >>> from skerosion._spreadsheet_cells import safe_cell
    >>> safe_cell("=1+1"), safe_cell("-1.5"), safe_cell("P-7"), safe_cell("left;@x")
    ("'=1+1", '-1.5', 'P-7', "left;'@x")
    """
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub("'", text)


def plain_text(cell):
    """Return the text that a cell was made of.

    Examples
    --------
    >>> from skerosion._spreadsheet_cells import plain_text
    >>> plain_text("'=1+1"), plain_text("'001"), plain_text("'-1.5")
    ('=1+1', "'001", "'-1.5")
    """
    text = _MARKED.sub("", cell)
    return cell if _NUMBER.fullmatch(text) else text


def csv_text(frame, digits=None):
    """Return a table as CSV whose texts no spreadsheet runs; the index is left out.

    Parameters
    ----------
    frame : DataFrame
    digits : int, default=None
        Significant ones of floats; None writes all.

    Returns
    -------
    str

    Examples
    --------
    >>> import pandas as pd
    >>> from skerosion._spreadsheet_cells import csv_text
    >>> print(csv_text(pd.DataFrame({"path": ["@a.png"], "change": [-1.25]}), digits=2), end="")
    path,change
    '@a.png,-1.2
    """
    cells = frame.apply(lambda column: column if column.dtype.kind in "biufcmM" else column.astype(object).map(_safe))
    cells.columns = [_safe(name) for name in frame.columns]
    written = {"index": False, "float_format": digits and f"%.{digits}g"}
    text = cells.to_csv(**written)
    # Python's writer leaves a carriage return bare, where readers see the end of a line.
    return cells.to_csv(**written, quoting=csv.QUOTE_NONNUMERIC) if "\r" in text else text


def _safe(value):
    text = os.fspath(value) if isinstance(value, os.PathLike) else value
    return safe_cell(text) if isinstance(text, str) else value


def write_csv(path, frame, digits=None):
    """Write a table as `csv_text` makes it, whole or not at all; its path is returned."""
    return write_text(path, csv_text(frame, digits))
