"""What a table says of its images before any of them is opened: which files, grades and patients, and what is wrong."""

import os
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from skerosion.grades import Target

from ._files import check_read_shape
from ._reader_columns import as_parameters, check_readers, one_row_an_image, read_votes
from .reading import (
    IMAGE_ENDINGS,
    Findings,
    ImageTableError,
    check_columns,
    film_choices,
    for_each,
    holds_films,
    image_size,
    read_frame,
    read_groups,
    read_names,
    read_target,
    resolve,
)

_OTHER_COMPUTER = re.compile(r"[A-Za-z]:[\\/]|\\\\")  # how Windows writes where a path starts


NAMED_BY = "film"
"""Column that names images in what is handed on, where a table has it: paths of films tell whose they are."""

_NO_NAMES = (
    "the table must have a column 'film' where its images are DICOM films, got {path!r} without one: paths and "
    "UIDs of films tell whose they are. Make the table from their folder and a key, with load_dicom_table."
)


def image_names(table, image):
    """Return what the images of a table are called in what is handed on.

    Parameters
    ----------
    table : DataFrame
    image : str
        Column of the images' paths.

    Returns
    -------
    Series
        Called ``"film"``, or ``"path"`` where it holds paths.
    """
    return table[NAMED_BY] if NAMED_BY in table else table[image].rename("path")


@dataclass(frozen=True, eq=False)
class TableLines:
    """The lines of an image table: paths, grades and patients in line with its frame, and what was found wrong."""

    frame: pd.DataFrame
    root: str
    paths: np.ndarray
    y: object
    groups: np.ndarray | None
    findings: Findings
    votes: np.ndarray | None = None
    readers: tuple = ()

    @property
    def has_films(self):
        """Whether the table has names of films, so that paths are not to be handed on."""
        return NAMED_BY in self.frame

    def usable(self):
        """Positions of the lines that nothing is wrong with."""
        return np.array([row for row in range(len(self.frame)) if row not in self.findings], dtype=np.int64)

    def missing(self):
        """Positions of the lines that name a file which is not there."""
        return [row for row in np.flatnonzero(self.paths != "") if not os.path.exists(self.paths[row])]

    def note_error(self, row, error):
        """Note why the image of a line cannot be read."""
        missing = isinstance(error, FileNotFoundError)
        detail = self.paths[row] if missing else str(error.__cause__ or error)
        self.findings.add(row, "missing file" if missing else "unreadable file", self.told(row, detail))

    def find_unopened(self, bits=None):
        """Note which of the first images cannot be opened, by their heads alone."""
        there = [row for row in np.flatnonzero(self.paths != "") if os.path.exists(self.paths[row])][:_OPENED]
        errors = for_each(lambda row: _error_of(self.paths[row], bits), there)
        for row, error in zip(there, errors, strict=True):
            if error is not None:
                self.note_error(row, error)

    def told(self, row, text):
        """Return a text on a line as it may be handed on: with its image's name in place of its path."""
        return text.replace(self.paths[row], self.findings.names[row]) if self.has_films else text

    def check_named(self):
        """Raise ValueError where images are DICOM films that the table has no name for but their paths."""
        film = None if self.has_films else holds_films(self.paths)
        if film is not None:
            raise ValueError(_NO_NAMES.format(path=film))

    def find_duplicates(self, contents):
        """Note each line that shows the image of an earlier one.

        Parameters
        ----------
        contents : dict
            Position of a line -> what tells its image from others: a digest, or the file.
        """
        first = {}
        for row, content in contents.items():
            earlier = row if row in self.findings else first.setdefault(content, row)
            if earlier != row:
                self.findings.add(row, "duplicate image", self._told_apart(row, earlier))

    def _told_apart(self, row, earlier):
        """What two lines of one image share, and in what they contradict each other."""
        files = {os.path.realpath(self.paths[each]) for each in (row, earlier)}
        detail = f"same {'file' if len(files) == 1 else 'content'} as row {self.findings.labels[earlier]}"
        if self.y[earlier] != self.y[row]:
            detail += f", there with grade {self.y[earlier]}, here {self.y[row]}"
        if self.groups is not None and self.groups[earlier] != self.groups[row]:
            detail += f", there of patient {self.groups[earlier]}, here {self.groups[row]}"
        return detail

    def raise_problems(self, on_problem):
        """Raise ImageTableError where lines have a problem that is not to be passed over, or where no line is left."""
        left = len(self.usable())
        if len(self.findings) and (on_problem == "error" or not left):
            advice = "Correct the table, or pass on_problem='report' to go on without them."
            message = "\n".join(filter(None, [self.findings.message(), self._where(), advice if left else _NONE_LEFT]))
            raise ImageTableError(message, self.findings.frame())

    def _where(self):
        """Where files were looked for, if none was there."""
        if len(self.missing()) < max(1, np.count_nonzero(self.paths != "")):
            return ""
        foreign = next((name for name in self.findings.names if _OTHER_COMPUTER.match(name) and os.sep == "/"), None)
        if foreign is not None:
            return f"{foreign} is a path of Windows: write paths as they go on from one folder, and name it in root=."
        if other := self._column_of_images():
            return f"The column {other!r} names files of images: image={other!r} reads it."
        return f"Relative paths start from {os.path.abspath(self.root)}; root= names another folder."

    def _column_of_images(self):
        """The column that names images where the one that was named does not; None for none."""
        columns = {name: self.frame[name].astype(str).str.strip().str.lower() for name in self.frame}
        named = [name for name, cells in columns.items() if cells.str.endswith(IMAGE_ENDINGS).any()]
        meant = any(path.lower().endswith(IMAGE_ENDINGS) for path in self.paths)
        return None if meant else next(iter(named), None)


