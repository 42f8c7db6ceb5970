"""Predicting new images with a saved estimator: one line per image, and one per patient."""

import numpy as np
import pandas as pd

from skerosion._keys import as_keys
from skerosion._validation import SHARE, check_parameter
from skerosion.clinical import RATINGEN_EDGES
from skerosion.forecasts import GridDistribution, forecast_of
from skerosion.grades import is_number
from skerosion.visits import pool_by_patient

from ._film_scores import grades_of_joints
from ._joints_to_read import bins_of, plan_for


def prediction_table(saved, X, *, interval=0.9):
    """Everything a saved estimator says about images.

    Parameters
    ----------
    saved : SavedEstimator
    X : ImageRows or what `skerosion.datasets.as_image_rows` takes
        Files are read at the size of the fit.
    interval : float, default=0.9
        Coverage of the central interval.

    Returns
    -------
    pandas.DataFrame
        As `prediction_columns` says.

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
    ['prediction', 'p_0', 'p_1', 'mean', 'median', 'interval_low', 'interval_high']
    """
    return prediction_columns(saved, forecast_of(saved.pipeline, X), interval=interval)


def prediction_columns(saved, forecast, *, interval=0.9):
    """What a saved estimator forecasts, in the columns of a table.

    Parameters
    ----------
    saved : SavedEstimator
    forecast : Forecast
        Its own.
    interval : float, default=0.9
        Coverage of the central interval.

    Returns
    -------
    pandas.DataFrame
        ``prediction``; the probability of each grade, ``p_0``, ``p_1``, ...; and of the distribution ``mean``,
        ``median``, ``interval_low`` and ``interval_high``. An estimator that has no probabilities, or no distribution,
        lacks their columns. Of grades that are names, the mean is one of their places 0, 1, .... Probabilities are the
        network's own; a classifier with the balanced decision divides them by the training shares before it decides.
    """
    check_parameter("interval", interval, (SHARE,))
    distribution, classifies = _distribution(saved, forecast), saved.task == "classifier"
    columns = {"prediction": _shown(saved.target, forecast.prediction) if classifies else forecast.prediction}
    if classifies and forecast.probabilities is not None:
        columns |= _probabilities(_shown(saved.target, forecast.classes), forecast.probabilities)
    elif distribution is not None:
        columns |= _grade_columns(saved, forecast, distribution)
    if distribution is not None:
        low, high = distribution.interval(interval).T
        columns |= {"mean": distribution.mean(), "median": _named(saved.target, distribution.median())}
        columns |= {"interval_low": _named(saved.target, low), "interval_high": _named(saved.target, high)}
    return pd.DataFrame(columns)


def _distribution(saved, forecast):
    """Return the distributions of a forecast, of places for grades that are names in an order, None without any."""
    of_names = saved.target.names is not None and forecast.is_of_classes and not is_number(forecast.classes)
    if forecast.probabilities is None or not of_names:
        return forecast.distribution
    return GridDistribution(None, forecast.onto_classes(saved.target.names).cdf)


def patient_table(saved, forecast, images, data, *, interval=0.9, correlation=0.0):
    """One row per patient, in the order in which they first appear: what is forecast for their images, pooled.

    Parameters
    ----------
    saved : SavedEstimator
    forecast : Forecast
        Of the rows of `data`.
    images : NewImages
        With patients.
    data : ImageTable
    interval : float, default=0.9
        Coverage of the central intervals.
    correlation : float, default=0.0
        As for `skerosion.visits.pool_by_patient`.

    Returns
    -------
    pandas.DataFrame
        The patient, ``n_images`` (lines of the table), ``n_predicted`` (different images with a prediction) and what
        `PatientForecast.frame` says, with the probability that each grade is the worst, ``p_worst_0``, .... Of an
        estimator without distributions, ``worst`` and ``mean`` of its predictions alone. Empty for a patient of whom
        no image could be read.
    """
    known = pd.Series(images.patients[images.patients != ""])
    table = known.value_counts(sort=False).rename("n_images").to_frame()
    counted = images.counted(data)
    if not counted.any():
        return table.assign(n_predicted=0).reset_index(names=images.group)
    patients = images.patients[data.X.indices[counted]]
    pooled = _pooled(saved, forecast.take(counted), patients, interval, correlation)
    table = table.join(pooled.rename(columns={"n_images": "n_predicted"}))
    table["n_predicted"] = table["n_predicted"].fillna(0).astype(int)
    return table.reset_index(names=images.group if images.group not in table else f"{images.group} (table)")


