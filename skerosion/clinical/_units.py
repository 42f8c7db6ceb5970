"""Numbers that are possible and yet in another unit: one alone does not tell, a whole column does."""

import warnings
from dataclasses import dataclass

import numpy as np

_NEARLY_ALL = 0.98


@dataclass(frozen=True)
class OtherUnit:
    """What a column looks like that is in another unit than the one that is read.

    Parameters
    ----------
    unit : str
        The unit that is read.
    limit : float
        Nearly all values of the other unit lie up to here.
    fewest : int
        Fewer values than these say nothing: so many of the right unit may well be small by chance.
    likely : str
        What such values are likely to be.
    factor : int
        What makes the right unit of them.
    fractions : bool, default=False
        Whether some value must lie between 0 and 1.
    """

    unit: str
    limit: float
    fewest: int
    likely: str
    factor: int
    fractions: bool = False

    def fits(self, seen):
        """Tell whether finite numbers look like the other unit."""
        few = len(seen) < self.fewest or not seen.any()
        if few or (self.fractions and not ((seen > 0) & (seen < 1)).any()):
            return False
        return seen.min() >= 0 and np.mean(seen <= self.limit) >= _NEARLY_ALL

    def describe(self, name, seen):
        """Say what was seen, what it is likely to be, and what to do."""
        low = f"{(seen <= self.limit).sum()} of {len(seen)} values lie between 0 and {self.limit:g}"
        return (
            f"{name} is read in {self.unit}, and {low} (the largest is {seen.max():g}), as if {self.likely}. If so, "
            f"multiply them by {self.factor}."
        )


_SHARES = "they were shares of 1"
#: In the order in which they are tried. Readers estimate percentages in steps of five: a fraction of one is none. Of
#: many patients with arthritis some always have more than 10 mg/L of protein and feel worse than 10 of 100 mm.
_OTHER_UNITS = {
    "percent": [OtherUnit("percent", 1, 10, _SHARES, 100, fractions=True)],
    "global_health": [
        OtherUnit("mm", 1, 10, _SHARES, 100, fractions=True),
        OtherUnit("mm", 10, 10, "they were centimetres or points of a scale to 10", 10),
    ],
    "crp": [OtherUnit("mg/L", 10, 20, "they were mg/dL", 10)],
}
#: Above these hardly anything is ever measured.
_HIGHEST = {"esr": (200, "mm/h", "an hour's fall"), "crp": (600, "mg/L", "mg/L, not µg/L or nmol/L")}


def unit_note(kind, values, name=None):
    """Return what is odd about the size of all values of a column, "" where nothing is.

    Parameters
    ----------
    kind : str
        What is measured: ``"percent"``, ``"global_health"``, ``"crp"`` or ``"esr"``; anything else is never odd.
    values : array-like of float
        The column, missing values as NaN.
    name : str, default=None
        What the message calls the column; None calls it by its kind.

    Returns
    -------
    str

    Examples
    --------
    >>> from skerosion.clinical import unit_note
    >>> unit_note("crp", [0.4, 0.8, 3.1] * 10, name="protein")
    'protein is read in mg/L, and 30 of 30 values lie between 0 and 10 (the largest is 3.1), as if they were mg/dL. ...'
    >>> unit_note("crp", [4, 8, 31] * 10)
    ''
    """
    seen = np.asarray(values, dtype=float)
    seen, name = seen[np.isfinite(seen)], name or kind
    for other in _OTHER_UNITS.get(kind, ()):
        if other.fits(seen):
            return other.describe(name, seen)
    highest, unit, meant = _HIGHEST.get(kind, (np.inf, "", ""))
    if (high := seen[seen > highest]).size:
        return (
            f"{name} is read in {unit}, and {high.size} of {len(seen)} values lie above {highest} (the largest is "
            f"{high.max():g}), which is hardly ever measured. Check that they are {meant}."
        )
    return ""


def warn_of_unit(kind, values, stacklevel):
    """Warn the caller of a public function, `stacklevel` calls up from here, where a column looks like another unit."""
    if note := unit_note(kind, values):
        warnings.warn(note, UserWarning, stacklevel=stacklevel + 1)
