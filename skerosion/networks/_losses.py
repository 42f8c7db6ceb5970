"""Losses that return one value per sample, so that sample weights weigh samples."""

import keras
import numpy as np
from keras import ops

from skerosion.networks._soft_labels import SOFT_LABELS

# The weighted mean over the batch: weight 2 equals the sample twice, gradients included, and weight 0 equals
# leaving it out. Keras' default reduction divides by the batch size and has neither property.
REDUCTION = "mean_with_sample_weight"


@keras.saving.register_keras_serializable("skerosion")
class CRPSLoss(keras.losses.Loss):
    r"""Continuous ranked probability score of a CDF on a grid.

    For a CDF :math:`F` on thresholds :math:`t_0 < ... < t_K` and a target that lies at or below threshold
    :math:`r` but above threshold :math:`r - 1`, the loss of a sample is

    .. math:: \frac{\sum_k w_k (F_k - 1[k \ge r])^2}{\sum_k w_k}

    with :math:`w_k` the spacing of the grid (one where it is even).

    Parameters
    ----------
    spacing : sequence of float or None
        The weight of each threshold; None where the grid is even.
    name : str

    Notes
    -----
    The target is the *rank* r of the first threshold that is not below it, an integer, so that no rounding of
    targets or thresholds can move the step.

    References
    ----------
    Gneiting and Raftery (2007), Strictly proper scoring rules, prediction, and estimation, JASA 102, section 4.2.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.networks import CRPSLoss
    >>> cdf = np.array([[0.0, 0.5, 1.0]], "float32")
    >>> round(float(CRPSLoss()(np.array([[1]]), cdf)), 4)  # (0 - 0)^2, (0.5 - 1)^2, (1 - 1)^2 over 3
    0.0833
    """

    def __init__(self, spacing=None, name="crps", **kwargs):
        kwargs.setdefault("reduction", REDUCTION)
        super().__init__(name=name, **kwargs)
        self.spacing = None if spacing is None else tuple(float(width) for width in spacing)

    def call(self, y_true, y_pred):
        """One loss a sample, of shape (batch,)."""
        y_pred = ops.cast(y_pred, "float32")
        step = ops.cast(_steps(y_true, y_pred.shape[-1]), "float32")
        squared = ops.square(y_pred - step)
        if self.spacing is None:
            return ops.mean(squared, axis=-1)
        weights = ops.convert_to_tensor(self.spacing, "float32")
        return ops.sum(squared * weights, axis=-1) / sum(self.spacing)

    def get_config(self):
        """The constructor's parameters."""
        return {**super().get_config(), "spacing": self.spacing}


@keras.saving.register_keras_serializable("skerosion")
class CoralLoss(keras.losses.Loss):
    r"""Sum of the cross-entropies of all thresholds, each a yes-or-no question.

    For log odds :math:`z_k` of :math:`P(Y \le k)`, k = 0..K-2, and the class y, the loss of a sample is

    .. math:: -\sum_{k < y} \log \sigma(-z_k) - \sum_{k \ge y} \log \sigma(z_k)

    Parameters
    ----------
    name : str

    References
    ----------
    W. Cao, V. Mirjalili, S. Raschka, "Rank consistent ordinal regression for neural networks with application to age
    estimation", Pattern Recognition Letters 140, 2020.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.networks import CoralLoss
    >>> round(float(CoralLoss()(np.array([[1]]), np.zeros((1, 4), "float32"))), 4)  # 4 log 2
    2.7726
    """

    def __init__(self, name="coral", **kwargs):
        kwargs.setdefault("reduction", REDUCTION)
        super().__init__(name=name, **kwargs)

    def call(self, y_true, y_pred):
        """One loss a sample, of shape (batch,)."""
        log_odds = ops.cast(y_pred, "float32")
        reached = _steps(y_true, log_odds.shape[-1])
        signed = ops.where(reached, log_odds, -log_odds)
        return -ops.sum(ops.log_sigmoid(signed), axis=-1)


