"""Averaged weights: the mean of the last epochs', with batch norm's statistics taken anew."""

import keras
import numpy as np
import pytest

from skerosion.datasets import ImageRows
from skerosion.estimators._settings import optimizer_json
from skerosion.networks import NetworkSpec
from skerosion.training import ProgramKey, RowBatches, WeightAverage, lease, train

SPEC = NetworkSpec((16, 16, 1), 3, "softmax", filters=(4,), dense_units=(8,))


def make_batches(n=20):
    rng = np.random.default_rng(0)
    rows = ImageRows(rng.integers(0, 255, (n, 16, 16, 1)).astype("uint8"))
    return RowBatches(rows, rng.integers(0, 3, n).astype("int32"), np.ones(n), 10)


def run(average, optimizer=None, epochs=4):
    """Weights and optimiser state after four epochs, and those after each of them; `epochs` are planned.

    A momentum moves weights on at a rate of zero too, where nobody forgets it.
    """
    seen, batches = [], make_batches()
    optimizer = keras.optimizers.SGD(momentum=0.9) if optimizer is None else optimizer
    with lease(ProgramKey(SPEC, optimizer_json(optimizer))) as program:
        program.reset(0, dropout=0.0)

        class Watch(keras.callbacks.Callback):
            def on_epoch_end(self, epoch, logs=None):
                seen.append(program.get_weights())
                self.model.stop_training = epoch == 3

        callbacks = [Watch(), WeightAverage(program, batches, average)]
        train(program, batches, epochs=epochs, learning_rate=0.01, callbacks=callbacks)
        names = [variable.path for variable in program._weights]
        return names, program.get_weights(), program.get_optimizer_state(), seen


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", [None, "ftrl"])
@pytest.mark.parametrize("epochs", [4, 40])
def test_the_mean_is_that_of_the_last_epochs_and_statistics_are_new(optimizer, epochs):
    """Also where something stops the training early, and where the optimiser divides by its rate."""
    names, weights, _, seen = run(3, optimizer, epochs)
    assert len(seen) == 4 and all(np.isfinite(values).all() for values in weights)
    moved = 0
    for name, value, *epochs in zip(names, weights, *seen[1:], strict=True):
        mean = np.mean(epochs, axis=0)
        if "moving" in name:
            moved += not np.allclose(value, mean, rtol=1e-4)
        else:
            np.testing.assert_allclose(value, mean, rtol=1e-5, atol=1e-7)
    assert moved > 0


@pytest.mark.slow
def test_one_epoch_is_no_mean_and_the_optimiser_goes_on_from_its_state():
    _, weights, state, seen = run(1)
    assert all(np.array_equal(one, other) for one, other in zip(weights, seen[-1], strict=True))
    _, _, averaged, _ = run(3)
    # The rate is the last variable that the pass at a rate of zero may change; all else is as it was.
    same = [np.array_equal(one, other) for one, other in zip(state, averaged, strict=True)]
    assert sum(same) >= len(same) - 1
