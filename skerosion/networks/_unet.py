"""A backbone that keeps places: down to a glance at the whole image, and up again to maps of half its size."""

from keras import layers

from skerosion.networks._backbones import register_backbone
from skerosion.networks._residual import normalized_convolution


@register_backbone("unet")
def unet(images, *, filters, convolutions, dtype):
    """Maps of half the image's size, each place with a view of the whole image.

    The first convolution takes every other pixel. Each further block sees half as many, as long as sides are even; on
    the way up a block is added to what the block of its size had found. Heads that want a vector get the maps' means.

    References
    ----------
    O. Ronneberger, P. Fischer, T. Brox, "U-Net: convolutional networks for biomedical image segmentation", MICCAI 2015.

    Examples
    --------
    >>> from keras import Input
    >>> from skerosion.networks import unet
    >>> unet(Input((32, 32, 1)), filters=(4, 8), convolutions=1, dtype="float32").shape
    (None, 16, 16, 4)
    """
    hidden = _convolved(images, filters[0], "stem", dtype, strides=2)
    passed = []
    for block, width in enumerate(filters, start=1):
        if block > 1:
            passed.append(hidden)
            if all(side % 2 == 0 for side in hidden.shape[1:3]):
                hidden = layers.MaxPooling2D(2, name=f"down{block}_pool", dtype=dtype)(hidden)
        for step in range(1, convolutions + 1):
            hidden = _convolved(hidden, width, f"down{block}_conv{step}", dtype)
    for block, before in reversed(list(enumerate(passed, start=1))):
        hidden = normalized_convolution(hidden, before.shape[-1], 1, f"up{block}_narrow", dtype)
        if hidden.shape[1] != before.shape[1]:
            hidden = layers.UpSampling2D(2, name=f"up{block}_sample", dtype=dtype)(hidden)
        hidden = layers.Add(name=f"up{block}_add", dtype=dtype)([hidden, before])
        hidden = layers.ReLU(name=f"up{block}_relu", dtype=dtype)(hidden)
        hidden = _convolved(hidden, before.shape[-1], f"up{block}_conv", dtype)
    return layers.Activation("linear", name="embedding", dtype=dtype)(hidden)


def _convolved(hidden, width, name, dtype, strides=1):
    hidden = normalized_convolution(hidden, width, 3, name, dtype, strides)
    return layers.ReLU(name=f"{name}_relu", dtype=dtype)(hidden)
