"""What displays are given: one estimator or several by name, and what these say about the same rows."""

import difflib
import inspect
import warnings
from collections.abc import Mapping

import numpy as np
from sklearn.utils.validation import column_or_1d

from skerosion._validation import Number
from skerosion.datasets import as_image_rows
from skerosion.forecasts import forecast_of_step, last_step
from skerosion.grades import is_number
from skerosion.metrics import Evaluation, check_same_length, weights_message

WIDTH = Number(0, open_low=True, says="a positive width")
"""What a step of numbers may be."""

PERCENT_NAME = "percent eroded"
"""What a target with Ratingen bins is called, its unit included."""


def by_name(given, name=None, *, what="y_pred", default=""):
    """Return what is drawn by its name: a mapping as it is, anything else under `name`, or the default name.

    Examples
    --------
    >>> from skerosion.plotting._shown import by_name
    >>> by_name([0, 1], "original"), by_name({"a": [0], "b": [1]})
    ({'original': [0, 1]}, {'a': [0], 'b': [1]})
    """
    if not isinstance(given, Mapping):
        return {default if name is None else name: given}
    if name is not None:
        raise ValueError(f"name must be left out where {what} is a mapping, whose keys are the names, got {name!r}.")
    if not given:
        raise ValueError(f"{what} must hold at least one entry, got an empty mapping.")
    return {str(key): value for key, value in given.items()}


def evaluations(estimator, X, y, *, name=None, bins=None, zero_threshold=0, labels=None):
    """Return the forecasts of estimators beside the truth, one pass each, reaching through pipelines and searches.

    Parameters
    ----------
    estimator : fitted estimator, Pipeline or search, or mapping of name to one
        One alone is called `name`, or as its class is.
    X, y
        Rows and targets, the same for all.
    name : str or None
        Of a single estimator.
    bins, zero_threshold, labels
        As for :class:`~skerosion.metrics._evaluation.Evaluation`.

    Returns
    -------
    dict of str to Evaluation
    """
    if weights_message(X):
        warnings.warn(f"{weights_message(X)} Figures count every row once.", stacklevel=4)
    found = {}
    for given, fitted in by_name(estimator, name, what="estimator").items():
        step, rows = last_step(fitted, X)
        forecast = forecast_of_step(step, rows)
        check_same_length(y=np.asarray(y), prediction=forecast.prediction)
        found[given or type(step).__name__] = Evaluation(y, step, forecast, bins, zero_threshold, labels)
    return found


def check_settings(method, settings, decided=()):
    """Raise TypeError for settings that a class method will not take, before anything is predicted.

    Parameters
    ----------
    method : callable
        Which is going to take them.
    settings : dict
    decided : sequence of str, default=()
        Parameters of it that are not for the caller.

    Examples
    --------
    >>> from skerosion.plotting import PITHistogramDisplay
    >>> from skerosion.plotting._shown import check_settings
    >>> check_settings(PITHistogramDisplay.from_predictions, {"nbins": 5})
    Traceback (most recent call last):
    TypeError: settings must be among n_bins, confidence, ..., ax, got 'nbins'. Did you mean n_bins?
    """
    parameters = inspect.signature(method).parameters.values()
    known = [each.name for each in parameters if each.kind is each.KEYWORD_ONLY and each.name not in decided]
    for name in settings:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise TypeError(f"settings must be among {', '.join(known)}, got {name!r}.{hint}")


def only_evaluation(estimator, X, y, *, name=None, bins=None):
    """Return the name and the evaluation of one estimator, for the displays of single rows."""
    if isinstance(estimator, Mapping):
        raise ValueError(f"estimator must be a single one, got a mapping of {len(estimator)}; draw each by itself.")
    ((name, evaluated),) = evaluations(estimator, X, y, name=name, bins=bins).items()
    return name, evaluated


def drawable_images(X):
    """Return images as rows; feature vectors cannot be drawn."""
    pictures = as_image_rows(X)
    if pictures.kind != "images":
        raise ValueError(f"X must hold images to be drawn, got feature vectors of shape {pictures.shape}.")
    if pictures.shape[-1] not in (1, 3, 4):
        raise ValueError(
            f"X must hold grey or colour images to be drawn, got {pictures.shape[-1]} channels; pass one: X[..., :1]."
        )
    return pictures


def bins_of(evaluated):
    """Return the bins of the first estimator, or of the call: how its target falls into grades."""
    return next(iter(evaluated.values())).bins


def target_name_of(target_name, bins, default):
    """Return what the target is called: percentages where Ratingen grades them, unless it is said."""
    if target_name is not None:
        return target_name
    return PERCENT_NAME if isinstance(bins, str) and bins == "ratingen" else default


def distribution_of(evaluation):
    """Return the predicted distributions of an evaluation, with an error in the words of a display."""
    try:
        return evaluation.distribution
    except ValueError as error:
        raise ValueError(
            f"estimator must predict distributions to be drawn here, and {evaluation.name} gives none: take "
            "CRPSRegressor, or a classifier of numeric grades with predict_proba."
        ) from error


def check_rows(y_true, given):
    """Raise unless truth and everything that is given by name have as many rows."""
    check_same_length(**{"y_true": y_true} | {name or "y_pred": values for name, values in given.items()})


def order_of_names(found):
    """Return the order of grades that are names, as the first estimator that knows it has it; None for numbers."""
    known = (each.labels for each in found.values() if each.labels is not None)
    return next((np.asarray(labels) for labels in known if not is_number(labels)), None)


def grade_labels(every, labels=None):
    """Return all grades in their order: those given, which must hold every grade, or those that occur.

    Examples
    --------
    >>> from skerosion.plotting._shown import grade_labels
    >>> grade_labels([[2, 0], [1, 0]]).tolist()
    [0, 1, 2]
    """
    found = np.unique(np.concatenate(list(every)))
    if labels is None:
        if not is_number(found) and len(found) > 2:
            warnings.warn(
                f"Grades that are names are drawn in the alphabet's order, {', '.join(map(str, found))}, in which "
                "neighbours mean nothing; pass labels=[...] from the lowest to the highest, or fit with classes=[...].",
                UserWarning,
                stacklevel=4,
            )
        return found
    labels = column_or_1d(np.asarray(labels))
    strange = np.setdiff1d(found, labels)
    if len(strange):
        raise ValueError(f"labels must hold all grades, got {strange[0]!r}, not in {labels.tolist()}.")
    return labels
