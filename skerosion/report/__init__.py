"""A whole strategy search: fits, tables, figures, settings and the winners."""

from skerosion.experiments import (
    STRATEGIES,
    SavedEstimator,
    SearchPlan,
    SearchStopped,
    make_estimator,
    make_pipeline,
    prediction_table,
    read_settings,
    train_table,
)
from skerosion.experiments import load_estimators as load_estimators
from skerosion.experiments import load_saved as load_estimator
from skerosion.experiments import version_message as version_message
from skerosion.experiments import write_text as write_text
from skerosion.grades import Target

from ._format import CAPTION as CAPTION
from ._format import cell_texts as cell_texts
from ._score_tables import ScoreTable
from ._search_report import SearchReport, search_strategies
from ._study_tables import StudyTables

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
