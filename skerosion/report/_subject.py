"""What a report is about: the rows that were scored, what was found in them, and how it came about."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ._page_options import PageOptions
from ._verdicts import Verdict


@dataclass(frozen=True)
class Subject:
    """All that sections and checks read.

    Parameters
    ----------
    what : {"search", "study", "evaluation"}
    scored : Scored
        The rows on which results are told: all of a search, the test part of a study, the table of an evaluation.
    tables : dict of str to ScoreTable
        Those of the scored rows by task, ``"recall"``, ``"difference"``, and subgroups as ``"by_classifier"``.
    verdicts : dict of str to Verdict
        By task, on the scored rows.
    settings : dict
        As ``settings.json`` has it.
    chosen_on : str
        The rows that chose the best strategies, in words.
    y, groups : ndarray of shape (n_rows,)
        Of all rows; `groups` may be None.
    parts : dict of str to ndarray of int
        Positions of the rows of each part among all rows.
    table : DataFrame or None, default=None
        The other columns of all rows.
    excluded : DataFrame or None, default=None
        Rows that take no part, with their ``reason``.
    records : dict of (str, str) to list of dict, default={}
        Task and training -> what is known of each fit.
    frames : dict of str to DataFrame, default={}
        What later parts feed: ``"audit"``, ``"agreement"``, ``"shortcuts"``, ``"learning_curve"``,
        ``"reading"``, ``"changes"``;
        ``"images"``, measures of all images, and ``"grey"``, quantiles of trained-on and of scored images.
    figures : dict of str to str, default={}
        Name -> file below the folder of the report.
    names : sequence of str or None, default=None
        What scored rows are called, where they may be named.
    page : PageOptions
        What the user decides of the page, and says in it.
    """

    what: str
    scored: object
    tables: dict
    verdicts: dict[str, Verdict]
    settings: dict
    chosen_on: str
    y: np.ndarray
    groups: np.ndarray | None
    parts: dict
    table: pd.DataFrame | None = None
    excluded: pd.DataFrame | None = None
    records: dict = field(default_factory=dict)
    frames: dict = field(default_factory=dict)
    figures: dict = field(default_factory=dict)
    names: object = None
    page: PageOptions = PageOptions()

    @property
    def target(self):
        """What the target is."""
        return self.scored.target

    @property
    def grades(self):
        """Grade of each of all rows."""
        return self.target.grade(self.y)

    @property
    def n_scored_patients(self):
        """Patients among the scored rows; their number where patients are not known."""
        return len(self.scored.y) if self.scored.groups is None else len(np.unique(self.scored.groups))

    def patients(self, rows):
        """How many patients some of all rows are of; how many rows where patients are not known."""
        return len(rows) if self.groups is None else len(np.unique(self.groups[rows]))

    def chosen(self, task):
        """What the best strategy of a task predicts for the scored rows."""
        return self.scored.of_task(task)[self.verdicts[task].strategy]

    def chosen_grades(self, task):
        """The grades that the best strategy of a task predicts, of a regressor those of its medians."""
        return self.grades_by(task, self.verdicts[task].strategy)

    def grades_by(self, task, strategy):
        """The grades that a strategy predicts, of a regressor those of its medians."""
        forecast = self.scored.of_task(task)[strategy]
        return forecast.prediction if task == "classifier" else self.scored.median_grade(forecast)

    def candidates(self, task):
        """Strategy -> its forecast and the name of its row, the best strategy first."""
        forecasts, best = self.scored.of_task(task), self.verdicts[task].strategy
        return {
            name: (forecasts[name], self.scored.titles[name])
            for name in sorted(forecasts, key=lambda name: name != best)
        }
