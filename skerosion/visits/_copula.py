"""The one-factor Gaussian copula: what all members of a unit have in common is one normal number.

The members of a unit are the joints of a visit, or the visits of a patient. Given the factor u they are independent,
which is all that sums of them, and the likelihood of the correlation, need:

.. math:: P(Y_j \\le y \\mid u) = \\Phi\\left(\\frac{\\Phi^{-1}(F_j(y)) - \\sqrt{\\rho} u}{\\sqrt{1 - \\rho}}\\right),
    \\quad u \\sim N(0, 1).
"""

from numbers import Real

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp, ndtr, ndtri

HIGHEST = 0.99
"""Largest correlation: at 1 all members would be one."""

# Even steps integrate a smooth function against the normal density nearly exactly. Given n joints the likelihood is
# about sqrt((1 - correlation) / n) wide: steps of that order do for the joints of hands and feet at any correlation.
_FARTHEST, _STEP = 6.0, 0.3
# Weight of a forecast that knows nothing, mixed into those from which the correlation is estimated.
_IGNORANCE = 1e-3
_LEAST = 1e-300


def check_correlation(correlation, name="correlation"):
    """Return the correlation as a float, or raise where the copula cannot have it."""
    if isinstance(correlation, bool) or not isinstance(correlation, Real) or not 0 <= correlation <= HIGHEST:
        raise ValueError(
            f"{name} must lie between 0 (independent) and {HIGHEST}, got {correlation!r}; "
            "RauForecaster estimates it from held-out training patients."
        )
    return float(correlation)


def factor(correlation):
    """Return the values of the common factor, of shape (n_values,), and their weights, which sum to 1.

    Examples
    --------
    >>> from skerosion.visits._copula import factor
    >>> factor(0.0)
    (array([0.]), array([1.]))
    >>> values, weights = factor(0.3)
    >>> round(float(weights @ values**2), 6)
    1.0
    """
    if correlation == 0:
        return np.zeros(1), np.ones(1)
    n_steps = int(np.ceil(_FARTHEST / (_STEP * np.sqrt(1 - correlation))))
    values = np.linspace(-_FARTHEST, _FARTHEST, 2 * n_steps + 1)
    weights = np.exp(-0.5 * values**2)
    return values, weights / weights.sum()


def given_factor(cdf, values, correlation):
    """Return cdfs given each value of the factor, of shape (n_values, *cdf.shape); a high factor means high members.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.visits._copula import factor, given_factor
    >>> values, weights = factor(0.3)
    >>> np.round(weights @ given_factor(np.array([0.2, 0.9, 1.0]), values, 0.3), 9)
    array([0.2, 0.9, 1. ])
    """
    if correlation == 0:
        return np.asarray(cdf, dtype=float)[np.newaxis]
    shift = np.sqrt(correlation) * np.reshape(values, (-1,) + (1,) * np.ndim(cdf))
    return ndtr((ndtri(cdf) - shift) / np.sqrt(1 - correlation))


def estimate_correlation(below, at, places, n_points, units):
    """Return the correlation of the normal scores within units, by maximum likelihood.

    The truth of a member with a distribution on points is known to lie between F(y-) and F(y) only, so the likelihood
    of a unit is that of a rectangle:

    .. math:: L(\\rho) = \\int \\prod_j \\left[P(Y_j \\le y_j \\mid u) - P(Y_j < y_j \\mid u)\\right] \\varphi(u) du .

    Scores drawn at random within the jumps, as in a randomised PIT, would be correlated too little.

    Parameters
    ----------
    below, at : ndarray of shape (n,)
        F(y-) and F(y) of each member's truth y.
    places : ndarray of shape (n,)
        Position of the truth among the points of its distribution, from 0.
    n_points : int or ndarray of shape (n,)
        Number of these points.
    units : array-like of shape (n,)
        The unit of each member.

    Returns
    -------
    float
        From 0 to 0.99; NaN where no unit has two members.

    References
    ----------
    P. Krupskii, H. Joe, "Factor copula models for multivariate data", Journal of Multivariate Analysis 120, 2013;
    P. X.-K. Song, M. Li, Y. Yuan, "Joint regression analysis of correlated data using Gaussian copulas", Biometrics
    65, 2009 (rectangles).

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.special import ndtr
    >>> from skerosion.visits._copula import estimate_correlation
    >>> rng = np.random.default_rng(0)
    >>> units = np.repeat(np.arange(500), 10)
    >>> scores = np.sqrt(0.3) * rng.normal(size=500)[units] + np.sqrt(0.7) * rng.normal(size=5000)
    >>> quarter = np.floor(4 * ndtr(scores))
    >>> round(estimate_correlation(quarter / 4, (quarter + 1) / 4, quarter, 4, units), 1)
    0.3
    """
    sides = member_sides(below, at, places, n_points, units)
    if not has_pairs(sides):
        return np.nan

    def loss(correlation):
        return -log_likelihood(correlation, *sides)

    found = minimize_scalar(loss, bounds=(0, HIGHEST), method="bounded", options={"xatol": 1e-4})
    return float(found.x) if found.fun < loss(0.0) else 0.0


def member_sides(below, at, places, n_points, units):
    """Return the normal scores of both sides of each truth, unit by unit, and where the units start.

    Parameters
    ----------
    below, at, places, n_points, units
        As for :func:`estimate_correlation`.

    Returns
    -------
    lower, upper : ndarray of shape (n,)
    starts : ndarray of shape (n_units,)
        First member of each unit, the units in their order.
    """
    codes = np.asarray(pd.factorize(np.asarray(units), sort=True)[0])
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    # An outlier, where the truth was held to be impossible, lies far out, but not infinitely far.
    lower = (1 - _IGNORANCE) * below + _IGNORANCE * places / n_points
    upper = (1 - _IGNORANCE) * at + _IGNORANCE * (places + 1) / n_points
    return ndtri(lower[order]), ndtri(upper[order]), starts


def has_pairs(sides):
    """Whether some unit has two members, without which nothing is known of a correlation."""
    lower, _, starts = sides
    return len(starts) < len(lower)


def log_likelihood(correlation, lower, upper, starts):
    """Return the logarithmic likelihood of all units.

    Parameters
    ----------
    correlation : float
    lower, upper : ndarray of shape (n,)
        Normal scores between which each member lies.
    starts : ndarray of shape (n_units,)
        First member of each unit.

    Returns
    -------
    float
    """
    values, weights = factor(correlation)
    spread = np.sqrt(1 - correlation)
    terms = np.empty((len(values), len(starts)))
    for row, shift in enumerate(np.sqrt(correlation) * values):
        inside = ndtr((upper - shift) / spread) - ndtr((lower - shift) / spread)
        terms[row] = np.add.reduceat(np.log(np.maximum(inside, _LEAST)), starts)
    return float(logsumexp(terms, axis=0, b=weights[:, np.newaxis]).sum())
