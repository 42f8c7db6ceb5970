"""Your own step against imbalance: copy this file, change `OwnStep`, and put it before an estimator in a Pipeline.

``search_strategies(..., strategies={"own": OwnStep(), "original": "passthrough"})`` gives it a row of its own.
"""

import numpy as np
from sklearn.utils import check_random_state

from skerosion.imbalance import RowStep


class OwnStep(RowStep):
    """Keep at most so many rows of each grade, drawn at random.

    Parameters are assigned and nothing else; they are looked at where they are used. `bins` is there for continuous
    targets: leave it out if yours are grades. What you learn ends in an underscore.
    """

    def __init__(self, most=100, *, bins=None, random_state=None):
        self.most = most
        self.bins = bins
        self.random_state = random_state

    def _resample(self, rows, grades):
        """Return the rows that go on and their positions; targets, patients and weights follow by themselves.

        ``rows.take(positions)`` picks and repeats, ``rows.with_sample_weight(weights)`` weighs. Never read pixels.
        """
        if self.most < 1:
            raise ValueError(f"most must be at least 1, got {self.most!r}.")
        order = check_random_state(self.random_state).permutation(len(rows))
        kept = [order[grades[order] == grade][: self.most] for grade in np.unique(grades)]
        positions = np.sort(np.concatenate(kept))
        return rows.take(positions), positions
