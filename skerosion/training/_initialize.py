"""Fresh weights from a seed, without building or tracing anything again and without touching a global seed."""

import keras
import numpy as np


def initialize(network, seed):
    """Give every variable of a network the value that its initialiser draws from `seed`.

    Parameters
    ----------
    network : keras.Model
    seed : int

    Notes
    -----
    Each variable has its own seed, derived from `seed` and its place in the network. The states of seed
    generators (dropout) are set too.
    """
    layers = list(network._flatten_layers(include_self=False))
    owned = [(layer, variable) for layer in layers for variable in layer._trainable_variables]
    owned += [(layer, variable) for layer in layers for variable in layer._non_trainable_variables]
    generators = [layer.seed_generator for layer in layers if hasattr(layer, "seed_generator")]
    seeds = np.random.SeedSequence(seed).generate_state(len(owned) + len(generators))
    for (layer, variable), own_seed in zip(owned, seeds, strict=False):
        initializer = getattr(layer, f"{variable.name}_initializer", None)
        if initializer is not None:
            variable.assign(_draw(initializer, variable, int(own_seed)))
    for generator, own_seed in zip(generators, seeds[len(owned) :], strict=True):
        generator.state.assign(np.array([own_seed % 2**31, 0], dtype=generator.state.dtype))


def _draw(initializer, variable, seed):
    config = initializer.get_config()
    if "seed" in config:
        initializer = type(initializer).from_config({**config, "seed": seed % 2**31})
    return keras.ops.convert_to_tensor(initializer(variable.shape, dtype=variable.dtype))
