"""Several devices, where the caller asks for them: each works on its share of every batch.

The caller asks in the backend's own way: TensorFlow by the scope of a ``tf.distribute`` strategy, JAX by
``keras.distribution``. Both are settings of a thread.
"""

import keras

from skerosion.training._row_losses import RowLossTrainer


def active_distribution():
    """What spreads the work of this thread over devices: a strategy, a Keras distribution, or None.

    Raises
    ------
    ValueError
        Where ``keras.distribution`` is set on another backend than JAX, which would do nothing.
    """
    distribution = keras.distribution.distribution()
    backend = keras.backend.backend()
    if backend == "tensorflow" and distribution is None:
        import tensorflow as tf

        return tf.distribute.get_strategy() if tf.distribute.has_strategy() else None
    if distribution is not None and backend != "jax":
        instead = {"tensorflow": "the scope of a tf.distribute.MirroredStrategy"}.get(backend, "one device")
        raise ValueError(f"keras.distribution works on JAX only, got {distribution} on {backend}; use {instead}.")
    return distribution


def n_devices():
    """Number of devices that share a batch."""
    distribution = active_distribution()
    if distribution is None:
        return 1
    if keras.backend.backend() == "tensorflow":
        return distribution.num_replicas_in_sync
    mesh = distribution.device_mesh
    return mesh.shape[mesh.axis_names.index(distribution.batch_dim_name)]


def make_trainer(inputs, outputs, tells_row_losses=False):
    """The Keras model that trains, still to be compiled: one that shares batches where there are several devices.

    Raises
    ------
    ValueError
        Where row losses are asked for that several devices of TensorFlow would average.
    """
    if tells_row_losses:
        if keras.backend.backend() == "tensorflow" and n_devices() > 1:
            raise ValueError(
                f"trim must be None on several devices of TensorFlow, got {n_devices()} of them, which average the "
                "losses that it goes by; train on one, or on JAX."
            )
        return RowLossTrainer(inputs, outputs, name="trainer")
    if keras.backend.backend() == "tensorflow" and n_devices() > 1:
        from skerosion.training._mirrored import MirroredTrainer

        return MirroredTrainer(inputs, outputs, name="trainer")
    return keras.Model(inputs, outputs, name="trainer")
