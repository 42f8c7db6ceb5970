"""The table of a folder of films, from their headers alone."""

import os
import warnings
from dataclasses import dataclass

import pandas as pd

from skerosion._counted import counted

from ..reading import Findings, ImageTableError, files_below, film_choices, in_natural_order, is_film
from ._film_problems import film_notes, find_problems, leave_out
from ._headers import film_facts, read_header
from ._pseudonyms import Pseudonyms

COLUMNS = (
    "path film patient day side view body_part mm_per_pixel mm_source polarity window maker orientation sop_iuid"
).split()
"""What the table holds of each film."""

FILMS_STAY = "It holds paths and SOPInstanceUIDs, which tell whose films they are: keep it with the films."
"""What is said of the table."""


@dataclass(frozen=True, eq=False)
class FilmTable:
    """The table of a folder of films.

    Attributes
    ----------
    frame : DataFrame
        One row per film that is used, of the columns `COLUMNS`, indexed by its place among the files found.
    excluded : DataFrame
        What is not used: row, path, reason, detail.
    notes : tuple of str
        What was found, counted, and what may not be meant.
    message : str
        What is not used, counted and named.
    """

    frame: pd.DataFrame
    excluded: pd.DataFrame
    notes: tuple
    message: str


def tabulate_films(
    folder, key, *, body_part=None, views=None, window=None, polarity=None, for_processing=False, on_problem="error"
):
    """Make a table of the DICOM films in a folder and below, from their headers alone.

    Parameters
    ----------
    folder : path-like
    key, body_part, views, window, polarity, for_processing, on_problem
        As `load_dicom_table` takes them.

    Returns
    -------
    FilmTable

    Raises
    ------
    ImageTableError
        With ``on_problem="error"`` where a film has a problem, and always where none is left.
    ValueError
        Without a key, and where there is no DICOM file.

    Warns
    -----
    UserWarning
        With ``on_problem="report"`` where a film has a problem.
    """
    names, chosen = Pseudonyms(key), film_choices(window, polarity)
    paths = film_paths(folder)
    left_out, problems = (Findings(range(len(paths)), paths) for _ in range(2))
    films = _with_names(_read_films(paths, problems), names)
    leave_out(films, left_out, for_processing=for_processing, body_part=body_part, view=views)
    find_problems(films[_outside(films, left_out)], problems, **chosen)
    used = films[_outside(films, left_out, problems)]
    excluded = pd.concat([problems.frame(), left_out.frame()]).sort_values("row", ignore_index=True)
    message = "\n".join(each.message() for each in (problems, left_out) if len(each))
    if (len(problems) and on_problem == "error") or not len(used):
        advice = "Pass on_problem='report' to go on without them." if len(used) else "No film is left."
        raise ImageTableError(f"{message}\n{advice}", excluded)
    if len(problems):
        warnings.warn(problems.message(), UserWarning, stacklevel=3)
    frame = used.assign(window=_shown_windows(used, chosen.get("window")))[COLUMNS]
    return FilmTable(frame, excluded, tuple(film_notes(films, left_out, problems)), message)


def film_names(paths, key):
    """Return the names of films by a key, each "" for a file that is no DICOM film.

    Parameters
    ----------
    paths : sequence of path-like
    key : bytes or path-like

    Returns
    -------
    list of str
    """
    names = Pseudonyms(key)
    return [names.film(str(read_header(path).get("SOPInstanceUID", path))) if is_film(path) else "" for path in paths]


def film_paths(folder):
    """Return the DICOM files in a folder and in those below it, in the order of a reader."""
    folder = os.fspath(folder)
    paths = [os.path.join(folder, file) for file in sorted(files_below(folder), key=in_natural_order)]
    films = [path for path in paths if is_film(path)]
    if not films:
        raise ValueError(
            f"folder must hold DICOM films, got {counted(len(paths), 'file')} in {folder!r}, none of which is one."
        )
    return films


def _read_films(paths, problems):
    """Return what each header says, one row per film; note those that cannot be read."""
    lines = {}
    for row, path in enumerate(paths):
        try:
            lines[row] = {"path": path, **film_facts(read_header(path))}
        except ImportError:
            raise
        except Exception as error:  # pydicom raises errors of many kinds on a damaged file
            problems.add(row, "unreadable header", f"{type(error).__name__}: {error}")
    if not lines:
        raise ImageTableError(f"{problems.message()}\nNo film is left.", problems.frame())
    return pd.DataFrame.from_dict(lines, orient="index")


def _with_names(films, names):
    """Add the names of films and patients, and the day of each film since the first of its patient."""
    numbered = zip(films["issuer"], films["patient_id"], strict=True)
    patients = [names.patient(issuer, number) if number else "" for issuer, number in numbered]
    dates = pd.to_datetime(films["date"])
    days = (dates - dates.groupby(patients).transform("min")).dt.days
    return films.assign(patient=patients, film=[names.film(uid) for uid in films["sop_iuid"]], day=days.astype("Int64"))


def _outside(films, *findings):
    return [not any(row in each for each in findings) for row in films.index]


def _shown_windows(films, window):
    """Return in words which of its windows each film is read by."""
    place = window if isinstance(window, int) else 0
    return [
        "range" if window == "range" or not found else f"{found[place]} ({place + 1} of {len(found)})"
        for found in films["windows"]
    ]
