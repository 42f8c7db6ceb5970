"""The thesis' network for benchmarks, its arithmetic, and the arithmetic that a device is capable of."""

import time

import numpy as np

GRADES = 6
BATCH_SIZE = 100


def make_images(n_images, side, seed=0):
    """Noise as bytes, brighter for higher grades, and the grades: speed does not depend on what is seen."""
    rng = np.random.default_rng(seed)
    grades = np.arange(n_images) % GRADES
    images = rng.integers(0, 160, (n_images, side, side, 1), dtype=np.uint8)
    images += (15 * grades[:, None, None, None]).astype(np.uint8)
    return images, grades


def thesis_spec(side, **options):
    """The thesis' classifier for images of this side."""
    from skerosion.networks import NetworkSpec

    return NetworkSpec(input_shape=(side, side, 1), n_outputs=GRADES, head="softmax", **options)


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
    known = type(layer).__name__ in ("Conv2D", "Dense")
    if not known and any(weight.name.endswith("kernel") for weight in layer._trainable_variables):
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


def epoch_times():
    """Return a Keras callback whose `seconds` hold those of each epoch, for both sides."""
    import keras

    class EpochTimes(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.seconds = []

        def on_epoch_begin(self, epoch, logs=None):
            self.started = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            self.seconds.append(time.perf_counter() - self.started)

    return EpochTimes()
