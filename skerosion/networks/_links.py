"""Links of cumulative models: from the distance of cut points to a score, to class probabilities, in logarithms.

With cut points :math:`c_0 < ... < c_{K-2}` and the score s of a row, :math:`P(Y \\le k) = G(c_k - s)`. Differences of G
lose all digits where both values are close to zero or one, so each link has the logarithm of the difference in a form
of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from keras import ops
from scipy.special import logit, ndtri

from skerosion.networks._normal import log1mexp, log_normal_cdf, log_normal_mass

# exp(-exp(4.5)) is the smallest number of single precision: from here on the exponential goes on as its tangent.
_STEEPEST = 4.5
_FARTHEST = -60.0


@dataclass(frozen=True)
class Link:
    """One way from distances z to probabilities.

    Parameters
    ----------
    quantile : callable
        The inverse of G, of NumPy arrays: where cut points start.
    below, above : callable
        :math:`\\log G(z)` and :math:`\\log(1 - G(z))`.
    between : callable
        :math:`\\log(G(b) - G(a))` of ``a < b``.
    """

    quantile: Callable
    below: Callable
    above: Callable
    between: Callable

    def log_probabilities(self, distances):
        """Return the logarithms of the probabilities of all K classes.

        Parameters
        ----------
        distances : tensor of shape (batch, K - 1)
            Cut points less the score, ascending.

        Returns
        -------
        tensor of shape (batch, K)
        """
        middle = self.between(distances[:, :-1], distances[:, 1:])
        return ops.concatenate([self.below(distances[:, :1]), middle, self.above(distances[:, -1:])], axis=-1)


def _logistic_between(low, high):
    # G(b) - G(a) = G(b) (1 - G(a)) (1 - exp(a - b))
    return ops.log_sigmoid(high) + ops.log_sigmoid(-low) + log1mexp(low - high)


def _hazard(distances):
    """Return exp(z), beyond `_STEEPEST` its tangent, so that no gradient overflows or dies."""
    curved = ops.exp(ops.clip(distances, _FARTHEST, _STEEPEST))
    return curved * (1.0 + ops.maximum(distances - _STEEPEST, 0.0))


def _cloglog_between(low, high):
    # exp(-u) - exp(-v) = exp(-u) (1 - exp(u - v))
    return -_hazard(low) + log1mexp(_hazard(low) - _hazard(high), largest=-1e-30)


LINKS = {
    "logit": Link(logit, ops.log_sigmoid, lambda z: ops.log_sigmoid(-z), _logistic_between),
    "probit": Link(ndtri, log_normal_cdf, lambda z: log_normal_cdf(-z), log_normal_mass),
    "cloglog": Link(
        lambda p: np.log(-np.log1p(-p)),
        lambda z: log1mexp(-_hazard(z), largest=-1e-30),
        lambda z: -_hazard(z),
        _cloglog_between,
    ),
}
