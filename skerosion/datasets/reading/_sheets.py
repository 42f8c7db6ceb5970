"""Sheets of spreadsheets as text: every cell as a CSV file of the same sheet would hold it."""

import datetime
import io
import re
import warnings
import zipfile

from skerosion._unpacking import open_zip

MOST_CELLS = 2**22
"""Cells of a sheet that are read; a cell takes little in the file, and an empty one between two nothing."""

_MOST_LINES, _MOST_COLUMNS = 2**20, 2**14  # of any spreadsheet
_ZEROS = re.compile(r"0{2,}")  # the format of numbers that are shown with leading zeros, such as patients 001 and 002


def is_sheet(content):
    """Whether the bytes of a file are those of a spreadsheet that can be read, an ``.xlsx``."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        return "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    except Exception:  # of any kind, for a zip that is damaged
        return False


def read_sheet(content, path, sheet=None):
    """Read the lines of a sheet that hold anything.

    Parameters
    ----------
    content : bytes
        Of the file.
    path : str
        Of the file, for messages.
    sheet : str, default=None
        Name of the sheet; None takes the only one that holds anything.

    Returns
    -------
    rows : list of (int, list of str)
        The number of each line and its cells.

    Raises
    ------
    ValueError
        Where openpyxl is missing, the file is damaged, or it is not plain which sheet is meant.
    """
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise ValueError(
            f"table {path!r} is a spreadsheet, which openpyxl reads: pip install 'skerosion[excel]', or save the sheet "
            "as CSV"
        ) from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is drawn into a sheet, and is not read
        try:
            open_zip(io.BytesIO(content), len(content))
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheets = {each.title: _lines(each) for each in book.worksheets}
        except Exception as error:  # of any kind, for a file that is damaged
            why = " ".join(str(error).split())[:300]
            raise ValueError(f"table {path!r} cannot be read as a spreadsheet: {why}") from error
    return _chosen(sheets, sheet, path)


def _chosen(sheets, sheet, path):
    if sheet is not None:
        if sheet not in sheets:
            raise ValueError(f"sheet must be one of {', '.join(map(repr, sheets))}, got {sheet!r}.")
        return sheets[sheet]
    filled = {title: rows for title, rows in sheets.items() if rows}
    if len(filled) > 1:
        raise ValueError(
            f"table {path!r} has {len(filled)} sheets: {', '.join(map(repr, filled))}; save the one with a row an "
            "image as a file of its own, or make a table of it: `skerosion table` takes the name of a sheet"
        )
    return next(iter(filled.values()), [])


def _lines(sheet):
    sheet.reset_dimensions()  # some programs write wrong ones
    numbered = ((number, list(map(_text, cells))) for number, cells in enumerate(_rows_of(sheet), 1))
    lines = [(number, cells) for number, cells in numbered if any(map(str.strip, cells))]
    width = max((len(cells) for _, cells in lines), default=0)
    return [(number, cells + [""] * (width - len(cells))) for number, cells in lines]


def _rows_of(sheet):
    """Read rows, of which the file names the numbers: those between two are given too, however many they are."""
    widest = 0
    for number, cells in enumerate(sheet.iter_rows(), 1):
        widest = max(widest, len(cells))
        if number > _MOST_LINES or widest > _MOST_COLUMNS:
            raise ValueError(f"it names a cell beyond {_MOST_LINES:,} lines of {_MOST_COLUMNS:,}, where sheets end")
        if number * widest > MOST_CELLS:
            raise ValueError(f"it has more than {MOST_CELLS:,} cells; save the sheet as CSV")
        yield cells


def _text(cell):
    """Return what a cell shows."""
    value = cell.value
    if isinstance(value, datetime.datetime):
        return str(value.date() if value.time() == datetime.time() else value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and _ZEROS.fullmatch(cell.number_format or ""):
        return str(value).zfill(len(cell.number_format))
    return "" if value is None else str(value)
