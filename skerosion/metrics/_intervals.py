"""Closed-form confidence intervals: of a share, and of a mean of recalls."""

from typing import NamedTuple

import numpy as np
from scipy.stats import norm

from skerosion._types import ArrayLike, Labels
from skerosion.metrics._agreement import unseen_share
from skerosion.metrics._checks import check_confidence
from skerosion.metrics._encoding import encode_grades


class Interval(NamedTuple):
    """Lower and upper end of a confidence interval.

    Examples
    --------
    >>> from skerosion.metrics import wilson_interval
    >>> wilson_interval(0.5, 4, confidence=0.5)
    Interval(low=0.340..., high=0.659...)
    """

    low: float
    high: float


def wilson_interval(p: float, n: float, confidence: float = 0.95):
    """Return the Wilson score interval of a share.

    .. math:: \\frac{p + z^2 / 2n \\pm z \\sqrt{p (1 - p) / n + z^2 / 4n^2}}{1 + z^2 / n}

    It takes the `n` rows as independent. A mean of recalls is not a share of rows (see :func:`recall_interval`), and
    joints of one patient are not independent (see :func:`group_bootstrap_interval`).

    Parameters
    ----------
    p : float
        Share, from 0 to 1.
    n : float
        Number of rows.
    confidence : float, default=0.95
        Confidence of the interval.

    Returns
    -------
    Interval
        ``low`` and ``high``; where ``p * n`` is a whole number the same as
        ``scipy.stats.binomtest(p * n, n).proportion_ci(method="wilson")``, which takes counts only.

    References
    ----------
    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927.

    Examples
    --------
    >>> from skerosion.metrics import wilson_interval
    >>> low, high = wilson_interval(0.422, 19611)
    >>> print(f"{low:.3f} to {high:.3f}")
    0.415 to 0.429
    """
    check_confidence(confidence)
    if not 0 <= p <= 1:
        raise ValueError(f"p must be a share from 0 to 1, got {p!r}; divide a count by n.")
    if not n > 0:
        raise ValueError(f"n must be a positive number of rows, got {n!r}.")
    z = norm.isf((1 - confidence) / 2)
    centre, spread = p + z**2 / (2 * n), z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    low, high = np.array([centre - spread, centre + spread]) / (1 + z**2 / n)
    # Both are exact at the ends, where rounding would leave them just beside.
    return Interval(0.0 if p == 0 else float(low), 1.0 if p == 1 else float(high))


def recall_interval(
    y_true: ArrayLike,
    y_pred: ArrayLike | None = None,
    *,
    tolerance: int = 0,
    labels: Labels = None,
    confidence: float = 0.95,
):
    """Return the normal interval of a mean of recalls, such as :func:`class_normalized_accuracy`.

    The recalls of C grades are independent shares, so the variance of their mean is

    .. math:: \\frac{1}{C^2} \\sum_c \\frac{p_c (1 - p_c)}{n_c} .

    A recall of 1, or of 0, has no such variance, however few its rows are. Its share of the margin is the distance to
    Clopper and Pearson's bound, :math:`1 - (\\alpha / 2)^{1 / n_c}`, and the squares of all margins are added (MOVER).

    Rows count as independent: with several joints a patient it is too narrow, see :func:`group_bootstrap_interval`.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,), or confusion matrix of shape (n_grades, n_grades)
        True grades, or counts with true grades in rows and predicted ones in columns.
    y_pred : array-like of shape (n_rows,) or None, default=None
        Predicted grades, None beside a confusion matrix.
    tolerance : int, default=0
        How many grades a prediction may be off, to either side.
    labels : array-like of shape (n_grades,) or None, default=None
        All grades in their order; needed for a tolerance among strings.
    confidence : float, default=0.95
        Confidence of the interval.

    Returns
    -------
    Interval
        ``low`` and ``high``, within 0 to 1. Grades without a true row have no recall and are left out.

    References
    ----------
    G. Y. Zou, A. Donner, "Construction of confidence limits about effect measures: a general approach", Statistics in
    Medicine 27, 2008; C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case
    of the binomial", Biometrika 26, 1934.

    Examples
    --------
    >>> from skerosion.metrics import recall_interval
    >>> low, high = recall_interval([[80, 20], [5, 5]])
    >>> print(f"{low:.3f} to {high:.3f}")
    0.490 to 0.810
    >>> low, high = recall_interval([[80, 0], [0, 5]])
    >>> print(f"{low:.3f} to {high:.3f}")
    0.738 to 1.000
    """
    check_confidence(confidence)
    confusion = _check_confusion(y_true) if y_pred is None else _confusion(y_true, y_pred, tolerance, labels)
    places = np.arange(len(confusion))
    counts = confusion.sum(axis=1)
    hits = np.where(np.abs(places[:, np.newaxis] - places) <= tolerance, confusion, 0).sum(axis=1)
    hits, counts = hits[counts > 0], counts[counts > 0]
    recalls = hits / counts
    squared = norm.isf((1 - confidence) / 2) ** 2 * (recalls * (1 - recalls) / counts).sum()
    unseen = unseen_share(counts, confidence) ** 2
    down, up = (np.sqrt(squared + unseen[hits == end].sum()) / recalls.size for end in (counts, 0))
    return Interval(float(max(recalls.mean() - down, 0)), float(min(recalls.mean() + up, 1)))


def _confusion(y_true, y_pred, tolerance, labels):
    """Return the counts of true grades (rows) and predicted ones (columns)."""
    true, pred, labels = encode_grades(y_true, y_pred, labels, ordered=tolerance > 0)
    return np.bincount(true * len(labels) + pred, minlength=len(labels) ** 2).reshape(len(labels), -1)


def _check_confusion(confusion):
    """Return a confusion matrix as an array."""
    confusion = np.asarray(confusion)
    if confusion.ndim != 2 or confusion.shape[0] != confusion.shape[1] or not (confusion >= 0).all():
        raise ValueError(
            f"y_true must be a square matrix of counts where y_pred is left out, got shape {confusion.shape}; pass "
            "y_true and y_pred, or a confusion matrix with true grades in rows."
        )
    if not confusion.any():
        raise ValueError("y_true must hold a count above 0 where it is a confusion matrix, got zeros only.")
    return confusion
