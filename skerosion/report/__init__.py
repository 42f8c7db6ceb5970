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
from skerosion.experiments import load_saved as load_estimator
from skerosion.grades import Target

from ._search_report import SearchReport, search_strategies
from ._tables import ScoreTable

__all__ = [
    "STRATEGIES",
    "SavedEstimator",
    "ScoreTable",
    "SearchPlan",
    "SearchReport",
    "SearchStopped",
    "Target",
    "load_estimator",
    "make_estimator",
    "make_pipeline",
    "prediction_table",
    "read_settings",
    "search_strategies",
    "train_table",
]
