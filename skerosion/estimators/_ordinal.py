"""The classifier of ordered grades: any head that knows their order, and decisions that do."""

from sklearn.utils import column_or_1d

from skerosion._types import ArrayLike
from skerosion._validation import checked_later
from skerosion.estimators._classifier import CNNClassifier
from skerosion.estimators._documentation import describe_parameters
from skerosion.estimators._head_outputs import distribution_of_outputs
from skerosion.estimators._orders import names_without_order
from skerosion.estimators._rules import check_head
from skerosion.grades import cost_matrix, decide, is_number, normalize
from skerosion.networks import find_head


@describe_parameters
class OrdinalClassifier(CNNClassifier):
    """Convolutional network that classifies images into ordered grades, with a head and a decision that know the order.

    Parameters
    ----------
    %(shared)s
    label_smoothing : float in [0, 1), default=0.0
        Share of each training label that is spread over all grades alike; validation rows keep theirs.
    head : str, default="corn"
        A registered head that gives probabilities or a CDF. Probabilities of going on to the next grade: ``"corn"``.
        One score and ordered cut points: ``"cumulative_link"`` (the logit; ``"cumulative_link_probit"``,
        ``"cumulative_link_cloglog"``) and ``"coral"``. A softmax trained on the cross-entropy with soft labels,
        ``"beta"``, ``"sord"`` and ``"triangular"``, on the ranked probability score, ``"squared_emd"`` and
        ``"cumulative_softmax"``, or as if there were no order, ``"softmax"``. A bell of two parameters,
        ``"truncated_normal"``, and free ``"sigmoid"`` outputs, repaired, both on the ranked probability score too.
    classes : array-like of shape (n_classes,) or None, default=None
        All grades from the lowest to the highest, such as ``["none", "mild", "severe"]``; those that the training
        rows do not show are classes too. None takes the order of an ordered Categorical, and sorts numbers; names
        without an order are an error.
    decision : str or array-like of shape (n_classes, n_classes), default="argmax"
        How probabilities become a grade: the most probable one (``"argmax"``); the ``"median"``, which minimises the
        error counted in grades; the most probable one after each probability is divided by the share of its grade in
        the (weighted) training rows (``"balanced"``); or the one of least expected cost, where a grade that is wrong
        by d costs d (``"absolute"``), its square (``"quadratic"``), or what a matrix says, with a row for each true
        and a column for each chosen grade. No decision costs training: ``set_params(decision=...)`` acts on a fitted
        estimator.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The grades in their order.
    class_shares_ : ndarray of shape (n_classes,)
        Share of each grade in the weighted training rows.
    history_ : dict of str to list of float
        ``loss`` (the head's), ``learning_rate`` and, with a validation split, ``val_loss``, one value per epoch.
    model_ : keras.Model
        An independent Keras model with the fitted weights; it returns what the head gives, probabilities or a CDF.
    input_shape_ : tuple
        Shape of one row.
    n_features_in_ : int
        Number of values in one row.

    References
    ----------
    P. A. Gutiérrez, M. Pérez-Ortiz, J. Sánchez-Monedero, F. Fernández-Navarro, C. Hervás-Martínez, "Ordinal
    regression methods: survey and experimental study", IEEE Transactions on Knowledge and Data Engineering 28, 2016.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion import OrdinalClassifier
    >>> images = np.zeros((60, 16, 16, 1), np.uint8)
    >>> images[20:, 4:12, 4:12] = 100
    >>> images[40:, 4:12, 4:12] = 250
    >>> grades = np.repeat(["none", "mild", "severe"], 20)
    >>> classifier = OrdinalClassifier(
    ...     classes=["none", "mild", "severe"], filters=(8, 8), dense_units=(16,), epochs=2, random_state=0
    ... )
    >>> classifier.fit(images, grades).classes_.tolist()
    ['none', 'mild', 'severe']
    >>> classifier.predict_cumproba(images)[:, -1].tolist() == [1.0] * 60
    True
    """

    # Classes and costs are checked with the grades of the targets.
    head: str = "corn"
    decision: str | ArrayLike = "argmax"

    _rules = CNNClassifier._rules | {"head": check_head, "decision": checked_later}

    def _check_parameters(self):
        super()._check_parameters()
        if find_head(self.head).gives in ("values", "places"):
            raise ValueError(f"head must be one that gives probabilities or a CDF, such as 'corn', got {self.head!r}.")

    def _find_classes(self, y, classes):
        found = super()._find_classes(y, classes)
        if not is_number(found):
            if classes is None:
                raise names_without_order(found)
            self._order = found = column_or_1d(classes)
        return found

    def _check_decision(self):
        cost_matrix(self.decision, len(self.classes_))

    def _output(self):
        return len(self.classes_), self.head, None

    def _probabilities(self, outputs):
        head = find_head(self._key.spec.head)
        # Small probabilities keep their digits where no cdf comes in between.
        return normalize(outputs) if head.gives == "probabilities" else distribution_of_outputs(outputs, None, head).pmf

    def _decide(self, probabilities):
        return decide(probabilities, self.decision, self.class_shares_)