_NONE_LEFT = "No row is left."

_OPENED = 500
"""Images that are opened of a table that is wrong anyway, so that all is told at once, and still in seconds."""


def _error_of(path, bits):
    try:
        image_size(path, bits)
    except (OSError, ValueError) as error:
        return error


def read_lines(table, *, image, target, group=None, readers=(), reader=None, root=None, order=None, **written):
    """Read a table as far as that needs no image.

    Parameters
    ----------
    table, image, target, group, readers, reader, root, order, **written
        As `load_image_table` takes them; of a file also how it is written: sep, encoding, decimal.

    Returns
    -------
    TableLines
    """
    frame, folder = read_frame(table, **written)
    check_readers(target, readers, reader)
    if reader is not None:
        columns = {"image": image, "target": target, "group": group}
        (frame, readers), target = one_row_an_image(frame, reader=reader, **columns), None
    check_columns(frame, image=image, target=target, group=group, **as_parameters(readers))
    names = read_names(frame[image])
    called = read_names(image_names(frame, image))
    findings, root = Findings(frame.index, called), os.fspath(folder if root is None else root)
    paths = resolve(names, root, findings)
    y, votes = None if target is None else read_target(frame[target], findings, order), None
    if len(readers):
        votes, y = read_votes(frame, readers, findings, order)
    groups = None if group is None else read_groups(frame[group], findings)
    return TableLines(frame, root, paths, y, groups, findings, votes, tuple(readers))


def check_image_table(
    table, *, kind=None, size=None, channels=1, bits=None, window=None, polarity=None, on_problem="error", **columns
):
    """Find what is wrong with an image table in the time that reading its text takes: no image is opened.

    Where something is, the heads of up to 500 images are looked at too, so that files that are no images are told in
    the same message.

    Parameters
    ----------
    table : str, path-like or DataFrame
    kind : {"auto", "percent", "grade"} or None, default=None
        What the target should be, as `skerosion.grades.Target` decides it; None does not ask.
    size, channels, bits, window, polarity, on_problem, **columns
        As `load_image_table` takes them.

    Returns
    -------
    TableLines

    Raises
    ------
    ImageTableError
        Where files are missing or named twice, or rows lack a grade or a patient.
    ValueError
        For a file that is not a table, columns that it lacks, films without a name, and a target that is not plain.
    """
    check_reading(size, channels, on_problem, window=window, polarity=polarity)
    lines = read_lines(table, **columns)
    for row in lines.missing():
        lines.note_error(row, FileNotFoundError())
    if lines.y is not None:
        lines.find_duplicates({row: os.path.realpath(path) for row, path in enumerate(lines.paths)})
    if len(lines.findings) and on_problem == "error":
        lines.find_unopened(bits)
    lines.raise_problems(on_problem)
    lines.check_named()
    if kind is not None and not len(lines.findings):
        Target.decide(lines.y, kind)
    return lines


def check_reading(size, channels, on_problem, **films):
    """Raise ValueError for unknown ways of reading images."""
    if on_problem not in ("error", "report"):
        raise ValueError(f"on_problem must be 'error' or 'report', got {on_problem!r}")
    if channels not in (1, 3):
        raise ValueError(f"channels must be 1 (grey) or 3 (colour), got {channels!r}")
    film_choices(**films)
    if size is None:
        return
    shape = check_read_shape(size, name="size", channels=channels)
    if shape[2] != channels:
        raise ValueError(f"size must be an integer or (height, width), got {size!r}; set channels={shape[2]} beside it")
