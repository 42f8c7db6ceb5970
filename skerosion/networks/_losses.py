"""Losses that return one value a sample, so that sample weights weigh samples."""

import keras
from keras import ops

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
        rank = ops.reshape(ops.cast(y_true, "int32"), (-1, 1))
        step = ops.cast(ops.arange(y_pred.shape[-1], dtype="int32") >= rank, "float32")
        squared = ops.square(y_pred - step)
        if self.spacing is None:
            return ops.mean(squared, axis=-1)
        weights = ops.convert_to_tensor(self.spacing, "float32")
        return ops.sum(squared * weights, axis=-1) / sum(self.spacing)

    def get_config(self):
        """The constructor's parameters."""
        return {**super().get_config(), "spacing": self.spacing}


def cross_entropy():
    """Cross-entropy of class scores (before the softmax) against class numbers, one value a sample."""
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=REDUCTION, name="cross_entropy")


def squared_error():
    """Squared error of a single output, one value a sample."""
    return keras.losses.MeanSquaredError(reduction=REDUCTION, name="squared_error")
