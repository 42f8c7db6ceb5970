import keras
import numpy as np

from skerosion.inspection._gradients import gradient


def test_gradient_of_a_dense_layer_is_its_kernel():
    inputs = keras.Input((3, 3, 2))
    layer = keras.layers.Dense(4)
    tail = keras.Model(inputs, layer(keras.layers.Flatten()(inputs)))
    rng = np.random.default_rng(0)
    activations, weights = rng.random((5, 3, 3, 2), dtype=np.float32), rng.random((5, 4), dtype=np.float32)
    kernel = keras.ops.convert_to_numpy(layer.kernel)
    found = gradient(tail, activations, weights)
    np.testing.assert_allclose(found, (weights @ kernel.T).reshape(5, 3, 3, 2), atol=1e-5)


def test_batch_norm_and_dropout_stay_in_inference_mode():
    inputs = keras.Input((4,))
    hidden = keras.layers.Dropout(0.9)(keras.layers.BatchNormalization(epsilon=0)(inputs))
    tail = keras.Model(inputs, hidden)
    found = gradient(tail, np.float32([[9, -9, 0, 1], [1, 2, 3, 4]]), np.float32([[1, 2, 3, 4]] * 2))
    np.testing.assert_allclose(found, [[1, 2, 3, 4]] * 2, rtol=1e-6)