@keras.saving.register_keras_serializable("skerosion")
class SoftLabelLoss(keras.losses.Loss):
    r"""Cross-entropy of class scores against a distribution around the true class.

    With the soft label q of the class y and the scores s, the loss of a sample is
    :math:`-\sum_k q_k \log \mathrm{softmax}(s)_k`.

    Parameters
    ----------
    shape : {"beta", "sord", "triangular"}, default="beta"
        Beta distributions about the centres of the classes, exponential decay with the distance, or a small share for
        the neighbours alone.
    share : float in [0, 1], default=1.0
        Share of the soft label; the rest is the class itself.
    name : str

    References
    ----------
    Beta: V. M. Vargas et al., Pattern Recognition 122, 2022; triangular: V. M. Vargas et al., Information Fusion 93,
    2023; SORD: R. Díaz and A. Marathe, "Soft labels for ordinal regression", CVPR 2019.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.networks import SoftLabelLoss
    >>> round(float(SoftLabelLoss("sord")(np.array([[1]]), np.zeros((1, 4), "float32"))), 4)  # log 4
    1.3863
    """

    def __init__(self, shape="beta", share=1.0, name="soft_label", **kwargs):
        kwargs.setdefault("reduction", REDUCTION)
        super().__init__(name=name, **kwargs)
        if shape not in SOFT_LABELS:
            raise ValueError(f"shape must be one of {sorted(SOFT_LABELS)}, got {shape!r}.")
        if not 0 <= share <= 1:
            raise ValueError(f"share must lie from 0 to 1, got {share!r}.")
        self.shape, self.share = shape, share

    def call(self, y_true, y_pred):
        """One loss a sample, of shape (batch,)."""
        n_classes = y_pred.shape[-1]
        labels = self.share * SOFT_LABELS[self.shape](n_classes) + (1 - self.share) * np.eye(n_classes)
        labels = ops.convert_to_tensor(labels, "float32")
        classes = ops.reshape(ops.cast(y_true, "int32"), (-1,))
        log_probabilities = ops.log_softmax(ops.cast(y_pred, "float32"), axis=-1)
        return -ops.sum(ops.take(labels, classes, axis=0) * log_probabilities, axis=-1)

    def get_config(self):
        """The constructor's parameters."""
        return {**super().get_config(), "shape": self.shape, "share": self.share}


@keras.saving.register_keras_serializable("skerosion")
class SquaredEMDLoss(keras.losses.Loss):
    r"""Squared earth mover's distance of class scores: the ranked probability score of their softmax.

    With the cumulative softmax F and the class y, the loss of a sample is :math:`\sum_k (F_k - 1[k \ge y])^2`.

    Parameters
    ----------
    name : str

    References
    ----------
    L. Hou, C.-P. Yu, D. Samaras, "Squared earth mover's distance-based loss for training deep neural networks",
    arXiv 1611.05916, 2016; E. S. Epstein, "A scoring system for probability forecasts of ranked categories", Journal
    of Applied Meteorology 8, 1969.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.networks import SquaredEMDLoss
    >>> float(SquaredEMDLoss()(np.array([[1]]), np.zeros((1, 4), "float32")))  # 1/4, then 1/2 and 1/4 short of 1
    0.375
    """

    def __init__(self, name="squared_emd", **kwargs):
        kwargs.setdefault("reduction", REDUCTION)
        super().__init__(name=name, **kwargs)

    def call(self, y_true, y_pred):
        """One loss a sample, of shape (batch,)."""
        cdf = ops.cumsum(ops.softmax(ops.cast(y_pred, "float32"), axis=-1), axis=-1)
        reached = ops.cast(_steps(y_true, cdf.shape[-1]), "float32")
        # The last value is one in truth; what rounding makes of it is not part of the loss.
        return ops.sum(ops.square(cdf - reached)[:, :-1], axis=-1)


def _steps(y_true, n_points):
    """Whether each of the points 0..n_points - 1 is at or above the target, of shape (batch, n_points)."""
    return ops.arange(n_points, dtype="int32") >= ops.reshape(ops.cast(y_true, "int32"), (-1, 1))


def cross_entropy():
    """Cross-entropy of class scores (before the softmax) against class numbers, one value per sample."""
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=REDUCTION, name="cross_entropy")


def squared_error():
    """Squared error of a single output, one value per sample."""
    return keras.losses.MeanSquaredError(reduction=REDUCTION, name="squared_error")
