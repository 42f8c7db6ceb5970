# What a first script needs, and the rooms. This is read by editors and type checkers, and when the package is imported.

from . import clinical as clinical
from . import commands as commands
from . import datasets as datasets
from . import estimators as estimators
from . import experiments as experiments
from . import exporting as exporting
from . import forecasts as forecasts
from . import grades as grades
from . import imbalance as imbalance
from . import inspection as inspection
from . import localization as localization
from . import metrics as metrics
from . import model_selection as model_selection
from . import networks as networks
from . import plotting as plotting
from . import preprocessing as preprocessing
from . import promises as promises
from . import report as report
from . import testing as testing
from . import training as training
from . import visits as visits
from .datasets import ImageRows as ImageRows
from .datasets import load_image_table as load_image_table
from .estimators import AugmentedForecaster as AugmentedForecaster
from .estimators import CalibratedForecaster as CalibratedForecaster
from .estimators import CNNClassifier as CNNClassifier
from .estimators import CNNRegressor as CNNRegressor
from .estimators import ConformalForecaster as ConformalForecaster
from .estimators import ContextForecaster as ContextForecaster
from .estimators import CRPSRegressor as CRPSRegressor
from .estimators import ForecastEnsemble as ForecastEnsemble
from .estimators import GradedRegressor as GradedRegressor
from .estimators import OrdinalClassifier as OrdinalClassifier
from .estimators import TwoLevelClassifier as TwoLevelClassifier
from .experiments import load_estimator as load_estimator
from .experiments import save_estimator as save_estimator
from .exporting import export_onnx as export_onnx
from .forecasts import GridDistribution as GridDistribution
from .imbalance import AugmentingOverSampler as AugmentingOverSampler
from .imbalance import ClassWeighter as ClassWeighter
from .imbalance import RowSampler as RowSampler
from .metrics import scorers as scorers
from .training import Phase as Phase
from .visits import RauForecaster as RauForecaster

__version__: str
