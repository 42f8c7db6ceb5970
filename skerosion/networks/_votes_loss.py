"""The votes of several readers on one row: every loss of a grade is one of votes, too."""

import keras
from keras import ops

from skerosion.networks._losses import REDUCTION


@keras.saving.register_keras_serializable("skerosion")
class VotesLoss(keras.losses.Loss):
    r"""The mean of a loss over the votes on a row.

    For a loss :math:`L(y, \cdot)` of one grade and the votes :math:`y_1, ..., y_R`, the loss of a sample is
    :math:`\frac{1}{R} \sum_r L(y_r, \cdot)`. With the cross-entropy, and with every other loss that is linear in the
    label, this is the loss of the shares of the votes; with the CRPS it differs from that of their shares by what does
    not depend on the forecast.

    Parameters
    ----------
    loss : keras.losses.Loss
        Its ``call`` returns one value per sample.
    name : str

    Notes
    -----
    Targets have the shape (batch, n_readers), with NaN where a reader did not vote; each row has a vote at
    least. Those of shape (batch,) are the only vote of each row.

    References
    ----------
    J. C. Peterson, R. M. Battleday, T. L. Griffiths, O. Russakovsky, "Human uncertainty makes classification more
    robust", ICCV 2019: shares of votes as labels.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.networks import SquaredEMDLoss, VotesLoss
    >>> sure = np.array([[50.0, 0.0]], "float32")
    >>> float(VotesLoss(SquaredEMDLoss())(np.array([[0.0, 1.0, 0.0, np.nan]]), sure))  # 1 by one of three
    0.3333333432674408
    """

    def __init__(self, loss, name="votes", **kwargs):
        kwargs.setdefault("reduction", REDUCTION)
        super().__init__(name=name, **kwargs)
        self.loss = loss

    def call(self, y_true, y_pred):
        """One loss a sample, of shape (batch,)."""
        if len(y_true.shape) == 1:
            return self.loss.call(y_true, y_pred)
        y_true = ops.cast(y_true, "float32")
        voted = ops.logical_not(ops.isnan(y_true))
        # Before the loss, not after it: a loss of NaN has a gradient of NaN, whatever it is multiplied by.
        grades = ops.where(voted, y_true, ops.zeros_like(y_true))
        losses = [self.loss.call(grades[:, reader], y_pred) for reader in range(y_true.shape[-1])]
        cast = ops.cast(voted, losses[0].dtype)
        return ops.sum(cast * ops.stack(losses, axis=-1), axis=-1) / ops.sum(cast, axis=-1)

    def get_config(self):
        """The constructor's parameters."""
        return {**super().get_config(), "loss": keras.saving.serialize_keras_object(self.loss)}

    @classmethod
    def from_config(cls, config):
        """Make the loss of what ``get_config`` returned."""
        return cls(**{**config, "loss": keras.saving.deserialize_keras_object(config["loss"])})
