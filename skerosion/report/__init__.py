"""Tables, figures and files of searches and studies, from their results: nothing here fits, stores or predicts."""

# `as`: for the rooms above, not for users.
from ._cases import cases_of as cases_of
from ._cases import doubt_of as doubt_of
from ._cases import draw_cases as draw_cases
from ._checklists import CHECKLISTS as CHECKLISTS
from ._checklists import fill_all as fill_all
from ._checklists import made_by as made_by
from ._contact_sheet import write_contact_sheet as write_contact_sheet
from ._document import FilmView as FilmView
from ._factors import factor_tables as factor_tables
from ._factors import factors_of as factors_of
from ._film_pages import make_film_pages as make_film_pages
from ._film_pages import page_name as page_name
from ._format import CAPTION as CAPTION
from ._format import cell_texts as cell_texts
from ._gain_tables import gain_tables as gain_tables
from ._html import to_html as to_html
from ._learned_figures import write_learned_figures as write_learned_figures
from ._outliers import disagreement as disagreement
from ._outliers import outlier_frame as outlier_frame
from ._page_options import PageOptions as PageOptions
from ._patient_sheets import make_sheets as make_sheets
from ._reader_agreement import agreement_frame as agreement_frame
from ._reader_agreement import reader_frames as reader_frames
from ._robustness_tables import robustness_tables as robustness_tables
from ._score_columns import DECIDED_BY as DECIDED_BY
from ._score_columns import deciding as deciding
from ._score_columns import meanings_of as meanings_of
from ._score_tables import ScoreTable as ScoreTable
from ._scored_figures import write_figures as write_figures
from ._scored_files import make_tables as make_tables
from ._scored_files import write_predictions as write_predictions
from ._scored_files import write_tables as write_tables
from ._study_figures import write_study_figures as write_study_figures
from ._study_files import write_study_predictions as write_study_predictions
from ._study_files import write_study_tables as write_study_tables
from ._study_tables import StudyTables as StudyTables
from ._study_tables import final_lines as final_lines
from ._study_tables import make_study_tables as make_study_tables
from ._subject import Subject as Subject
from ._verdicts import verdicts_of as verdicts_of
from ._write_page import make_document as make_document
from ._write_page import redraw as redraw
from ._write_page import write_page as write_page

__all__ = []
