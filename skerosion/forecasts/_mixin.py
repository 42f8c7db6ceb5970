"""Every ``predict`` method, from one forecast."""

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils.metaestimators import available_if

from skerosion.grades import cumulate

from ._forecast import Forecast


def predicts_grades(estimator):
    """Whether an estimator predicts probabilities of grades; raises the reason where it does not."""
    if is_classifier(estimator):
        return True
    predicts_distribution(estimator)
    if estimator.bins is None:
        raise AttributeError(
            "predict_proba needs grades: pass bins, such as 'ratingen'; for a target that is a grade itself, "
            "predict_distribution(X).pmf has the probabilities."
        )
    return True


def predicts_distribution(estimator):
    """Whether an estimator predicts distributions of numbers; raises the reason where it does not."""
    if not (is_classifier(estimator) or estimator._gives_distribution):
        raise AttributeError(
            f"{type(estimator).__name__} predicts single values; CRPSRegressor predicts distributions."
        )
    # Before a fit nobody knows the grades: they may be numbers.
    classes = np.asarray(getattr(estimator, "classes_", 0.0))
    if classes.dtype.kind not in "iuf":
        raise AttributeError(
            f"distributions are of numbers, which the grades {classes.tolist()} are not; predict_cumproba gives the "
            "probability of each grade or a lower one."
        )
    return True


class ForecastMixin:
    """Mixin that reads every prediction of an estimator from one ``forecast(X)``.

    A subclass implements ``forecast(X)``, which returns a :class:`~skerosion.forecasts.Forecast`, and stands among
    scikit-learn's mixins, left of ``BaseEstimator``. What is there depends on the kind of estimator: ``predict_proba``
    and ``predict_cumproba`` of classifiers, and of regressors with `bins`; distributions, quantiles and intervals of
    regressors, and of classifiers whose grades are numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.base import BaseEstimator, RegressorMixin
    >>> from skerosion.forecasts import Forecast, ForecastMixin, GridDistribution
    >>> class Marginal(ForecastMixin, RegressorMixin, BaseEstimator):
    ...     def fit(self, X, y):
    ...         self.grid_, counts = np.unique(y, return_counts=True)
    ...         self.cdf_ = counts.cumsum() / len(y)
    ...         return self
    ...
    ...     def forecast(self, X):
    ...         return Forecast.of_distribution(GridDistribution(self.grid_, np.tile(self.cdf_, (len(X), 1))))
    >>> regressor = Marginal().fit(np.zeros((4, 1)), [0, 0, 10, 20])
    >>> regressor.predict([[0.0]]), regressor.predict_interval([[0.0]], coverage=0.5)
    (array([7.5]), array([[ 0., 10.]]))
    """

    bins = None
    # False where a regressor predicts single values alone, which is to be known before a fit.
    _gives_distribution = True

    def predict(self, X):
        """Predict one value per row.

        Parameters
        ----------
        X : as for ``fit``

        Returns
        -------
        ndarray of shape (n,)
        """
        return self.forecast(X).prediction

    @available_if(predicts_grades)
    def predict_proba(self, X):
        """Predict the probability of each grade.

        Parameters
        ----------
        X : as for ``fit``

        Returns
        -------
        ndarray of shape (n, n_grades)
            Columns in the order of ``classes_``, or of the grades that the bins of a regressor make.
        """
        return self.forecast(X).probabilities

    @available_if(predicts_grades)
    def predict_cumproba(self, X):
        """Predict the probability of each grade or a lower one.

        Parameters
        ----------
        X : as for ``fit``

        Returns
        -------
        ndarray of shape (n, n_grades)
            Rising along each row, the last column 1.
        """
        forecast = self.forecast(X)
        self._check_order(forecast.classes)
        return cumulate(np.asarray(forecast.probabilities))

    @available_if(predicts_distribution)
    def predict_distribution(self, X):
        """Predict a distribution for each row.

        Parameters
        ----------
        X : as for ``fit``

        Returns
        -------
        GridDistribution
            Of a classifier, on its grades; there is none where these are names.
        """
        return self.forecast(X).distribution

    @available_if(predicts_distribution)
    def predict_cdf(self, X):
        """Predict the cumulative distribution function.

        Parameters
        ----------
        X : as for ``fit``

        Returns
        -------
        ndarray of shape (n, K)
            At the points of the grid; rising along each row, the last column 1.
        """
        return self.predict_distribution(X).cdf

    @available_if(predicts_distribution)
    def predict_quantile(self, X, q):
        """Predict quantiles.

        Parameters
        ----------
        X : as for ``fit``
        q : float in [0, 1] or array-like of shape (n_levels,)
            Probabilities.

        Returns
        -------
        ndarray of shape (n,) or (n, n_levels)
            Grid points, as ``GridDistribution.quantile`` gives them.
        """
        return self.predict_distribution(X).quantile(q)

    @available_if(predicts_distribution)
    def predict_interval(self, X, coverage=0.9):
        """Predict intervals.

        Parameters
        ----------
        X : as for ``fit``
        coverage : float in (0, 1), default=0.9
            The probability that the interval should hold.

        Returns
        -------
        ndarray of shape (n, 2)
            Lower and upper ends, grid points that belong to the interval.
        """
        return self.predict_distribution(X).interval(coverage)

    def _decided(self, forecast):
        """Return a forecast with the values, or classes, that this estimator predicts from such probabilities."""
        if forecast.is_of_classes:
            return Forecast.of_probabilities(forecast.probabilities, forecast.classes, self._decide)
        return Forecast.of_distribution(forecast.distribution, self._summarize, self.bins)

    def _decide(self, probabilities):
        """Return the columns of the classes to predict."""
        return probabilities.argmax(axis=1)

    def _summarize(self, distribution):
        """Return the one value per row to predict."""
        return distribution.mean()

    def _check_order(self, classes):
        """Hook that raises where classes do not stand in their order."""
