"""Numbers graded: a regressor that is a classifier of the grades into which its target falls."""

import numpy as np
from sklearn.base import ClassifierMixin, is_classifier
from sklearn.utils.validation import check_is_fitted

from skerosion._types import Any, ArrayLike, Bins, Labels
from skerosion._validation import ESTIMATOR, check_names, check_parameters, checked_later, numbers_for
from skerosion.estimators._forecaster import Forecaster, check_gives_distribution
from skerosion.estimators._held_out import Samples
from skerosion.estimators._orders import learned_classes
from skerosion.forecasts import Forecast, forecast_of
from skerosion.grades import bin_edges, check_percentages, class_positions, cost_matrix, decide, grades_of


class GradedRegressor(ClassifierMixin, Forecaster):
    """Classifier made of a regressor: the probability of a grade is what the predicted distribution gives to it.

    So a regressor and a classifier compete in one search, under the same scores. On a target of grades, put it
    beside classifiers. On a target of percentages, with `bins`, put a classifier inside too: it is fitted on the
    grades of the percentages.

    Parameters
    ----------
    estimator : estimator, Pipeline or search
        Regressor that predicts a distribution; with `bins` a classifier as well.
    bins : None, "ratingen" or sequence of float, default=None
        How the target falls into grades: right-closed upper edges. None says that the target is grades, and the
        regressor is fitted on their places 0, 1, ..., so that ``grid="auto"`` suits it.
    classes : array-like of shape (n_classes,) or None, default=None
        Without `bins`: all grades from the lowest to the highest. None sorts those of the training rows.
    decision : str or array-like of shape (n_classes, n_classes), default="argmax"
        How probabilities become a grade, as for ``OrdinalClassifier``: ``"argmax"``, ``"median"``, ``"balanced"``,
        ``"absolute"``, ``"quadratic"`` or costs. It acts on a fitted estimator.

    Attributes
    ----------
    estimator_ : estimator
        The fitted estimator.
    classes_ : ndarray of shape (n_classes,)
        The grades in their order.
    class_shares_ : ndarray of shape (n_classes,)
        Share of each grade in the weighted training rows.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion import CRPSRegressor
    >>> from skerosion.estimators import GradedRegressor
    >>> percent = np.repeat([0.0, 10.0, 90.0], 20)
    >>> X = np.column_stack([percent / 100, np.ones(60)])
    >>> regressor = CRPSRegressor(epochs=2, dense_units=(8,), random_state=0)
    >>> graded = GradedRegressor(regressor, bins="ratingen", decision="median").fit(X, percent)
    >>> graded.classes_, graded.predict_proba(X).shape
    (array([0, 1, 2, 3, 4, 5]), (60, 6))
    """

    # The attributes of the base are parameters here.
    bins = classes = None
    # Numbers are graded before they are scored, which the one of ClassifierMixin does not do.
    score = Forecaster.score

    # Grades and costs are checked with the targets.
    _rules = {
        "estimator": ESTIMATOR,
        "bins": numbers_for("bins", bin_edges),
        "classes": check_names,
        "decision": checked_later,
    }

    def __init__(
        self, estimator: Any, *, bins: Bins = None, classes: Labels = None, decision: str | ArrayLike = "argmax"
    ):
        self.estimator = estimator
        self.bins = bins
        self.classes = classes
        self.decision = decision

    def fit(self, X, y, sample_weight=None, groups=None):
        """Fit the estimator.

        Parameters
        ----------
        X : ImageRows or array-like
            As the estimator takes it.
        y : array-like of shape (n,)
            Numbers, or without `bins` grades.
        sample_weight : array-like of shape (n,), optional
            Weights.
        groups : array-like of shape (n,), optional
            Patients, where the rows do not bring them along.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For an estimator without a distribution, wrong `bins` or `classes`, an unknown `decision`, or a
            classifier without `bins`.
        """
        check_parameters(self)
        check_gives_distribution(self.estimator)
        samples = Samples.of(X, y, sample_weight, groups)
        self._learn_grades(samples)
        self.estimator_ = samples.retarget(self._target).fit(self.estimator)
        return self

    def _learn_grades(self, samples):
        check_percentages(samples.y, self.bins)
        if self.bins is not None:
            self.classes_ = np.arange(len(bin_edges(self.bins)) + 1)
        else:
            self.classes_ = self._order = learned_classes(self.classes, samples)
        cost_matrix(self.decision, len(self.classes_))
        grades = class_positions(grades_of(samples.y, self.bins), self.classes_)
        counts = np.bincount(grades, weights=samples.rows.unit_weight(), minlength=len(self.classes_))
        self.class_shares_ = counts / counts.sum()

    def _target(self, y):
        if is_classifier(self.estimator):
            if self.bins is None:
                raise ValueError("estimator must be a regressor where bins is None: a classifier takes grades itself.")
            return grades_of(y, self.bins)
        return class_positions(y, self.classes_).astype(float) if self.bins is None else y

    def forecast(self, X):
        """Predict once and return all that follows from it.

        Parameters
        ----------
        X : as for ``fit``

        Returns
        -------
        Forecast
            Grades, their probabilities and, where grades are numbers, the distribution on them.
        """
        check_is_fitted(self, "estimator_")
        probabilities = self._grade_probabilities(forecast_of(self.estimator_, X))
        return Forecast.of_probabilities(probabilities, self.classes_, self._decide)

    def _grade_probabilities(self, forecast):
        if is_classifier(self.estimator_):
            return forecast.onto_classes(self.classes_).probabilities
        # Places are whole numbers; a finer grid may put mass between two of them, which goes to the nearer one.
        edges = np.arange(len(self.classes_) - 1) + 0.5 if self.bins is None else bin_edges(self.bins)
        return forecast.distribution.grade_probabilities(edges)

    def _decide(self, probabilities):
        return decide(probabilities, self.decision, self.class_shares_)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.estimator_type = "classifier"
        return tags
