"""The thesis' network for benchmarks, its arithmetic, and the arithmetic that a device is capable of."""

import time

import numpy as np

GRADES = 6
FILTERS = (32, 32, 64, 64, 128, 128)
DENSE_UNITS = (256, 256)


def make_images(n_images, side, seed=0):
    """Noise as bytes, brighter for higher grades, and the grades: speed does not depend on what is seen."""
    rng = np.random.default_rng(seed)
    grades = np.arange(n_images) % GRADES
    images = rng.integers(0, 160, (n_images, side, side, 1), dtype=np.uint8)
    images += (15 * grades[:, None, None, None]).astype(np.uint8)
    return images, grades


def build_keras_network(side, filters=FILTERS, dense_units=DENSE_UNITS, flat=False, dtype="float32"):
    """The network of skerosion's classifier in plain Keras, compiled; `flat` takes rows of side * side pixels."""
    import keras
    from keras import layers

    inputs = keras.Input((side**2,) if flat else (side, side, 1))
    hidden = layers.Reshape((side, side, 1))(inputs) if flat else inputs
    hidden = layers.Rescaling(1 / 255, dtype=dtype)(hidden)
    for width in filters:
        for _ in range(2):
            convolution = layers.Conv2D(width, 3, padding="same", kernel_initializer="he_normal", dtype=dtype)
            hidden = _normalize(convolution(hidden), dtype)
        if min(hidden.shape[1:3]) >= 2:
            hidden = layers.MaxPooling2D(dtype=dtype)(hidden)
    return finish_network(inputs, layers.Flatten(dtype=dtype)(hidden), dense_units, dtype)


def finish_network(inputs, hidden, dense_units=DENSE_UNITS, dtype="float32"):
    """Add the classifier's head in plain Keras to an embedding, and compile."""
    import keras
    from keras import layers

    for units in dense_units:
        hidden = _normalize(layers.Dense(units, kernel_initializer="he_normal", dtype=dtype)(hidden), dtype)
        hidden = layers.Dropout(0.5, dtype=dtype)(hidden)
    scores = layers.Dense(GRADES, name="scores", dtype="float32")(hidden)
    network = keras.Model(inputs, layers.Softmax(dtype="float32")(scores))
    network.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy")
    return network


def _normalize(hidden, dtype):
    from keras import layers

    return layers.ReLU(dtype=dtype)(layers.BatchNormalization(momentum=0.9, dtype=dtype)(hidden))


def count_flops(network):
    """Return the floating-point operations an image takes, forward and in a training step.

    Counted exactly are the multiply-adds, two operations each, of convolutions and dense layers, padding included;
    everything else (batch norm, ReLU, pooling, the optimiser) is left out: it moves memory rather than computes.
    A training step takes the forward pass, the gradient of the weights and that of the input, each as much as
    the forward pass; the first layer of all needs no gradient of its input.

    Examples
    --------
    >>> import keras
    >>> network = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Conv2D(2, 3), keras.layers.Flatten()])
    >>> network.add(keras.layers.Dense(5))
    >>> count_flops(network)  # 2 * 3 * 3 * 1 * 2 at 2 * 2 places, and 2 * 8 * 5
    (224, 528)
    """
    layers = [layer for layer in network._flatten_layers() if _has_kernel(layer)]
    each = [2 * int(np.prod(layer.kernel.shape)) * _places(layer) for layer in layers]
    return sum(each), 3 * sum(each) - each[0]


def _has_kernel(layer):
    """Tell whether a layer multiplies by weights; refuse one that is not known here."""
    from keras import layers

    known = isinstance(layer, (layers.Conv2D, layers.Dense))
    if not known and any("kernel" in weight.name for weight in layer._trainable_variables):
        raise ValueError(f"count_flops knows Conv2D and Dense, got {type(layer).__name__}; add it.")
    return known


def _places(layer):
    """Return at how many places of the output a kernel is applied."""
    return int(np.prod(layer.output.shape[1:-1]))


def matmul_flops(size, seconds=1.0, dtype="float32"):
    """Return the operations a second of a large matrix product of the Keras backend: the arithmetic limit here.

    The best of several runs of about a tenth of the given seconds each; the products within a run depend on each other
    and one number of the last is read, so that nothing is left out or still under way.
    """
    from keras import ops

    rng = np.random.default_rng(0)
    factors = rng.standard_normal((2, size, size)) / np.sqrt(size)
    left, right = (ops.cast(ops.convert_to_tensor(factor, "float32"), dtype) for factor in factors)
    once = _run(left, right, 1)
    count = max(1, round(seconds / 10 / min(_run(left, right, 1), once)))
    best = min(_run(left, right, count) for _ in range(10))
    return 2 * size**3 * count / best


def _run(left, right, count):
    """Return the seconds of some products in a row."""
    from keras import ops

    started = time.perf_counter()
    for _ in range(count):
        left = ops.matmul(left, right)
    ops.convert_to_numpy(ops.cast(left[:1, :1], "float32"))
    return time.perf_counter() - started


def epoch_times(clock=time.perf_counter):
    """Return a Keras callback whose `seconds` hold those of each epoch, for both sides, by a clock of `time`."""
    import keras

    class EpochTimes(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.seconds = []

        def on_epoch_begin(self, epoch, logs=None):
            self.started = clock()

        def on_epoch_end(self, epoch, logs=None):
            self.seconds.append(clock() - self.started)

    return EpochTimes()


def step_times(stop_after):
    """Return a Keras callback whose `seconds` hold those of each step, with the wait for its batch.

    Training ends after `stop_after` steps.
    """
    import keras

    class StepTimes(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.seconds = []

        def on_epoch_begin(self, epoch, logs=None):
            self.started = time.perf_counter()

        def on_train_batch_end(self, batch, logs=None):
            now = time.perf_counter()
            self.seconds.append(now - self.started)
            self.started = now
            if len(self.seconds) == stop_after:
                self.model.stop_training = True

    return StepTimes()
