"""Weights of an average of forecasts: at least 0, with a sum of 1, and of the least score."""

import numpy as np
from scipy.optimize import minimize, nnls

_SMALLEST = 1e-12


def crps_weights(pmf, positions, widths, weights):
    """Return the weights of the averaged CDF with the least mean CRPS.

    The CRPS of an average is a quadratic form of its weights a. Where these need not sum to 1, ``a'Qa + (1'a - 1)^2``
    is least, among all multiples of one direction, at ``Q / (Q + 1)`` of it, which rises with Q: so non-negative
    least squares finds the best direction, and rescaling gives the best weights, exactly.

    Parameters
    ----------
    pmf : ndarray of shape (n_members, n, K)
        Probabilities of each member.
    positions : ndarray of shape (n,)
        Column of each target.
    widths : ndarray of shape (K - 1,)
        Distances between the points.
    weights : ndarray of shape (n,)
        Weights of the rows.

    Returns
    -------
    ndarray of shape (n_members,)
    """
    steps = np.arange(len(widths)) >= positions[:, np.newaxis]
    misses = np.array([member.cumsum(axis=1)[:, :-1] - steps for member in pmf])
    misses *= np.sqrt(weights / weights.sum())[:, np.newaxis] * np.sqrt(widths)
    quadratic = np.einsum("ink,jnk->ij", misses, misses)
    # Scaled so that the form and the sum weigh alike, whatever the unit of the target.
    values, vectors = np.linalg.eigh(quadratic / max(np.trace(quadratic), _SMALLEST))
    root = np.sqrt(np.maximum(values, 0))[:, np.newaxis] * vectors.T
    found, _ = nnls(np.vstack([root, np.ones(len(pmf))]), np.append(np.zeros(len(pmf)), 1.0))
    return found / found.sum()


def log_weights(pmf, positions, widths, weights):
    """Return the weights of the averaged probabilities with the least mean logarithmic score, a convex problem.

    Parameters
    ----------
    pmf, positions, widths, weights
        As for :func:`crps_weights`; there is no use for the widths.

    Returns
    -------
    ndarray of shape (n_members,)
    """
    del widths
    hit = pmf[:, np.arange(len(positions)), positions]
    shares = weights / weights.sum()

    def loss(members):
        mixed = np.maximum(members @ hit, _SMALLEST)
        return -(shares @ np.log(mixed)), -(hit / mixed) @ shares

    equal = np.full(len(pmf), 1 / len(pmf))
    total = {"type": "eq", "fun": lambda members: members.sum() - 1, "jac": lambda members: np.ones(len(members))}
    bounds = [(0, 1)] * len(pmf)
    found = minimize(loss, equal, jac=True, bounds=bounds, constraints=total, method="SLSQP", options={"ftol": 1e-10}).x
    found = np.maximum(found, 0) / np.maximum(found, 0).sum()
    return min((equal, found), key=lambda members: loss(members)[0])
