"""The network as a function for prediction, traced once for any number of rows."""

import keras


def make_predictor(network, input_shape, pixel_dtype):
    """A function from a batch of pixels to the network's output as an array.

    Keras' own ``predict_on_batch`` traces again for the second number of rows that it meets and takes longer than
    the network itself for a few images; TensorFlow is told here that the number of rows varies.
    """
    if keras.backend.backend() == "tensorflow":
        return _tensorflow_predictor(network, input_shape, pixel_dtype)
    pixels = keras.Input(input_shape, dtype=pixel_dtype, name="pixels")
    return keras.Model(pixels, network(keras.ops.cast(pixels, "float32")), name="predictor").predict_on_batch


def _tensorflow_predictor(network, input_shape, pixel_dtype):
    import tensorflow as tf

    @tf.function(input_signature=[tf.TensorSpec((None, *input_shape), pixel_dtype)], autograph=False)
    def predictor(pixels):
        return network(tf.cast(pixels, tf.float32), training=False)

    return lambda pixels: predictor(tf.convert_to_tensor(pixels, pixel_dtype)).numpy()
