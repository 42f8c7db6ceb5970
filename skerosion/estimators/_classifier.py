"""The classifier: a softmax over the grades."""

import numpy as np
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets

from skerosion._types import Labels
from skerosion._validation import Choice, check_names, check_parameters
from skerosion.estimators._base import BaseCNN
from skerosion.estimators._documentation import describe_parameters
from skerosion.estimators._inputs import check_unchanged
from skerosion.estimators._orders import check_in_order
from skerosion.estimators._rules import NETWORK_RULES, SMOOTHING_RULE
from skerosion.estimators._typed_bases import ClassifierMixin
from skerosion.forecasts import Forecast
from skerosion.grades import balanced_probabilities, class_positions, normalize, one_order

_DECISIONS = ("argmax", "balanced")


@describe_parameters
class CNNClassifier(ClassifierMixin, BaseCNN):
    """Convolutional network that classifies images into grades, trained on the cross-entropy.

    Parameters
    ----------
    %(shared)s
    label_smoothing : float in [0, 1), default=0.0
        Share of each training label that is spread over all grades alike; validation rows keep theirs.
    classes : array-like of shape (n_classes,) or None, default=None
        All grades from the lowest to the highest, such as ``["none", "mild", "severe"]``, whether the training rows
        show them or not. None takes the order of an ordered Categorical, and sorts other grades. Names that are sorted
        have no order: they are told apart and scored as classes, and whatever counts in grades refuses them.
    decision : {"argmax", "balanced"}, default="argmax"
        How probabilities become a grade: the largest one, or the largest after each is divided by the share of its
        grade in the (weighted) training rows, which costs no training. ``predict_proba`` is the same for both.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The grades: in the order of `classes` or of an ordered Categorical, else sorted.
    class_shares_ : ndarray of shape (n_classes,)
        Share of each grade in the weighted training rows.
    history_ : dict of str to list of float
        ``loss``, ``learning_rate`` and, with a validation split, ``val_loss``, one value per epoch.
    model_ : keras.Model
        An independent Keras model with the fitted weights.
    input_shape_ : tuple
        Shape of one row.
    n_features_in_ : int
        Number of values in one row.

    References
    ----------
    J. Rohrbach (2017), automated scoring of bone erosion in rheumatoid arthritis, project thesis, ZHAW: the
    architecture and all defaults.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion import CNNClassifier
    >>> images = np.zeros((40, 16, 16, 1), np.uint8)
    >>> images[20:, 4:12, 4:12] = 255
    >>> grades = np.repeat([0, 1], 20)
    >>> classifier = CNNClassifier(filters=(8, 8), dense_units=(16,), epochs=5, batch_size=10, random_state=0)
    >>> float(classifier.fit(images, grades).score(images, grades))
    1.0
    """

    _numeric_target = False
    label_smoothing: float = 0.0
    classes: Labels = None
    decision: str = "argmax"

    _rules = NETWORK_RULES | SMOOTHING_RULE | {"classes": check_names, "decision": (Choice(_DECISIONS),)}

    def partial_fit(self, X, y, classes=None, sample_weight=None, groups=None):
        """Train for one more epoch, from the present weights; see ``CNNRegressor.partial_fit``.

        Parameters
        ----------
        X, y, sample_weight, groups
            As for ``fit``.
        classes : array-like of shape (n_classes,), optional
            All grades there are, for a first call whose rows do not show each of them; ignored later.

        Returns
        -------
        self
        """
        return super().partial_fit(X, y, sample_weight, groups, classes=classes)

    def _check_order(self, classes):
        check_in_order(self, classes)

    def _encode_target(self, y, reset, classes=None, order=None):
        _check_grades(y)
        if not reset and self.classes is not None:
            check_unchanged("classes", self._given_order(order), self.classes_)
        if reset:
            self._order = self._given_order(order)
            self.classes_ = self._find_classes(y, classes) if self._order is None else self._order
            if len(self.classes_) < 2:
                raise ValueError(f"y must hold at least two classes, got one class: {self.classes_.tolist()[0]!r}.")
        self._check_decision()
        return class_positions(y, self.classes_)

    def _given_order(self, order):
        """Return the grades in the order of `classes`, or of the target, None where neither has one."""
        return one_order(None if self.classes is None else column_or_1d(self.classes), order)

    def _find_classes(self, y, classes):
        check_names(classes)
        return np.unique(y if classes is None else classes)

    def _check_decision(self):
        check_parameters(self, names=("decision",))

    def _learn_shares(self, y, weights, reset):
        counts = np.bincount(class_positions(y, self.classes_), weights=weights, minlength=len(self.classes_))
        self._class_counts = counts if reset else counts + self._class_counts
        self.class_shares_ = self._class_counts / self._class_counts.sum()

    def _grades(self, y):
        return y

    def _has_grades(self):
        return True

    def _output(self):
        return len(self.classes_), "softmax", None

    def _forecast(self, outputs):
        return Forecast.of_probabilities(self._probabilities(outputs), self.classes_, self._decide)

    def _probabilities(self, outputs):
        return normalize(outputs)

    def _decide(self, probabilities):
        self._check_decision()  # set_params may have changed it since the fit
        if self.decision == "balanced":
            probabilities = balanced_probabilities(probabilities, self.class_shares_)
        return probabilities.argmax(axis=1)


def _check_grades(y):
    """Raise as scikit-learn does for what is no class, and say what becomes of numbers."""
    try:
        check_classification_targets(y)
    except ValueError as error:
        between = y[y != np.rint(y)] if y.dtype.kind == "f" else []
        if not len(between):
            raise
        raise ValueError(
            f"Unknown label type: y must hold grades, got numbers such as {between[0]:g}. CRPSRegressor(bins=...) "
            "predicts numbers and the grades that they fall into; grades of percentages are clinical.ratingen(y)."
        ) from error
