"""From a table of images, grades and patients to rows that can be fitted, with an account of every row left out."""

import warnings
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from skerosion._counted import counted
from skerosion._types import Any, FilePath, Sizes

from ._files import FileSource, check_read_shape
from ._rows import ImageRows
from ._table_lines import NAMED_BY, check_reading, image_names, read_lines
from .reading import chosen_size, for_each, is_path, name_look_alikes, with_numbers


@dataclass(frozen=True, eq=False, repr=False)
class ImageTable:
    """What :func:`load_image_table` returns.

    Attributes
    ----------
    X : ImageRows
        The images. ``X.indices`` are positions in the table as it was given.
    y : ndarray or Series of shape (n,), or None
        The grades: int64, float64 or text; a Series of an ordered Categorical where their order is known.
    groups : ndarray of str, shape (n,), or None
        The patients, also in ``X.groups``.
    table : DataFrame
        The rows of the table that are used, in line with X, with their original index. Of a CSV file, images and
        patients are the text that stands there; other columns are numbers where they hold nothing else.
    excluded : DataFrame
        The rows that are not used: row (its label in the table's index), path, reason, detail.
    message : str
        What was read, what was noted and what was excluded, counted and named.
    notes : tuple of str
        What was chosen or seen and may not be meant: a size for images of several, or 16-bit files that use fewer bits.
    readers : tuple of str
        The columns of ``X.votes``, where several readers graded.
    image : str
        The column of ``table`` that holds the paths.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import pandas as pd
    >>> from PIL import Image
    >>> from skerosion.datasets import load_image_table
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Image.new("L", (20, 20), 90).save(pathlib.Path(folder, "a.png"))
    ...     table = pd.DataFrame({"path": ["a.png"], "grade": [1], "patient": ["P7"]})
    ...     data = load_image_table(table, image="path", target="grade", group="patient", root=folder)
    >>> data
    ImageTable(1 image of 1 group, none excluded)
    >>> data.X, data.y.tolist(), data.groups.tolist()
    (ImageRows(1 image of 20x20x1, uint8, 1 group), [1], ['P7'])
    """

    X: ImageRows
    y: np.ndarray | Any
    groups: np.ndarray | Any
    table: pd.DataFrame
    excluded: pd.DataFrame
    message: str
    notes: tuple = field(default=(), kw_only=True)
    readers: tuple = field(default=(), kw_only=True)
    image: str = field(default="path", kw_only=True)

    @property
    def names(self):
        """What images are called in what is handed on, a Series: film, where the table has it, or path as it stands
        there; without a table the paths of the files, or numbers."""
        if self.table is not None and {self.image, NAMED_BY} & set(self.table):
            return image_names(self.table, self.image)
        return pd.Series(np.arange(len(self.X)) if self.X.paths is None else self.X.paths, name="path")

    @property
    def has_films(self):
        """Whether the table has names of films, so that paths are not to be handed on."""
        return self.table is not None and NAMED_BY in self.table

    @property
    def has_visits(self):
        """Whether rows are joints of visits, each by date, part and side."""
        return False

    def __repr__(self):
        return f"ImageTable({_summary(self.X)}, {len(self.excluded) or 'none'} excluded)"


