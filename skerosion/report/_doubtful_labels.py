"""Labels that forecasts of other patients find hardest to believe: wrong, or of images that nobody finds easy."""

import numpy as np
import pandas as pd

from skerosion.forecasts import Forecast
from skerosion.metrics import expected_losses, label_losses, probability_of_labels, standardized_losses

from ._promised_sets import grade_probabilities

UNLIKELY = 0.01


def doubtful_labels(subject):
    """The scored rows by how much less likely their label is than their forecast expects.

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
    forecast = _of_grades(subject, task)
    losses = label_losses(forecast, subject.scored.grades) - expected_losses(forecast)
    scores = standardized_losses(losses, subject.scored.fold_of_row, np.zeros(len(losses)))
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
    forecast = _of_grades(subject, task)
    own, probabilities = probability_of_labels(forecast, subject.scored.grades), forecast.pmf
    return int((own <= UNLIKELY).sum()), float(np.where(probabilities <= UNLIKELY, probabilities, 0.0).sum())


def _of_grades(subject, task):
    """What the best strategy says of grades, of a regressor by the grades that values fall into."""
    target = subject.target
    return Forecast.of_probabilities(grade_probabilities(subject.chosen(task), target), np.asarray(target.classes))
