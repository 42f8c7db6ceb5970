"""Heads: from the last hidden layer to the output, with the loss that trains it, each found by name."""

from collections.abc import Callable
from dataclasses import dataclass

from keras import layers

from skerosion.networks._layers import CumulativeSoftmax
from skerosion.networks._losses import CRPSLoss, cross_entropy, squared_error
from skerosion.networks._registry import Registry

_HEADS = Registry("head")


@dataclass(frozen=True)
class Head:
    """How scores become an output and how the output is trained.

    Parameters
    ----------
    activation : callable
        ``activation(name=, dtype=)`` returns the Keras layer from scores (batch, K) to the output.
    loss : callable
        ``loss(spacing)`` returns a Keras loss with one value a sample; `spacing` is the grid's, or None.
    loss_on : {"output", "scores"}
        What the loss is computed from; scores, where that is numerically safer.
    cdf : bool
        Whether the output is a cumulative distribution function on a grid.
    monotone : bool
        Whether that is a valid one by construction, or needs repair.
    """

    activation: Callable
    loss: Callable
    loss_on: str = "output"
    cdf: bool = False
    monotone: bool = True


def register_head(name):
    """Register a head under a name that estimators accept as ``head=``.

    Parameters
    ----------
    name : str
        The name; registering a name again replaces the entry.

    Returns
    -------
    callable
        A decorator for a function without arguments that returns a ``Head``.

    Examples
    --------
    >>> from skerosion.networks import list_heads
    >>> list_heads()
    ['cumulative_softmax', 'linear', 'sigmoid', 'softmax']
    """

    def decorate(function):
        _HEADS[name] = function()
        return function

    return decorate


def list_heads():
    """Names of the registered heads.

    Returns
    -------
    list of str

    Examples
    --------
    >>> from skerosion.networks import list_heads
    >>> "softmax" in list_heads()
    True
    """
    return sorted(_HEADS)


def find_head(name):
    """The head called `name`; a ValueError lists the names there are."""
    return _HEADS[name]


@register_head("softmax")
def softmax():
    """Class probabilities, trained on the cross-entropy of the scores."""
    return Head(layers.Softmax, lambda spacing: cross_entropy(), loss_on="scores")


@register_head("linear")
def linear():
    """One real output, trained on the squared error."""
    return Head(lambda **kwargs: layers.Activation("linear", **kwargs), lambda spacing: squared_error())


@register_head("cumulative_softmax")
def cumulative_softmax():
    """A monotone CDF on the grid, trained on the CRPS."""
    return Head(CumulativeSoftmax, CRPSLoss, cdf=True)


@register_head("sigmoid")
def sigmoid():
    """The thesis' free sigmoids, one a threshold, trained on the CRPS; repaired after prediction."""
    return Head(lambda **kwargs: layers.Activation("sigmoid", **kwargs), CRPSLoss, cdf=True, monotone=False)
