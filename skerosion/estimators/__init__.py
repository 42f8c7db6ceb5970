"""scikit-learn estimators around the networks: one base, thin task classes."""

from skerosion.estimators._classifier import CNNClassifier
from skerosion.estimators._crps import CRPSRegressor
from skerosion.estimators._forecast import Forecast
from skerosion.estimators._ordinal import OrdinalClassifier
from skerosion.estimators._regressor import CNNRegressor

__all__ = ["CNNClassifier", "CNNRegressor", "CRPSRegressor", "Forecast", "OrdinalClassifier"]
