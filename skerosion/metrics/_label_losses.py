"""How badly each label fits what was forecast for its row: losses, made comparable between folds and grades."""

import numpy as np

from skerosion.grades import class_positions
from skerosion.metrics._crps import crps

LEAST_PROBABILITY = 1e-6
"""A smaller one is the doubt of no forecaster: its logarithm would outweigh a whole fold."""


def label_losses(forecast, y):
    """Return the loss of each label: minus the logarithm of its probability, the CRPS, or the error of a value alone.

    Parameters
    ----------
    forecast : Forecast
        Of grades or of values.
    y : ndarray of shape (n,)
        The labels.

    Returns
    -------
    ndarray of shape (n,)
        0 and more; of a CRPS and an error in the unit of the labels.

    Examples
    --------
    >>> from skerosion.forecasts import Forecast
    >>> from skerosion.metrics import label_losses
    >>> label_losses(Forecast.of_probabilities([[0.5, 0.5], [0.1, 0.9]], classes=[0, 1]), [0, 0]).round(2).tolist()
    [0.69, 2.3]
    """
    if forecast.is_of_classes:
        return -np.log(np.clip(probability_of_labels(forecast, y), LEAST_PROBABILITY, None))
    if forecast.distribution is None:
        return np.abs(np.asarray(y, dtype=float) - forecast.prediction)
    return crps(y, forecast.distribution, per_sample=True, unit="points")


def expected_losses(forecast):
    """Return the loss that a forecast expects of each label: its entropy, or the CRPS that it has where it is right.

    Parameters
    ----------
    forecast : Forecast

    Returns
    -------
    ndarray of shape (n,)
        The mean of :func:`label_losses` over labels that are drawn from the forecast; 0 of values alone.

    References
    ----------
    T. Gneiting, A. E. Raftery, "Strictly Proper Scoring Rules, Prediction, and Estimation", Journal of the American
    Statistical Association 102 (2007): entropies of scoring rules.

    Examples
    --------
    >>> from skerosion.forecasts import Forecast
    >>> from skerosion.metrics import expected_losses
    >>> expected_losses(Forecast.of_probabilities([[0.5, 0.5], [0.1, 0.9]], classes=[0, 1])).round(2).tolist()
    [0.69, 0.33]
    """
    if forecast.is_of_classes:
        pmf = forecast.pmf
        return -(pmf * np.log(np.clip(pmf, LEAST_PROBABILITY, None))).sum(axis=1)
    if forecast.distribution is None:
        return np.zeros(len(forecast.prediction))
    cdf, widths = forecast.distribution.cdf.astype(float), np.diff(forecast.distribution.grid)
    return (cdf * (1 - cdf))[:, :-1] @ widths


def probability_of_labels(forecast, y):
    """Return the probability that a forecast of grades gives each label, as ndarray of shape (n,)."""
    return forecast.pmf[np.arange(len(y)), class_positions(np.asarray(y), np.asarray(forecast.classes))]


def standardized_losses(losses, folds, grades):
    """Return losses less the mean of their fold and grade, over its standard deviation.

    Folds have estimators of their own, which are more or less sure, and rare grades have larger losses, whether they
    are right or wrong. A row that is alone in its fold and grade, or where all are alike, gets 0.

    Parameters
    ----------
    losses : ndarray of shape (n,)
    folds, grades : ndarray of shape (n,)

    Returns
    -------
    ndarray of shape (n,)

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.metrics import standardized_losses
    >>> standardized_losses(np.array([1.0, 3, 5, 7]), np.zeros(4), np.array([0, 0, 1, 1])).tolist()
    [-1.0, 1.0, -1.0, 1.0]
    """
    _, folds = np.unique(folds, return_inverse=True)
    names, grades = np.unique(grades, return_inverse=True)
    cell = folds * len(names) + grades
    counts = np.maximum(np.bincount(cell), 1)
    centred = losses - (np.bincount(cell, losses) / counts)[cell]
    spread = np.sqrt(np.bincount(cell, centred**2) / counts)[cell]
    # Differences that are rounding are none.
    alike = spread <= 1e-9 * np.maximum(np.abs(losses), 1e-9)
    return np.where(alike, 0.0, centred / np.where(alike, 1.0, spread))


def largest_of_each_grade(values, grades, share):
    """Tell which rows lie above the 1 - share quantile of their grade; none of a grade of fewer than 1 / share rows.

    Parameters
    ----------
    values : ndarray of shape (n,)
        NaN of rows that are not known yet, which are not counted.
    grades : ndarray of shape (n,)
    share : float in (0, 1)

    Returns
    -------
    ndarray of bool of shape (n,)

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.metrics import largest_of_each_grade
    >>> largest_of_each_grade(np.array([1.0, 2, 3, 4, 9]), np.array([0, 0, 0, 0, 1]), 0.25).tolist()
    [False, False, False, True, False]
    """
    largest = np.zeros(len(values), dtype=bool)
    for grade in np.unique(grades):
        rows = np.flatnonzero((grades == grade) & np.isfinite(values))
        # Rounded, so that 1 / 0.1 rows are ten.
        if round(len(rows) * share, 9) >= 1:
            largest[rows] = values[rows] > np.quantile(values[rows], 1 - share)
    return largest
