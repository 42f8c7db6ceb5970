"""Images to predict, line by line: what their table says of each, whose it is, and why one has no prediction."""

import numpy as np

from skerosion._counted import counted

from ._table_lines import NAMED_BY, image_names
from .reading import check_columns, listed, read_keys

ALL = "all"
"""What stands for all columns of a table where some are named."""

IDENTIFIERS = ("path", "sop_iuid")
"""Columns that tell whose films they are: all columns of a table of films are all but these."""


class NewImages:
    """The lines of a table of images to predict, all of which are kept.

    Parameters
    ----------
    frame : DataFrame of text
        One line per image, as `skerosion.datasets.read_text_table` reads it.
    image : str
        Column of the images' paths.
    group : str or None, default=None
        Column of the patients. A line without one is predicted, but is in no row of a patient.
    keep : sequence of str, default=()
        Columns to hand on, or ``["all"]``.

    Attributes
    ----------
    told : DataFrame
        What stands beside the predictions: ``path``, or ``film`` where the table has it; the patient, the columns to
        keep.
    named_by : str
        Which of both.
    patients : ndarray of str, shape (n,), or None
        The patient of each line, ``""`` where it is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from skerosion.datasets import NewImages
    >>> table = pd.DataFrame({"file": ["a.png", "b.png"], "age": ["61", ""], "who": ["P1", ""]})
    >>> images = NewImages(table, "file", group="who", keep=["all"])
    >>> images.told.columns.tolist(), images.patients.tolist()
    (['path', 'who', 'age'], ['P1', ''])
    """

    def __init__(self, frame, image, *, group=None, keep=()):
        check_columns(frame, image=image, group=group)
        names = image_names(frame, image)
        self.named_by = names.name
        kept = [name for name in _named(frame, keep) if name not in (image, group, self.named_by)]
        if list(keep) == [ALL] and self.named_by == NAMED_BY:
            kept = [name for name in kept if name not in IDENTIFIERS]
        self.patients = None if group is None else _patients(frame[group])
        beside = {} if group is None else {_of_table({self.named_by})(group): self.patients}
        self.told = frame[kept].rename(columns=_of_table({self.named_by, *beside}))
        for place, (name, values) in enumerate({self.named_by: names, **beside}.items()):
            self.told.insert(place, name, values)
        self.group = group

    def rows(self, data):
        """Return the rows of a loaded table with their patients, each line without one by itself.

        Parameters
        ----------
        data : ImageTable
            Of the same lines, without those that cannot be read.

        Returns
        -------
        ImageRows
        """
        if self.patients is None:
            return data.X
        alone = [key or f"line {line} without a patient" for line, key in enumerate(self.patients.tolist())]
        return data.X.with_groups(np.array(alone)[data.X.indices])

    def notes(self, data):
        """Return sentences on lines that are predicted, but may not be meant.

        Parameters
        ----------
        data : ImageTable

        Returns
        -------
        list of str
        """
        return list(filter(None, [self._again(data), self._nobody()]))

    def _again(self, data):
        again = [(line, first) for line, first in self._first_lines(data).items() if line != first]
        paths = self.told[self.named_by]
        named = listed([f"row {line} ({paths[line]}) that of row {first}" for line, first in again])
        counts = "" if self.patients is None else " and counts once for its patient"
        rows = counted(len(again), "row shows", "rows show")
        told = f"{rows} the image of another row: {named}. Each is predicted{counts}."
        return told if again else ""

    def _nobody(self):
        """Say which lines are in no patient's row."""
        nobody = [] if self.patients is None else np.flatnonzero(self.patients == "").tolist()
        named = listed([f"row {line}" for line in nobody])
        rows = counted(len(nobody), "row without a patient is", "rows without a patient are")
        told = f"{rows} in no patient's row: {named}."
        return told if nobody else ""

    def table(self, data, predicted):
        """Return one line per image: what the table says, what is predicted, and the reason where nothing is.

        Parameters
        ----------
        data : ImageTable
        predicted : DataFrame
            One row for each row of `data`.

        Returns
        -------
        DataFrame
            `told`, a column of it that is called as one of the others as ``"name (table)"``; `predicted`; and
            ``reason``, empty for an image with a prediction.
        """
        told = self.told.rename(columns=_of_table({*predicted, "reason"}))
        lines = told.join(predicted.set_index(data.table.index))
        reasons = dict(self._reasons(data))
        return lines.assign(reason=[reasons.get(row, "") for row in lines.index])

    def _reasons(self, data):
        """Yield row and reason of what is not predicted; images are named as in the table, not by where they lie."""
        names, paths = self.told[self.named_by], data.X.source.paths
        for row, reason, detail in data.excluded[["row", "reason", "detail"]].itertuples(index=False):
            detail = detail.replace(str(paths[row]), str(names[row]))
            yield row, reason if detail in ("", names[row]) else f"{reason}: {detail}"

    def counted(self, data):
        """Return which rows of a loaded table count for their patient: those of one, and of equal images the first.

        Parameters
        ----------
        data : ImageTable

        Returns
        -------
        ndarray of bool, shape (len(data.X),)
        """
        first = self._first_lines(data, by_patient=True)
        return np.array([first[line] == line and self.patients[line] != "" for line in first], dtype=bool)

    def _first_lines(self, data, by_patient=False):
        """Return for each line that is predicted the first one that shows the same image, perhaps of its patient."""
        seen, digests, lines = {}, data.X.source.digests, data.X.indices
        keys = [(digests[line].tobytes(), self.patients[line] if by_patient else "") for line in lines]
        return {int(line): seen.setdefault(key, int(line)) for line, key in zip(lines, keys, strict=True)}


def _of_table(taken):
    """Return what renames columns that have the name of another."""
    return lambda name: f"{name} (table)" if name in taken else name


def _named(frame, keep):
    """Return the columns to keep, each once."""
    if list(keep) == [ALL]:
        return list(frame.columns)
    for name in keep:
        check_columns(frame, keep=name)
    return list(dict.fromkeys(keep))


def _patients(column):
    """Return the patients of a column; those whose name lost digits are refused, as anywhere."""
    keys, wrong = read_keys(column)
    odd = [line for line in wrong if keys[line] != ""]
    if odd:
        reason, detail = wrong[odd[0]]
        raise ValueError(
            f"group must name patients, got {counted(len(odd), 'row')} with others, row {odd[0]}: {reason} {detail}."
        )
    return keys
