"""The model that trains a network: what goes in before it, and the loss, optimiser and compilation behind it."""

import json

import keras

from skerosion.networks import Augment, SmoothedLoss, VotesLoss, find_head, trunk_end
from skerosion.training._layer_rates import with_layer_rates
from skerosion.training._several_devices import make_trainer


def end_of_trunk(network, key):
    """The tensor of a network that a trainer's maps stand for; None where it trains on pixels.

    Raises
    ------
    ValueError
        Where maps are asked for and there are none.
    """
    if key.cache_trunk is None:
        return None
    end = trunk_end(network)
    if end is None:
        raise ValueError(
            f"cache_trunk must be None where no frozen layers come before all that trains, got {key.cache_trunk!r} "
            f"with trainable={key.trainable!r} and backbone={key.spec.backbone!r}; freeze more, or leave it out."
        )
    return end


def build_trainer(network, key, end=None):
    """The compiled model that trains a network as a key says, from pixels, or from maps at the end of its trunk."""
    head = find_head(key.spec.head)
    inputs, values = _inputs(key) if end is None else _maps(key, end)
    start = network.input if end is None else end
    # Losses are computed where they are numerically safest, on scores or logarithms, not on the output.
    trained = keras.Model(start, network.get_layer(head.loss_on).output, name="trained")
    trainer = make_trainer(inputs, trained(values), key.tells_row_losses)
    optimizer = keras.optimizers.deserialize(json.loads(key.optimizer))
    if key.layer_rates:
        optimizer = with_layer_rates(optimizer)
    if key.spec.dtype_policy == "mixed_float16":
        # Small gradients vanish in float16. Keras does this itself only where the outermost layer has the policy.
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    loss = head.weighted_loss(key.spec.spacing)
    if key.n_votes:
        loss = VotesLoss(loss)
    if key.smooths:
        loss = SmoothedLoss(loss, key.spec.n_outputs)
    trainer.compile(optimizer=optimizer, loss=loss, jit_compile=_jit_compile())
    return trainer


def _inputs(key):
    pixels = keras.Input(key.spec.input_shape, dtype=key.pixel_dtype, name="pixels")
    if not key.augments:
        return pixels, keras.ops.cast(pixels, "float32")
    transforms = keras.Input((8,), dtype="float32", name="transforms")
    exposure = keras.Input((2,), dtype="float32", name="exposure")
    inputs = [pixels, transforms, exposure]
    return inputs, Augment(key.spec.value_range, name="augment", dtype="float32")(inputs)


def _maps(key, end):
    maps = keras.Input(end.shape[1:], dtype=key.cache_trunk, name="maps")
    return maps, keras.ops.cast(maps, end.dtype)


def _jit_compile():
    # XLA's convolutions are less than half as fast as TensorFlow's own on processors; on GPUs Keras decides.
    if keras.backend.backend() != "tensorflow":
        return "auto"
    import tensorflow as tf

    return "auto" if tf.config.list_physical_devices("GPU") else False
