"""Fresh weights from a seed, without building or tracing anything again and without touching a global seed."""

import contextlib
import threading

import keras
import numpy as np

from skerosion.networks import layers_within, other_variables, trained_variables

_RECORDING = threading.Lock()


@contextlib.contextmanager
def recorded_initializers():
    """Note the initialiser of every variable that layers create within the ``with`` block.

    Keras forgets it: a variable does not know its initialiser, and not every layer keeps one under the variable's name.

    Yields
    ------
    dict
        From ``id(variable)`` to the initialiser, filled while layers are built.
    """
    initializers = {}
    original = keras.layers.Layer.add_weight

    def add_weight(layer, *args, initializer=None, **options):
        variable = original(layer, *args, initializer=initializer, **options)
        # What Keras takes where a layer names none.
        default = "glorot_uniform" if "float" in variable.dtype else "zeros"
        initializers[id(variable)] = keras.initializers.get(initializer or default)
        return variable

    # The method belongs to the class: two networks that are built at once would note each other's variables.
    with _RECORDING:
        keras.layers.Layer.add_weight = add_weight
        try:
            yield initializers
        finally:
            keras.layers.Layer.add_weight = original


class Initializer:
    """Draws all variables of a network anew.

    Parameters
    ----------
    network : keras.Model
        As it was just built.
    initializers : dict
        From ``id(variable)`` to its initialiser, as `recorded_initializers` notes them.

    Notes
    -----
    Each variable has its own seed, derived from the given one and its place in the network. A variable of unknown
    initialiser goes back to the value that it was built with, so that nothing is carried over from fit to fit.
    """

    def __init__(self, network, initializers):
        layers = layers_within(network, itself=False)
        self._variables = [variable for layer in layers for variable in trained_variables(layer)]
        self._variables += [variable for layer in layers for variable in other_variables(layer)]
        self._generators = [layer.seed_generator for layer in layers if hasattr(layer, "seed_generator")]
        self._initializers = [initializers.get(id(variable)) for variable in self._variables]
        self._built = [
            None if initializer else keras.ops.convert_to_numpy(variable).copy()
            for variable, initializer in zip(self._variables, self._initializers, strict=True)
        ]

    def draw(self, seed):
        """Give every variable, and every generator of noise, what `seed` makes of it."""
        count = len(self._variables)
        # A seed of its own for each: variables drawn from one stream would change when a layer is added before them.
        seeds = np.random.SeedSequence(seed).generate_state(count + len(self._generators))
        for variable, initializer, built, own in zip(
            self._variables, self._initializers, self._built, seeds[:count], strict=True
        ):
            variable.assign(built if initializer is None else _draw(initializer, variable, int(own)))
        for generator, own in zip(self._generators, seeds[count:], strict=True):
            generator.state.assign(np.array([own % 2**31, 0], dtype=generator.state.dtype))


def _draw(initializer, variable, seed):
    config = initializer.get_config()
    if "seed" in config:
        initializer = type(initializer).from_config({**config, "seed": seed % 2**31})
    return keras.ops.convert_to_tensor(initializer(variable.shape, dtype=variable.dtype))
