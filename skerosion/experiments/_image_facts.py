"""A few numbers of each image, by which parts are compared and images that are stored otherwise are found."""

import numpy as np
import pandas as pd

SIDE = 8
"""Blocks a side of the thumbnail that says what an image looks like."""

CHUNK = 256


def measure_images(rows):
    """How bright each image is, and how much it looks like the others.

    Parameters
    ----------
    rows : ImageRows
        Of images.

    Returns
    -------
    DataFrame
        A row per image: ``mean``, ``spread``, ``dark`` and ``bright``, its quantiles of 5 and 95 %, and ``largest``,
        all between black, 0, and white, 1; and ``likeness``, the correlation of its thumbnail with what is common to
        all, which is near -1 for an image whose black and white are swapped.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets import ImageRows
    >>> from skerosion.experiments._image_facts import measure_images
    >>> images = np.tile(np.arange(0, 256, 16, dtype=np.uint8), (4, 16, 1))
    >>> images[3] = 240 - images[3]
    >>> measure_images(ImageRows(images))["likeness"].round(2).tolist()
    [1.0, 1.0, 1.0, -1.0]
    """
    facts, thumbnails = [], []
    for first in range(0, len(rows), CHUNK):
        images = rows.read(np.arange(first, min(first + CHUNK, len(rows))))
        images = images.mean(axis=3, dtype=np.float32) / (255 if images.dtype == np.uint8 else 1)
        pixels = images.reshape(len(images), -1)
        ends = np.quantile(pixels, (0.05, 0.95), axis=1)
        facts.append(np.column_stack([pixels.mean(axis=1), pixels.std(axis=1), *ends, pixels.max(axis=1)]))
        thumbnails.append(averaged(images, SIDE).reshape(len(images), -1))
    frame = pd.DataFrame(np.concatenate(facts), columns=["mean", "spread", "dark", "bright", "largest"])
    return frame.assign(likeness=_likeness(np.concatenate(thumbnails)))


def _likeness(thumbnails):
    """Correlation of each thumbnail with the pattern that explains most of all of them, which most have as it is."""
    centred = thumbnails - thumbnails.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    centred = np.divide(centred, length, out=np.zeros_like(centred), where=length > 0)
    pattern = np.linalg.eigh(centred.T @ centred)[1][:, -1]
    likeness = centred @ pattern
    return likeness * (1 if (likeness > 0).sum() * 2 >= len(likeness) else -1)


def averaged(images, side):
    """Images of so many blocks a side, each the mean of its pixels."""
    for axis in (1, 2):
        size = images.shape[axis]
        blocks = np.array_split(np.arange(size), side) if size >= side else [[k * size // side] for k in range(side)]
        images = np.stack([images.take(block, axis=axis).mean(axis=axis) for block in blocks], axis=axis)
    return images
