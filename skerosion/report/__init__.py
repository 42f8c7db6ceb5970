"""A whole strategy search: fits, tables, figures, settings and the winners."""

from ._folds import Fold, fold_seed, make_folds
from ._format import print_table, to_frame, to_markdown, to_rich
from ._jobs import FitJob, workers_and_threads
from ._predict import prediction_table
from ._predictions import GradePredictions, ValuePredictions
from ._progress import progress_bar
from ._saved import SavedEstimator, load_estimator
from ._scores import PatientBootstrap, ValueForecasts
from ._search import SearchPlan, SearchResult, run_search
from ._settings import versions
from ._store import FitStore, SearchStopped, fingerprint
from ._strategies import STRATEGIES, TASKS, balanced_probabilities, chosen_strategies, make_pipeline, training_strategy
from ._study import Study, search_strategies
from ._tables import ScoreTable, classifier_table, recall_table, regressor_table
from ._target import Target
from ._winners import refit_winners, winning_strategy
from ._write import make_tables, write_predictions, write_tables

__all__ = [
    "STRATEGIES",
    "TASKS",
    "FitJob",
    "FitStore",
    "Fold",
    "GradePredictions",
    "PatientBootstrap",
    "SavedEstimator",
    "ScoreTable",
    "SearchPlan",
    "SearchResult",
    "SearchStopped",
    "Study",
    "Target",
    "ValueForecasts",
    "ValuePredictions",
    "balanced_probabilities",
    "chosen_strategies",
    "classifier_table",
    "fingerprint",
    "fold_seed",
    "load_estimator",
    "make_folds",
    "make_pipeline",
    "make_tables",
    "prediction_table",
    "print_table",
    "progress_bar",
    "recall_table",
    "refit_winners",
    "regressor_table",
    "run_search",
    "search_strategies",
    "to_frame",
    "to_markdown",
    "to_rich",
    "training_strategy",
    "versions",
    "winning_strategy",
    "workers_and_threads",
    "write_predictions",
    "write_tables",
]
