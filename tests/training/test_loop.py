"""The loop: who sees which loss, and when."""

import keras
import numpy as np

from skerosion.training import lease, train
from skerosion.training._loop import _watches_batches
from tests.training.test_programs import make_batches, make_key


class Noting(keras.callbacks.Callback):
    """Keeps the loss of each batch."""

    def __init__(self):
        super().__init__()
        self.losses = []

    def on_train_batch_end(self, batch, logs=None):
        """Note the loss."""
        self.losses.append(logs["loss"])


def run(callbacks, n=45):
    with lease(make_key()) as program:
        program.reset(0, dropout=0.0)
        return train(program, make_batches(n=n), epochs=2, callbacks=callbacks)


def test_the_loss_of_an_epoch_is_the_weighted_mean_of_its_batches():
    """The last of five batches holds five rows and five fillers, so that it counts half."""
    noting = Noting()
    history = run([noting])
    assert all(isinstance(loss, float) for loss in noting.losses)
    expected = [np.average(noting.losses[start : start + 5], weights=[10, 10, 10, 10, 5]) for start in (0, 5)]
    np.testing.assert_allclose(history["loss"], expected, rtol=1e-6)


def test_watching_changes_nothing():
    assert run([Noting()]) == run([]) == run([keras.callbacks.EarlyStopping("loss")])


def test_who_watches_batches():
    watching = [Noting(), keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None)]
    others = [keras.callbacks.Callback(), keras.callbacks.EarlyStopping("loss"), keras.callbacks.LambdaCallback()]
    assert [_watches_batches(callback) for callback in [*watching, *others]] == [True, True, False, False, False]
