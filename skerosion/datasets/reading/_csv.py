"""Tables of files as text, CSV or a spreadsheet: nothing in them is guessed that could be read in two ways."""

import bz2
import csv
import gzip
import io
import itertools
import lzma
import os
import re
import stat
import zlib
from collections import Counter

import pandas as pd

from skerosion._spreadsheet_cells import plain_text
from skerosion._unpacking import check_unpacked, most_bytes
from skerosion._user_files import named_alike, naming

from ._picture_files import PICTURE_STARTS
from ._sheets import is_sheet, read_sheet

_MARKS = ",;\t|"
_COMMA, _POINT = (re.compile(rf"[+-]?\d*{mark}\d+([eE][+-]?\d+)?") for mark in (",", r"\."))
_LOOKED_AT = 200  # lines by which the separator is told
_PACKED = {
    b"\x1f\x8b": lambda content, most: gzip.open(io.BytesIO(content)).read(most),
    b"BZh": lambda content, most: bz2.open(io.BytesIO(content)).read(most),
    b"\xfd7zXZ": lambda content, most: lzma.open(io.BytesIO(content)).read(most),
}
_FOREIGN = (
    ("a picture", PICTURE_STARTS),
    ("a zip file; save the table in it as CSV or .xlsx", (b"PK\x03\x04",)),
    ("an old or a locked spreadsheet; save the sheet as CSV or .xlsx", (b"\xd0\xcf\x11\xe0",)),
    ("a Parquet file; read it with pandas and pass the DataFrame", (b"PAR1",)),
    ("a file of arrays or of Python objects", (b"\x93NUMPY", b"\x89HDF", b"\x80")),
)
_ORDER_MARKS = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read_text_table(path, sep=None, encoding=None, sheet=None, decimal=None):
    """Read a CSV file or a spreadsheet, every cell as its text, "" where it is empty.

    Parameters
    ----------
    path : str or path-like
        The file: CSV, also packed by gzip, bzip2 or xz, or ``.xlsx``.
    sep : str, default=None
        What separates fields, one character; None finds out whether it is a comma, a semicolon, a tab or a bar.
    encoding : str, default=None
        How the text is written in bytes; None takes UTF-16 or UTF-32 where the file says so itself, UTF-8 otherwise.
    sheet : str, default=None
        Of a spreadsheet, the name of the sheet; None takes the only one that holds anything.
    decimal : {".", ","}, default=None
        What stands before the decimals of a number; "," writes a point for it in the cells that are such numbers. None
        is a point.

    Returns
    -------
    frame : DataFrame of text
        Indexed by the number of the row from 0. Texts lose the apostrophe that keeps spreadsheets from running them.
        Names lose the blanks at their ends; a name that comes twice gets the number of its column, so that nobody asks
        for one and gets the other.

    Raises
    ------
    ValueError
        Where the file is neither text nor a table: its rows do not all have as many fields as the header. With
        ``decimal=","``, where numbers of a CSV file have points, too.
    OSError
        Where it cannot be read.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from skerosion.datasets.reading._csv import read_text_table
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "labels.csv")
    ...     _ = path.write_text("path;patient\\n0.png;0012\\n1.png;NA\\n")
    ...     read_text_table(path).to_dict("list")
    {'path': ['0.png', '1.png'], 'patient': ['0012', 'NA']}
    """
    path = os.fspath(path)
    if decimal not in (None, ".", ","):
        raise ValueError(f"decimal must be ',' or '.', got {decimal!r}")
    content = _content(path)
    in_sheet = is_sheet(content)
    if in_sheet and (sep, encoding) != (None, None):
        raise ValueError(f"sep and encoding are of a CSV file, got {sep!r} and {encoding!r} for a spreadsheet")
    if sheet is not None and not in_sheet:
        raise ValueError(f"sheet must be left out where the table is no spreadsheet, got {sheet!r} for {path!r}")
    rows = read_sheet(content, path, sheet) if in_sheet else _text_rows(content, path, sep, encoding)
    if not rows:
        raise ValueError(f"table {path!r} is empty; it must have a header and at least one row")
    (_, header), *rows = ((line, [plain_text(cell) if "'" in cell else cell for cell in cells]) for line, cells in rows)
    if rows and all(len(cells) == len(header) + 1 and cells[-1].strip() for _, cells in rows):
        raise ValueError(f"table {path!r}: every line has one field more than the header, which must name them all")
    for line, cells in rows:
        _check_width(line, cells, header, path)
    cells = [cells[: len(header)] for _, cells in rows]
    if decimal == ",":
        cells = _with_points(cells, path, strict=not in_sheet)
    used = [place for place, name in enumerate(header) if name.strip() or any(row[place].strip() for row in cells)]
    return pd.DataFrame(cells, columns=_names(header), dtype=object).iloc[:, used]


def _text_rows(content, path, sep, encoding):
    text = _decoded(content, encoding, path)
    # Python's own limit is less than a picture written as text; a C long holds 31 bits on Windows.
    csv.field_size_limit(max(csv.field_size_limit(), min(len(text), 2**31 - 1)))
    given = sep
    sep, text = _separator(text, sep)
    rows = _rows(text, sep, path)
    if given is not None and rows:
        _check_separates(rows[0][1], given, _guessed(text), path)
    return rows


def _check_separates(header, given, better, path):
    """Refuse a separator by which there is one column, called by the names of all: no column asked for is found."""
    if len(header) == 1 and better in header[0]:
        raise ValueError(
            f"sep must be what separates the columns of table {path!r}, got {given!r}, by which it has one column "
            f"{header[0]!r}; sep={better!r} takes it apart"
        )


