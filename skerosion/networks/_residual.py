"""A residual backbone: blocks that add to what reaches them, and a mean over all places in the end."""

import keras
from keras import layers

from skerosion.networks._backbones import BATCH_NORM_MOMENTUM, register_backbone
from skerosion.networks._normalized import Conv2DBeforeNorm, FusedBatchNormalization


@register_backbone("residual")
def residual(images, *, filters, convolutions, dtype):
    """Blocks of 3x3 convolutions with a way around them, pooled in between; the maps' means are the embedding.

    A block takes as much work as one of ``"vgg"``. Four or five of them suit images of 64 to 128 pixels: the last one
    is not pooled and should see several places. The way around is a 1x1 convolution where the number of filters
    changes.

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image recognition", CVPR 2016.

    Examples
    --------
    >>> from keras import Input
    >>> from skerosion.networks import residual
    >>> residual(Input((16, 16, 1)), filters=(4, 8), convolutions=2, dtype="float32").shape
    (None, 8)
    """
    hidden = images
    for block, width in enumerate(filters, start=1):
        if block > 1 and min(hidden.shape[1:3]) >= 2:
            hidden = layers.MaxPooling2D(2, name=f"block{block}_pool", dtype=dtype)(hidden)
        hidden = _block(hidden, width, convolutions, f"block{block}", dtype)
    return layers.GlobalAveragePooling2D(name="embedding", dtype=dtype)(hidden)


def _block(hidden, width, convolutions, name, dtype):
    around = hidden
    if hidden.shape[-1] != width:
        # A projection is needed only where the widths differ; elsewhere the identity lets gradients through unchanged.
        around = normalized_convolution(hidden, width, 1, f"{name}_around", dtype)
    for step in range(1, convolutions + 1):
        hidden = normalized_convolution(hidden, width, 3, f"{name}_conv{step}", dtype)
        # The last ReLU of a block comes after the sum: before it, a block could only ever add.
        if step < convolutions:
            hidden = layers.ReLU(name=f"{name}_conv{step}_relu", dtype=dtype)(hidden)
    return layers.ReLU(name=f"{name}_relu", dtype=dtype)(layers.Add(name=f"{name}_add", dtype=dtype)([around, hidden]))


def normalized_convolution(hidden, width, side, name, dtype, strides=1):
    """A convolution with batch norm, before any activation."""
    initializer = keras.initializers.HeNormal()
    options = {"strides": strides, "padding": "same", "kernel_initializer": initializer, "name": name, "dtype": dtype}
    convolution = Conv2DBeforeNorm(width, side, **options)
    return FusedBatchNormalization(momentum=BATCH_NORM_MOMENTUM, name=f"{name}_norm", dtype=dtype)(convolution(hidden))
