"""On JAX: a training step, the loss of a batch and a prediction as compiled functions of a network's variables.

Keras' own ``train_on_batch`` checks, converts and assigns every variable anew at each step and waits for the loss;
with a small network that takes longer than the step itself. Here the variables' buffers go in and come out as they are.
"""

import jax
import keras
import numpy as np

from skerosion.networks import put_value


def jax_stepper(trainer):
    """A function ``(inputs, targets, weights) -> logs`` that makes one training step and does not wait for it."""
    states = (trainer.trainable_variables, trainer.non_trainable_variables, trainer.optimizer.variables)
    metrics = _fresh_metrics(trainer)

    def pure_step(state, data):
        logs, (*state, _) = trainer.train_step((*state, metrics), data)
        return logs, tuple(state)

    # The buffers that go in are given up, so that new weights need no memory beside the old ones.
    compiled = jax.jit(pure_step, donate_argnums=0, out_shardings=(None, _shardings(states)))

    def step(*batch):
        logs, state = compiled(_values(states), _share(batch))
        for variables, values in zip(states, state, strict=True):
            for variable, value in zip(variables, values, strict=True):
                put_value(variable, value)
        return logs

    return step


def jax_evaluator(trainer):
    """A function ``(inputs, targets, weights) -> loss`` that changes nothing."""
    states = (trainer.trainable_variables, trainer.non_trainable_variables)
    metrics = _fresh_metrics(trainer)

    @jax.jit
    def compiled(state, data):
        logs, _ = trainer.test_step((*state, metrics), data)
        return logs["loss"]

    return lambda *batch: compiled(_values(states), _share(batch))


def jax_predictor(network):
    """A function from a batch of pixels to the network's output as an array, compiled for each number of rows."""
    states = (network.trainable_variables, network.non_trainable_variables)

    @jax.jit
    def compiled(state, pixels):
        outputs, _ = network.stateless_call(*state, pixels.astype("float32"), training=False)
        return outputs

    return lambda pixels: np.asarray(compiled(_values(states), _share(pixels)))


def _values(states):
    return tuple([variable.value for variable in variables] for variables in states)


def _fresh_metrics(trainer):
    """The running mean of the loss as it starts: each batch's loss is looked at by itself."""
    return [np.zeros(variable.shape, variable.dtype) for variable in trainer.metrics_variables]


def _shardings(states):
    """Where the variables lie, so that they stay there."""
    return tuple([variable.value.sharding for variable in variables] for variables in states)


def _share(batch):
    """A batch divided among the devices, where there are several."""
    distribution = keras.distribution.distribution()
    if distribution is None:
        return batch
    return jax.tree.map(lambda part: jax.device_put(part, _layout(distribution, part)), batch)


def _layout(distribution, part):
    return distribution.get_data_layout(part.shape).backend_layout
