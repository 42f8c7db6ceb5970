"""TensorFlow on several devices: every device steps on its share of a batch, together they step as one device would.

Keras hands the whole batch to every device and averages their losses. A weighted mean over the batch is not the mean
of weighted means, nor is the variance of a batch one of its shares: here the weights are divided by their sum over the
whole batch before it is shared, and batch norm takes its statistics over all devices.
"""

import keras
import tensorflow as tf

from skerosion.networks import REDUCTION, layers_within, own_share


class MirroredTrainer(keras.Model):
    """A functional model whose training and test steps take this device's rows of the batch.

    Batches need a multiple of the devices as their number of rows.
    """

    def compile(self, *, loss, **options):
        """Compile as Keras does; a weighted mean becomes the mean over rows of weights that are scaled to mean one."""
        self._scales_weights = loss.reduction == REDUCTION
        if self._scales_weights:
            loss.reduction = "sum_over_batch_size"
        for layer in layers_within(self):
            if isinstance(layer, keras.layers.BatchNormalization):
                # A device sees its share of the batch alone, whose statistics are noisier.
                layer.synchronized = True
        super().compile(loss=loss, **options)

    def train_step(self, data):
        """Train on this device's rows."""
        return super().train_step(self._share(data))

    def test_step(self, data):
        """Measure the loss of this device's rows."""
        return super().test_step(self._share(data))

    def _share(self, data):
        inputs, targets, weights = data
        if self._scales_weights:
            # Before the shares are taken: each device must divide by the same sum.
            weights = tf.math.divide_no_nan(weights, tf.reduce_mean(weights))
        return tf.nest.map_structure(own_share, (inputs, targets, weights))


def mirrored_predictor(network, input_shape, pixel_dtype):
    """A function from a batch of pixels, a multiple of the devices, to the network's output as an array."""
    strategy = tf.distribute.get_strategy()

    def predict_share(pixels):
        return network(tf.cast(own_share(pixels), tf.float32), training=False)

    @tf.function(input_signature=[tf.TensorSpec((None, *input_shape), pixel_dtype)], autograph=False)
    def predictor(pixels):
        return tf.concat(strategy.experimental_local_results(strategy.run(predict_share, args=(pixels,))), axis=0)

    return lambda pixels: predictor(tf.convert_to_tensor(pixels, pixel_dtype)).numpy()
