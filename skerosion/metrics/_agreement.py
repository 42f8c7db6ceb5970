"""What resamples cannot say: where all patients agree, every draw repeats the estimate, and no doubt is left to see.

Of n patients who all show the same value, a share of up to

.. math:: q = 1 - (\\alpha / 2)^{1 / n}

may show another one: Clopper and Pearson's bound of 0 among n. The mean of a score between a and b that all have as v
then lies between v - q (v - a) and v + q (b - v). A mean over grades moves by the mean of what the grades move that
agree: were it farther off, one of them would be beyond its own bound, so the bound holds however the grades of a
patient depend on each other. It takes patients as alike, whatever number of rows they have.

A resample that lacks a grade says nothing of it, and a mean over the other grades is another quantity. What is certain
in every grade, as a constant is, keeps its value there: its recall of a grade is the same on every resample that has
it. So a lacking grade counts as on all rows, on both sides of a difference, which stays paired. This is the mean over
strata of sizes that chance gave (post-stratification), with the grades as strata; see D. Holt, T. M. F. Smith, "Post
Stratification", JRSS A 142, 1979.
"""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

# What rounding leaves between values that are the same.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Drawn:
    """A metric on the rows as they are and on each resample.

    Parameters
    ----------
    values : ndarray of shape (1 + n_resamples,)
        The estimate first.
    n_incomplete : int
        Resamples that lack a grade.
    n_groups : int
        Patients.
    sums : Sums or None, default=None
        The metric as sums, None where it is not known.
    of_groups : ndarray of shape (n_groups, n_sums) or None, default=None
        What each patient adds.
    bounds : tuple of two float or None, default=None
        Between what the metric lies, where it is not known as sums and says so itself.
    completed : ndarray of shape (1 + n_resamples,) or None, default=None
        ``values`` with each lacking grade as it is on all rows, where the metric averages over grades.
    """

    values: np.ndarray
    n_incomplete: int
    n_groups: int
    sums: Any = None
    of_groups: np.ndarray | None = None
    bounds: tuple | None = None
    completed: np.ndarray | None = None


class Margins(NamedTuple):
    """How far both ends of an interval move outwards."""

    down: float
    up: float


NONE = Margins(0.0, 0.0)
UNKNOWN = Margins(np.nan, np.nan)


def unseen_share(n, confidence):
    """Return Clopper and Pearson's upper bound of a share of which none was seen among n.

    Examples
    --------
    >>> unseen_share([1, 8, 100], 0.95).round(3)
    array([0.975, 0.369, 0.036])
    """
    return 1 - ((1 - confidence) / 2) ** (1 / np.asarray(n, dtype=float))


def with_certain_kept(drawn, floor):
    """Return one or two forecasts with lacking grades as on all rows, where one is a floor or certain in each grade."""
    known = all(each.completed is not None for each in drawn)
    if known and (floor or any(_Cells(each).alike.all() for each in drawn)):
        return [replace(each, values=each.completed) for each in drawn]
    return drawn


def margins_of(drawn, confidence):
    """Return the margins of the metric of one forecast."""
    if _has_cells(drawn):
        cells = _Cells(drawn)
        return cells.margins(cells.alike, confidence)
    return _range_of(drawn, confidence) if _alike(drawn.values) else NONE


def margins_of_difference(first, second, confidence, *, floor):
    """Return the margins of the difference of a metric: those of both, and where only the difference is always one."""

    def both(margins):
        own, other = margins(first, confidence), NONE if floor else margins(second, confidence)
        return Margins(own.down + other.up, own.up + other.down)

    known = both(margins_of)
    # Two that agree about everybody may be one estimator twice, or have met nobody yet about whom they differ.
    return both(_range_of) if not any(known) and _alike(first.values - second.values) else known


def bounds_of(drawn):
    """Return the smallest and the largest value that the metric can have."""
    if not _has_cells(drawn):
        return -np.inf, np.inf
    cells = _Cells(drawn)
    return float(cells.low.mean()), float(cells.high.mean())


class _Cells:
    """The scores of patients, grade by grade, or all rows as one: which grades all patients are ``alike`` in."""

    def __init__(self, drawn):
        scores, totals = drawn.sums.cells(drawn.of_groups)
        self.n_groups, self.of_all = (totals > 0).sum(axis=0), scores.sum(axis=0) / totals.sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(totals > 0, scores / totals, np.nan)
        highest = np.nanmax(ratio, axis=0)
        self.alike = highest - np.nanmin(ratio, axis=0) <= _ROUNDING * np.maximum(1.0, np.abs(highest))
        self.low, self.high = (np.broadcast_to(end, highest.shape) for end in drawn.sums.bounds)

    def margins(self, chosen, confidence):
        """Return the mean over all grades of how far the chosen ones may be off."""
        if not chosen.any():
            return NONE
        share = unseen_share(self.n_groups[chosen], confidence)
        ends = (self.of_all - self.low)[chosen], (self.high - self.of_all)[chosen]
        down, up = (float((share * end).sum() / len(chosen)) for end in ends)
        return Margins(down, up) if np.isfinite([down, up]).all() else UNKNOWN


def _has_cells(drawn):
    return drawn.sums is not None and drawn.sums.cells is not None


def _alike(values):
    values = values[np.isfinite(values)]
    return bool(len(values)) and np.ptp(values) <= _ROUNDING * max(1.0, np.abs(values).max())


def _range_of(drawn, confidence):
    """Return the margins of a metric of which a share of the patients may be as bad, or as good, as can be."""
    if _has_cells(drawn):
        cells = _Cells(drawn)
        return cells.margins(np.ones_like(cells.alike), confidence)
    if drawn.bounds is not None:
        share, (low, high) = float(unseen_share(drawn.n_groups, confidence)), drawn.bounds
        return Margins(share * (drawn.values[0] - low), share * (high - drawn.values[0]))
    if drawn.sums is None or drawn.sums.mixed is None:
        return UNKNOWN
    ends = drawn.sums.mixed(drawn.of_groups.sum(axis=0), float(unseen_share(drawn.n_groups, confidence)))
    estimate = drawn.values[0]
    return Margins(max(float(estimate - min(ends)), 0.0), max(float(max(ends) - estimate), 0.0))
