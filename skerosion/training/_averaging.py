"""The mean of the weights after several epochs: a broader minimum than any of them."""

import itertools
from collections import deque

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
    epochs : int
        How many of the epochs that were trained are averaged, the last ones, whatever ended the training.

    Notes
    -----
    The activations of averaged weights have other means and variances than those that were averaged. A pass at a
    learning rate of zero measures them: it runs what is compiled already, and leaves nothing moved but running
    statistics.

    Which epochs are the last is known at the end only: the weights of so many epochs are kept in memory until then.

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
    ...     averaging = WeightAverage(program, batches, epochs=2)
    ...     len(train(program, batches, epochs=3, callbacks=[averaging])["loss"])
    3
    """

    def __init__(self, program, batches, epochs):
        super().__init__()
        self._program, self._batches = program, batches
        self._trained = deque(maxlen=epochs)

    def on_epoch_end(self, epoch, logs=None):
        """Keep the weights for the mean."""
        self._last = epoch
        self._trained.append(self._program.get_weights())

    def on_train_end(self, logs=None):
        """Load the mean and let batch norm follow."""
        if len(self._trained) < 2:
            return
        self._program.set_weights([_mean(values) for values in zip(*self._trained, strict=True)])
        self._trained.clear()
        # Measuring the statistics moves the optimiser too; a fit that goes on from here must not notice.
        state = self._program.get_optimizer_state()
        self._settle()
        self._program.set_optimizer_state(state)
        self._program.weights_change()

    def _settle(self):
        """Run batches at a rate of zero, undoing what an optimiser does at it nevertheless: Ftrl divides by it."""
        program = self._program
        averaged = [(variable, _values(variable)) for variable in program.trainer.trainable_variables]
        program.forget_optimizer()  # a momentum would move the weights on even at a rate of zero
        program.optimizer.learning_rate.assign(0.0)
        for batch in itertools.islice(self._batches.epoch(self._last + 1), _STEPS_TO_SETTLE):
            program.train_batch(*batch)
            for variable, values in averaged:
                variable.assign(values)


def _mean(epochs):
    """Return the mean of one weight after several epochs, in its own dtype."""
    mean = epochs[0].astype(np.float64)
    for count, values in enumerate(epochs[1:], start=2):
        # A running mean needs one array more, whatever the number of epochs.
        mean += (values - mean) / count
    return mean.astype(epochs[0].dtype)


def _values(variable):
    """Return a copy of a variable's values, which shares no memory with it."""
    return np.array(keras.ops.convert_to_numpy(variable))
