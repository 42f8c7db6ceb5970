"""Rows that rest: those whose loss stays among the largest of their grade, as that of a wrong label does."""

import numpy as np

from skerosion.metrics import largest_of_each_grade
from skerosion.model_selection import stand_ins

EPOCHS_OF_LOSS = 3
"""Epochs whose mean is a row's loss: one alone is of one drawing of dropout and augmentation."""


class Trimming:
    """What rests in each epoch of a fit, learned from the losses of the epochs before.

    A row rests where its running loss, the mean of the last three epochs it was trained on, lies above the 1 - share
    quantile of its grade over all training rows. Its loss stays what it was while it rests. Copies follow their
    original, whose loss alone counts.

    Parameters
    ----------
    share : float in (0, 1)
        Of each grade that rests; a grade of fewer than 1 / share originals is spared.
    after : int
        Epochs in which all rows are trained on.
    rows : ImageRows
        The training rows.
    grades : ndarray of shape (n,)

    References
    ----------
    Y. Shen, S. Sanghavi, "Learning with bad training data via iterative trimmed loss minimization", ICML 2019.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets import ImageRows
    >>> from skerosion.training import Trimming
    >>> rows = ImageRows(np.zeros((4, 16, 16), "uint8"))
    >>> trimming = Trimming(0.25, 1, rows, np.zeros(4, int))
    >>> trimming.resting(0).tolist()
    [False, False, False, False]
    >>> trimming.note(np.array([3, 0, 1, 2]), np.array([0.1, 0.2, 5.0, 0.3]))
    >>> trimming.resting(1).tolist()
    [False, True, False, False]
    """

    def __init__(self, share, after, rows, grades):
        self.share, self.after, self.grades = share, after, grades
        self._first, self._source_of = stand_ins(rows)
        self._losses = np.full((EPOCHS_OF_LOSS, len(self._first)), np.nan)

    def resting(self, epoch):
        """Tell which rows rest in an epoch, counted from 0.

        Returns
        -------
        ndarray of bool of shape (n,)
        """
        if epoch < self.after:
            return np.zeros(len(self.grades), dtype=bool)
        seen = np.isfinite(self._losses)
        running = np.where(seen, self._losses, 0.0).sum(axis=0) / np.where(seen.any(axis=0), seen.sum(axis=0), np.nan)
        return largest_of_each_grade(running, self.grades[self._first], self.share)[self._source_of]

    def note(self, positions, losses):
        """Take down the losses of an epoch: those of the rows at some positions, each once at most."""
        of_rows = np.full(len(self.grades), np.nan)
        of_rows[positions] = losses
        of_originals = of_rows[self._first]
        trained = np.isfinite(of_originals)
        self._losses[:, trained] = np.vstack([self._losses[1:, trained], of_originals[trained]])

    def counts(self, resting):
        """Return how many rows of each grade rest, by the name that the history has for it.

        Returns
        -------
        dict of str to float
        """
        return {f"resting_{grade}": float(resting[self.grades == grade].sum()) for grade in np.unique(self.grades)}
