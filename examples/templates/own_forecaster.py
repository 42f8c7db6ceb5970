"""Your own forecaster: copy this file and change `fit` and `forecast`; every ``predict`` method follows from them."""

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.neighbors import NearestNeighbors
from sklearn.utils.validation import check_is_fitted, validate_data

from skerosion.forecasts import Forecast, ForecastMixin, GridDistribution


class OwnForecaster(ForecastMixin, RegressorMixin, BaseEstimator):
    """What the nearest training rows had is what a row may have, each with the same probability.

    A classifier takes ClassifierMixin, learns ``classes_``, and returns ``Forecast.of_probabilities(probabilities,
    self.classes_)``. `bins` are what percentages are graded by; leave them out where there is nothing to grade.
    """

    def __init__(self, *, n_neighbors=15, bins=None):
        self.n_neighbors = n_neighbors
        self.bins = bins

    def fit(self, X, y):
        """Remember the rows. X has shape (n, d): features, or embeddings of images."""
        X, y = validate_data(self, X, y, y_numeric=True)
        self.grid_, self.places_ = np.unique(y, return_inverse=True)
        self.neighbors_ = NearestNeighbors(n_neighbors=min(self.n_neighbors, len(X))).fit(X)
        return self

    def forecast(self, X):
        """Return a distribution for each row, of shape (n, K) on the K points of the grid."""
        check_is_fitted(self)
        nearest = self.neighbors_.kneighbors(validate_data(self, X, reset=False), return_distance=False)
        at_most = self.places_[nearest][:, :, np.newaxis] <= np.arange(len(self.grid_))
        return Forecast.of_distribution(GridDistribution(self.grid_, at_most.mean(axis=1)), bins=self.bins)
