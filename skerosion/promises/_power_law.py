"""A learning curve between and beyond the numbers of patients that were tried."""

from typing import NamedTuple

import numpy as np

# How fast a curve may level off; a free exponent follows the noise of so few points.
_EXPONENTS = (0.1, 0.25, 0.5, 0.75, 1.0)


class PowerLaw(NamedTuple):
    """Score of n patients: :math:`a - b n^{-c}`, which never falls.

    Attributes
    ----------
    ceiling, scale, exponent : float
        a, b of at least 0, and c.

    Examples
    --------
    >>> from skerosion.promises._power_law import PowerLaw
    >>> law = PowerLaw.fit([25, 100, 400], [0.6, 0.7, 0.75])
    >>> law.exponent, round(float(law.at(1600)), 3)
    (0.5, 0.775)
    """

    ceiling: float
    scale: float
    exponent: float

    @classmethod
    def fit(cls, sizes, scores):
        """Return the law of the least squares, weighted by the number of patients, which make scores less noisy."""
        sizes, scores = np.asarray(sizes, dtype=float), np.asarray(scores, dtype=float)
        found = [_line(sizes, scores, exponent) for exponent in _EXPONENTS]
        return cls(*min(found, key=lambda each: each[0])[1:])

    def at(self, n):
        """Return the score of n patients."""
        return self.ceiling - self.scale * np.asarray(n, dtype=float) ** -self.exponent


def _line(sizes, scores, exponent):
    """Return the loss, ceiling and scale of one exponent, and the exponent."""
    x = -(sizes**-exponent)
    centre, middle = np.average(x, weights=sizes), np.average(scores, weights=sizes)
    scale = max(
        np.average((x - centre) * (scores - middle), weights=sizes) / np.average((x - centre) ** 2, weights=sizes), 0
    )
    ceiling = middle - scale * centre
    return np.average((scores - ceiling - scale * x) ** 2, weights=sizes), ceiling, scale, exponent