def _content(path):
    """Return the bytes of a regular file, unpacked."""
    if not os.path.exists(path):
        raise FileNotFoundError(f"table must be a file that exists, got {path!r}.{named_alike(path)}")
    mode = os.stat(path).st_mode
    if stat.S_ISDIR(mode):
        raise ValueError(
            f"table {path!r} is a folder; it must be a CSV file with one row per image. `skerosion table` makes one of "
            "a folder for each grade, or of images whose names tell grade and patient. In Python, so does "
            f"tabulate_images({path!r})."
        )
    if not stat.S_ISREG(mode):
        raise ValueError(f"table {path!r} is a pipe or a device; write it to a file first, which can be read twice")
    with naming(path), open(path, "rb") as file:
        content = file.read()
    try:
        return next(
            (_unpacked(content, unpack) for start, unpack in _PACKED.items() if content.startswith(start)), content
        )
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
        raise ValueError(f"table {path!r} cannot be unpacked: {error}") from error


def _unpacked(content, unpack):
    unpacked = unpack(content, most_bytes(len(content)) + 1)
    check_unpacked(len(unpacked), len(content))
    return unpacked


def _decoded(content, encoding, path):
    """Return the text of a file."""
    for what, starts in _FOREIGN:
        if content.startswith(starts) and b"\0" in content[:512]:
            raise ValueError(f"table {path!r} must be a CSV file with one row per image, it is {what}")
    written = encoding or _encoding(content)
    try:
        text = content.decode(written)
    except LookupError as error:
        raise ValueError(f"encoding must be one that Python knows, such as 'latin-1', got {encoding!r}") from error
    except UnicodeError as error:
        raise ValueError(_not_written_so(content, written, error, path)) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ValueError(f"table {path!r} is not text in {written}: it has a zero byte in line {line}")
    return text.removeprefix("\ufeff")


def _encoding(content):
    """Return the encoding that a file names itself by its first bytes, UTF-8 where it names none."""
    for mark, name in _ORDER_MARKS.items():
        if content.startswith(mark):
            return name
    even, odd = content[:_LOOKED_AT:2], content[1:_LOOKED_AT:2]
    if odd.count(0) > len(odd) / 2 and not even.count(0):
        return "utf-16-le"
    return "utf-16-be" if even.count(0) > len(even) / 2 and not odd.count(0) else "utf-8"


def _not_written_so(content, written, error, path):
    start = getattr(error, "start", 0)
    line = content[:start].count(b"\n") + 1
    return (
        f"table {path!r} is not written in {written}: byte 0x{content[start : start + 1].hex()} in line {line}. Say "
        "how it is written, such as encoding='cp1252' (spreadsheets in Western Europe) or encoding='latin-1', or save "
        "it as UTF-8"
    )


def _separator(text, sep):
    """Return the separator, and the text without the line by which spreadsheets name it."""
    named = re.match(r"sep=(.)\r?\n", text)
    text = text[named.end() :] if named else text
    if sep is None:
        return named[1] if named else _guessed(text), text
    sep = {"tab": "\t", "\\t": "\t"}.get(sep, sep)
    if not isinstance(sep, str) or len(sep) != 1 or sep in '"\r\n':
        raise ValueError(f"sep must be one character, such as ';', or 'tab', got {sep!r}")
    return sep, text


def _guessed(text):
    """Return the separator that makes most columns, if there is one with as many in every line that is looked at."""
    lines = list(itertools.islice(io.StringIO(text, newline=""), _LOOKED_AT))
    found = {}
    for mark in _MARKS:
        widths = [len(cells) for cells in csv.reader(lines, delimiter=mark) if cells]
        if widths and widths[0] > 1:
            found[mark] = (len(set(widths)) == 1, widths[0])
    return max(found, key=found.get, default=",")


def _rows(text, sep, path):
    """Return the cells of every line that is not blank, with its number in the file."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sep, skipinitialspace=sep != " ", strict=True)
    known, rows = {}, []
    try:
        for cells in reader:
            if any(cells) or len(cells) > 1:
                # Equal cells are one object: a wide table of a registry is mostly the same few texts.
                rows.append((reader.line_num, [known.setdefault(cell, cell) for cell in cells]))
    except csv.Error as error:
        raise ValueError(
            f"table {path!r}: line {reader.line_num} cannot be read ({error}); look for a quote that is not closed"
        ) from error
    return rows


def _check_width(line, cells, header, path):
    """Refuse a line whose cells would be read under other names; blank ones at its end are what some programs add."""
    width = len(header)
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        raise ValueError(
            f"table {path!r}: line {line} has {len(cells)} fields, the header has {width}, so that cells would stand "
            "under another name. A text that holds the separator itself needs quotes, an empty cell its separator; "
            "sep=';' or another says what separates"
        )


def _with_points(rows, path, strict):
    """Return cells with points for decimal commas; where `strict`, a point may separate thousands and is refused.

    The numbers of a spreadsheet have points however they are shown, so that its texts alone have commas.
    """
    doubtful = next((cell for cells in rows for cell in cells if strict and _POINT.fullmatch(cell.strip())), None)
    if doubtful is not None:
        raise ValueError(
            f"table {path!r}: decimal=',' must be how all its numbers are written, got {doubtful!r}, whose point may "
            "separate thousands; write it alike, or leave its column out of the file"
        )
    return [[cell.replace(",", ".") if _COMMA.fullmatch(cell.strip()) else cell for cell in cells] for cells in rows]


def _names(header):
    """Return names that are different: repeated ones get the number of their column."""
    names = [name.strip() or f"Unnamed: {place}" for place, name in enumerate(header)]
    counts = Counter(names)
    return [name if counts[name] == 1 else f"{name} (column {place + 1})" for place, name in enumerate(names)]
