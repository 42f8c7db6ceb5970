"""The rows that one of several TensorFlow devices works on; on one device, and on other backends, all of them.

Under ``tf.distribute`` every device runs the step on the same whole batch unless told otherwise. JAX divides a batch
by itself.
"""

import keras


def n_replicas():
    """Number of devices that run this very code side by side: 1 outside such code."""
    return _context().num_replicas_in_sync if _context() else 1


def own_share(tensor):
    """The rows of a whole batch's tensor, a multiple of the devices, that are this device's."""
    count = n_replicas()
    if count == 1:
        return tensor
    import tensorflow as tf

    shares = tf.reshape(tensor, (count, -1, *tensor.shape[1:]))
    return shares[_context().replica_id_in_sync_group]


def _context():
    if keras.backend.backend() != "tensorflow":
        return None
    import tensorflow as tf

    return tf.distribute.get_replica_context()
