"""Floors: what predicting without looking at the image scores, made from each fold's training rows."""

import numpy as np

from skerosion.distributions import GridDistribution

from ._scores import ValueForecasts


def floor_grades(result):
    """Predictions of constant grades.

    Parameters
    ----------
    result : SearchResult

    Returns
    -------
    dict of str to ndarray of shape (n_rows,)
        The commonest grade of each fold's training rows, and the middle grade, which no grade is far from.
    """
    classes = np.asarray(result.target.classes)
    commonest = np.zeros(len(result.y), dtype=classes.dtype)
    for fold in result.folds:
        counts = (result.grades[fold.train][:, None] == classes).sum(axis=0)
        commonest[fold.test] = classes[counts.argmax()]
    middle = classes[len(classes) // 2]
    return {"floor: commonest": commonest, f"floor: always {middle}": np.full(len(result.y), middle)}


def floor_forecasts(result):
    """Forecasts that are the training rows' mean, median and distribution.

    Parameters
    ----------
    result : SearchResult

    Returns
    -------
    dict of str to ValueForecasts
        The mean lies between the grid's thresholds, where a CRPS would round it, so it has no distribution.
    """
    from skerosion.metrics import marginal_cdf

    grid = result.target.grid
    mean, median = np.zeros((2, len(result.y)))
    marginal, step = np.zeros((2, len(result.y), len(grid)))
    for fold in result.folds:
        trained = np.sort(result.y[fold.train])
        mean[fold.test] = trained.mean()
        median[fold.test] = trained[(len(trained) - 1) // 2]
        marginal[fold.test] = marginal_cdf(trained, grid)
        step[fold.test] = grid >= trained[(len(trained) - 1) // 2]
    return {
        "floor: mean": ValueForecasts(mean=mean),
        "floor: median": ValueForecasts(median=median, distribution=GridDistribution(grid, step)),
        "floor: marginal CDF": ValueForecasts.of(GridDistribution(grid, marginal)),
    }
