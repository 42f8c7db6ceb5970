"""How often sets hold the truth and how large they are, grade by grade."""

import numpy as np
import pandas as pd

from skerosion.promises._kinds import fewest_patients, patients_of_kinds

COLUMNS = ("grade", "rows", "patients", "coverage", "size", "named", "calibrated", "too_few")


def coverage_frame(sets, at, patients, labels, *, calibrated, coverage, guarantee="row"):
    """Return coverage and size of sets by grade.

    Parameters
    ----------
    sets : ndarray of bool, shape (n, K)
    at : ndarray of int, shape (n,)
        Column of the truth of each row, -1 for what no column stands for.
    patients : ndarray of int, shape (n,)
        Number of the patient of each row.
    labels : sequence of length K
        What the grades are called.
    calibrated : sequence of int, length K + 1
        Patients that the sets were calibrated on: all of them, then those with each grade.
    coverage : float
        What sets claim.
    guarantee : {"row", "patient"}, default="row"
        Whether a patient counts for the share of the rows that are held, or only with all of them.

    Returns
    -------
    DataFrame
        A row for all and one for each grade: ``grade``, ``rows``, ``patients``, ``coverage`` and ``size`` (of rows with
        this grade; every patient counts once), ``named`` (share of all sets that name the grade: naming it always is no
        achievement), ``calibrated`` (patients of the calibration with the grade) and ``too_few`` (whether these are too
        few for a promise by grade).

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.promises import coverage_frame
    >>> sets = np.array([[True, False], [True, True], [True, False]])
    >>> counts = [15, 12, 5]
    >>> frame = coverage_frame(sets, np.array([0, 1, 1]), np.arange(3), ["no", "yes"], calibrated=counts, coverage=0.9)
    >>> frame.set_index("grade")[["coverage", "size", "named", "too_few"]]
           coverage      size     named  too_few
    grade
    all    0.666667  1.333333       NaN    False
    no     1.000000  1.000000  1.000000    False
    yes    0.500000  1.500000  0.333333     True
    """
    held, sizes = np.where(at >= 0, sets[np.arange(len(at)), np.maximum(at, 0)], False), sets.sum(axis=1)
    lines, needed = [], fewest_patients(coverage)
    for grade, (name, known) in enumerate(zip(["all", *labels], calibrated, strict=True), -1):
        kinds = np.zeros(len(at), dtype=int) if grade < 0 else np.where(at == grade, 0, -1)
        shares = _by_patient(held, sizes, patients, kinds == 0, guarantee)
        named = float(sets[:, grade].mean()) if grade >= 0 else np.nan
        (n_patients,) = patients_of_kinds(patients, kinds, 1)
        lines.append([name, int((kinds == 0).sum()), int(n_patients), *shares, named, int(known), known < needed])
    return pd.DataFrame(lines, columns=COLUMNS)


def _by_patient(held, sizes, patients, mask, guarantee):
    """Return coverage and mean size of some rows, every patient counting once; NaN of none."""
    if not mask.any():
        return np.nan, np.nan
    numbers = np.unique(patients[mask], return_inverse=True)[1]
    rows = np.bincount(numbers)
    share, size = (np.bincount(numbers, each[mask]) / rows for each in (held, sizes))
    # Shares of a patient are sums of whole numbers over one: exactly 1 where all rows are held.
    return float((share == 1).mean() if guarantee == "patient" else share.mean()), float(size.mean())
