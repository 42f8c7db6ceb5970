"""All that an estimator says about some rows, from one pass, through pipelines and finished searches."""

from functools import cached_property

from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline


def forecast_of(estimator, X):
    """Return what a fitted estimator predicts for `X`, from a single pass.

    A Pipeline knows no ``forecast``, so its steps are walked as its own ``predict`` does: transformers transform,
    samplers and ``"passthrough"`` do nothing, the last step forecasts. A fitted search forecasts with its best
    estimator, a frozen one with what it holds.

    Parameters
    ----------
    estimator : fitted estimator, Pipeline, search or FrozenEstimator
        Of this package, with ``forecast``; or any other with ``predict``, and perhaps ``predict_proba``.
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
    >>> from skerosion.metrics import forecast_of
    >>> X = [[0.0], [1.0], [2.0], [3.0]]
    >>> classifier = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, [0, 0, 1, 1])
    >>> forecast_of(classifier, X).prediction
    array([0, 0, 1, 1])
    """
    return forecast_of_step(*last_step(estimator, X))


def last_step(estimator, X):
    """Return the estimator that predicts, inside pipelines, searches and freezers, and the rows as they reach it."""
    while True:
        # First of all: a freezer shows the attributes of what it holds.
        if isinstance(estimator, FrozenEstimator):
            estimator = estimator.estimator
        elif hasattr(estimator, "best_estimator_"):
            estimator = estimator.best_estimator_
        elif isinstance(estimator, Pipeline):
            for _, step in estimator.steps[:-1]:
                # "passthrough" and None have no such method, and neither have samplers, which act in fit only.
                X = step.transform(X) if hasattr(step, "transform") else X
            estimator = estimator.steps[-1][1]
        else:
            return estimator, X


def forecast_of_step(step, X):
    """Return the forecast of an estimator that is neither a pipeline nor a search."""
    return step.forecast(X) if hasattr(step, "forecast") else ForeignForecast(step, X)


class ForeignForecast:
    """The forecast of an estimator that has no ``forecast``, each part computed when it is first asked for."""

    distribution = None

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
