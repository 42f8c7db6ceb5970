"""A model that tells the loss of every row of the batch that it trains on, at the cost of the loss alone."""

import keras
from keras import ops


class RowLossTrainer(keras.Model):
    """A functional model whose logs hold ``"row_losses"``, of shape (batch,), before weights and reduction."""

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        """Add the losses of the rows to the logs: outputs are at hand, so that no image runs twice."""
        logs = super().compute_metrics(x, y, y_pred, sample_weight)
        target, scores = (ops.convert_to_tensor(values, dtype=self.loss.dtype) for values in (y, y_pred))
        return {**logs, "row_losses": self.loss.call(target, scores)}
