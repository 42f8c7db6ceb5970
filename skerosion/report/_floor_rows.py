"""Floors: what predicting without looking at the image scores, made from the rows that the fits were trained on."""

import numpy as np

from skerosion.forecasts import GridDistribution

from ._doubt import ValueForecasts


def floor_grades(result):
    """Predictions of constant grades.

    Parameters
    ----------
    result : Scored

    Returns
    -------
    dict of str to ndarray of shape (n_rows,)
        The commonest grade of the rows that the fits were trained on, and the middle grade, which no grade is far from.
    """
    from skerosion.metrics import constant_grades

    classes = np.asarray(result.target.classes)
    commonest = np.zeros(len(result.y), dtype=classes.dtype)
    for trained, rows in result.references():
        commonest[rows], middle = constant_grades(result.target.grade(trained), classes)
    shown = result.target.shown([middle])[0]
    return {"floor: commonest": commonest, f"floor: always {shown}": np.full(len(result.y), middle)}


def floor_forecasts(result):
    """Forecasts that are the training rows' mean, median and distribution.

    Parameters
    ----------
    result : Scored

    Returns
    -------
    dict of str to ValueForecasts
        The mean lies between the grid's thresholds, where a CRPS would round it, so it has no distribution.
    """
    from skerosion.metrics import constant_values, marginal_cdf

    grid = result.target.grid
    mean, median = np.zeros((2, len(result.y)))
    marginal, step = np.zeros((2, len(result.y), len(grid)))
    for trained, rows in result.references():
        constants = constant_values(trained)
        mean[rows], median[rows] = constants["mean"], constants["median"]
        marginal[rows] = marginal_cdf(trained, grid)
        step[rows] = grid >= constants["median"]
    return {
        "floor: mean": ValueForecasts(mean=mean),
        "floor: median": ValueForecasts(median=median, distribution=GridDistribution(grid, step)),
        "floor: marginal CDF": ValueForecasts.of(GridDistribution(grid, marginal)),
    }
