"""Sums of grades: exact convolutions given a common factor, averaged over it."""

import numpy as np

from skerosion.forecasts import GridDistribution
from skerosion.visits._copula import factor, given_factor
from skerosion.visits._visit_rows import HIGHEST_GRADE


def sum_of_grades(cdf, codes, correlation):
    """Return the distribution of the sum of the grades of each visit, and its number of joints.

    Parameters
    ----------
    cdf : ndarray of shape (n, 5)
        P(grade <= 0), ..., P(grade <= 4) of each joint.
    codes : ndarray of shape (n,)
        Visit of each joint, 0 to n_visits - 1, each with a joint.
    correlation : float
        Of the normal scores of a visit's joints.

    Returns
    -------
    sums : GridDistribution
        One row a visit, on 0, 1, ..., 5 times the largest number of joints.
    n_joints : ndarray of shape (n_visits,)

    References
    ----------
    L. Andersen, J. Sidenius, S. Basu, "All your hedges in one basket", Risk, November 2003: the recursion given the
    factor, there for the losses of a credit portfolio.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.visits._grade_sums import sum_of_grades
    >>> coins = np.array([[0.5, 1, 1, 1, 1]] * 2)
    >>> sums, n_joints = sum_of_grades(coins, np.array([0, 0]), correlation=0.0)
    >>> sums.pmf[0, :3]
    array([0.25, 0.5 , 0.25])
    """
    n_joints = np.bincount(codes)
    rows = np.split(np.argsort(codes, kind="stable"), np.cumsum(n_joints)[:-1])
    values, weights = factor(correlation)
    summed = np.ones((len(n_joints), HIGHEST_GRADE * n_joints.max() + 1))
    for visit, joints in enumerate(rows):
        conditional = given_factor(cdf[joints], values, correlation)
        pmf = convolve(np.diff(conditional, axis=2, prepend=0, append=1)) @ weights
        summed[visit, : len(pmf) - 1] = np.minimum(np.cumsum(pmf)[:-1], 1)
    return GridDistribution(None, summed), n_joints


def convolve(pmf):
    """Return the distribution of the sum of independent grades, for each value of the factor.

    Parameters
    ----------
    pmf : ndarray of shape (n_values, n_joints, 6)

    Returns
    -------
    ndarray of shape (5 * n_joints + 1, n_values)
    """
    n_values, n_joints, n_grades = pmf.shape
    # A grade moves whole rows, which lie together in memory.
    probability = np.ascontiguousarray(pmf.transpose(1, 2, 0))
    total = np.zeros((HIGHEST_GRADE * n_joints + 1, n_values))
    total[0] = 1
    for joint in range(n_joints):
        reach = HIGHEST_GRADE * joint + 1
        before = total[:reach].copy()
        total[:reach] = 0
        for grade in range(n_grades):
            total[grade : grade + reach] += before * probability[joint, grade]
    return total
