"""The network as a function for prediction, traced or compiled for few numbers of rows."""

import keras
import numpy as np

from skerosion.training._several_devices import n_devices


def make_predictor(network, input_shape, pixel_dtype):
    """A function from a batch of pixels and the size of full batches to the network's output as an array.

    Keras' own ``predict_on_batch`` traces again for the second number of rows that it meets and takes longer than
    the network itself for a few images. TensorFlow is told here that the number of rows varies; JAX compiles for
    each number and meets few of them; PyTorch compiles nothing.
    """
    backend, devices = keras.backend.backend(), n_devices()
    if backend == "jax":
        from skerosion.training._jax_functions import jax_predictor

        return _filled_up(jax_predictor(network), lambda rows, full: few_sizes(rows, full, devices))
    if devices > 1:
        from skerosion.training._mirrored import mirrored_predictor

        predictor = mirrored_predictor(network, input_shape, pixel_dtype)
        return _filled_up(predictor, lambda rows, full: multiple(rows, devices))
    make = {"tensorflow": _tensorflow_predictor, "torch": _torch_predictor}[backend]
    predictor = make(network, input_shape, pixel_dtype)
    return lambda pixels, full: predictor(pixels)


def few_sizes(rows, full, devices=1):
    """The number to fill rows up to: a power of two below a full batch, in a multiple of the devices."""
    return multiple(min(1 << (rows - 1).bit_length(), max(rows, full)), devices)


def multiple(rows, devices):
    """The number of rows, rounded up to a multiple of the devices."""
    return -(-rows // devices) * devices


def _filled_up(predictor, size):
    """A predictor for batches that are filled up with copies of their first row."""

    def predict_batch(pixels, full):
        rows = len(pixels)
        missing = size(rows, full) - rows
        if missing:
            pixels = np.concatenate([pixels, np.repeat(pixels[:1], missing, axis=0)])
        return predictor(pixels)[:rows]

    return predict_batch


def _tensorflow_predictor(network, input_shape, pixel_dtype):
    import tensorflow as tf

    @tf.function(input_signature=[tf.TensorSpec((None, *input_shape), pixel_dtype)], autograph=False)
    def predictor(pixels):
        return network(tf.cast(pixels, tf.float32), training=False)

    return lambda pixels: predictor(tf.convert_to_tensor(pixels, pixel_dtype)).numpy()


def _torch_predictor(network, input_shape, pixel_dtype):
    import torch

    def predictor(pixels):
        with torch.no_grad():
            outputs = network(keras.ops.convert_to_tensor(pixels, "float32"), training=False)
        return keras.ops.convert_to_numpy(outputs)

    return predictor
