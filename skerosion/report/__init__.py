"""A whole strategy search: fits, tables, figures, settings and the winners."""

from skerosion.grades import Target

from ._format import CAPTION as CAPTION
from ._format import cell_texts as cell_texts
from ._part_files import write_text as write_text
from ._predict import prediction_table
from ._quiet import load_estimators as load_estimators
from ._saved import SavedEstimator, load_estimator
from ._saved import version_message as version_message
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
