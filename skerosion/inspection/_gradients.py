"""The derivative of a network's end with respect to its activations: one small function for each backend of Keras."""

import keras
import numpy as np


def gradient(tail, activations, weights):
    """Return the derivative of ``sum(weights * tail(activations))`` with respect to the activations.

    Parameters
    ----------
    tail : keras.Model
        From activations to outputs, row by row.
    activations : ndarray of shape (n, ...), float32
    weights : ndarray of shape (n, n_outputs), float32
        Constants.

    Returns
    -------
    ndarray of the shape of `activations`, float32

    Examples
    --------
    >>> import keras
    >>> import numpy as np
    >>> from skerosion.inspection._gradients import gradient
    >>> inputs = keras.Input((2,))
    >>> gradient(keras.Model(inputs, inputs**2), np.float32([[1, 3]]), np.float32([[1, 10]])).tolist()
    [[2.0, 60.0]]
    """
    return _BACKENDS[keras.backend.backend()](tail, activations, weights)


def _tensorflow_gradient(tail, activations, weights):
    import tensorflow as tf

    inputs = tf.convert_to_tensor(activations)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(inputs)
        value = tf.reduce_sum(tail(inputs, training=False) * weights)
    return tape.gradient(value, inputs).numpy()


def _jax_gradient(tail, activations, weights):
    import jax

    trained = [variable.value for variable in tail.trainable_variables]
    others = [variable.value for variable in tail.non_trainable_variables]

    def value(inputs):
        outputs, _ = tail.stateless_call(trained, others, inputs, training=False)
        return (outputs * weights).sum()

    return np.asarray(jax.grad(value)(jax.numpy.asarray(activations)))


def _torch_gradient(tail, activations, weights):
    import torch

    inputs = keras.ops.convert_to_tensor(activations).detach().requires_grad_(True)
    value = (tail(inputs, training=False) * keras.ops.convert_to_tensor(weights)).sum()
    (found,) = torch.autograd.grad(value, inputs)
    return found.detach().cpu().numpy()


_BACKENDS = {"tensorflow": _tensorflow_gradient, "jax": _jax_gradient, "torch": _torch_gradient}
