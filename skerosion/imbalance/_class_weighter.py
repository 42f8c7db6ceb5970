"""The step that balances grades by weight."""

import numpy as np

from skerosion._types import Bins, Mapping
from skerosion._validation import WEIGHT_OF_GRADE, Choice, Number, numbers_for
from skerosion.grades import bin_edges
from skerosion.imbalance._class_weights import class_weights_of, lookup
from skerosion.imbalance._row_step import RowStep


class ClassWeighter(RowStep):
    """Multiply the weight of each row by the weight of its grade.

    With ``"balanced"`` and p = 1 every grade gets the same total weight: a row of grade c is multiplied by

    .. math:: w_c \\propto \\left(\\frac{n}{K n_c}\\right)^p,

    where :math:`n_c` is the sum of the weights that the rows of grade c carry when they reach this step. So rows that
    a sampler repeated count as often as they stand there, rows that an earlier step weighed count by that weight, and
    balancing twice (p = 1) changes nothing. Weigh last: a sampler that follows adds its repeats to what was balanced.

    Parameters
    ----------
    class_weight : "balanced" or dict of grade -> weight, default="balanced"
        A dict must name every grade present, else it is an error.
    power : float, default=1.0
        Tempers the weights: 0 leaves all grades alike, 0.5 takes the square root. Fully balanced weights of many
        rare levels can wreck a regression.
    bins : "ratingen", array-like of shape (n_edges,) or None, default=None
        Right-closed upper edges by which a continuous target falls into grades. None takes the target as grades.

    Attributes
    ----------
    class_weight_ : dict of grade -> float
        The weight of each grade.
    sample_indices_ : ndarray of shape (n_samples,)
        Position of each returned row among the given ones: all of them, in order.
    n_features_in_ : int
        Numbers in one row: pixels times channels, or features.

    See Also
    --------
    AugmentingOverSampler : Repeats rows of small grades as augmented copies.
    RowSampler : Runs any of imbalanced-learn's samplers on rows.

    References
    ----------
    G. King, L. Zeng, "Logistic Regression in Rare Events Data", Political Analysis 9 (2001).

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.imbalance import ClassWeighter
    >>> images = np.zeros((4, 16, 16), dtype=np.uint8)
    >>> rows, y = ClassWeighter().fit_resample(images, np.array([0, 0, 0, 1]))
    >>> rows.sample_weight.round(3)
    array([0.667, 0.667, 0.667, 2.   ])
    """

    _rules = {
        "class_weight": (Choice(("balanced",)), WEIGHT_OF_GRADE),
        "power": (Number(0),),
        "bins": numbers_for("bins", bin_edges),
    }

    def __init__(self, class_weight: str | Mapping | None = "balanced", *, power: float = 1.0, bins: Bins = None):
        self.class_weight = class_weight
        self.power = power
        self.bins = bins

    def _resample(self, rows, grades):
        weights = rows.unit_weight()
        self.class_weight_ = class_weights_of(grades, self.class_weight, self.power, sample_weight=weights)
        weighted = rows.with_sample_weight(weights * lookup(grades, self.class_weight_))
        return weighted, np.arange(len(rows))
