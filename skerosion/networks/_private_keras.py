"""What skerosion takes from Keras without its promise: here and nowhere else, with what would replace it.

A release that moves one of these names breaks this file alone. One hook is overridden besides: ``_apply_weight_decay``
of optimisers, in ``training/_layer_rates.py``.
"""


def layers_within(layer, *, itself=True):
    """Return a layer and all that it holds, at any depth. Instead: walking through ``layers`` of models within.

    Parameters
    ----------
    layer : keras.Layer
    itself : bool, default=True

    Returns
    -------
    list of keras.Layer
    """
    return list(layer._flatten_layers(include_self=itself))


def trained_variables(layer):
    """Return the variables of a layer alone that may be trained. Instead: ``weights`` less those of its parts."""
    return list(layer._trainable_variables)


def other_variables(layer):
    """Return the other variables of a layer alone, such as the statistics of batch norm. Instead: as above."""
    return list(layer._non_trainable_variables)


def layer_of(tensor):
    """Return the layer that a symbolic tensor comes from. Instead: the nodes in a model's ``get_config()``."""
    return tensor._keras_history.operation


def put_value(variable, value):
    """Let a variable hold a backend's array as it is. Instead: ``assign``, which copies and checks it."""
    variable._value = value


def place_of(optimizer, variable):
    """Return the place of a variable among an optimiser's. Instead: a dict of ids, made in ``build``."""
    return optimizer._get_variable_index(variable)


def decays(optimizer, variable):
    """Tell whether weight decay takes part in a variable. Instead: always, for nothing here is excluded."""
    return optimizer._use_weight_decay(variable)
