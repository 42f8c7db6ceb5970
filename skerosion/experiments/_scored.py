"""What tables and figures read of predictions, whether a search made them out of fold or a study on one part."""

import numpy as np

from skerosion._counted import counted


class Scored:
    """Rows with their truth and what strategies predict for them; tables, figures and floors are made of it.

    A subclass has ``target`` (Target), ``rows`` (ImageRows), ``y`` (targets, shape (n_rows,)), ``groups`` (patients, or
    None), ``predictions`` (task and strategy -> `Forecast`), ``titles`` (strategy -> how it is written), ``seed`` (of
    the resamples of patients), ``decided_by`` (task -> the column that chooses its winner), ``origin`` (where
    predictions come from, in words), ``fit_of(strategy)``, the strategy whose fits it reads, and ``references()``:
    pairs of the targets that fits were trained on, and the positions of the rows that those predict.
    """

    candidate = "strategy"
    """What is compared, in one word."""

    refused = {}
    """Rows that no fit can fill -> task, title and why."""

    @property
    def grades(self):
        """True grade of each row."""
        return self.target.grade(self.y)

    def of_task(self, task):
        """Predictions of one task by strategy."""
        return {strategy: each for (of, strategy), each in self.predictions.items() if of == task}

    def median_grade(self, predictions):
        """Grade of each row's predicted median; a median on the grid is exactly 0 where most mass is."""
        return self.target.grade(predictions.distribution.median())

    @property
    def fold_of_row(self):
        """Which fits predict each row: rows of one number have the same."""
        return np.zeros(len(self.y), dtype=int)

    def row_marks(self):
        """Columns that tell where a row's prediction comes from, for the written predictions."""
        return {}

    @property
    def extent(self):
        """How many rows of how many patients, and where the predictions come from."""
        patients = "" if self.groups is None else f" of {counted(len(np.unique(self.groups)), 'patient')}"
        return f"{counted(len(self.y), 'image')}{patients}, {self.origin}"
