"""Decisions: from probabilities of ordered classes to one class."""

import numpy as np

from skerosion.grades._classes import cumulate

_DECISIONS = ("argmax", "median", "balanced", "absolute", "quadratic")
# As for the quantiles of a distribution: a sum of 0.5 may come out as 0.4999999.
_ROUNDING = 1e-6


def decide(probabilities, decision, shares):
    """Return the position of the class that a rule chooses in each row.

    Parameters
    ----------
    probabilities : ndarray of shape (n, n_classes)
        Columns in the order of the classes.
    decision : {"argmax", "median", "balanced", "absolute", "quadratic"} or array-like of shape (n_classes, n_classes)
        The rule, or costs: ``costs[i, j]`` of choosing class j where i is true.
    shares : ndarray of shape (n_classes,)
        Share of each class in training, for ``"balanced"``.

    Returns
    -------
    ndarray of int of shape (n,)
    """
    costs = cost_matrix(decision, probabilities.shape[1])
    if costs is not None:
        return (probabilities @ costs).argmin(axis=1)
    if decision == "median":
        return (cumulate(probabilities) >= 0.5 - _ROUNDING).argmax(axis=1)
    if decision == "balanced":
        probabilities = balanced_probabilities(probabilities, shares)
    return probabilities.argmax(axis=1)


def cost_matrix(decision, n_classes):
    """Return the costs that a decision minimises, None for one that is no matter of costs; check it on the way."""
    if isinstance(decision, str):
        if decision not in _DECISIONS:
            raise ValueError(f"decision must be one of {_DECISIONS} or a matrix of costs, got {decision!r}.")
        if decision not in ("absolute", "quadratic"):
            return None
        distances = np.abs(np.subtract.outer(np.arange(n_classes), np.arange(n_classes))).astype(float)
        return distances if decision == "absolute" else distances**2
    costs = np.asarray(decision)
    if costs.dtype.kind not in "iuf" or costs.shape != (n_classes, n_classes) or not np.isfinite(costs).all():
        raise ValueError(
            f"decision must be one of {_DECISIONS} or finite costs of shape ({n_classes}, {n_classes}), a row for each "
            f"true class, got {decision!r}."
        )
    return costs.astype(float)


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
    >>> from skerosion.grades import balanced_probabilities
    >>> balanced_probabilities([[0.75, 0.25]], [0.75, 0.25]).tolist()
    [[0.5, 0.5]]
    """
    probabilities, shares = np.broadcast_arrays(probabilities, shares)
    raised = np.divide(probabilities, shares, out=np.zeros(probabilities.shape), where=shares > 0)
    total = raised.sum(axis=1, keepdims=True)
    # A row whose only probable grades were never trained says nothing: it keeps what it had.
    return np.divide(raised, total, out=probabilities.astype(float), where=total > 0)
