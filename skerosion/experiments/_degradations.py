"""Images as other machines, hands and archives would have left them: what an estimator should not mind."""

import io

import numpy as np
from PIL import Image

from skerosion.preprocessing import transform_images

JPEG_QUALITY = 30


def exposed(factor):
    """Return the change that multiplies grey values, and clips them at white.

    Examples
    --------
    >>> from skerosion.experiments._degradations import exposed
    >>> exposed(1.3)(np.full((1, 1, 1, 1), 100, np.uint8)).ravel()
    array([130], dtype=uint8)
    """
    return lambda images: transform_images(images, _SAME, (factor, 0.0))


def inverted(images):
    """Make black white and white black, as a film of the other polarity.

    Examples
    --------
    >>> from skerosion.experiments._degradations import inverted
    >>> inverted(np.full((1, 1, 1, 1), 55, np.uint8)).ravel()
    array([200], dtype=uint8)
    """
    return _white(images) - images


def turned(degrees):
    """Return the change that turns images about their centre, counterclockwise; the outermost pixels fill corners.

    Examples
    --------
    >>> from skerosion.experiments._degradations import turned
    >>> turned(90)(np.array([[1, 2], [3, 4]], np.uint8).reshape(1, 2, 2, 1))[0, :, :, 0].tolist()
    [[2, 4], [1, 3]]
    """
    cosine, sine = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))

    def turn(images):
        row, column = (np.array(images.shape[1:3]) - 1) / 2
        across = [cosine, -sine, column - cosine * column + sine * row]
        down = [sine, cosine, row - sine * column - cosine * row]
        return transform_images(images, [*across, *down, 0, 0])

    return turn


def shifted(share):
    """Return the change that moves images right and down by a share of their sides, as another crop would.

    Examples
    --------
    >>> from skerosion.experiments._degradations import shifted
    >>> shifted(0.5)(np.array([[1, 2], [3, 4]], np.uint8).reshape(1, 2, 2, 1))[0, :, :, 0].tolist()
    [[1, 1], [1, 1]]
    """

    def shift(images):
        rows, columns = (round(share * side) for side in images.shape[1:3])
        return transform_images(images, [1, 0, -columns, 0, 1, -rows, 0, 0])

    return shift


def halved(images):
    """Take every two by two pixels together, and enlarge what is left to the old size."""
    return _each_channel(images, _halve)


def compressed(images):
    """Keep images as JPEG of quality 30; of floats, 8 bits are left.

    Examples
    --------
    >>> from skerosion.experiments._degradations import compressed
    >>> compressed(np.full((1, 16, 16, 1), 0.5, np.float32)).max() * 255
    np.float32(128.0)
    """
    return _each_channel(images, _compress)


_SAME = (1, 0, 0, 0, 1, 0, 0, 0)

DEGRADATIONS = {
    "exposure x 0.7": exposed(0.7),
    "exposure x 1.3": exposed(1.3),
    "polarity inverted": inverted,
    "turned by 5 degrees": turned(5),
    "turned by -5 degrees": turned(-5),
    "shifted by 4 % of the side": shifted(0.04),
    "half the resolution": halved,
    "JPEG of quality 30": compressed,
}
"""Name -> function from images (m, H, W, C) to images of the same shape and dtype, each by itself."""


def _white(images):
    return images.dtype.type(255 if images.dtype == np.uint8 else 1)


def _each_channel(images, change):
    changed = [[change(image[..., channel]) for channel in range(image.shape[-1])] for image in images]
    return np.moveaxis(np.array(changed, dtype=images.dtype).reshape(np.moveaxis(images, -1, 1).shape), 1, -1)


def _halve(channel):
    picture = Image.fromarray(channel.astype(np.float32))
    half = [max(1, side // 2) for side in picture.size]
    halved = np.asarray(picture.resize(half, Image.Resampling.BOX).resize(picture.size, Image.Resampling.BILINEAR))
    return np.rint(halved) if channel.dtype == np.uint8 else halved


def _compress(channel):
    white, file = _white(channel), io.BytesIO()
    Image.fromarray(np.rint(channel * (255 / white)).astype(np.uint8)).save(file, "JPEG", quality=JPEG_QUALITY)
    return np.asarray(Image.open(file)) * (white / 255)
