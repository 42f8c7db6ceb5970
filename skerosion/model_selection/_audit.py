"""Whether anything of one part of a split is in another: patients, images, images that are nearly the same, copies."""

import hashlib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from skerosion._counted import counted
from skerosion._keys import as_keys
from skerosion._types import Any, Groups
from skerosion.datasets import as_image_rows

from ._near_images import FEWEST, ChancePairs, alike_pairs, best_of_rows

COLUMNS = ["kind", "row a", "row b", "part a", "part b", "score", "expected"]
_NO_PART = ""
_CHUNK = 256


@dataclass(frozen=True, repr=False)
class SplitAudit:
    """What :func:`audit_split` found.

    Attributes
    ----------
    frame : DataFrame
        A row a pair: ``kind`` (``"patient"``, ``"identical"``, ``"near"`` or ``"copy"``), ``row a`` and ``row b``,
        positions of the rows, ``part a`` and ``part b``, ``score``, the correlation of their fine structure, and
        ``expected``, how many pairs of different patients reach that score by chance. Of a patient, or a picture,
        that is in two parts many times, the first row of each part stands there.
    n_rows : int
        Rows that are in a part.
    threshold : float or None
        Score from which a pair counts as nearly identical; None where there are too few rows, or no images, to tell.

    Examples
    --------
    >>> import pandas as pd
    >>> from skerosion.model_selection import SplitAudit
    >>> found = pd.DataFrame({"kind": ["patient"], "row a": [0], "row b": [9], "part a": ["train"], "part b": ["test"]})
    >>> SplitAudit(found, n_rows=12, threshold=None)
    SplitAudit of 12 rows: 1 patient; near-identical images were not looked for
      patient: row 0 of train, row 9 of test
    """

    frame: pd.DataFrame
    n_rows: int
    threshold: float | None

    def __repr__(self):
        counts = self.frame["kind"].value_counts()
        found = ", ".join(f"{n} {kind}" for kind, n in counts.items()) or "nothing in two parts"
        how = "were not looked for" if self.threshold is None else f"from a correlation of {self.threshold:.2f}"
        lines = [f"SplitAudit of {counted(self.n_rows, 'row')}: {found}; near-identical images {how}"]
        lines += [_line(*pair) for pair in self.frame.iloc[:5, :5].itertuples(index=False)]
        return "\n".join(lines + ([f"  and {len(self.frame) - 5} more: see frame"] if len(self.frame) > 5 else []))


def _line(kind, row_a, row_b, part_a, part_b):
    return f"  {kind}: row {row_a} of {part_a}, row {row_b} of {part_b}"


def audit_split(data: Any, parts: Any, *, groups: Groups = None) -> SplitAudit:
    """Look for what a split has in two parts: patients, identical and nearly identical images, and copies of rows.

    Nearly identical are images, such as one that was compressed, resized or exposed otherwise, whose fine structure
    agrees better than that of different patients in the same table: their best pairs say which correlation 0.05 of
    all pairs reach by chance. Crops, turns and mirrored images are mostly not found.

    Parameters
    ----------
    data : ImageTable, ImageRows or what `skerosion.datasets.as_image_rows` takes
        All images.
    parts : mapping of str to positions, or array-like of shape (n_rows,)
        Rows of each part, or the part of each row, such as a column of the table. Rows with an empty part are in none.
    groups : array-like of shape (n_rows,) or None, default=None
        Patient of each row; None takes those that `data` brings along. Without patients all rows are compared.

    Returns
    -------
    SplitAudit

    Raises
    ------
    ValueError
        Where a row is in two parts, or `parts` does not fit the rows.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.model_selection import audit_split
    >>> images = np.random.default_rng(0).integers(0, 255, (40, 16, 16), dtype=np.uint8)
    >>> images[30] = images[3]
    >>> audit_split(images, {"train": range(25), "test": range(25, 40)}, groups=range(40))
    SplitAudit of 40 rows: 1 identical; near-identical images from a correlation of ...
      identical: row 3 of train, row 30 of test
    """
    rows = as_image_rows(getattr(data, "X", data))
    groups = getattr(data, "groups", None) if groups is None else groups
    rows = rows if groups is None else rows.with_groups(as_keys(groups))
    part = _part_of_row(parts, len(rows))
    kept = np.flatnonzero(part != _NO_PART)
    found, threshold = _found(rows.take(kept), part[kept])
    found = [[kind, kept[a], kept[b], part[kept[a]], part[kept[b]], *score] for kind, a, b, *score in found]
    return SplitAudit(pd.DataFrame(found, columns=COLUMNS), len(kept), threshold)


