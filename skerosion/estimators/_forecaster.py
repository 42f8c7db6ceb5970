"""What the estimators around other estimators share: whose kind, decision, bins and order of grades they follow."""

from sklearn.base import BaseEstimator, MetaEstimatorMixin, is_classifier
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted

from skerosion.estimators._orders import check_in_order, order_given
from skerosion.forecasts import ForecastMixin, step_of
from skerosion.grades import grades_of


def check_gives_distribution(estimator):
    """Raise, before anything is trained, where an estimator predicts nothing but single values."""
    step = step_of(estimator)
    if not hasattr(step, "predict_proba" if is_classifier(step) else "predict_distribution"):
        raise ValueError(
            "estimator must predict probabilities of classes or a distribution, such as CNNClassifier or "
            f"CRPSRegressor do, got {type(step).__name__}."
        )


class Forecaster(ForecastMixin, MetaEstimatorMixin, BaseEstimator):
    """Base of the estimators that are made of others.

    A subclass implements ``forecast(X)`` and, where it is not made of one ``estimator``, ``_leader()``: the estimator
    whose kind, decision, bins and order of classes are followed, before and after a fit.
    """

    __metadata_request__fit = {"groups": True}

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
        return float(accuracy_score(self._graded(y), self.predict(X), sample_weight=sample_weight))

    def _leader(self):
        return self.__dict__.get("estimator_", self.estimator)

    @property
    def bins(self):
        """How numbers fall into grades, None where they do not."""
        return getattr(step_of(self._leader()), "bins", None)

    @property
    def classes(self):
        """The grades in the order that was given, None where there was none."""
        return order_given(step_of(self._leader()))

    def _graded(self, y):
        """Return targets as the classes that they are: numbers by their bins."""
        return y if self.bins is None or not is_classifier(self) else grades_of(y, self.bins)

    def _decide(self, probabilities):
        step = step_of(self._leader())
        return step._decide(probabilities) if isinstance(step, ForecastMixin) else super()._decide(probabilities)

    def _summarize(self, distribution):
        step = step_of(self._leader())
        return step._summarize(distribution) if isinstance(step, ForecastMixin) else super()._summarize(distribution)

    def _check_order(self, classes):
        check_in_order(self, classes)

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
