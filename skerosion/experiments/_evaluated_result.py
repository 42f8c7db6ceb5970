"""What saved estimators predict for a labelled table, on the grades of the one target that they share."""

from dataclasses import dataclass, replace

import numpy as np

from skerosion.datasets import ImageTable
from skerosion.forecasts import Forecast, forecast_of
from skerosion.grades import is_number
from skerosion.report import deciding

from ._scored import Scored


@dataclass(frozen=True)
class Evaluated(Scored):
    """What saved estimators predict for the rows of a labelled table; `said` is that in their own classes."""

    target: object
    data: ImageTable
    y: np.ndarray
    said: dict
    predictions: dict
    titles: dict
    decided_by: dict
    seed: int

    candidate = "estimator"
    origin = "by estimators as they are saved, fitted to nothing here; floors are made of these images' own grades"

    @property
    def rows(self):
        """All images."""
        return self.data.X

    @property
    def groups(self):
        """Patient of each row, or None."""
        return self.data.groups

    @staticmethod
    def fit_of(strategy):
        """Every estimator has fits of its own."""
        return strategy

    def references(self):
        """The table's own targets: what estimators were trained on, their files do not hold."""
        return [(self.y, np.arange(len(self.y)))]


def predict_all(estimators, data, seed, predict=None):
    """What each estimator predicts for the table, on the grades of the target that all share.

    Parameters
    ----------
    estimators : dict of str to SavedEstimator
    data : ImageTable
    seed : int
    predict : callable or None, default=None
        From rows to what each estimator says of them; None predicts here.

    Returns
    -------
    Evaluated
    """
    target = shared_target(estimators)
    y = truth_of(target, data.y)
    if data.groups is not None and data.X.groups is None:
        data = replace(data, X=data.X.with_groups(data.groups))
    said = forecasts_of(estimators, data.X) if predict is None else predict(data.X)
    titles = {name: name for name in estimators}
    predictions = predictions_of(estimators, said)
    return Evaluated(target, data, y, said, predictions, titles, deciding(()), seed)


def forecasts_of(estimators, rows):
    """What each estimator says about some rows, by task and name."""
    return {(saved.task, name): forecast_of(saved.pipeline, rows) for name, saved in estimators.items()}


def predictions_of(estimators, said):
    """The same on the grades of the target."""
    return {(task, name): on_target(name, estimators[name], each) for (task, name), each in said.items()}


def shared_target(estimators):
    """The target that all estimators grade.

    Parameters
    ----------
    estimators : dict of str to SavedEstimator

    Returns
    -------
    Target

    Raises
    ------
    ValueError
        For none at all, for estimators of several targets, and for names of grades without an order.

    Examples
    --------
    >>> from skerosion.experiments import SavedEstimator, shared_target
    >>> from skerosion.grades import Target
    >>> saved = SavedEstimator(None, "classifier", "original", Target.decide([0, 1]), (64, 64, 1), {})
    >>> shared_target({"grader": saved}).classes
    (0, 1)
    """
    if not estimators:
        raise ValueError("estimators must name one estimator at least, got none.")
    (first, saved), *others = estimators.items()
    for name, other in others:
        if _meaning(other.target) != _meaning(saved.target):
            raise ValueError(
                f"estimators must grade the same target, got {first} ({_shown(saved)}) and {name} ({_shown(other)}): "
                "evaluate them one by one."
            )
    if saved.target.names is None and not is_number(saved.target.classes):
        raise ValueError(
            f"{first} must know the order of its grades, got {_shown(saved)}, which are names: fit it with "
            "classes=[...] from the lowest to the highest, or tell them in its file, "
            'save_estimator(estimator, path, {"target": {"kind": "grade", "classes": [0, 1, 2], "names": [...]}}).'
        )
    return saved.target


def _meaning(target):
    return target.kind, tuple(target.classes), target.names


def _shown(saved):
    return f"{saved.target.kind} of {', '.join(map(str, saved.target.labels))}"


def truth_of(target, y, what="the target"):
    """The targets as numbers; one that the estimators do not know is an error."""
    values = _numbers(target, y, what)
    if target.kind == "percent":
        unknown = values[~((values >= 0) & (values <= 100))]
    else:
        unknown = values[~np.isin(values, target.classes)]
    if len(unknown):
        known = "0 to 100" if target.kind == "percent" else ", ".join(map(str, target.labels))
        raise ValueError(f"{what} must hold what the estimators know, {known}; got {unknown[0]:g} too.")
    return values


def _numbers(target, y, what):
    """The targets as the estimators count them; names are an error where they know numbers."""
    try:
        return target.values(y)
    except ValueError as error:
        if target.names is not None:
            raise
        raise ValueError(f"{what} must hold numbers, as the estimators know it, got {np.asarray(y)[0]!s}.") from error


def on_target(name, saved, forecast):
    """A forecast of an estimator on the grades of the target, of names by their places."""
    if saved.task == "regressor":
        if forecast.distribution is None:
            raise ValueError(f"{name} must predict a distribution, got a regressor of single numbers.")
        return forecast
    if forecast.probabilities is None:
        raise ValueError(f"{name} must predict probabilities, got a classifier without them.")
    if is_number(forecast.classes):
        return forecast.onto_classes(saved.target.classes)
    of_names = forecast.onto_classes(saved.target.names)
    places = saved.target.values(of_names.prediction).astype(int)
    return Forecast(places, of_names.probabilities, np.array(saved.target.classes))
