"""Two classifiers, one after the other: is there any damage, and if so, how much."""

import numpy as np
from sklearn.base import ClassifierMixin, is_classifier
from sklearn.utils.validation import check_is_fitted

from skerosion._types import Any, ArrayLike, Labels
from skerosion._validation import ESTIMATOR, check_names, check_parameters, checked_later
from skerosion.estimators._forecaster import Forecaster, check_gives_distribution
from skerosion.estimators._held_out import Samples
from skerosion.estimators._orders import learned_classes
from skerosion.forecasts import Forecast, forecast_of
from skerosion.grades import class_positions, cost_matrix, decide

_LEVELS = "levels"


class TwoLevelClassifier(ClassifierMixin, Forecaster):
    """Classifier of two levels: healthy or eroded first, then the stage, learned from eroded rows alone.

    With p the probability of any erosion and q the probabilities of the stages of an eroded joint,

    .. math:: P(\\mathrm{healthy}) = 1 - p, \\qquad P(\\mathrm{stage}\\ k) = p \\, q_k .

    The second classifier sees no healthy row, so however many there are they do not drown the stages.

    Parameters
    ----------
    detector : classifier, Pipeline or search
        Healthy (0) or eroded (1).
    grader : classifier, Pipeline or search
        The stages above healthy. It is not fitted where there is but one.
    classes : array-like of shape (n_classes,) or None, default=None
        All grades from healthy, the lowest, to the highest. None sorts those of the training rows.
    decision : "levels", str or array-like of shape (n_classes, n_classes), default="argmax"
        How probabilities become a grade: as for ``OrdinalClassifier``, or by ``"levels"``: healthy or eroded,
        whichever is more probable, then the most probable stage. The most probable grade can be healthy where
        the stages together are more probable. It acts on a fitted estimator.

    Attributes
    ----------
    detector_, grader_ : estimator
        The fitted classifiers; ``grader_`` is None where there is one stage only.
    classes_ : ndarray of shape (n_classes,)
        The grades in their order.
    class_shares_ : ndarray of shape (n_classes,)
        Share of each grade in the weighted training rows.

    References
    ----------
    E. Frank, M. Hall, "A simple approach to ordinal classification", ECML 2001: an order as binary questions.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skerosion.estimators import TwoLevelClassifier
    >>> y = np.repeat([0, 1, 2], [60, 20, 20])
    >>> X = y[:, None] + np.random.default_rng(0).normal(scale=0.3, size=(100, 1))
    >>> classifier = TwoLevelClassifier(LogisticRegression(), LogisticRegression()).fit(X, y)
    >>> classifier.predict([[0.0], [1.0], [2.0]])
    array([0, 1, 2])
    """

    # Attributes of the base, one of which is a parameter here: the target is grades.
    bins = classes = None

    # Costs are checked with the grades of the targets.
    _rules = {"detector": ESTIMATOR, "grader": ESTIMATOR, "classes": check_names, "decision": checked_later}

    def __init__(self, detector: Any, grader: Any, *, classes: Labels = None, decision: str | ArrayLike = "argmax"):
        self.detector = detector
        self.grader = grader
        self.classes = classes
        self.decision = decision

    def fit(self, X, y, sample_weight=None, groups=None):
        """Fit the detector on all rows and the grader on the eroded ones.

        Parameters
        ----------
        X : ImageRows or array-like
            As the classifiers take it.
        y : array-like of shape (n,)
            Grades.
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
            Where a level is not a classifier with probabilities, or there are no healthy or no eroded rows.
        """
        check_parameters(self)
        self._check_levels()
        samples = Samples.of(X, y, sample_weight, groups)
        self.classes_ = self._order = learned_classes(self.classes, samples)
        self._check_decision()
        grades = class_positions(samples.y, self.classes_)
        counts = np.bincount(grades, weights=samples.rows.unit_weight(), minlength=len(self.classes_))
        self.class_shares_ = counts / counts.sum()
        eroded = np.flatnonzero(grades > 0)
        if not 0 < len(eroded) < len(grades):
            raise ValueError(
                f"y must hold healthy rows ({self.classes_[0]!r}) and eroded ones, got {len(grades) - len(eroded)} "
                f"and {len(eroded)}."
            )
        self.detector_ = samples.retarget(self._is_eroded).fit(self.detector)
        # A classifier needs two classes to tell apart.
        several = len(np.unique(grades[eroded])) > 1
        self.grader_ = samples.take(eroded).without_vote(self.classes_[0]).fit(self.grader) if several else None
        self._only_stage = self.classes_[grades[eroded[0]]]
        return self

    def _is_eroded(self, y):
        return (class_positions(y, self.classes_) > 0).astype(int)

    def _check_levels(self):
        for name in ("detector", "grader"):
            level = getattr(self, name)
            if not is_classifier(level):
                raise ValueError(f"{name} must be a classifier, got {level!r}; wrap a regressor in GradedRegressor.")
            check_gives_distribution(level)

    def _check_decision(self):
        if not (isinstance(self.decision, str) and self.decision == _LEVELS):
            cost_matrix(self.decision, len(self.classes_))

    def forecast(self, X):
        """Predict once with each classifier and return all that follows from it.

        Parameters
        ----------
        X : as for ``fit``

        Returns
        -------
        Forecast
            Grades, their probabilities and, where grades are numbers, the distribution on them.
        """
        check_is_fitted(self, "detector_")
        eroded = forecast_of(self.detector_, X).onto_classes([0, 1]).probabilities
        # P(stage) = P(eroded) P(stage | eroded).
        probabilities = self._stages(X, len(eroded)) * eroded[:, 1:]
        probabilities[:, 0] = eroded[:, 0]
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        return Forecast.of_probabilities(probabilities, self.classes_, self._decide)

    def _stages(self, X, n_rows):
        """Return the probabilities of the grades of an eroded joint; healthy has none."""
        if self.grader_ is None:
            return np.tile((self.classes_ == self._only_stage).astype(float), (n_rows, 1))
        return forecast_of(self.grader_, X).onto_classes(self.classes_).probabilities

    def _decide(self, probabilities):
        if isinstance(self.decision, str) and self.decision == _LEVELS:
            return np.where(probabilities[:, 0] >= 0.5, 0, 1 + probabilities[:, 1:].argmax(axis=1))
        return decide(probabilities, self.decision, self.class_shares_)

    def _leader(self):
        return self.__dict__.get("detector_", self.detector)
