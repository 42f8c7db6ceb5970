"""The trunk: what lies below the part of a network that trains, and gives the same for an image in every epoch."""

from collections import Counter

import keras

from skerosion.networks._private_keras import layers_within, other_variables, trained_variables


def trunk_end(network):
    """Return the tensor at which the frozen lower part of a network ends.

    It is the last one that all paths pass and below which nothing trains. Layers without weights belong to the trunk,
    but for those above the last frozen one that draw noise, which the part that trains shall meet.

    Parameters
    ----------
    network : keras.Model
        After `freeze`.

    Returns
    -------
    KerasTensor or None
        None where no frozen weights lie below such a tensor.

    Examples
    --------
    >>> from skerosion.networks import NetworkSpec, build_network, freeze, trunk_end
    >>> network = build_network(NetworkSpec((16, 16, 1), 3, "softmax", filters=(4, 8), convolutions=1))
    >>> freeze(network, trainable=1, batch_norm="inference")
    >>> trunk_end(network).shape  # after the pooling of the first block
    (None, 8, 8, 4)
    """
    # From the input to the output: whatever a tensor that all paths pass is made of comes before it.
    operations = network.operations
    readers = Counter(id(tensor) for operation in operations for tensor in _read_by(operation))
    end, open_, has_frozen, is_quiet = None, Counter(), False, True
    for operation in operations:
        if _trains(operation):
            break
        if _has_weights(operation):
            has_frozen = is_quiet = True
        elif _draws_noise(operation):
            is_quiet = False
        open_.subtract(id(tensor) for tensor in _read_by(operation))
        made = keras.tree.flatten(operation.output)
        open_.update({id(tensor): readers[id(tensor)] for tensor in made})
        if list(+open_) == [id(tensor) for tensor in made] and has_frozen and is_quiet:
            end = made[0]
    return end


def _read_by(operation):
    is_input = isinstance(operation, keras.layers.InputLayer)
    return [] if is_input else keras.tree.flatten(operation.input)


def _parts(operation):
    return layers_within(operation) if isinstance(operation, keras.layers.Layer) else []


def _has_weights(operation):
    return any(trained_variables(part) or _other_weights(part) for part in _parts(operation))


def _trains(operation):
    """Whether a step changes a layer; statistics of batch norm are no variables that train, but follow the batches."""
    return any(part.trainable and (trained_variables(part) or _other_weights(part)) for part in _parts(operation))


def _other_weights(part):
    return [] if _draws_noise(part) else other_variables(part)


def _draws_noise(operation):
    values = (value for part in _parts(operation) for value in vars(part).values())
    return any(isinstance(value, keras.random.SeedGenerator) for value in values)
