"""What the joints of a visit say about each other: a shift and a spread of their normal scores."""

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtr, ndtri

from skerosion.visits._copula import HIGHEST, log_likelihood

# Beyond these there are too few visits to learn from, not forecasts that are as wrong.
_FARTHEST, _WIDEST = 3.0, np.log(4.0)
_START = 0.1
# Mean grades that differ by no more than rounding are all the same.
_ALIKE = 1e-9


class Recalibration(NamedTuple):
    """How the normal scores of the joints of a visit with mean predicted grade m are distributed.

    They have the mean ``intercept + slope * m`` and the standard deviation ``spread``; those of calibrated forecasts
    that miss nothing about the visit are standard normal, which is the default.

    Attributes
    ----------
    intercept, slope, spread : float

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.visits._visit_scores import Recalibration
    >>> cdf, codes = np.array([[0.5, 0.9], [0.5, 0.5]]), np.array([0, 1])
    >>> Recalibration().apply(cdf, codes).tolist() == cdf.tolist()
    True
    >>> Recalibration(slope=0.5).apply(cdf, codes).round(2)
    array([[0.38, 0.84],
           [0.31, 0.31]])
    """

    intercept: float = 0.0
    slope: float = 0.0
    spread: float = 1.0

    def apply(self, cdf, codes):
        """Return the cdfs of the grades as they are, given what the other joints of the visit say.

        Parameters
        ----------
        cdf : ndarray of shape (n, n_edges)
            Cumulative probabilities of all grades but the last.
        codes : ndarray of shape (n,)
            The visit of each joint, 0 to n_visits - 1.

        Returns
        -------
        ndarray of shape (n, n_edges)
        """
        if self == Recalibration():
            return cdf
        shift = self.intercept + self.slope * mean_grade(cdf, codes)[codes]
        return ndtr((ndtri(cdf) - shift[:, np.newaxis]) / self.spread)


def mean_grade(cdf, codes):
    """Return the mean expected grade of the joints of each visit."""
    return np.bincount(codes, weights=(1 - cdf).sum(axis=1)) / np.bincount(codes)


def fit_recalibration(sides, of_visit, correlation):
    """Return the recalibration and the correlation of greatest likelihood.

    Parameters
    ----------
    sides : (lower, upper, starts)
        As :func:`member_sides` returns them, visits being the units.
    of_visit : ndarray of shape (n_visits,)
        Mean predicted grade of each.
    correlation : float or None
        Correlation of the recalibrated normal scores where it is known.

    Returns
    -------
    recalibration : Recalibration
    correlation : float
    """
    lower, upper, starts = sides
    counts = np.diff(np.append(starts, len(lower)))
    # Centred and scaled, so that the steps of the search are alike in all directions.
    centre, scale = of_visit.mean(), of_visit.std()
    scale = scale if scale > _ALIKE else 1.0
    known = np.repeat((of_visit - centre) / scale, counts)

    def loss(tried):
        shift, width = tried[0] + tried[1] * known, np.exp(tried[2])
        rho = tried[3] if correlation is None else correlation
        return -log_likelihood(rho, (lower - shift) / width, (upper - shift) / width, starts) / len(lower)

    bounds = [(-_FARTHEST, _FARTHEST)] * 2 + [(-_WIDEST, _WIDEST)] + [(0.0, HIGHEST)] * (correlation is None)
    start = [0.0, 0.0, 0.0, _START][: len(bounds)]
    shift, slope, width, *rho = minimize(
        loss, start, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-6, "eps": 1e-5}
    ).x
    recalibration = Recalibration(float(shift - slope * centre / scale), float(slope / scale), float(np.exp(width)))
    return recalibration, float(rho[0]) if rho else correlation
