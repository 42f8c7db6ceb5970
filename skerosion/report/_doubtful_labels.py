"""Labels that forecasts of other patients find hardest to believe: wrong, or of images that nobody finds easy."""

import numpy as np
import pandas as pd

from skerosion.grades import class_positions
from skerosion.metrics import standardized_losses

from ._promised_sets import grade_probabilities
from .sections.failures import surprises

UNLIKELY = 0.01


def doubtful_labels(subject):
    """The scored rows by how much less likely their label is than others of the same grade.

    Parameters
    ----------
    subject : Subject
        The best strategy of its first task is asked.

    Returns
    -------
    DataFrame
        ``row``, position among the scored rows, ``label`` and ``predicted`` (grades), ``score``, as
        `skerosion.inspection.LabelAudit` gives it for one seed. The most doubtful first.
    """
    task = next(iter(subject.verdicts))
    losses = surprises(subject.chosen(task), subject.scored, task)
    scores = standardized_losses(losses, subject.scored.fold_of_row, subject.scored.grades)
    told = {"label": subject.scored.grades, "predicted": subject.chosen_grades(task), "score": scores}
    table = pd.DataFrame({"row": np.arange(len(scores)), **told})
    return table.sort_values("score", ascending=False, kind="stable")


def unlikely_labels(subject):
    """How many labels have a probability of 1 % at most, and how many a forecast that is right about its doubt has.

    Returns
    -------
    n : int
    expected : float
    """
    task = next(iter(subject.verdicts))
    probabilities = grade_probabilities(subject.chosen(task), subject.target)
    positions = class_positions(subject.scored.grades, np.asarray(subject.target.classes))
    own = probabilities[np.arange(len(positions)), positions]
    return int((own <= UNLIKELY).sum()), float(np.where(probabilities <= UNLIKELY, probabilities, 0.0).sum())
