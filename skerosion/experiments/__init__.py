"""Experiments: what is fitted, on which rows, against the imbalance with what, and what a fit leaves behind."""

from ._container import EstimatorFileError

# `as`: for the rooms above, not for users.
from ._jobs import finished_fits_stay as finished_fits_stay
from ._jobs import run_jobs as run_jobs
from ._neighbor_forecasts import N_NEIGHBORS as N_NEIGHBORS
from ._neighbor_forecasts import neighbor_predictions as neighbor_predictions
from ._parts import split_parts as split_parts
from ._predict import check_interval as check_interval
from ._predict import prediction_table as prediction_table
from ._quiet import load_estimators as load_estimators
from ._record import command_line as command_line
from ._record import describe_settings as describe_settings
from ._record import settings_text as settings_text
from ._record import versions as versions
from ._saved import SavedEstimator as SavedEstimator
from ._saved import load_saved as load_saved
from ._saved import version_message as version_message
from ._saving import PICKLES as PICKLES
from ._saving import check_name as check_name
from ._saving import check_plain as check_plain
from ._saving import load_estimator, save_estimator
from ._scored import Scored as Scored
from ._search import SearchPlan as SearchPlan
from ._search import SearchResult as SearchResult
from ._search import data_digest as data_digest
from ._search import run_search as run_search
from ._store import FitStore as FitStore
from ._store import SearchStopped as SearchStopped
from ._strategies import STRATEGIES as STRATEGIES
from ._strategies import TASKS as TASKS
from ._strategies import TITLES as TITLES
from ._strategies import make_pipeline as make_pipeline
from ._strategies import training_strategy as training_strategy
from ._study_plan import StudyPlan as StudyPlan
from ._study_result import StudyResult as StudyResult
from ._train import make_estimator as make_estimator
from ._train import read_settings as read_settings
from ._train import train_table as train_table
from ._training_fits import LEARNED as LEARNED
from ._training_fits import fit_training as fit_training
from ._training_fits import own_parameters as own_parameters
from ._training_fits import trained_estimator as trained_estimator
from ._training_fits import training_jobs as training_jobs
from ._trainings import Training as Training
from ._transfer import OTHER_TASK as OTHER_TASK
from ._transfer import transfer_trainings as transfer_trainings
from ._visit_forecasts import VisitForecasts as VisitForecasts
from ._winners import refit_winners as refit_winners
from ._writing import write_atomically as write_atomically
from ._writing import write_text as write_text

__all__ = ["EstimatorFileError", "load_estimator", "save_estimator"]
