"""The columns of probabilities: which class each stands for, and the distribution that they make together."""

import numpy as np

from ._distribution import GridDistribution


def distribution_of_classes(probabilities, classes):
    """Return the distributions on the classes as a grid, None where these are not numbers."""
    if classes.dtype.kind not in "iuf":
        return None
    # Grades may be given from the highest to the lowest; a grid rises.
    ascending = np.argsort(classes)
    cdf = np.asarray(probabilities)[:, ascending].cumsum(axis=1)
    return GridDistribution(classes[ascending].astype(np.float64), cdf)


def union_of_classes(forecasts, order=None):
    """Return the classes of several forecasts, in a given order, or that of one that knows them all, else sorted."""
    every = np.unique(np.concatenate([forecast.classes for forecast in forecasts]))
    if order is not None and np.isin(every, order).all():
        return np.asarray(order)[np.isin(order, every)]
    longest = max((np.asarray(forecast.classes) for forecast in forecasts), key=len)
    return longest if len(longest) == len(every) else every


def probabilities_on(forecast, classes):
    """Return the probabilities of a forecast in the columns of other classes, 0 for those it does not know."""
    own = np.asarray(forecast.classes)
    columns = np.flatnonzero(np.isin(classes, own))
    order = [int(np.flatnonzero(own == grade)[0]) for grade in classes[columns]]
    probabilities = np.zeros((len(forecast.probabilities), len(classes)))
    probabilities[:, columns] = forecast.probabilities[:, order]
    return probabilities
