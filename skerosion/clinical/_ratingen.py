"""Ratingen grades of the eroded share of a joint surface, and the probabilities of the grades."""

import numpy as np

from skerosion._types import Any, ArrayLike
from skerosion.clinical._units import warn_of_unit
from skerosion.clinical._values import Scale, like, read_together

# Upper edges of the grades 0 to 4: grade 0 is exactly 0 %, then right-closed fifths; grade 5 lies above the last edge.
RATINGEN_EDGES = (0.0, 20.0, 40.0, 60.0, 80.0)

_PERCENT = Scale("percent", 0, 100, advice="clip predictions that leave the range")


def ratingen(percent: ArrayLike, zero_threshold: float = 0):
    """Return the Ratingen grade, 0 to 5, of eroded joint surfaces.

    Grade 0 is a percentage of 0, grade :math:`g = 1, \\dots, 5` one in :math:`(20 (g - 1), 20 g]`.

    Parameters
    ----------
    percent : float, array-like, Series or DataFrame
        Eroded share of the joint surface in percent, 0 to 100; missing values stay missing.
    zero_threshold : float, default=0
        Percentages up to here are grade 0. Labels need no other value than 0; a continuous prediction is never
        exactly 0 and needs one above (1 is usual). :func:`ratingen_probabilities` needs none.

    Returns
    -------
    int, ndarray, Series or DataFrame
        Grades in the container of `percent`: integers, or floats with NaN where any percentage is missing.

    Raises
    ------
    ValueError
        Where a percentage or the threshold lies outside of 0 to 100.

    Warns
    -----
    UserWarning
        Where labels (no `zero_threshold`) look like shares from 0 to 1: none is larger, and they are not all whole.

    References
    ----------
    R. Rau, S. Wassenberg, G. Herborn, G. Stucki, A. Gebler, "A new method of scoring radiographic change in
    rheumatoid arthritis", Journal of Rheumatology 25(11), 1998.

    Examples
    --------
    >>> from skerosion.clinical import ratingen
    >>> ratingen([0, 0.1, 20, 20.5, 21, 80, 80.1, 100])
    array([0, 1, 1, 2, 2, 4, 5, 5])
    >>> ratingen(0.7, zero_threshold=1)
    0
    >>> ratingen([35, None])
    array([ 2., nan])
    """
    if not 0 <= zero_threshold <= 100:
        raise ValueError(f"zero_threshold must lie between 0 and 100, got {zero_threshold!r}.")
    (values,), container = read_together((_PERCENT, percent))
    if not zero_threshold:  # predictions of healthy joints are that small
        warn_of_unit("percent", values, stacklevel=2)
    grades = np.where(values <= zero_threshold, 0, np.searchsorted(RATINGEN_EDGES, values, side="left"))
    missing = np.isnan(values)
    return like(container, np.where(missing, np.nan, grades) if missing.any() else grades)


def ratingen_probabilities(distribution: Any):
    """Return the probability of each Ratingen grade of predicted percentages.

    With the cumulative distribution function F of the percentage, :math:`P(0) = F(0)`,
    :math:`P(g) = F(20 g) - F(20 (g - 1))` for :math:`g = 1, \\dots, 4` and :math:`P(5) = 1 - F(80)`: a distribution
    tells zero from little by itself and needs no threshold.

    Parameters
    ----------
    distribution : GridDistribution
        Distributions of percentages, one for each of n rows, such as ``CRPSRegressor.predict_distribution`` returns;
        or any object with ``grade_probabilities(edges)``.

    Returns
    -------
    ndarray of shape (n, 6)
        Probabilities of the grades 0 to 5; each row sums to 1.

    Raises
    ------
    ValueError
        Where `distribution` gives no grade probabilities, or its grid leaves 0 to 100.

    Examples
    --------
    >>> from skerosion.clinical import ratingen_probabilities
    >>> from skerosion.forecasts import GridDistribution
    >>> ratingen_probabilities(GridDistribution([0, 10, 50, 100], [[0.5, 0.8, 0.9, 1.0]])).round(2)
    array([[0.5, 0.3, 0. , 0.1, 0. , 0.1]])
    """
    if not hasattr(distribution, "grade_probabilities"):
        raise ValueError(
            f"distribution must give grade probabilities, got {type(distribution).__name__}; make one of a cdf at "
            "0, 1, ..., 100 percent with skerosion.forecasts.GridDistribution(None, cdf)."
        )
    grid = getattr(distribution, "grid", (0, 100))
    if grid[0] < 0 or grid[-1] > 100:
        raise ValueError(f"distribution must be one of percentages, got a grid from {grid[0]:g} to {grid[-1]:g}.")
    return distribution.grade_probabilities(RATINGEN_EDGES)
