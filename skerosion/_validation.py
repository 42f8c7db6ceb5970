"""Parameter checks with one wording, for the rooms that share them."""

from numbers import Integral


def check_image_shape(image_shape, *, name="image_shape", channels=1):
    """Return `image_shape` as (H, W, C) of Python integers.

    Parameters
    ----------
    image_shape : int, (H, W) or (H, W, C)
        A single number is the side of a square.
    name : str, default="image_shape"
        Name of the parameter, for the message.
    channels : int, default=1
        The number of channels where `image_shape` does not give one.

    Returns
    -------
    shape : tuple of int
        (H, W, C).

    Examples
    --------
    >>> from skerosion._validation import check_image_shape
    >>> check_image_shape(64), check_image_shape((32, 48), channels=3)
    ((64, 64, 1), (32, 48, 3))
    """
    sides = (image_shape,) * 2 if isinstance(image_shape, Integral) else image_shape
    try:
        shape = tuple(sides)
    except TypeError:
        shape = ()
    shape = shape + (channels,) if len(shape) == 2 else shape
    if len(shape) != 3 or not all(isinstance(n, Integral) and not isinstance(n, bool) and n > 0 for n in shape):
        raise ValueError(
            f"{name} must be a positive integer, (height, width) or (height, width, channels), got {image_shape!r}"
        )
    return tuple(int(n) for n in shape)
