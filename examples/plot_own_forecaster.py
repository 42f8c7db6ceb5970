"""
Your own forecaster
===================

An estimator that says how sure it is needs two methods of its own, ``fit`` and ``forecast``. ``ForecastMixin`` makes
every ``predict`` method of them: probabilities, cdfs, quantiles, intervals. Scorers, displays, calibration, conformal
intervals and ensembles then take it as they take a network. The file ``examples/templates/own_forecaster.py`` is one
to copy.

The joints here are **synthetic**: no public data set has a percentage for each joint.
"""

# sphinx_gallery_thumbnail_number = 1

import os

import matplotlib.pyplot as plt
import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.frozen import FrozenEstimator
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.utils.validation import check_is_fitted, validate_data

from skerosion import ConformalForecaster, CRPSRegressor, ForecastEnsemble, ImageRows
from skerosion.datasets import make_joint_images
from skerosion.forecasts import Forecast, ForecastMixin, GridDistribution, forecast_of
from skerosion.inspection import Embedder
from skerosion.metrics import interval_coverage
from skerosion.model_selection import train_validation_test_split
from skerosion.plotting import PredictedCDFDisplay, StrategyComparisonDisplay
from skerosion.testing import check_forecaster


# %%
# The template, with one change: near rows count more than far ones.
class NearRows(ForecastMixin, RegressorMixin, BaseEstimator):
    """What near training rows had is what a row may have, each as probable as it is near."""

    def __init__(self, *, n_neighbors=15, bins=None):
        self.n_neighbors = n_neighbors
        self.bins = bins

    def fit(self, X, y):
        """Remember the rows."""
        X, y = validate_data(self, X, y, y_numeric=True)
        self.grid_, self.places_ = np.unique(y, return_inverse=True)
        self.neighbors_ = NearestNeighbors(n_neighbors=min(self.n_neighbors, len(X))).fit(X)
        return self

    def forecast(self, X):
        """Return a distribution for each row."""
        check_is_fitted(self)
        distances, nearest = self.neighbors_.kneighbors(validate_data(self, X, reset=False))
        weights = 1 / (distances + distances.mean())
        at_most = self.places_[nearest][:, :, np.newaxis] <= np.arange(len(self.grid_))
        cdf = np.einsum("ij,ijk->ik", weights / weights.sum(axis=1, keepdims=True), at_most)
        return Forecast.of_distribution(GridDistribution(self.grid_, cdf), bins=self.bins)


# %%
# Does it keep the contract? One pass from which all predictions follow, the same for a row whatever rows are around it,
# probabilities that sum to 1, wider intervals for a larger coverage: an error names what is broken.
check_forecaster(NearRows())
check_forecaster(NearRows(bins="ratingen"))

# %%
# It needs features: here what a network has learned to see. A frozen network stays as it is.
fast = "SKEROSION_FAST" in os.environ
histogram = {0: 0.4} | dict.fromkeys(range(10, 101, 10), 0.06)  # percent eroded: share of the joints
joints = make_joint_images(200 if fast else 800, size=32, labels=histogram, random_state=0)
X, y = ImageRows(joints.images, groups=joints.patients), joints.percent
training, unseen, held_out = train_validation_test_split(X, y, sizes=(0.5, 0.25, 0.25), random_state=0)
network = CRPSRegressor(
    filters=(8, 16, 32), dense_units=(32,), dropout=0.1, epochs=1 if fast else 12, batch_size=20, random_state=0
).fit(training.X, training.y)
neighbors = make_pipeline(Embedder(FrozenEstimator(network)), NearRows(bins="ratingen")).fit(training.X, training.y)

# %%
# The same scores and figures as for a network, and one member of an ensemble like any other.
both = ForecastEnsemble([("network", network), ("neighbours", neighbors)], cv="prefit").fit(training.X, training.y)
estimators = {"network": network, "its neighbours": neighbors, "both, averaged": both}
StrategyComparisonDisplay.from_estimator(
    estimators, held_out.X, held_out.y, metrics=["crps_points", "mae"], n_resamples=100 if fast else 1000
)
plt.show()
PredictedCDFDisplay.from_estimator(neighbors, held_out.X, held_out.y, quantiles=(0.5, 0.9))
plt.show()

# %%
# Intervals with a promise: patients whom neither the network nor the neighbours have seen tell how far off these are.
conformal = ConformalForecaster(neighbors, cv="prefit").fit(unseen.X, unseen.y)
for name, interval in {
    "its neighbours": forecast_of(neighbors, held_out.X).distribution.interval(0.8),
    "conformal": conformal.predict_interval(held_out.X, coverage=0.8),
}.items():
    print(f"80 % intervals, {name}: hold {interval_coverage(held_out.y, interval):.0%} of the true values")
