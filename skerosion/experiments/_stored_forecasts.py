"""Out-of-fold forecasts: what the fits of all folds leave in files, put back into the order of the table's rows."""

import numpy as np

from skerosion.forecasts import Forecast

from ._strategies import is_balanced


def forecast_arrays(forecast, classes, shares=None):
    """The arrays of one fit's forecast, with a column for every grade of the search.

    Parameters
    ----------
    forecast : Forecast
        What an estimator's ``forecast`` gives.
    classes : sequence of int
        All grades of the search.
    shares : ndarray of shape (n_trained_grades,) or None, default=None
        The classifier's ``class_shares_``: the share of each of its grades in its training rows.

    Returns
    -------
    dict of str to ndarray
    """
    if not forecast.is_of_classes or forecast.probabilities is None:
        return forecast.to_arrays()
    arrays = forecast.onto_classes(classes).to_arrays()
    if shares is not None:
        arrays["shares"] = np.zeros(len(classes))
        arrays["shares"][np.searchsorted(classes, forecast.classes)] = shares
    return arrays


def kept_forecast(arrays, strategy):
    """The forecast of one fit, decided as its strategy decides.

    Parameters
    ----------
    arrays : dict of str to ndarray
        As `forecast_arrays` makes them.
    strategy : str
        ``"balanced_decision"`` decides after dividing probabilities by the training shares.

    Returns
    -------
    Forecast
    """
    forecast = Forecast.from_arrays(arrays)
    return forecast.balanced(arrays["shares"]) if is_balanced(strategy) else forecast


def out_of_fold(fits, strategy):
    """Put the folds of a strategy together, on all grades or the union of their grids.

    Parameters
    ----------
    fits : sequence of (Fold, dict)
        Every fold with the arrays of its fit.
    strategy : str

    Returns
    -------
    Forecast
    """
    return Forecast.of_folds([(fold.test, kept_forecast(arrays, strategy)) for fold, arrays in fits])