def _part_of_row(parts, n_rows):
    if not isinstance(parts, Mapping):
        part = as_keys(parts, "parts")
        if len(part) != n_rows:
            raise ValueError(f"parts must name the part of each of the {n_rows} rows, got {len(part)} names.")
        return part
    part = np.full(n_rows, _NO_PART, dtype=object)
    for name, positions in parts.items():
        positions = np.asarray(positions, dtype=np.int64)
        if positions.size and not 0 <= positions.min() <= positions.max() < n_rows:
            raise ValueError(f"parts must hold positions from 0 to {n_rows - 1}, got others in {name!r}.")
        twice = positions[part[positions] != _NO_PART]
        if len(twice):
            raise ValueError(f"parts must not share rows, got row {twice[0]} in {part[twice[0]]!r} and {name!r}.")
        part[positions] = str(name)
    return part


def _found(rows, part):
    """All pairs, each a kind, two positions, score and expected number; and the threshold of near pairs."""
    patients = () if rows.groups is None else _first_pairs(rows.groups, part)
    found = [("patient", *pair, np.nan, np.nan) for pair in patients]
    copied = np.isin(rows.indices, rows.indices[rows.is_copy])
    found += [("copy", *pair, 1.0, 0.0) for pair in _first_pairs(rows.indices, part, copied)]
    digests = _digests(rows)
    found += [("identical", *pair, 1.0, 0.0) for pair in _first_pairs(digests, part, ~copied)]
    near, threshold = _near(rows, part, digests)
    return found + near, threshold


def _first_pairs(keys, part, mask=True):
    """For each key that is in several parts, its first row in each, in pairs."""
    first = pd.DataFrame({"key": keys, "part": part})[np.broadcast_to(mask, len(part))].drop_duplicates()
    for positions in first.groupby("key", sort=False).indices.values():
        yield from itertools.combinations(first.index[positions], 2)


def _digests(rows):
    positions = np.arange(len(rows))
    chunks = (rows.read(positions[first : first + _CHUNK]) for first in range(0, len(rows), _CHUNK))
    images = itertools.chain.from_iterable(chunks)
    return np.array([hashlib.blake2b(image.tobytes(), digest_size=16).hexdigest() for image in images])


def _near(rows, part, digests):
    """Pairs of other patients' images in other parts that are more alike than chance makes them."""
    # Of images that are identical one is enough: what is there several times would pass for what patients share.
    own = np.sort(np.unique(digests, return_index=True)[1])
    if rows.kind != "images" or len(own) < FEWEST:
        return [], None
    patients = np.arange(len(own)) if rows.groups is None else rows.groups[own]
    pairs, scores = alike_pairs(rows.take(own).read, len(own), patients)
    best = best_of_rows(pairs, scores, len(own))
    if len(best) < FEWEST:
        return [], None
    chance = ChancePairs(best)
    pairs = own[pairs]
    kept = np.flatnonzero((scores > chance.threshold) & (part[pairs[:, 0]] != part[pairs[:, 1]]))
    kept = kept[np.argsort(-scores[kept], kind="stable")]
    expected = chance.expected(scores[kept])
    return [("near", *pairs[k], scores[k], e) for k, e in zip(kept, expected, strict=True)], float(chance.threshold)