def load_image_table(
    table: Any,
    *,
    image: str,
    target: str | None,
    group: str | None = None,
    readers: Any = (),
    reader: str | None = None,
    root: FilePath | None = None,
    size: int | Sizes | None = None,
    channels: int = 1,
    bits: int | None = None,
    window: int | str | None = None,
    polarity: str | None = None,
    order: Any = None,
    on_problem: str = "error",
    cache_mb: float = 128,
    cache_dir: FilePath | None = None,
    sep: str | None = None,
    encoding: str | None = None,
    decimal: str | None = None,
) -> ImageTable:
    """Read a table of images, one row per image, and check every file by decoding it.

    Nothing is dropped in silence: missing, unreadable and duplicate images and rows without image, grade or patient are
    counted and named in one message. Two rows show the same image where they name the same file or where their files
    hold the same bytes; the first one that has no other problem stays.

    Parameters
    ----------
    table : str, path-like or DataFrame
        A CSV file or a spreadsheet (``.xlsx``, with openpyxl), whose cells are read as text, or a DataFrame, also of
        polars or pyarrow; in one of ``pandas.read_csv`` patients may have lost
        their spelling already (007 is read as 7), unless it was given ``dtype=str``.
    image : str
        Column of file paths: JPEG, PNG, TIFF, BMP or DICOM by content, whatever the name says.
    target : str or None
        Column of grades, numbers or text; numbers as soon as one of them is. An ordered Categorical keeps its order.
        None for images to be predicted: there are no grades then, and an image may come twice.
    group : str, default=None
        Column of patients: text, of which blanks at the ends do not count. Nothing but an empty cell is missing.
    readers : sequence of str, default=()
        Columns of grades, one a reader, in place of `target`. Their votes ride on ``X.votes``, where networks read them
        as shares; the one grade of a row, which samplers, splits and scores go by, is their median, the lower of the
        two in the middle where their number is even. Readers may leave rows out.
    reader : str, default=None
        Column that names the reader of each row, in a table of one row an image and reader, whose `target` is what that
        reader said.
    root : str or path-like, default=None
        Folder from which relative paths start; None is the folder of the CSV file, the current one for a DataFrame.
    size : int or (H, W), default=None
        Size to which images are resized, of 8192 x 8192 pixels at most. None takes that of the images where all have
        the same, and otherwise the median height and width, 512 at most, and says so.
    channels : {1, 3}, default=1
        Grey or colour.
    bits : int, default=None
        How many bits of 16-bit files are in use: 2**bits - 1 becomes 255. None means all 16.
    window : int or "range", default=None
        Which of the windows of DICOM films becomes black to white, counted from 0, tables before windows; None is the
        first, and the grey values in use where a film has none, which ``"range"`` takes of all.
    polarity : {"photometric", "shape"}, default=None
        Whom to believe where PhotometricInterpretation and PresentationLUTShape of a DICOM film contradict each other;
        with None such films have a problem.
    order : sequence, default=None
        All grades of the target from the lowest to the highest, such as ``["none", "mild", "severe"]``: text has no
        order of its own, and neither has a scale with half grades.
    on_problem : {"error", "report"}, default="error"
        "report" goes on without the rows that have a problem and warns with the message.
    cache_mb : float, default=128
        How many MB of decoded images to keep in memory. Not used with `cache_dir`.
    cache_dir : str or path-like, default=None
        Folder on a fast disk for all decoded images, shared by folds, processes and later sessions, which then check
        this table without reading its files again (see ``FileSource``). Maps of `cache_trunk` lie there too.
    sep : str, default=None
        What separates the columns of a CSV file; None finds out whether it is a comma, a semicolon, a tab or a bar.
    encoding : str, default=None
        How a CSV file is written; None is UTF-8, or UTF-16 where the file says so.
    decimal : {".", ","}, default=None
        What stands before the decimals of numbers in a file; None is a point, and commas are refused rather than read.

    Returns
    -------
    data : ImageTable
        X, y, groups, table, excluded, message.

    Raises
    ------
    ImageTableError
        With ``on_problem="error"`` where any row has a problem, and always where no row is left. The rows are in its
        ``excluded``.
    ValueError
        Where the table has no rows or not the columns that were named, or a file is not a table of text.
    OSError
        Where `cache_dir` cannot be written or its disk has no room for all images.

    Warns
    -----
    UserWarning
        With ``on_problem="report"`` where any row has a problem, and where ``notes`` has something to say, of patients
        that look like one, such as 7 and 007, among others.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from PIL import Image
    >>> from skerosion.datasets import load_image_table
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for number in range(3):
    ...         Image.new("L", (20, 20), 90 * number).save(pathlib.Path(folder, f"{number}.png"))
    ...     table = pathlib.Path(folder, "labels.csv")
    ...     _ = table.write_text("path,kl_grade\\n0.png,2\\n1.png,0\\n2.png,3\\n")
    ...     data = load_image_table(table, image="path", target="kl_grade", size=16)
    >>> data.X.shape, data.y.tolist(), len(data.excluded)
    ((3, 16, 16, 1), [2, 0, 3], 0)
    """
    check_reading(size, channels, on_problem, window=window, polarity=polarity)
    columns = {"image": image, "target": target, "group": group, "readers": readers, "reader": reader}
    written = {"sep": sep, "encoding": encoding, "decimal": decimal}
    lines = read_lines(table, **columns, root=root, order=order, **written)
    how = {"window": window, "polarity": polarity, "cache_mb": cache_mb, "cache_dir": cache_dir}
    source, notes = _open_files(lines.paths, size, channels, bits, **how)
    digests = _check_files(source, lines)
    if lines.y is not None:
        lines.find_duplicates(digests)
    lines.raise_problems(on_problem)
    frame = with_numbers(lines.frame, names=(image, group)) if is_path(table) else lines.frame
    return _finish(frame, image, lines, source, [*notes, source.unused_bits()])


