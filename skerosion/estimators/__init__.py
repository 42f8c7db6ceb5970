"""scikit-learn estimators around the networks: one base, thin task classes, and estimators made of others."""

import skerosion.networks  # noqa: F401  (checks the backend before Keras is imported)
from skerosion.estimators._augmented import AugmentedForecaster
from skerosion.estimators._base_network import BaseNetwork as BaseNetwork
from skerosion.estimators._base_network import hidden_values as hidden_values
from skerosion.estimators._calibrated import CalibratedForecaster
from skerosion.estimators._classifier import CNNClassifier
from skerosion.estimators._conformal import ConformalForecaster
from skerosion.estimators._context import ContextForecaster
from skerosion.estimators._crps_regressor import CRPSRegressor
from skerosion.estimators._documentation import describe_parameters as describe_parameters
from skerosion.estimators._ensemble import ForecastEnsemble
from skerosion.estimators._fit_tasks import with_callbacks as with_callbacks
from skerosion.estimators._graded import GradedRegressor
from skerosion.estimators._held_out import Samples as Samples
from skerosion.estimators._held_out import held_out_splits as held_out_splits
from skerosion.estimators._held_out import originals as originals
from skerosion.estimators._inputs import check_fitted_shape as check_fitted_shape
from skerosion.estimators._inputs import check_rows as check_rows
from skerosion.estimators._inputs import drop_weightless as drop_weightless
from skerosion.estimators._inputs import weigh_rows as weigh_rows
from skerosion.estimators._orders import order_given as order_given
from skerosion.estimators._ordinal import OrdinalClassifier
from skerosion.estimators._regressor import CNNRegressor
from skerosion.estimators._rules import TRAINING_RULES as TRAINING_RULES
from skerosion.estimators._settings import seed_of as seed_of
from skerosion.estimators._settings import with_seeds as with_seeds
from skerosion.estimators._two_level import TwoLevelClassifier

__all__ = [
    "AugmentedForecaster",
    "CNNClassifier",
    "CNNRegressor",
    "CRPSRegressor",
    "CalibratedForecaster",
    "ConformalForecaster",
    "ContextForecaster",
    "ForecastEnsemble",
    "GradedRegressor",
    "OrdinalClassifier",
    "TwoLevelClassifier",
]
