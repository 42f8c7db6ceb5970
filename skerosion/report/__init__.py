"""A whole strategy search: fits, tables, figures, settings and the winners."""

from skerosion.grades import Target

from ._predict import prediction_table
from ._saved import SavedEstimator, load_estimator
from ._score_tables import ScoreTable
from ._search import SearchPlan
from ._search_report import SearchReport, search_strategies
from ._store import SearchStopped
from ._strategies import STRATEGIES, make_pipeline
from ._study_tables import StudyTables
from ._train import make_estimator, read_settings, train_table

__all__ = [
    "STRATEGIES",
    "SavedEstimator",
    "ScoreTable",
    "SearchPlan",
    "SearchReport",
    "SearchStopped",
    "StudyTables",
    "Target",
    "load_estimator",
    "make_estimator",
    "make_pipeline",
    "prediction_table",
    "read_settings",
    "search_strategies",
    "train_table",
]
