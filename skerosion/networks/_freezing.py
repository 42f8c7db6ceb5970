"""Which part of a network trains: the backbone in groups of layers, from the bottom to the top, and the head above it.

A frozen layer keeps its weights. A frozen batch norm also keeps its statistics and normalises by them in training, as
in prediction (Keras' own rule since version 2): if it normalised by the batch, the frozen layers would give
something else in training than in prediction.
"""

from numbers import Integral, Real

import keras
from keras import layers

from skerosion.networks._private_keras import layer_of, layers_within

HEAD = "head"
ALL = "all"


def backbone_layers(network):
    """Layers of the backbone, from the input to where the head begins.

    A layer that itself holds layers, such as a model within the network, counts as one.
    """
    built = [layer.name for layer in network.layers]
    first = network.get_layer("dense1" if "dense1" in built else "scores")
    below = keras.Model(network.input, first.input).layers
    return [layer for layer in below if not isinstance(layer, layers.InputLayer)]


def backbone_groups(network):
    """Lists of layers with weights, from the bottom of the backbone to its top.

    A convolution opens a group; batch norm and other layers without a kernel join the layer that they follow, where
    that has weights.
    """
    groups, group_of = [], {}
    for layer in backbone_layers(network):
        if not layer.weights:
            continue
        # Batch norm must freeze with its convolution, whose outputs it rescales.
        before = group_of.get(_layer_before(layer))
        if before is None or _has_kernel(layer):
            before = []
            groups.append(before)
        before.append(layer)
        group_of[layer.name] = before
    return groups


def _layer_before(layer):
    """Name of the layer whose output is this layer's only input; None where there are several."""
    inputs = layer.input if isinstance(layer.input, (list, tuple)) else [layer.input]
    return layer_of(inputs[0]).name if len(inputs) == 1 else None


def _has_kernel(layer):
    return any(len(weight.shape) > 1 for weight in layer.weights)


def freeze(network, trainable, batch_norm):
    """Freeze what does not train; layers that a backbone itself has frozen stay so.

    Parameters
    ----------
    network : keras.Model
        As ``build_network`` builds it; before a trainer is made of it.
    trainable : "head", "all", int, float or str
        The part above the backbone, or that and the top of the backbone: so many groups, a share of them, or everything
        from the layer of that name.
    batch_norm : {"train", "inference"}
        Whether batch norm in the trained part of the backbone learns too, or stays as if it were frozen.

    Raises
    ------
    ValueError
        For more groups than there are, or a layer that the backbone does not have.
    """
    groups = backbone_groups(network)
    for group in groups[: _first_trained(groups, trainable)]:
        for layer in group:
            layer.trainable = False
    if batch_norm == "inference":
        for layer in backbone_layers(network):
            # Backbones of keras.applications may hold models, whose batch norms count too.
            for part in layers_within(layer):
                if isinstance(part, layers.BatchNormalization):
                    part.trainable = False


def _first_trained(groups, trainable):
    """Number of the lowest group that trains; that of groups where none does."""
    if trainable == ALL:
        return 0
    if trainable == HEAD:
        return len(groups)
    if isinstance(trainable, str):
        return _group_of_layer(groups, trainable)
    if isinstance(trainable, Integral):
        if trainable > len(groups):
            raise ValueError(f"trainable must be at most the backbone's {len(groups)} groups, got {trainable}.")
        return len(groups) - int(trainable)
    # A share of groups, not of weights: most weights lie in the few groups at the top.
    return len(groups) - round(float(trainable) * len(groups))


def _group_of_layer(groups, name):
    for number, group in enumerate(groups):
        if any(layer.name == name for layer in group):
            return number
    known = ", ".join(group[0].name for group in groups)
    raise ValueError(f"trainable must be 'head', 'all', a number or a layer with weights, {known}; got {name!r}.")


def layer_rates(network, variables, lowest):
    """The share of the learning rate at which each variable learns.

    Parameters
    ----------
    network : keras.Model
    variables : list of keras.Variable
        Those that train.
    lowest : float
        The share of the backbone's lowest group. The head has 1, groups between lie on a geometric line.

    Returns
    -------
    list of float
        In the order of `variables`.
    """
    groups = backbone_groups(network)
    rates = {
        # The discriminative rates of Howard and Ruder (2018): lower layers are more general and need less change.
        id(weight): lowest ** ((len(groups) - number) / len(groups))
        for number, group in enumerate(groups)
        for layer in group
        for weight in layer.weights
    }
    return [rates.get(id(variable), 1.0) for variable in variables]


def check_trainable(trainable):
    """Raise where `trainable` can be no part of any backbone."""
    if isinstance(trainable, str):
        return
    share = isinstance(trainable, Real) and not isinstance(trainable, bool)
    whole = share and isinstance(trainable, Integral)
    if not share or trainable < 0 or (not whole and not trainable <= 1):
        raise ValueError(
            "trainable must be 'head', 'all', a number of layer groups, a share from 0.0 to 1.0 or the name of a "
            f"layer, got {trainable!r}."
        )
