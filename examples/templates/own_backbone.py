"""Your own backbone: copy this file, change `own`, import the copy, and say ``CNNClassifier(backbone="own")``."""

from keras import layers

from skerosion.networks import register_backbone


@register_backbone("own")
def own(images, *, filters, dtype):
    """Residual blocks, then the mean and the maximum of each filter over all places.

    In: images of shape (batch, H, W, C) on the 0..1 scale. Out: an embedding of shape (batch, d). `filters` is the
    estimator's parameter; ask for `convolutions` as well if you need it. Give every layer `dtype`, so that mixed
    precision works, and a name, so that maps, embeddings and freezing can refer to it.
    """
    hidden = as_image(images)
    for number, width in enumerate(filters, start=1):
        hidden = block(hidden, width, f"block{number}", dtype)
        if min(hidden.shape[1:3]) > 1:
            hidden = layers.MaxPooling2D(2, name=f"block{number}_pool", dtype=dtype)(hidden)
    mean = layers.GlobalAveragePooling2D(name="mean", dtype=dtype)(hidden)
    maximum = layers.GlobalMaxPooling2D(name="maximum", dtype=dtype)(hidden)
    return layers.Concatenate(name="embedding", dtype=dtype)([mean, maximum])


def block(hidden, width, name, dtype):
    """Return what a 3x3 convolution adds to its input."""
    shortcut = layers.Conv2D(width, 1, use_bias=False, name=f"{name}_shortcut", dtype=dtype)(hidden)
    hidden = layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"{name}_conv", dtype=dtype)(hidden)
    hidden = layers.BatchNormalization(momentum=0.9, name=f"{name}_norm", dtype=dtype)(hidden)
    hidden = layers.Add(name=f"{name}_add", dtype=dtype)([shortcut, hidden])
    return layers.ReLU(name=f"{name}_relu", dtype=dtype)(hidden)


def as_image(rows):
    """Return images as they are, and feature vectors (scikit-learn's checks have no images) as one row of pixels."""
    return rows if len(rows.shape) == 4 else layers.Reshape((1, rows.shape[1], 1), name="as_image")(rows)
