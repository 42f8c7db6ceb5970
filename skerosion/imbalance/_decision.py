"""The balanced decision: a strategy against imbalance that costs no training."""

import numpy as np


def balanced_probabilities(probabilities, shares):
    """Probabilities divided by the training shares of their grades, rescaled to sum one.

    Parameters
    ----------
    probabilities : ndarray of shape (n_rows, n_grades)
    shares : ndarray of shape (n_grades,) or (n_rows, n_grades)
        Share of each grade among the training rows. A grade never trained keeps probability 0.

    Returns
    -------
    ndarray of shape (n_rows, n_grades)

    Notes
    -----
    With Bayes' rule p(c | x) = p(x | c) s_c / p(x), dividing by the shares s_c and rescaling gives the posterior under
    equally frequent grades.

    Examples
    --------
    >>> from skerosion.imbalance import balanced_probabilities
    >>> balanced_probabilities([[0.75, 0.25]], [0.75, 0.25]).tolist()
    [[0.5, 0.5]]
    """
    probabilities, shares = np.broadcast_arrays(np.asarray(probabilities, dtype=float), np.asarray(shares, dtype=float))
    raised = np.divide(probabilities, shares, out=np.zeros(probabilities.shape), where=shares > 0)
    total = raised.sum(axis=1, keepdims=True)
    # A row whose only probable grades were never trained says nothing: it keeps what it had.
    return np.where(total > 0, raised / np.where(total > 0, total, 1), probabilities)
