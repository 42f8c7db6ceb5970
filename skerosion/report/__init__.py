"""A whole strategy search: fits, tables, figures, settings and the winners."""

from ._folds import Fold, fold_seed, make_folds
from ._format import print_table, to_frame, to_markdown
from ._predict import prediction_table
from ._predictions import GradePredictions, ValuePredictions
from ._progress import progress_bar
from ._saved import SavedEstimator, load_estimator
from ._scores import PatientBootstrap, ValueForecasts
from ._search import SearchPlan, SearchResult, run_search
from ._settings import versions
from ._store import FitStore, SearchStopped, fingerprint
from ._strategies import STRATEGIES, TASKS, chosen_strategies, make_pipeline, training_strategy
from ._study import Study, search_strategies
from ._tables import ScoreTable
from ._target import Target
from ._winners import winning_strategy

__all__ = [
    "STRATEGIES",
    "TASKS",
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
    "chosen_strategies",
    "fingerprint",
    "fold_seed",
    "load_estimator",
    "make_folds",
    "make_pipeline",
    "prediction_table",
    "print_table",
    "progress_bar",
    "run_search",
    "search_strategies",
    "to_frame",
    "to_markdown",
    "training_strategy",
    "versions",
    "winning_strategy",
]
