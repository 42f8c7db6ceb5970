"""What a network computes on its way, as a network of its own."""

import keras


def hidden_network(network, name=None):
    """Return a network up to the values of a layer, float32, maps as their mean over all places.

    Parameters
    ----------
    network : keras.Model
        Built by `build_network`; the layers are shared with it.
    name : str or None, default=None
        A layer; None takes what the scores are computed from, the last hidden layer.

    Raises
    ------
    ValueError
        For a layer that the network does not have; the message lists those it has.
    """
    known = [layer.name for layer in network.layers]
    if name is not None and name not in known:
        raise ValueError(f"layer must be one of the network's, {', '.join(known)}; got {name!r}.")
    values = network.get_layer("scores").input if name is None else network.get_layer(name).output
    values = keras.ops.cast(values, "float32")
    return keras.Model(network.input, keras.ops.mean(values, axis=(1, 2)) if len(values.shape) == 4 else values)
