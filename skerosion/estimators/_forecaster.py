"""What the estimators around other estimators share: one forecast, and the methods that read it."""

import numpy as np
from sklearn.base import BaseEstimator, MetaEstimatorMixin, is_classifier
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import accuracy_score, r2_score
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skerosion.estimators._classes import distribution_of_classes
from skerosion.estimators._forecast import Forecast
from skerosion.estimators._orders import check_in_order, order_given
from skerosion.forecasts import double_precision, positions_at_or_above, positions_at_or_below
from skerosion.grades import bin_edges, class_positions, cumulate, grades_of
from skerosion.metrics import check_within


def is_search(estimator):
    """Whether an estimator is a search of scikit-learn's, fitted or not."""
    return hasattr(estimator, "param_grid") or hasattr(estimator, "param_distributions")


def inside(estimator):
    """Return the last step of a pipeline, or the estimator of a search as it is before a fit."""
    return estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator.estimator


def step_of(estimator):
    """Return the estimator that predicts, inside pipelines, searches and freezers, fitted or not."""
    while True:
        if isinstance(estimator, FrozenEstimator):
            estimator = estimator.estimator
        elif hasattr(estimator, "best_estimator_"):
            estimator = estimator.best_estimator_
        elif isinstance(estimator, Pipeline) or is_search(estimator):
            estimator = inside(estimator)
        else:
            return estimator


def check_gives_distribution(estimator):
    """Raise, before anything is trained, where an estimator predicts nothing but single values."""
    step = step_of(estimator)
    if not hasattr(step, "predict_proba" if is_classifier(step) else "predict_distribution"):
        raise ValueError(
            "estimator must predict probabilities of classes or a distribution, such as CNNClassifier or "
            f"CRPSRegressor do, got {type(step).__name__}."
        )


def places_of(estimator, forecast, y):
    """Return the columns of the cdf just below and at each target.

    The cdf is that of :func:`cdf_of`. A target between two grid points has the same column twice; below the first
    column stands -1.
    """
    if is_classifier(estimator):
        bins = getattr(step_of(estimator), "bins", None)
        at = class_positions(y if bins is None else grades_of(y, bins), np.asarray(forecast.classes))
        return at - 1, at
    grid = forecast.distribution.grid
    y = check_within(double_precision(y), grid, "y")
    return positions_at_or_above(grid, y) - 1, positions_at_or_below(grid, y)


def pmf_of(estimator, forecast):
    """Return the probability of each class, or of each grid point, as float64 of shape (n, K)."""
    if is_classifier(estimator):
        probabilities = np.asarray(forecast.probabilities, dtype=float)
        return probabilities / probabilities.sum(axis=1, keepdims=True)
    return forecast.distribution.pmf.astype(float)


def cdf_of(estimator, forecast):
    """Return the probability of each class, or grid point, or a lower one, as float64 of shape (n, K)."""
    if is_classifier(estimator):
        return cumulate(pmf_of(estimator, forecast))
    return forecast.distribution.cdf.astype(float)


def decide_as(estimator, probabilities):
    """Return the positions of the classes that an estimator would choose, given other probabilities."""
    step = step_of(estimator)
    return step._decide(probabilities) if hasattr(step, "_decide") else probabilities.argmax(axis=1)


def summarize_as(estimator, distribution):
    """Return the one value a row that an estimator would predict, given another distribution."""
    step = step_of(estimator)
    if hasattr(step, "_summarize"):
        return step._summarize(distribution)
    return distribution.median() if getattr(step, "point", "mean") == "median" else distribution.mean()


def forecast_of_probabilities(estimator, probabilities, classes):
    """Return the forecast of a classifier that decides as another one."""
    classes = np.asarray(classes)
    distribution = distribution_of_classes(probabilities, classes)
    return Forecast(classes[decide_as(estimator, probabilities)], probabilities, classes, distribution)


def forecast_of_distribution(estimator, distribution):
    """Return the forecast of a regressor with the point and the bins of another one."""
    prediction, bins = summarize_as(estimator, distribution), getattr(step_of(estimator), "bins", None)
    if bins is None:
        return Forecast(prediction, distribution.pmf, distribution.grid, distribution)
    probabilities = distribution.grade_probabilities(bin_edges(bins))
    return Forecast(prediction, probabilities, np.arange(probabilities.shape[1]), distribution)


def _classifies(estimator):
    return is_classifier(estimator)


def _regresses(estimator):
    return not is_classifier(estimator)


def _has_grades(estimator):
    return is_classifier(estimator) or estimator.bins is not None


class Forecaster(MetaEstimatorMixin, BaseEstimator):
    """Base of the estimators that are made of others.

    A subclass implements ``forecast(X)`` and ``_leader()``, the estimator whose kind, decision, bins and order of
    classes are followed, before and after a fit.
    """

    __metadata_request__fit = {"groups": True}

    def predict(self, X):
        """Predict one value a row.

        Parameters
        ----------
        X : as for ``fit``

        Returns
        -------
        ndarray of shape (n,)
        """
        return self.forecast(X).prediction

    @available_if(_has_grades)
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

    @available_if(_classifies)
    def predict_cumproba(self, X):
        """Predict the probability of each class or a lower one.

        Parameters
        ----------
        X : as for ``fit``

        Returns
        -------
        ndarray of shape (n, n_classes)
            Rising along each row, the last column 1.
        """
        forecast = self.forecast(X)
        check_in_order(self, forecast.classes)
        return cumulate(np.asarray(forecast.probabilities, dtype=float))

    @available_if(_regresses)
    def predict_distribution(self, X):
        """Predict a distribution for each row.

        Parameters
        ----------
        X : as for ``fit``

        Returns
        -------
        GridDistribution
        """
        return self.forecast(X).distribution

    @available_if(_regresses)
    def predict_cdf(self, X):
        """Predict the cumulative distribution function.

        Parameters
        ----------
        X : as for ``fit``

        Returns
        -------
        ndarray of shape (n, K)
            Rising along each row, the last column 1.
        """
        return self.predict_distribution(X).cdf

    def score(self, X, y, sample_weight=None):
        """Return the accuracy of a classifier, the coefficient of determination of a regressor.

        Parameters
        ----------
        X : as for ``fit``
        y : array-like of shape (n,)
            Targets, as for ``fit``.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.

        Returns
        -------
        float
        """
        if not is_classifier(self):
            return float(r2_score(y, self.predict(X), sample_weight=sample_weight))
        y = y if self.bins is None else grades_of(y, self.bins)
        return float(accuracy_score(y, self.predict(X), sample_weight=sample_weight))

    @property
    def bins(self):
        """How numbers fall into grades, None where they do not."""
        return getattr(step_of(self._leader()), "bins", None)

    @property
    def classes(self):
        """The grades in the order that was given, None where there was none."""
        return order_given(step_of(self._leader()))

    def _decide(self, probabilities):
        return decide_as(self._leader(), probabilities)

    def _summarize(self, distribution):
        return summarize_as(self._leader(), distribution)

    @property
    def n_features_in_(self):
        """Number of values in one row."""
        try:
            check_is_fitted(self)
        except ValueError as error:
            raise AttributeError(f"{type(self).__name__} has no n_features_in_ before fit.") from error
        return self._leader().n_features_in_

    def __sklearn_tags__(self):
        tags, inner = super().__sklearn_tags__(), get_tags(self._leader())
        tags.estimator_type = inner.estimator_type
        tags.classifier_tags, tags.regressor_tags = inner.classifier_tags, inner.regressor_tags
        tags.input_tags, tags.non_deterministic = inner.input_tags, inner.non_deterministic
        return tags
