"""Estimators recalibrated on some of the patients of a table, so that the others tell what that gains."""

import warnings
from numbers import Integral

import numpy as np

from skerosion._counted import counted
from skerosion._validation import Whole, check_parameter
from skerosion.forecasts import step_of
from skerosion.grades import is_number

from ._evaluated_result import on_target

DRAWS = 50
"""Draws of the patients to learn from."""


def checked_counts(adapt, data):
    """How many patients to learn from, each time: whole numbers that leave two patients to test on.

    Parameters
    ----------
    adapt : int or sequence of int
    data : ImageTable

    Returns
    -------
    list of int
    """
    counts = [adapt] if isinstance(adapt, Integral) else list(adapt)
    n_patients = len(data.y) if data.groups is None else len(np.unique(data.groups))
    for count in counts:
        check_parameter("adapt", count, (Whole(1),))
        if count > n_patients - 2:
            raise ValueError(
                f"adapt must leave at least 2 patients to test on, got {count} of the {n_patients} of the table."
            )
    return counts


def adapt_estimators(estimators, result, counts, draws=None):
    """Recalibrate estimators on patients drawn from a table.

    Parameters
    ----------
    estimators : dict of str to SavedEstimator
    result : Evaluated
        What they predict for all rows.
    counts : sequence of int
        How many patients to learn from. Fewer of a draw are among the more.
    draws : int or None, default=None
        None draws 50 times.

    Returns
    -------
    list of (dict, ndarray of int)
        As `skerosion.report.gain_tables` takes them.
    """
    groups = np.arange(len(result.y)) if result.groups is None else result.groups
    patients, of_row = np.unique(groups, return_inverse=True)
    adapted = []
    for draw in range((draws or DRAWS) if counts else 0):
        place = np.random.default_rng([result.seed, draw]).permutation(len(patients))[of_row]
        for count in counts:
            made = [_corrected(name, saved, result, place < count) for name, saved in estimators.items()]
            forecasts = {
                (*of, f"{name}, {counted(count, 'patient')}"): each
                for part in made
                for (*of, name), each in part.items()
            }
            adapted.append((forecasts, np.flatnonzero(place >= count)))
    return adapted


def _corrected(name, saved, result, learned):
    """The forecasts of all rows after each correction that some of them teach, by task, estimator and correction."""
    said = result.said[saved.task, name]
    y = _taught(saved, result, said)
    if saved.task == "classifier":  # of a grade that it was never shown an estimator says nothing
        known = said.classes if is_number(said.classes) else result.target.values(said.classes)
        learned = learned & np.isin(result.grades, known)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # how few teach it was chosen, and the interval tells the rest
        made = {"classifier": _of_grades, "regressor": _of_values}[saved.task](saved.pipeline, said, y, learned)
    return {(saved.task, name, how): on_target(name, saved, forecast) for how, forecast in made.items()}


def _taught(saved, result, said):
    """The target as the estimator was fitted on it."""
    if getattr(step_of(saved.pipeline), "bins", None) is not None:
        return result.y
    y = result.target.training_target(saved.task, result.y)
    return result.target.shown(y) if saved.task == "classifier" and not is_number(said.classes) else y


def _of_grades(estimator, said, y, learned):
    _, tempered = _learn("temperature", estimator, said, y, learned)
    _, shifted = _learn("label_shift", estimator, said, y, learned)
    shift, both = _learn("label_shift", estimator, tempered, y, learned)
    balanced = both.balanced(shift.class_shares_)
    named = {"temperature": tempered, "label shift": shifted, "temperature and label shift": both}
    return named | {"temperature and label shift, balanced grades": balanced}


def _of_values(estimator, said, y, learned):
    methods = {"temperature": "temperature", "levels": "isotonic"}
    return {name: _learn(method, estimator, said, y, learned)[1] for name, method in methods.items()}


def _learn(method, estimator, said, y, learned):
    """What corrects a forecast, learned from some rows, and the forecast of all rows corrected."""
    from skerosion.estimators import CalibratedForecaster

    calibrated = CalibratedForecaster(estimator, method=method, cv="prefit")
    calibrated.fit_forecast(said.take(learned), y[learned])
    return calibrated, calibrated.recalibrate(said)
