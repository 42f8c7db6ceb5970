"""All that an estimator says about some rows, from one pass, through pipelines and searches."""

from functools import cached_property

from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline

from ._forecast import Forecast

# What searches of scikit-learn, Optuna and scikit-optimize search over.
_SEARCHED = ("param_grid", "param_distributions", "search_spaces")


def forecast_of(estimator, X):
    """Return what a fitted estimator predicts for `X`, from a single pass.

    A Pipeline knows no ``forecast``, so its steps are walked as its own ``predict`` does: transformers transform,
    samplers and ``"passthrough"`` do nothing, the last step forecasts. A fitted search forecasts with its best
    estimator, a frozen one with what it holds.

    Parameters
    ----------
    estimator : fitted estimator, Pipeline, search or FrozenEstimator
        Of this package, with ``forecast``; or any other with ``predict``, and perhaps ``predict_proba``. A search is
        what has a ``best_estimator_``.
    X : array-like or ImageRows
        Rows; handed on as they are where no step transforms them.

    Returns
    -------
    Forecast
        With ``prediction``, ``probabilities``, ``classes`` and ``distribution``, each None where the estimator has
        none. Of a foreign estimator only what is asked for is computed.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from skerosion.forecasts import forecast_of
    >>> X = [[0.0], [1.0], [2.0], [3.0]]
    >>> classifier = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, [0, 0, 1, 1])
    >>> forecast_of(classifier, X).prediction
    array([0, 0, 1, 1])
    """
    return forecast_of_step(*last_step(estimator, X))


def last_step(estimator, X):
    """Return the estimator that predicts, inside pipelines, searches and freezers, and the rows as they reach it."""
    while (inner := inside(estimator)) is not None and not _lacks_best(estimator):
        if isinstance(estimator, Pipeline):
            for _, step in estimator.steps[:-1]:
                # "passthrough" and None have no such method, and neither have samplers, which act in fit only.
                X = step.transform(X) if hasattr(step, "transform") else X
        estimator = inner
    return estimator, X


def step_of(estimator):
    """Return the estimator that predicts, inside pipelines, searches and freezers, fitted or not."""
    while (inner := inside(estimator)) is not None:
        estimator = inner
    return estimator


def inside(wrapper):
    """Return the estimator that a freezer, a pipeline or a search hands rows on to, None for any other estimator."""
    # First of all the freezer, which shows the attributes of what it holds.
    if isinstance(wrapper, FrozenEstimator):
        return wrapper.estimator
    if hasattr(wrapper, "best_estimator_"):
        return wrapper.best_estimator_
    if isinstance(wrapper, Pipeline):
        return wrapper.steps[-1][1]
    return wrapper.estimator if is_search(wrapper) else None


def is_search(estimator):
    """Whether an estimator is a search over parameters, fitted or not."""
    return any(hasattr(estimator, name) for name in _SEARCHED)


def _lacks_best(estimator):
    """Whether a search has no best estimator; its own error says best why."""
    return is_search(estimator) and not hasattr(estimator, "best_estimator_")


def forecast_of_step(step, X):
    """Return the forecast of an estimator that is neither a pipeline nor a search."""
    return step.forecast(X) if hasattr(step, "forecast") else ForeignForecast(step, X)


class ForeignForecast(Forecast):
    """The forecast of an estimator that has no ``forecast``, each part computed when it is first asked for."""

    _given_distribution = None

    def __init__(self, estimator, X):
        self._estimator, self._X = estimator, X

    @cached_property
    def prediction(self):
        """What ``predict`` returns."""
        return self._estimator.predict(self._X)

    @cached_property
    def probabilities(self):
        """What ``predict_proba`` returns, None without it."""
        return self._estimator.predict_proba(self._X) if hasattr(self._estimator, "predict_proba") else None

    @property
    def classes(self):
        """The columns of the probabilities, None for a regressor."""
        return getattr(self._estimator, "classes_", None)
