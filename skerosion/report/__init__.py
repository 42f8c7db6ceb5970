"""Tables, figures and files of searches and studies, from what `skerosion.experiments` has fitted."""

from skerosion.experiments import load_saved as load_estimator
from skerosion.grades import Target

from ._format import CAPTION as CAPTION
from ._format import cell_texts as cell_texts
from ._score_tables import ScoreTable
from ._search_report import SearchReport, search_strategies
from ._study_report import Study, run_study
from ._study_tables import StudyTables

__all__ = [
    "ScoreTable",
    "SearchReport",
    "Study",
    "StudyTables",
    "Target",
    "load_estimator",
    "run_study",
    "search_strategies",
]
