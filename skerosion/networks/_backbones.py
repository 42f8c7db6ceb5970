"""Backbones: from pixels on the 0..1 scale to an embedding, each found by name."""

import inspect

import keras
from keras import layers

from skerosion._types import Callable
from skerosion.networks._applications import register_applications
from skerosion.networks._normalized import Conv2DBeforeNorm, FusedBatchNormalization
from skerosion.networks._registry import Registry

_BACKBONES = Registry("backbone")
register_applications(_BACKBONES)

# Keras' default of 0.99 forgets its start only after some 500 steps; joints are often few, so the
# running statistics must settle within an epoch or two.
BATCH_NORM_MOMENTUM = 0.9


def register_backbone(name: str) -> Callable:
    """Register a backbone under a name that estimators accept as ``backbone=``.

    A backbone is a function ``(images, *, filters, convolutions, dtype) -> embedding`` of symbolic tensors:
    images of shape (batch, H, W, C) on the 0..1 scale in, an embedding of shape (batch, d) out. It may leave
    out the keyword arguments that it has no use for.

    Parameters
    ----------
    name : str
        The name; registering one's own name again replaces the entry.

    Returns
    -------
    callable
        A decorator that registers the function and returns it unchanged.

    Examples
    --------
    >>> from keras import layers
    >>> from skerosion.networks import list_backbones, register_backbone
    >>> @register_backbone("one_block")
    ... def one_block(images, *, filters, dtype):
    ...     hidden = layers.Conv2D(filters[0], 3, activation="relu", dtype=dtype)(images)
    ...     return layers.GlobalAveragePooling2D(dtype=dtype)(hidden)
    >>> "one_block" in list_backbones()
    True
    """
    return _BACKBONES.register(name)


def list_backbones() -> list[str]:
    """Names that estimators accept as ``backbone=``, besides ``"auto"``; upper and lower case are the same.

    Besides the registered ones, every network of ``keras.applications`` is there under the name of its function, such
    as ``"InceptionV3"``: without its top, its maps averaged over all places, and with its own input scaling.

    Returns
    -------
    list of str

    Examples
    --------
    >>> from skerosion.networks import list_backbones
    >>> "vgg" in list_backbones(), "InceptionV3" in list_backbones()
    (True, True)
    """
    return sorted(_BACKBONES)


def backbone_name(name):
    """The name as it is registered, for one in other upper and lower case; a ValueError lists the names there are."""
    name = _BACKBONES.resolve(name)
    find_backbone(name)
    return name


def find_backbone(name):
    """The backbone called `name`; a ValueError lists the names there are."""
    return _BACKBONES[name]


def apply_backbone(name, images, **options):
    """Apply the backbone called `name`, giving it those of the options that it takes."""
    function = find_backbone(name)
    accepted = inspect.signature(function).parameters
    # A user's function leaves out what it has no use for, or takes everything with **options.
    takes_all = any(parameter.kind is parameter.VAR_KEYWORD for parameter in accepted.values())
    return function(images, **{key: value for key, value in options.items() if takes_all or key in accepted})


@register_backbone("none")
def none(features, *, dtype):
    """Nothing between the input and the head: for feature vectors and precomputed embeddings."""
    return layers.Flatten(name="embedding", dtype=dtype)(features)


@register_backbone("vgg")
def vgg(images, *, filters, convolutions, dtype):
    """Blocks of 3x3 convolutions with batch norm and ReLU, each block closed by 2x2 max pooling.

    Pooling stops when a side has a single pixel left, so that small images pass through all blocks.
    """
    hidden = images
    for block, width in enumerate(filters, start=1):
        for step in range(1, convolutions + 1):
            hidden = _convolution(hidden, width, f"block{block}_conv{step}", dtype)
        if min(hidden.shape[1:3]) >= 2:
            hidden = layers.MaxPooling2D(2, name=f"block{block}_pool", dtype=dtype)(hidden)
    return layers.Flatten(name="embedding", dtype=dtype)(hidden)


def _convolution(hidden, width, name, dtype):
    initializer = keras.initializers.HeNormal()
    hidden = Conv2DBeforeNorm(width, 3, padding="same", kernel_initializer=initializer, name=name, dtype=dtype)(hidden)
    hidden = FusedBatchNormalization(momentum=BATCH_NORM_MOMENTUM, name=f"{name}_norm", dtype=dtype)(hidden)
    return layers.ReLU(name=f"{name}_relu", dtype=dtype)(hidden)
