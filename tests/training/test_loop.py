"""The loop: who sees which loss, and when."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from skerosion.estimators._settings import optimizer_json
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


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["float32", pytest.param("mixed_float16", marks=pytest.mark.slow)])
@pytest.mark.parametrize("layer_rates", [False, True])
def test_an_optimiser_that_averages_leaves_its_averages(policy, layer_rates):
    """Also within one that scales the loss, and one with a rate for each layer."""
    optimizer = optimizer_json(keras.optimizers.SGD(use_ema=True, ema_momentum=0.5))
    spec = replace(make_key().spec, dtype_policy=policy)
    with lease(make_key(spec=spec, optimizer=optimizer, layer_rates=layer_rates)) as program:
        program.reset(0, dropout=0.0)
        trained, expected = program.trainer.trainable_variables, []

        class Average(keras.callbacks.Callback):
            def on_train_batch_end(self, batch, logs=None):
                values = [np.array(keras.ops.convert_to_numpy(variable)) for variable in trained]
                expected[:] = [(a + b) / 2 for a, b in zip(expected or values, values, strict=True)]

        train(program, make_batches(), epochs=2, learning_rate=0.1, callbacks=[Average()])
        for variable, average in zip(trained, expected, strict=True):
            np.testing.assert_allclose(keras.ops.convert_to_numpy(variable), average, rtol=1e-4, atol=1e-6)
        assert np.isfinite(train(program, make_batches(), epochs=3, initial_epoch=2)["loss"]).all()


def test_who_watches_batches():
    watching = [Noting(), keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None)]
    others = [keras.callbacks.Callback(), keras.callbacks.EarlyStopping("loss"), keras.callbacks.LambdaCallback()]
    assert [_watches_batches(callback) for callback in [*watching, *others]] == [True, True, False, False, False]
