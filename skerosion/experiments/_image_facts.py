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
    facts, thumbnails = _measured(rows)
    return facts.assign(likeness=likeness(thumbnails, common_pattern(thumbnails)))


def summarize_images(rows):
    """Return how bright images are and what they have in common, short enough to be kept with an estimator.

    Parameters
    ----------
    rows : ImageRows
        Of images.

    Returns
    -------
    dict
        ``pattern``, the thumbnail that is common to all, row by row; and the lowest, the median and the highest
        ``mean``, ``spread`` and ``likeness`` to that pattern.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets import ImageRows
    >>> from skerosion.experiments._image_facts import summarize_images
    >>> images = np.tile(np.arange(0, 256, 16, dtype=np.uint8), (4, 16, 1))
    >>> summarize_images(ImageRows(images))["likeness"]
    [1.0, 1.0, 1.0]
    """
    facts, thumbnails = _measured(rows)
    pattern = common_pattern(thumbnails)
    facts = facts.assign(likeness=likeness(thumbnails, pattern))
    ranges = {name: _rounded(np.quantile(facts[name], (0, 0.5, 1))) for name in ("mean", "spread", "likeness")}
    return ranges | {"pattern": _rounded(pattern)}


def compare_images(rows, pattern):
    """Return ``mean`` and ``spread`` of each image, and its ``likeness`` to a pattern of `summarize_images`."""
    facts, thumbnails = _measured(rows)
    return facts[["mean", "spread"]].assign(likeness=likeness(thumbnails, np.asarray(pattern, dtype=float)))


def _rounded(values):
    return [round(float(value), 4) for value in values]


def _measured(rows):
    """Brightness of each image, and its thumbnail of `SIDE` x `SIDE` blocks in one row."""
    facts, thumbnails = [], []
    for first in range(0, len(rows), CHUNK):
        images = rows.read(np.arange(first, min(first + CHUNK, len(rows))))
        images = images.mean(axis=3, dtype=np.float32) / (255 if images.dtype == np.uint8 else 1)
        pixels = images.reshape(len(images), -1)
        ends = np.quantile(pixels, (0.05, 0.95), axis=1)
        facts.append(np.column_stack([pixels.mean(axis=1), pixels.std(axis=1), *ends, pixels.max(axis=1)]))
        thumbnails.append(averaged(images, SIDE).reshape(len(images), -1))
    frame = pd.DataFrame(np.concatenate(facts), columns=["mean", "spread", "dark", "bright", "largest"])
    return frame, np.concatenate(thumbnails)


def likeness(thumbnails, pattern):
    """Return the correlation of each thumbnail with a pattern."""
    return _normalised(thumbnails) @ pattern


def common_pattern(thumbnails):
    """Return the pattern that explains most of all thumbnails, which most have as it is: of mean 0 and length 1."""
    centred = _normalised(thumbnails)
    pattern = np.linalg.eigh(centred.T @ centred)[1][:, -1]
    return pattern * (1 if (centred @ pattern > 0).sum() * 2 >= len(centred) else -1)


def _normalised(thumbnails):
    centred = thumbnails - thumbnails.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.divide(centred, length, out=np.zeros_like(centred), where=length > 0)


def averaged(images, side):
    """Images of so many blocks a side, each the mean of its pixels."""
    for axis in (1, 2):
        size = images.shape[axis]
        blocks = np.array_split(np.arange(size), side) if size >= side else [[k * size // side] for k in range(side)]
        images = np.stack([images.take(block, axis=axis).mean(axis=axis) for block in blocks], axis=axis)
    return images
