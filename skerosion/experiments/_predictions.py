"""Out-of-fold predictions: the fits of all folds put back into the order of the table's rows."""

from dataclasses import dataclass

import numpy as np

from skerosion.grades import balanced_probabilities


@dataclass(frozen=True)
class GradePredictions:
    """Out-of-fold grades and probabilities of one classifier strategy.

    Parameters
    ----------
    classes : ndarray of shape (n_grades,)
    probabilities : ndarray of shape (n_rows, n_grades)
        The network's, whatever the decision makes of them.
    prediction : ndarray of shape (n_rows,)
        The grade decided on.

    Examples
    --------
    >>> from skerosion.experiments._predictions import GradePredictions
    >>> GradePredictions.decide([0, 2], [[0.7, 0.3]], shares=[0.9, 0.1]).prediction.tolist()
    [2]
    """

    classes: np.ndarray
    probabilities: np.ndarray
    prediction: np.ndarray

    @classmethod
    def decide(cls, classes, probabilities, shares=None):
        """Take the most probable grade, after dividing by the training shares where they are given."""
        decided_on = probabilities if shares is None else balanced_probabilities(probabilities, shares)
        return cls(np.asarray(classes), np.asarray(probabilities), np.asarray(classes)[np.argmax(decided_on, axis=1)])


@dataclass(frozen=True)
class ValuePredictions:
    """Out-of-fold distributions of one regressor strategy on one grid.

    Parameters
    ----------
    grid : ndarray of shape (n_thresholds,)
    cdf : ndarray of shape (n_rows, n_thresholds)

    Examples
    --------
    >>> from skerosion.experiments._predictions import ValuePredictions
    >>> ValuePredictions([0.0, 1.0], [[0.4, 1.0]]).distribution.mean().round(3).tolist()
    [0.6]
    """

    grid: np.ndarray
    cdf: np.ndarray

    @property
    def distribution(self):
        """The rows' `GridDistribution`."""
        from skerosion.forecasts import GridDistribution

        return GridDistribution(np.asarray(self.grid, dtype=float), np.asarray(self.cdf, dtype=float))


def forecast_arrays(task, forecast, classes, shares=None):
    """The arrays of one fit's forecast, with a column for every grade of the search.

    Parameters
    ----------
    task : {"classifier", "regressor"}
    forecast : Forecast
        What an estimator's ``forecast`` gives: probabilities and classes, or a distribution.
    classes : sequence of int
        All grades of the search.
    shares : ndarray of shape (n_trained_grades,) or None, default=None
        The classifier's ``class_shares_``: the share of each of its grades in its training rows.

    Returns
    -------
    dict of str to ndarray
    """
    if task == "regressor":
        distribution = forecast.distribution
        return {
            "grid": np.asarray(distribution.grid, dtype=float),
            "cdf": np.asarray(distribution.cdf, dtype=np.float32),
        }
    classes = np.asarray(classes)
    columns = np.searchsorted(classes, forecast.classes)
    probabilities = np.zeros((len(forecast.probabilities), len(classes)), dtype=np.float32)
    probabilities[:, columns] = forecast.probabilities
    every_share = np.zeros(len(classes))
    every_share[columns] = shares
    return {"classes": classes, "probabilities": probabilities, "shares": every_share}


def grade_predictions(fits, strategy, n_rows):
    """Put the folds of a classifier strategy together.

    Parameters
    ----------
    fits : sequence of (Fold, dict)
        Every fold with the arrays of its fit.
    strategy : str
        ``"balanced_decision"`` decides after dividing each fold's probabilities by its training shares.
    n_rows : int

    Returns
    -------
    GradePredictions
    """
    classes = fits[0][1]["classes"]
    probabilities, shares = np.zeros((2, n_rows, len(classes)))
    for fold, arrays in fits:
        probabilities[fold.test] = arrays["probabilities"]
        shares[fold.test] = arrays["shares"]
    if strategy == "balanced_decision" or "prediction" not in fits[0][1]:
        return GradePredictions.decide(classes, probabilities, shares if strategy == "balanced_decision" else None)
    prediction = np.zeros(n_rows, dtype=classes.dtype)
    for fold, arrays in fits:
        prediction[fold.test] = arrays["prediction"]
    return GradePredictions(classes, probabilities, prediction)


def value_predictions(fits, n_rows):
    """Put the folds of a regressor strategy together, on the union of their grids.

    Parameters
    ----------
    fits : sequence of (Fold, dict)
    n_rows : int

    Returns
    -------
    ValuePredictions
    """
    grid = np.unique(np.concatenate([arrays["grid"] for _, arrays in fits]))
    together = np.zeros((n_rows, len(grid)))
    for fold, arrays in fits:
        together[fold.test] = on_grid(arrays["grid"], arrays["cdf"], grid)
    together[:, -1] = 1.0
    return ValuePredictions(grid, together)


def on_grid(grid, cdf, wanted):
    """A CDF that steps at ``grid``, read at the thresholds ``wanted``.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.experiments._predictions import on_grid
    >>> on_grid(np.array([1.0, 2.0]), np.array([[0.5, 1.0]]), np.array([0.0, 1.0, 1.5, 2.0, 3.0])).tolist()
    [[0.0, 0.5, 0.5, 1.0, 1.0]]
    """
    position = np.searchsorted(grid, wanted, side="right") - 1
    return np.where(position >= 0, np.asarray(cdf, dtype=float)[:, np.maximum(position, 0)], 0.0)
