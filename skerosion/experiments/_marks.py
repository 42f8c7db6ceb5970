"""Marks by which images and patients of a training are known again, that give none of them away.

An image has a digest: whoever has the image finds it, nobody else can make it of the digest. A patient's name is short
enough to be guessed, so it falls into one of 20 times as many places as there are patients, and about every twentieth
stranger falls into one that is taken: names that are tried out say nothing, a whole table of patients does.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from skerosion._keys import as_keys

MOST_IMAGES = 100_000
"""Images that are marked, evenly spaced among all."""
PLACES = 20
"""Places a patient: as many strangers come on one that falls into a place that is taken."""
BY_CHANCE = 1e-3
"""How seldom as many strangers fall into places that are taken, where patients count as known again."""

_BYTES, _BATCH = 8, 256


@dataclass(frozen=True)
class Known:
    """What of a table per training has seen, by its marks.

    Parameters
    ----------
    images : ndarray of bool, shape (n_rows,)
        Rows whose image is marked; of feature vectors none is, and the array is empty.
    patients : int
        Patients that fall into places that are taken.
    of_patients : int
        Patients of the table.
    expected : float
        How many strangers would fall there.
    """

    images: np.ndarray
    patients: int = 0
    of_patients: int = 0
    expected: float = 0.0

    @property
    def patients_are_known(self):
        """Whether strangers would hardly ever fall into as many places that are taken."""
        share = self.expected / self.of_patients if self.of_patients else 0
        return self.patients > 0 and binom.sf(self.patients - 1, self.of_patients, share) < BY_CHANCE

    def message(self, name):
        """One sentence on what an estimator has seen of a table; empty where it has seen nothing.

        Parameters
        ----------
        name : str
            Of the estimator.
        """
        seen = []
        if self.images.any():
            seen.append(f"{self.images.sum():,} of these {len(self.images):,} images")
        if self.patients_are_known:
            share = self.expected / self.of_patients
            about = (self.patients - self.expected) / (1 - share)
            roughly = "about " if self.patients < self.of_patients else ""
            seen.append(f"{roughly}{about:,.0f} of these {self.of_patients:,} patients")
        return f"{name} was trained on {' and '.join(seen)}: scores on them flatter it." if seen else ""


def marks_of(rows):
    """Mark the images and patients of some rows.

    Parameters
    ----------
    rows : ImageRows

    Returns
    -------
    dict
        ``salt``; ``images``, sorted digests of different images; and where patients are known ``patients``: how many
        ``places`` there are, and which are ``taken``. As JSON has it.

    Examples
    --------
    >>> from skerosion.datasets import ImageRows
    >>> from skerosion.experiments import known_by, marks_of
    >>> rows = ImageRows(np.arange(1024, dtype=np.uint8).reshape(4, 16, 16) % 251, groups=list("aabb"))
    >>> known_by(marks_of(rows), rows[[0, 1]]).images.tolist()
    [True, True]
    """
    chosen = rows[np.unique(np.linspace(0, len(rows) - 1, min(MOST_IMAGES, len(rows))).astype(int))]
    digests = _digests(chosen)
    patients = [] if rows.groups is None else _patients(rows.groups)
    # Of what was trained on, all of it: equal trainings leave equal files, and nobody guesses it.
    salt = hashlib.sha256(b"".join([*sorted(digests), *map(str.encode, patients)])).hexdigest()[: 4 * _BYTES]
    marks = {"salt": salt, "images": sorted(set(_salted(salt, digests)))}
    if not len(patients):
        return marks
    places = PLACES * len(patients)
    return marks | {"patients": {"places": places, "taken": sorted(set(_places(salt, patients, places)))}}


def check_marks(marks):
    """Raise for marks of a file that `marks_of` cannot have made; none at all are well."""
    if marks == {}:
        return
    patients = marks.get("patients", {"places": 1, "taken": []})
    texts = all(isinstance(each, str) for each in (marks["salt"], *marks["images"]))
    whole = all(type(each) is int for each in (patients["places"], *patients["taken"]))
    if not texts or not whole or not all(0 <= each < patients["places"] < 2**53 for each in (0, *patients["taken"])):
        raise ValueError("the marks must be texts of images, and places of patients")


def known_by(marks, rows):
    """Find out which images, and how many patients, of some rows are those that were marked.

    Parameters
    ----------
    marks : dict
        As `marks_of` returns them.
    rows : ImageRows
        Read as the marked ones were.

    Returns
    -------
    Known
    """
    images = np.isin(_salted(marks["salt"], _digests(rows)), marks["images"])
    if rows.groups is None or "patients" not in marks:
        return Known(images)
    patients, places = _patients(rows.groups), marks["patients"]["places"]
    taken = marks["patients"]["taken"]
    found = np.isin(_places(marks["salt"], patients, places), taken)
    return Known(images, int(found.sum()), len(patients), len(patients) * len(taken) / places)


def _patients(groups):
    keys = np.unique(as_keys(groups))
    return keys[keys != ""]


def _digests(rows):
    """Digest of the pixels of each row, read some at a time; of feature vectors there is none."""
    if rows.kind != "images":
        return []
    batches = (rows.read(slice(start, start + _BATCH)) for start in range(0, len(rows), _BATCH))
    return [hashlib.sha256(np.ascontiguousarray(image).tobytes()).digest() for batch in batches for image in batch]


def _salted(salt, digests):
    return [hashlib.sha256(salt.encode() + each).hexdigest()[: 2 * _BYTES] for each in digests]


def _places(salt, patients, places):
    texts = (f"{salt} {patient}".encode() for patient in patients)
    return [int.from_bytes(hashlib.sha256(text).digest()[:_BYTES]) % places for text in texts]
