"""Tables, figures and files of searches and studies, from what `skerosion.experiments` has fitted."""

from ._format import CAPTION as CAPTION
from ._format import cell_texts as cell_texts
from ._score_tables import ScoreTable as ScoreTable
from ._search_report import SearchReport as SearchReport
from ._search_report import search_strategies
from ._study_report import Study as Study
from ._study_report import run_study
from ._study_tables import StudyTables as StudyTables

__all__ = [
    "run_study",
    "search_strategies",
]
