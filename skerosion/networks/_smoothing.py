"""Label smoothing for any loss of grades: a share of each label is spread over all grades."""

import keras
from keras import ops

from skerosion.networks._losses import REDUCTION


@keras.saving.register_keras_serializable("skerosion")
class SmoothedLoss(keras.losses.Loss):
    r"""A loss in which a share of every label is shared out among all grades.

    For a loss :math:`L(y, \cdot)` of the grade y and a share s, the loss of a sample is
    :math:`(1 - s) L(y, \cdot) + s \frac{1}{K} \sum_k L(k, \cdot)`. With the cross-entropy, and with every other loss
    that is linear in the label, this is the loss of the smoothed label.

    Parameters
    ----------
    loss : keras.losses.Loss
        Its ``call`` takes grades from 0 and returns one value per sample.
    n_grades : int
        K.
    name : str

    Notes
    -----
    Targets have the shape (batch, 2): the grade, and the share s of this sample, so that another share needs no new
    graph and validation rows can have none. Around a ``VotesLoss`` the votes stand in place of the grade.

    References
    ----------
    C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens, Z. Wojna, "Rethinking the Inception architecture for computer
    vision", CVPR 2016, section 7.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.networks import SmoothedLoss, SquaredEMDLoss
    >>> loss = SmoothedLoss(SquaredEMDLoss(), n_grades=2)
    >>> sure = np.array([[50.0, 0.0]], "float32")
    >>> [float(loss(np.array([[0.0, share]]), sure)) for share in (0.0, 0.5)]  # 0, and 1 in a quarter of all cases
    [0.0, 0.25]
    """

    def __init__(self, loss, n_grades, name="smoothed", **kwargs):
        kwargs.setdefault("reduction", REDUCTION)
        super().__init__(name=name, **kwargs)
        self.loss, self.n_grades = loss, n_grades

    def call(self, y_true, y_pred):
        """One loss a sample, of shape (batch,)."""
        # Grades and shares share one tensor, so they share its type; whole numbers survive as floats.
        y_true = ops.cast(y_true, "float32")
        grades, share = (y_true[:, 0] if y_true.shape[-1] == 2 else y_true[:, :-1]), y_true[:, -1]
        # Each row once for each grade: a loss that is not linear in the label has no smoothed label to be computed on.
        every = ops.tile(ops.arange(self.n_grades, dtype="float32"), (ops.shape(y_pred)[0],))
        of_every = self.loss.call(every, ops.repeat(y_pred, self.n_grades, axis=0))
        mean = ops.mean(ops.reshape(of_every, (-1, self.n_grades)), axis=1)
        return (1.0 - share) * self.loss.call(grades, y_pred) + share * mean

    def get_config(self):
        """The constructor's parameters."""
        loss = keras.saving.serialize_keras_object(self.loss)
        return {**super().get_config(), "loss": loss, "n_grades": self.n_grades}

    @classmethod
    def from_config(cls, config):
        """Make the loss of what ``get_config`` returned."""
        return cls(**{**config, "loss": keras.saving.deserialize_keras_object(config["loss"])})
