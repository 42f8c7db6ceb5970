"""The votes of readers on the way to the loss: encoded together with the grades, with which they share classes."""

import numpy as np

from skerosion.grades import is_number, was_cast


def with_votes(y, votes):
    """Return the targets, and after them what readers said, as one array of one kind.

    Parameters
    ----------
    y : ndarray of shape (n,)
    votes : ndarray of shape (n, n_readers) or None
        Of `skerosion.datasets.ImageRows`; None leaves the targets alone.

    Raises
    ------
    ValueError
        Where a target is none that the votes on its row allow: it is on another scale.
    """
    if votes is None:
        return y
    voted = was_cast(votes)
    _check_scale(y, votes, voted)
    return np.concatenate([y, votes[voted].astype(y.dtype if is_number(y) else str)])


def votes_for_loss(encoded, votes):
    """Return encoded targets as the loss of votes takes them; rows without a vote have their target as the only one.

    Parameters
    ----------
    encoded : ndarray of shape (n + n_cast,) or (n + n_cast, 1)
        What `with_votes` returned, encoded.
    votes : ndarray of shape (n, n_readers) or None

    Returns
    -------
    ndarray of shape (n,), or of float32 and shape (n, n_readers) with NaN where a reader did not vote
    """
    if votes is None:
        return encoded
    voted, targets = was_cast(votes), np.full(votes.shape, np.nan, dtype=np.float32)
    encoded = encoded.ravel()  # a regressor has a column of them
    targets[voted] = encoded[len(votes) :]
    none = ~voted.any(axis=1)
    targets[none, 0] = encoded[: len(votes)][none]
    return targets


def _check_scale(y, votes, voted):
    if is_number(y) != is_number(votes):
        fits = np.zeros(len(y), dtype=bool)
    elif is_number(y):
        fits = (y >= np.fmin.reduce(votes, axis=1)) & (y <= np.fmax.reduce(votes, axis=1))
        fits &= y.dtype.kind == "f" or (~voted | (votes == np.rint(votes))).all(axis=1)
    else:
        fits = (votes == y.astype(object)[:, np.newaxis]).any(axis=1)
    wrong = np.flatnonzero(voted.any(axis=1) & ~fits)
    if len(wrong):
        row = wrong[0]
        raise ValueError(_OTHER_SCALE.format(target=y[row], votes=votes[row][voted[row]].tolist()))


_OTHER_SCALE = (
    "y must lie within what the readers of a row said (X.votes), got {target} where they said {votes}; where the "
    "target was changed, leave the votes out: X.with_votes(None)."
)
