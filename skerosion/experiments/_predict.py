"""Predicting new images with a saved winner: one line an image, in the table's order."""

import numpy as np
import pandas as pd

from skerosion.clinical import RATINGEN_EDGES
from skerosion.forecasts import forecast_of
from skerosion.grades import is_number


def prediction_table(saved, X, *, interval=0.9):
    """Everything a saved estimator says about images.

    Parameters
    ----------
    saved : SavedEstimator
    X : ImageRows or what `skerosion.datasets.as_image_rows` takes
        Files are read at the size of the fit.
    interval : float, default=0.9
        Coverage of the regressor's central interval.

    Returns
    -------
    pandas.DataFrame
        ``prediction``; the probability of each grade, ``p_0``, ``p_1``, ...; for a regressor ``interval_low`` and
        ``interval_high``. An estimator without them has ``prediction`` alone. Probabilities are the
        network's own; a classifier with the balanced decision divides them by the training shares before it decides.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.experiments import SavedEstimator, make_pipeline, prediction_table
    >>> from skerosion.grades import Target
    >>> target, images, grades = Target.decide([0, 1]), np.zeros((4, 16, 16), np.uint8), np.array([0, 1, 0, 1])
    >>> small = {"epochs": 1, "filters": (4,), "convolutions": 1, "dense_units": (4,)}
    >>> pipeline = make_pipeline("classifier", "original", target, parameters=small).fit(images, grades)
    >>> saved = SavedEstimator(pipeline, "classifier", "original", target, (16, 16, 1), {})
    >>> prediction_table(saved, images).columns.tolist()
    ['prediction', 'p_0', 'p_1']
    """
    check_interval(interval)
    forecast = forecast_of(saved.pipeline, X)
    columns = {
        "prediction": _shown(saved.target, forecast.prediction) if saved.task == "classifier" else forecast.prediction
    }
    if saved.task == "regressor" and forecast.distribution is None:
        return pd.DataFrame(columns)
    if saved.task == "classifier" and forecast.probabilities is None:
        return pd.DataFrame(columns)
    if saved.task == "regressor":
        low, high = forecast.distribution.interval(interval).T
        columns |= _probabilities(
            _shown(saved.target, saved.target.classes), _grade_probabilities(saved.target, forecast.distribution)
        )
        return pd.DataFrame(columns | {"interval_low": low, "interval_high": high})
    return pd.DataFrame(columns | _probabilities(_shown(saved.target, forecast.classes), forecast.probabilities))


def _shown(target, grades):
    """Return grades by their names, which an estimator that was fitted on names gives itself."""
    return target.shown(grades) if is_number(grades) else np.asarray(grades)


def check_interval(interval):
    """Raise ValueError for a coverage that no interval has."""
    if not 0 < interval < 1:
        raise ValueError(f"interval must lie strictly between 0 and 1, got {interval}.")


def _probabilities(classes, probabilities):
    return {f"p_{grade}": probabilities[:, column] for column, grade in enumerate(np.asarray(classes))}


def _grade_probabilities(target, distribution):
    """P(grade) from the CDF: between the grades' upper edges, which for grades are the grades themselves."""
    edges = RATINGEN_EDGES if target.kind == "percent" else target.classes[:-1]
    return distribution.grade_probabilities(edges)
