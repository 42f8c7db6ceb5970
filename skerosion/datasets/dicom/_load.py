"""From a folder of DICOM films, and a table of what is known of them, to rows that can be fitted."""

import dataclasses
import warnings

import pandas as pd

from skerosion._counted import counted
from skerosion._types import Any, FilePath, Sequence, Sizes

from .._image_table import ImageTable, load_image_table
from ..reading import check_columns, read_frame, read_keys
from ._film_table import FILMS_STAY, tabulate_films


def load_dicom_table(
    folder: FilePath,
    *,
    key: bytes | FilePath,
    labels: Any = None,
    on: str = "sop_iuid",
    target: str | None = None,
    body_part: str | Sequence[str] | None = None,
    views: str | Sequence[str] | None = None,
    window: int | str | None = None,
    polarity: str | None = None,
    for_processing: bool = False,
    size: int | Sizes | None = None,
    order: Any = None,
    on_problem: str = "error",
    cache_mb: float = 128,
    cache_dir: FilePath | None = None,
) -> ImageTable:
    """Read the radiographs of a folder of DICOM files, and name patients and films so that nobody is given away.

    Files are told by content, whatever they are called. Headers are read first; what is no radiograph, and raw values
    of a detector, are left out and counted. White is bone: Modality LUT or rescale, VOI LUT or window, and the
    inversion last, as the standard has it; padding and what lies behind a shutter is black.

    Nothing is written into a film, and no name of a patient is kept. ``table`` has paths and SOPInstanceUIDs all the
    same, and has to stay with the films. What is handed on, such as predictions, calls them by ``film`` and
    ``patient``, which only the key traces back.

    Parameters
    ----------
    folder : str or path-like
        The films, in folders below too.
    key : bytes or path-like
        The key that patients and films are renamed by (HMAC-SHA256), or a file that holds it; 16 bytes at least.
    labels : str, path-like or DataFrame, default=None
        What is known of each film, such as its grade: a table as `load_image_table` takes it, a row per film.
    on : str, default="sop_iuid"
        Column of `labels` that says of which film a row is: ``sop_iuid``, ``film`` or ``path``; a column of any other
        name holds SOPInstanceUIDs.
    target : str, default=None
        Column of `labels` with the grades; None for films to be predicted.
    body_part, views : str or sequence of str, default=None
        Values of ``BodyPartExamined`` and ``ViewPosition`` to keep, such as ``"HAND"``, whatever their case; an empty
        text is no value. ``notes`` tell all values with their counts.
    window, polarity
        As for `load_image_table`.
    for_processing : bool, default=False
        Whether raw values of a detector are films too; they are often negatives.
    size, order, cache_mb, cache_dir
        As for `load_image_table`.
    on_problem : {"error", "report"}, default="error"
        "report" goes on without the films that have a problem and warns with the message.

    Returns
    -------
    data : ImageTable
        Its ``groups`` are the patients. Its ``table`` has a row per film: path; film and patient, their new names; day,
        since the patient's first; side (left, right, both); view; body_part; mm_per_pixel and mm_source, where that
        holds (calibrated, detector, detector over magnification, none); polarity; window; maker; orientation; sop_iuid;
        what `labels` says; and pixels, a digest of the picture without its header. Its ``excluded`` has a row for all
        else.

    Raises
    ------
    ImageTableError
        With ``on_problem="error"`` where a film has a problem: it contradicts itself about black and white, is there
        twice, has no PatientID or one that most films have; and always where none is left.
    ImportError
        Where pydicom is not installed.
    ValueError
        Without a key, and for `labels` that name a film twice.

    Examples
    --------
    >>> from skerosion.datasets import load_dicom_table
    >>> load_dicom_table("films", key=None)
    Traceback (most recent call last):
    ...
    ValueError: key must name a file with the key that patients and films are renamed by, got none. Make one: ...
    """
    chosen = {"window": window, "polarity": polarity, "on_problem": on_problem}
    films = tabulate_films(folder, key, body_part=body_part, views=views, for_processing=for_processing, **chosen)
    frame, notes = (films.frame, []) if labels is None else _with_labels(films.frame, labels, on)
    reading = {"size": size, "order": order, "cache_mb": cache_mb, "cache_dir": cache_dir}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        data = load_image_table(frame, image="path", target=target, group="patient", **chosen, **reading)
    data = _whole(data, films, frame, notes)
    for warning in caught:
        warnings.warn(warning.message, warning.category, stacklevel=2)
    return data


def _with_labels(films, labels, on):
    """Return the films that labels name, with what they say, and notes on those without a partner."""
    table, _ = read_frame(labels)
    check_columns(table, on=on)
    keys, wrong = read_keys(table[on])
    table = table.assign(**{on: keys}).drop(index=table.index[list(wrong)])
    twice = table[on][table[on].duplicated()]
    if len(twice):
        raise ValueError(
            f"labels must have one row per film, got {len(twice)} more, such as one for {twice.iloc[0]!r}."
        )
    mine = on if on in ("film", "path") else "sop_iuid"
    told = table.set_index(on).rename(columns=lambda name: f"{name} (labels)" if name in films else name)
    known = films[mine].isin(told.index)
    unknown = len(told) - known.sum()
    counts = {f"Left out: {counted((~known).sum(), 'film')} in no row of labels.": (~known).sum()}
    named = counted(unknown, "row of labels names", "rows of labels name")
    counts[f"{named} a film that is not there, or not used."] = unknown
    return films[known].join(told, on=mine), [text for text, count in counts.items() if count]


def _whole(data, films, frame, notes):
    """Add what the headers said, and a digest of each picture, to what was read of the images."""
    digests = [digest.tobytes().hex() for digest in data.X.source.digests[data.X.indices]]
    unread = data.excluded.assign(path=frame["path"].reindex(data.excluded["row"]).to_numpy())
    excluded = pd.concat([films.excluded, unread]).sort_values("row", ignore_index=True)
    notes = (*films.notes, *notes, *data.notes)
    message = "\n".join(filter(None, [data.message, *notes, films.message, FILMS_STAY]))
    table = data.table.assign(pixels=digests)
    return dataclasses.replace(data, table=table, excluded=excluded, notes=notes, message=message)
