# `as`: for the rooms above, not for users.
from ._cluster import check_scheduler as check_scheduler
from ._degradations import DEGRADATIONS as DEGRADATIONS
from ._descriptions import check_described as check_described
from ._descriptions import describe_estimator as describe_estimator
from ._descriptions import make_estimator as make_estimator
from ._engine import run as run
from ._evaluate import EvaluationReport as EvaluationReport
from ._evaluate import evaluate
from ._evaluated_result import shared_target as shared_target
from ._grade_films import FilmGrades as FilmGrades
from ._grade_films import grade_films
from ._graded_films import check_grades_folder as check_grades_folder
from ._graded_films import write_grades as write_grades
from ._joints_to_read import told_of as told_of
from ._learned_plans import is_plan_file as is_plan_file
from ._learned_plans import learn_plan as learn_plan
from ._marks import known_by as known_by
from ._marks import marks_of as marks_of
from ._patient_pages import write_patient_sheets as write_patient_sheets
from ._pipelines import RowEstimator as RowEstimator
from ._pipelines import make_pipeline
from ._prediction_tables import patient_table as patient_table
from ._prediction_tables import prediction_columns as prediction_columns
from ._prediction_tables import prediction_table as prediction_table
from ._prediction_tables import read_column as read_column
from ._presets import PRESETS as PRESETS
from ._presets import read_candidates as read_candidates
from ._quiet import load_estimators as load_estimators
from ._record import describe_settings as describe_settings
from ._record import settings_text as settings_text
from ._record import versions as versions
from ._results import SearchResult as SearchResult
from ._results import StudyResult as StudyResult
from ._saved_estimator import SavedEstimator as SavedEstimator
from ._saved_estimator import card_message as card_message
from ._saved_estimator import load_saved as load_saved
from ._saved_estimator import version_message as version_message
from ._schema import settings_schema as settings_schema
from ._scored import Scored as Scored
from ._scorings import SCORINGS_ENDING as SCORINGS_ENDING
from ._search import SearchReport as SearchReport
from ._search import search_strategies
from ._search_plan import SearchPlan
from ._shortcuts import measure_shortcuts as measure_shortcuts
from ._store import SearchStopped as SearchStopped
from ._strategies import STRATEGIES as STRATEGIES
from ._strategies import check_choices as check_choices
from ._study import Study as Study
from ._study import run_study
from ._study_plan import StudyPlan
from ._train import train_table as train_table
from ._trained_films import describe_films as describe_films
from ._training_settings import check_training_table as check_training_table
from ._training_settings import read_settings as read_settings
from ._trainings import Training
from ._transfer import transfer_trainings as transfer_trainings
from ._visit_forecasts import VisitForecasts as VisitForecasts
from ._winners import refit_winners as refit_winners
from .file_format import EstimatorFileError as EstimatorFileError
from .file_format import load_estimator, save_estimator

__all__ = [
    "SearchPlan",
    "StudyPlan",
    "Training",
    "evaluate",
    "grade_films",
    "load_estimator",
    "make_pipeline",
    "run_study",
    "save_estimator",
    "search_strategies",
]
