"""The votes of several readers on one row: their form, and the one grade that stands for them."""

import numpy as np
import pandas as pd

from skerosion.grades._classes import class_positions
from skerosion.grades._order import is_number


def checked_votes(votes):
    """Return votes as an array, numbers with NaN or text with None where a reader did not vote.

    Parameters
    ----------
    votes : DataFrame or array-like of shape (n_rows, n_readers)
        A column a reader; None, NaN and empty text are no vote.

    Returns
    -------
    ndarray of shape (n_rows, n_readers)
        Of float64, or of objects where votes are names.

    Examples
    --------
    >>> from skerosion.grades import checked_votes
    >>> checked_votes([[2, None], [3, 4]]).tolist()
    [[2.0, nan], [3.0, 4.0]]
    >>> checked_votes([["mild", ""]]).tolist()
    [['mild', None]]
    """
    given = np.asarray(votes, dtype=object)
    if given.ndim != 2 or not given.shape[1]:
        raise ValueError(f"votes must have a column for each reader, got the shape {given.shape}.")
    given = np.where(np.asarray(pd.isna(given)), None, given)  # pandas' NA cannot be compared with a text
    given = np.where(given == "", None, given)
    try:
        numbers = given.astype(np.float64)  # None becomes NaN
    except (TypeError, ValueError):
        return np.where(given == np.array(None), None, given.astype(str))
    if np.isinf(numbers).any():
        raise ValueError(f"votes must be finite, got {numbers[np.isinf(numbers)][0]}.")
    return numbers


def median_vote(votes, order=None):
    """Return the median of each row's votes, the lower of the two in the middle where their number is even.

    A grade that a reader gave, as no mean of grades need be.

    Parameters
    ----------
    votes : ndarray of shape (n_rows, n_readers)
        As `checked_votes` returns them.
    order : sequence or None, default=None
        The names of all grades from the lowest to the highest; numbers need none.

    Returns
    -------
    ndarray of shape (n_rows,)
        NaN or None where nobody voted.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.grades import median_vote
    >>> median_vote(np.array([[3.0, 1.0, 2.0], [4.0, np.nan, 1.0]])).tolist()
    [2.0, 1.0]
    """
    ranks = votes if order is None else votes_as_places(votes, order)
    if not is_number(ranks):
        raise ValueError("order must list the grades from the lowest to the highest where votes are names.")
    ranked, cast = np.sort(ranks, axis=1), np.isfinite(ranks).sum(axis=1)  # NaN is sorted to the end
    lower = ranked[np.arange(len(ranked)), np.maximum(cast - 1, 0) // 2]
    if order is None:
        return lower
    names = np.array([*order, None], dtype=object)
    return names[np.where(np.isnan(lower), len(order), lower).astype(int)]


def votes_as_places(votes, order):
    """Return votes as places among the grades, 0 for the lowest one, NaN where a reader did not vote.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.grades import votes_as_places
    >>> votes_as_places(np.array([["mild", None], ["none", "mild"]], dtype=object), ["none", "mild"]).tolist()
    [[1.0, nan], [0.0, 1.0]]
    """
    return changed_votes(votes, lambda grades: class_positions(grades, np.asarray(order)))


def was_cast(votes):
    """Return where a reader voted, of shape (n_rows, n_readers)."""
    return ~np.isnan(votes) if is_number(votes) else votes != np.array(None)


def changed_votes(votes, function):
    """Return votes after a function of grades, as `checked_votes` does.

    Parameters
    ----------
    votes : ndarray of shape (n_rows, n_readers)
    function : callable
        From grades of shape (n,), numbers or names, to others of the same shape, each by itself.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.grades import changed_votes
    >>> changed_votes(np.array([[0.0, np.nan], [3.0, 1.0]]), lambda grades: grades > 1).tolist()
    [[0.0, nan], [1.0, 0.0]]
    """
    cast, changed = was_cast(votes), np.full(votes.shape, None, dtype=object)
    changed[cast] = function(votes[cast] if is_number(votes) else votes[cast].astype(str))
    return checked_votes(changed)
