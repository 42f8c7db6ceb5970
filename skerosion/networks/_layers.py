"""Layers that Keras lacks: a dropout whose rate is a variable, the augmentation, and monotone outputs."""

import keras
from keras import ops

from skerosion.networks._replicas import n_replicas, own_share


@keras.saving.register_keras_serializable("skerosion")
class VariableDropout(keras.layers.Layer):
    """Dropout whose rate can change without a new graph.

    A Keras ``Dropout`` whose rate is assigned after tracing silently keeps the old one; here the rate is a
    non-trainable weight.

    Parameters
    ----------
    rate : float in [0, 1)
        The initial rate.
    """

    def __init__(self, rate=0.5, **kwargs):
        super().__init__(**kwargs)
        self.initial_rate = rate
        self.seed_generator = keras.random.SeedGenerator(seed=0)

    def build(self, input_shape):
        """Create the rate's variable."""
        self.rate = self.add_weight(
            shape=(),
            initializer=keras.initializers.Constant(self.initial_rate),
            trainable=False,
            dtype="float32",
            autocast=False,
            name="rate",
        )

    def call(self, inputs, training=False):
        """Zero a share `rate` of the inputs and scale the others up, in training only."""
        if not training:
            return inputs
        rows, *others = ops.shape(inputs)
        # Devices share one seed: each draws the noise of the whole batch and takes its part, as one device would.
        noise = keras.random.uniform((rows * n_replicas(), *others), dtype="float32", seed=self.seed_generator)
        noise = own_share(noise)
        # Scaled up in training, so that prediction needs no correction.
        kept = ops.cast(noise >= self.rate, "float32") / (1.0 - self.rate)
        return inputs * ops.cast(kept, inputs.dtype)

    def compute_output_shape(self, input_shape):
        """The shape of the input."""
        return input_shape

    def get_config(self):
        """The constructor's parameters."""
        return {**super().get_config(), "rate": self.initial_rate}


@keras.saving.register_keras_serializable("skerosion")
class Augment(keras.layers.Layer):
    """Apply each row's own projective transform and exposure, in training only.

    Parameters
    ----------
    value_range : float
        The value of white: 255 for uint8 images, 1 for float images.
    """

    def __init__(self, value_range=255.0, **kwargs):
        super().__init__(**kwargs)
        self.value_range = value_range

    def call(self, inputs, training=False):
        """Transform ``[images, transforms, exposure]`` into images of the same shape as float32."""
        images, transforms, exposure = inputs
        images = ops.cast(images, "float32")
        if not training:
            return images
        options = {"interpolation": "bilinear", "fill_mode": "nearest", "data_format": "channels_last"}
        # The edge repeats beyond the image: black corners would tell a turned copy from an original.
        images = ops.image.affine_transform(images, transforms, **options)
        factor, offset = ops.split(ops.reshape(exposure, (-1, 1, 1, 2)), 2, axis=-1)
        # As a detector saturates; brighter than white is nothing that prediction will ever see.
        return ops.clip(images * factor + offset * self.value_range, 0.0, self.value_range)

    def compute_output_shape(self, input_shape):
        """The shape of the images."""
        return input_shape[0]

    def get_config(self):
        """The constructor's parameters."""
        return {**super().get_config(), "value_range": self.value_range}


@keras.saving.register_keras_serializable("skerosion")
class Resize(keras.layers.Layer):
    """Bring images to one size, bilinearly and without aliasing.

    Keras' ``Resizing`` is one of its augmenting layers, which train by default: where nobody says whether a call is
    training, the layers behind it take it for training too, and batch norm normalises by the batch.

    Parameters
    ----------
    height, width : int
        The size that comes out.
    """

    def __init__(self, height, width, **kwargs):
        super().__init__(**kwargs)
        self.height = height
        self.width = width

    def call(self, inputs):
        """Resize images (batch, H, W, C)."""
        size = (self.height, self.width)
        return ops.image.resize(inputs, size, "bilinear", antialias=True, data_format="channels_last")

    def compute_output_shape(self, input_shape):
        """(batch, height, width, C)."""
        return (input_shape[0], self.height, self.width, input_shape[3])

    def get_config(self):
        """The constructor's parameters."""
        return {**super().get_config(), "height": self.height, "width": self.width}


@keras.saving.register_keras_serializable("skerosion")
class CumulativeSoftmax(keras.layers.Layer):
    """A cumulative distribution function from free scores: the running sum of their softmax.

    Monotone by construction, and its last value is pinned to one, where float32 sums only come close.
    """

    def call(self, scores):
        """Turn scores (batch, K) into a CDF (batch, K)."""
        cdf = ops.minimum(ops.cumsum(ops.softmax(scores, axis=-1), axis=-1), 1.0)
        return ops.concatenate([cdf[:, :-1], ops.ones_like(cdf[:, -1:])], axis=-1)

    def compute_output_shape(self, input_shape):
        """The shape of the scores."""
        return input_shape
