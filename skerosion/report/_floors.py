"""Floors: what predicting without looking at the image scores, made from each fold's training rows."""

import numpy as np

from ._scores import value_errors


def grade_floors(result):
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
    return {"floor: commonest grade": commonest, f"floor: always grade {middle}": np.full(len(result.y), middle)}


def value_floors(result):
    """Errors of the training rows' mean, median and distribution.

    Parameters
    ----------
    result : SearchResult

    Returns
    -------
    dict of str to dict
        Per row: ``squared`` and ``absolute`` errors, for median and marginal distribution the ``crps`` in points,
        for the latter whether the interval holds the truth (``inside``). The mean lies between the grid's thresholds,
        where a CRPS on the grid would round it, so it has none.
    """
    y = result.y
    mean = np.zeros(len(y))
    median, marginal = _empty_errors(y), _empty_errors(y)
    grid = result.target.grid
    for fold in result.folds:
        trained, test = y[fold.train], fold.test
        mean[test] = trained.mean()
        middle = np.sort(trained)[(len(trained) - 1) // 2]
        _fill(median, test, value_errors(_point(middle, len(test), grid), y[test]))
        _fill(marginal, test, value_errors(_marginal(trained, len(test), grid), y[test]))
    return {
        "floor: mean": {"squared": (mean - y) ** 2},
        "floor: median": {key: median[key] for key in ("crps", "absolute")},
        "floor: marginal distribution": marginal,
    }


def _empty_errors(y):
    return {key: np.zeros(len(y)) for key in ("crps", "squared", "absolute", "inside")}


def _fill(errors, rows, values):
    for key, value in values.items():
        errors[key][rows] = value


def _point(value, n_rows, grid):
    return _distribution((grid >= value).astype(float), n_rows, grid)


def _marginal(trained, n_rows, grid):
    return _distribution((trained[:, None] <= grid).mean(axis=0), n_rows, grid)


def _distribution(cdf, n_rows, grid):
    from skerosion.distributions import GridDistribution

    return GridDistribution(grid, np.tile(cdf, (n_rows, 1)))
