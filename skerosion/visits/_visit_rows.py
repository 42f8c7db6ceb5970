"""What describes the joints of visits: their predicted grades, and which visit of which patient each belongs to."""

import re
from itertools import pairwise

import numpy as np
import pandas as pd

from skerosion._keys import as_keys
from skerosion.clinical import ratingen, ratingen_probabilities
from skerosion.forecasts import GridDistribution

HIGHEST_GRADE = 5
N_GRADES = HIGHEST_GRADE + 1
VISIT = ("patient_id", "visit")


def grade_cdf(forecast, grid, bins):
    """Return P(grade <= 0), ..., P(grade <= 4) of each row, of shape (n, 5).

    Parameters
    ----------
    forecast : GridDistribution or array-like of shape (n, n_points)
        Distributions, or their cdfs.
    grid : array-like of shape (n_points,) or None
        Of an array of cdfs; None is 0, 1, ..., n_points - 1.
    bins : "ratingen" or None
        Whether they are of percentages, or of grades.

    Examples
    --------
    >>> from skerosion.visits._visit_rows import grade_cdf
    >>> grade_cdf([[0.5, 0.8, 0.9, 1.0]], [0, 10, 50, 100], "ratingen").round(2)
    array([[0.5, 0.8, 0.8, 0.9, 0.9]])
    """
    distribution = _distribution(forecast, grid)
    if bins == "ratingen":
        probabilities = ratingen_probabilities(distribution)
    elif bins is None:
        probabilities = _of_grades(distribution)
    else:
        raise ValueError(f"bins must be 'ratingen' for percentages or None for grades 0 to 5, got {bins!r}.")
    return np.minimum(np.cumsum(probabilities, axis=1)[:, :HIGHEST_GRADE], 1)


def _distribution(forecast, grid):
    if not isinstance(forecast, GridDistribution):
        return GridDistribution(grid, forecast)
    if grid is not None:
        raise ValueError("grid must be left out where forecast is a GridDistribution, which has its own.")
    return forecast


def _of_grades(distribution):
    """Return the probabilities of distributions whose points are grades already."""
    grid = distribution.grid
    if not np.isin(grid, np.arange(N_GRADES)).all():
        raise ValueError(
            f"forecast must have the grades 0 to 5 as its grid with bins=None, got {grid.size} points from {grid[0]:g} "
            f"to {grid[-1]:g}; percentages need bins='ratingen'."
        )
    return distribution.grade_probabilities(np.arange(HIGHEST_GRADE))


def true_grades(y, bins):
    """Return the true grades, whole numbers of shape (n,), of percentages or of grades themselves."""
    values = np.asarray(ratingen(y) if bins == "ratingen" else y, dtype=float)
    if values.ndim != 1 or not np.isin(values, np.arange(N_GRADES)).all():
        kind = "percentages from 0 to 100" if bins == "ratingen" else "grades 0 to 5"
        raise ValueError(f"y must hold {kind}, one for each row; leave joints that were not scored out.")
    return values.astype(int)


def visit_rows(groups, visits, n_rows):
    """Return the visit number of each row and the visits, sorted, as an index of patient_id and visit.

    The order is that of ``DataFrame.groupby`` and ``pivot``, so that scores stand beside those of the labels.

    Examples
    --------
    >>> from skerosion.visits._visit_rows import visit_rows
    >>> codes, index = visit_rows(["b", "a", "b"], [0, 2, 0], 3)
    >>> codes.tolist(), index.tolist()
    ([1, 0, 1], [('a', 2), ('b', 0)])
    """
    given = {"groups": groups, "visits": visits}
    for name, values in given.items():
        if values is None or np.shape(values) != (n_rows,):
            raise ValueError(
                f"{name} must name the {'patient' if name == 'groups' else 'visit'} of each of the {n_rows} joints, "
                f"got {'None' if values is None else f'shape {np.shape(values)}'}."
            )
        if (missing := pd.isna(np.asarray(values))).any():
            raise ValueError(f"{name} must be known for each row, got {missing.sum()} missing, row {missing.argmax()}.")
    (patients, number), (times, order) = _sorted(groups, "groups"), _sorted(visits, "visits")
    frame = pd.DataFrame(dict(zip(VISIT, (number, order), strict=True)))
    codes = frame.groupby(list(VISIT)).ngroup().to_numpy()
    _, first = np.unique(codes, return_index=True)
    frame = frame.iloc[first]
    return codes, pd.MultiIndex.from_arrays([patients[frame["patient_id"]], times[frame["visit"]]], names=VISIT)


def _sorted(values, name):
    """Return the different patients or visits, sorted, and the number of each row's; numbers and dates stay such."""
    values = pd.Series(values).to_numpy()
    is_text = any(isinstance(value, str) for value in values)
    return np.unique(as_keys(values, name) if is_text else values, return_inverse=True)


def check_order(visits):
    """Refuse visits whose text stands in another order than the numbers in it, before one is taken for the earlier.

    Examples
    --------
    >>> from skerosion.visits._visit_rows import check_order
    >>> check_order(["V1", "V10", "V2"])
    Traceback (most recent call last):
    ValueError: visits must be numbers or dates to follow each other, got text, of which 'V10' comes before 'V2'.
    """
    texts = sorted({visit for visit in visits if isinstance(visit, str)})
    for earlier, later in pairwise(texts):
        if _by_number(earlier) > _by_number(later):
            raise ValueError(
                f"visits must be numbers or dates to follow each other, got text, of which {earlier!r} comes before "
                f"{later!r}."
            )


def _by_number(text):
    return [(part.isdigit(), int(part) if part.isdigit() else part) for part in re.split(r"(\d+)", text)]