def read_column(saved, forecast, images, data, visits, plan):
    """Which images a person must still read, so that the Rau scores of visits are near those of reading all.

    Parameters
    ----------
    saved : SavedEstimator
    forecast : Forecast
        Of the rows of `data`.
    images : NewImages
        With patients; each image shows another joint of the visit.
    data : ImageTable
    visits : ndarray of str, shape (n_lines,)
        Of each line of the table.
    plan : ReadingPlan or path-like

    Returns
    -------
    read : Series of object, of the rows of `data`
        True, False, and nothing for an image that counts for no visit.
    plan : ReadingPlan
    """
    bins = bins_of(saved)
    if bins == "none":
        raise ValueError("plan must be left out where grades are no Ratingen scores, which add up to a Rau score.")
    plan, visits = plan_for(plan, bins), np.asarray(visits)[data.X.indices]
    rows = np.flatnonzero(images.counted(data) & (visits != ""))
    read = pd.Series(None, np.arange(len(visits)), dtype=object)
    if len(rows):
        distribution, _ = grades_of_joints(saved, forecast.take(rows))
        patients = images.patients[data.X.indices[rows]]
        read[rows] = plan.joints_to_read(distribution, patients, visits[rows])
    return read, plan


def _pooled(saved, forecast, patients, interval, correlation):
    """Return what is forecast for patients, indexed by them."""
    distribution = _distribution(saved, forecast)
    if distribution is None:
        return _pooled_values(forecast.prediction, patients)
    pooled = pool_by_patient(distribution, patients, correlation=correlation)
    rows = pooled.frame(interval)
    for name in ("worst", "worst_low", "worst_high"):
        rows[name] = _named(saved.target, rows[name])
    return rows.assign(**_grade_columns(saved, forecast, pooled.worst, "p_worst_"))


def _pooled_values(values, patients):
    """Return the largest and the mean value of each patient; there is none of names."""
    if not is_number(values):
        raise ValueError(
            "group must be left out where grades have no order, which says what is the worst, got "
            f"{', '.join(map(str, np.unique(values)))}."
        )
    grouped = pd.Series(np.asarray(values)).groupby(as_keys(patients), sort=False)
    return grouped.agg(n_images="size", worst="max", mean="mean").rename_axis("patient")


def _named(target, values):
    """Return values as they are, or for places of grades that are names, the names."""
    return values if target.names is None else target.shown(values)


def _shown(target, grades):
    """Return grades by their names, which an estimator that was fitted on names gives itself."""
    return target.shown(grades) if is_number(grades) else np.asarray(grades)


def _grade_columns(saved, forecast, distribution, prefix="p_"):
    """The probability of each grade from distributions as the estimator has them: of grades, or of values."""
    target = saved.target
    if saved.task == "classifier":
        grades = np.sort(forecast.classes) if target.names is None else target.shown(distribution.grid)
        return _probabilities(grades, distribution.pmf, prefix)
    return _probabilities(_shown(target, target.classes), _grade_probabilities(target, distribution), prefix)


def _probabilities(classes, probabilities, prefix="p_"):
    return {f"{prefix}{grade}": probabilities[:, column] for column, grade in enumerate(np.asarray(classes))}


def _grade_probabilities(target, distribution):
    """P(grade) from the CDF: between the grades' upper edges, which for grades are the grades themselves."""
    edges = RATINGEN_EDGES if target.kind == "percent" else target.classes[:-1]
    return distribution.grade_probabilities(edges)
