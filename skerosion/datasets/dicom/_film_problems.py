"""Which films of a folder are not used: what is no radiograph or was not asked for, and what is wrong with others."""

from collections import Counter

import pandas as pd

from skerosion._counted import counted

from ..reading import dicom_picture, read_bytes
from ._headers import RADIOGRAPHS

RAW = "DX for processing"
"""The kind of films that are as their detector left them."""

_MOST_OF_ONE = 0.5  # share of the films that one patient may have ...
_OF_MANY = 20  # ... where there are as many as this


def leave_out(films, left_out, *, for_processing, **filters):
    """Note what is no radiograph or was not asked for.

    Parameters
    ----------
    films : DataFrame
        One row per film.
    left_out : Findings
    for_processing : bool
    **filters : str, sequence of str or None
        For some columns the values to keep.
    """
    for row, kind in films["kind"].items():
        if kind not in RADIOGRAPHS.values():
            left_out.add(row, "no radiograph", kind)
        elif kind == RAW and not for_processing:
            left_out.add(row, "for processing, not for presentation", "values of the detector, often a negative")
    for column, wanted in filters.items():
        asked = None if wanted is None else asked_for(wanted)
        for row, value in films[column].items():
            if asked is not None and row not in left_out and value not in asked:
                left_out.add(row, f"{column} not asked for", value or "empty")


def asked_for(wanted):
    """Return the values of a filter as headers write them."""
    return {each.strip().upper() for each in ([wanted] if isinstance(wanted, str) else wanted)}


def find_problems(films, problems, *, window=None, polarity=None):
    """Note radiographs that cannot be used as they are.

    Parameters
    ----------
    films : DataFrame
        One row per film.
    problems : Findings
    window, polarity
        As `load_dicom_table` takes them.
    """
    share, first = shares(films["patient"]), {}
    for film in films.itertuples():
        row = film.Index
        if not film.patient:
            problems.add(row, "no PatientID")
        elif share.get(film.patient, 0) > _MOST_OF_ONE:
            erased = f"{share[film.patient]:.0%} of all films, as where one name was put in place of all"
            problems.add(row, "one PatientID for most films", erased)
        if not film.sop_iuid:
            problems.add(row, "no SOPInstanceUID")
        elif first.setdefault(film.sop_iuid, row) != row:
            problems.add(row, "same film twice", f"as row {first[film.sop_iuid]}")
        if film.frames > 1:
            problems.add(row, "several frames", str(film.frames))
        if film.contradiction and polarity is None:
            problems.add(row, "contradictory polarity", why_not(film.path))
        if isinstance(window, int) and window >= len(film.windows):
            problems.add(row, "no such window", f"it has {len(film.windows)}, counted from 0")


def shares(patients):
    """Return the share of the films that each patient has, where they are enough to tell."""
    many = len(patients) >= _OF_MANY
    return patients.value_counts(normalize=True) if many else pd.Series(dtype=float)


def why_not(path):
    """Return why a film has no picture: what it says against itself, and what its border speaks for."""
    try:
        dicom_picture(read_bytes(path))
    except Exception as error:  # pydicom raises errors of many kinds on a damaged file
        return str(error)
    return ""


def film_notes(films, left_out, problems):
    """Return sentences on what was found, all values with their counts, and on what may not be meant.

    Parameters
    ----------
    films : DataFrame
        All films, also those that are not used.
    left_out, problems : Findings

    Returns
    -------
    list of str
    """
    radiographs = films[films["kind"].isin(RADIOGRAPHS.values())]
    used = radiographs[[row not in left_out and row not in problems for row in radiographs.index]]
    seen = {"kind": films, "body_part": radiographs, "view": radiographs}
    notes = [f"{name} of {len(of):,}: {_counted(of[name])}." for name, of in seen.items()]
    scans, undated = (used["kind"] == "SC").sum(), used["date"].isna().sum()
    sideless, raw = (used["side"] == "").sum(), (used["kind"] == RAW).sum()
    notes += [
        f"{counted(count, *verbs)} {text}."
        for count, verbs, text in (
            (scans, _ARE, "secondary captures, scans or screenshots: grey values and spacing are no detector's"),
            (raw, _ARE, "for processing: values of the detector, often a negative"),
            (sideless, ("film does", "films do"), "not say which side they show"),
            (undated, ("film has", "films have"), "no date, and no day"),
        )
        if count
    ]
    written = f"BurnedInAnnotation: {_counted(used['burned_in'])}; overlays: {used['overlay'].sum():,}"
    return [
        *notes,
        f"Names may be burned into films whatever headers say ({written}): look before you show them.",
    ]


_ARE = ("film is", "films are")


def _counted(values):
    counts = Counter(values.tolist()).most_common()
    return ", ".join(f"{value or 'empty'} ({count:,})" for value, count in counts) or "none"
