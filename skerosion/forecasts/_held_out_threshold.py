"""How far off the truth can be, from how far off it was on held-out patients: the quantile of conformal prediction."""

import numpy as np

# The sums on both sides of a comparison are the same ones; this is for their rounding alone.
_ROUNDING = 1e-9


def conformal_threshold(scores, patients, coverage, guarantee="row"):
    """Return the score up to which targets are held to be possible.

    Parameters
    ----------
    scores : ndarray of shape (n,)
        Of the held-out rows.
    patients : ndarray of shape (n,)
        Number of the patient of each row, from 0.
    coverage : float
        Share of new rows, or patients, to be held.
    guarantee : {"row", "patient"}, default="row"
        What is covered; every patient counts once for rows too.

    Returns
    -------
    float
        Infinite where there are too few patients for `coverage`.

    References
    ----------
    Y. Lee, R. F. Barber, R. Willett, "Distribution-free inference with hierarchical data", arXiv:2306.06342.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.forecasts import conformal_threshold
    >>> conformal_threshold(np.arange(1.0, 20.0), np.arange(19), 0.9)
    18.0
    """
    counts = np.bincount(patients)
    if guarantee == "patient":
        worst = np.zeros(len(counts))
        np.maximum.at(worst, patients, scores)
        scores, weights = worst, np.ones(len(counts))
    else:
        weights = 1 / counts[patients]
    order = np.argsort(scores)
    # The new patient is one more, whose score may be anything.
    reached = weights[order].cumsum() / (len(counts) + 1) >= coverage - _ROUNDING
    return float(scores[order][reached.argmax()]) if reached.any() else np.inf
