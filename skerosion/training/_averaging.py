"""The mean of the weights after several epochs: a broader minimum than any of them."""

import itertools

import keras
import numpy as np

# Steps after which the running statistics of batch norm have forgotten where they began.
_STEPS_TO_SETTLE = 100


class WeightAverage(keras.callbacks.Callback):
    """Leave a program with the mean of its weights after each of the last epochs.

    Parameters
    ----------
    program : Program
        The one that trains.
    batches : RowBatches
        The training rows, of which batch norm takes its statistics anew.
    first : int
        The epoch to start with.

    Notes
    -----
    The activations of averaged weights have other means and variances than those that were averaged. A pass at a
    learning rate of zero measures them: it runs what is compiled already, and moves nothing but running statistics.

    References
    ----------
    P. Izmailov, D. Podoprikhin, T. Garipov, D. Vetrov, A. G. Wilson, "Averaging weights leads to wider optima and
    better generalization", UAI 2018.

    Examples
    --------
    >>> import json
    >>> import keras
    >>> import numpy as np
    >>> from skerosion.datasets import ImageRows
    >>> from skerosion.networks import NetworkSpec
    >>> from skerosion.training import ProgramKey, RowBatches, WeightAverage, lease, train
    >>> rows = ImageRows(np.zeros((4, 16, 16), "uint8"))
    >>> batches = RowBatches(rows, np.array([0, 1, 0, 1]), np.ones(4), batch_size=2)
    >>> spec = NetworkSpec((16, 16, 1), 2, "softmax", filters=(4,), dense_units=(8,))
    >>> with lease(ProgramKey(spec, json.dumps(keras.optimizers.serialize(keras.optimizers.Adam())))) as program:
    ...     program.reset(seed=0, dropout=0.0)
    ...     averaging = WeightAverage(program, batches, first=1)
    ...     len(train(program, batches, epochs=3, callbacks=[averaging])["loss"])
    3
    """

    def __init__(self, program, batches, first):
        super().__init__()
        self._program, self._batches, self._first = program, batches, first
        self._mean, self._count = None, 0

    def on_epoch_end(self, epoch, logs=None):
        """Take the weights into the mean."""
        self._last = epoch
        if epoch < self._first:
            return
        weights, self._count = self._program.get_weights(), self._count + 1
        if self._mean is None:
            self._mean = [values.astype(np.float64) for values in weights]
        for mean, values in zip(self._mean, weights, strict=True):
            mean += (values - mean) / self._count

    def on_train_end(self, logs=None):
        """Load the mean and let batch norm follow."""
        if self._count < 2:
            return
        program = self._program
        present = program.get_weights()
        program.set_weights([m.astype(w.dtype) for m, w in zip(self._mean, present, strict=True)])
        state = program.get_optimizer_state()
        program.forget_optimizer()  # a momentum would move the weights on even at a rate of zero
        program.optimizer.learning_rate.assign(0.0)
        for batch in itertools.islice(self._batches.epoch(self._last + 1), _STEPS_TO_SETTLE):
            program.train_batch(*batch)
        program.set_optimizer_state(state)
        program.weights_change()