def _open_files(paths, size, channels, bits, **how):
    """Return the source of the files, and a note on its size."""
    notes = []
    if size is None:
        size, note = _size_of_all([path for path in paths if path], bits)
        notes = [f"{note} Pass size= for another."] if note else []
    return FileSource(paths, check_read_shape(size, name="size", channels=channels), bits, **how), notes


def _size_of_all(paths, bits):
    try:
        return chosen_size(paths, bits)
    except (OSError, ValueError, IndexError):
        return 1, ""  # where no file can be read, any size will do for _check_files to report them all


def _check_files(source, lines):
    """Decode every file into the cache of the source; note which cannot be read. Returns digests of the contents."""

    def check(row):
        try:
            return source.digest(row), None
        except (FileNotFoundError, ValueError) as error:
            return None, error

    named = np.flatnonzero(source.paths != "")
    digests = dict.fromkeys(range(len(source.paths)))
    for row, (digest, error) in zip(named, for_each(check, named), strict=True):
        digests[int(row)] = digest
        if error is not None:
            lines.note_error(row, error)
    return digests


def _finish(frame, image, lines, source, notes):
    kept, findings = lines.usable(), lines.findings
    groups, votes = (None if each is None else each[kept] for each in (lines.groups, lines.votes))
    rows = ImageRows(source, indices=kept, groups=groups, votes=votes)
    alike = "" if lines.groups is None else name_look_alikes(rows.groups)
    notes = tuple(filter(None, [*notes, alike]))
    excluded_message = findings.message() if len(findings) else "No row is excluded."
    message = " ".join([f"Used: {_summary(rows)}.{_median_of(lines.readers)}", *notes, excluded_message])
    if len(findings) or notes:
        warnings.warn(message, UserWarning, stacklevel=3)
    grades = None if lines.y is None else targets(lines.y[kept])
    told = {"notes": notes, "readers": lines.readers, "image": image}
    return ImageTable(rows, grades, rows.groups, frame.iloc[kept], findings.frame(), message, **told)


def _median_of(readers):
    """Say which grade stands for those of several readers."""
    if not readers:
        return ""
    return f" The grade of an image is the median of its readers ({', '.join(readers)}), the lower one of two."


def targets(y):
    """Return grades in an order as a Series, which splits and searches take, too."""
    return pd.Series(y) if isinstance(y, pd.Categorical) else y


def _summary(rows):
    images = counted(len(rows), "image")
    return images if rows.groups is None else f"{images} of {counted(len(np.unique(rows.groups)), 'group')}"
