"""The same joints cut out again, about boxes that a finder would have set: what its errors cost can be told."""

import numpy as np

from skerosion.preprocessing import Augmentation, hash_keys

from .._rows import ImageRows
from .._sources import ArraySource
from ._crop_files import CropSource
from ._film_sampling import sample_film


def cut_again(data, share, seed=0):
    """Return crops of the same joints about boxes that are moved, turned and resized at random.

    Parameters
    ----------
    data : JointCrops
    share : float
        Standard deviation of the errors, as a share of a box's side: in both directions, and of the logarithm of its
        size; of its angle in radians.
    seed : int, default=0

    Returns
    -------
    ImageRows
        In line with those of the crops, from the same films.

    Examples
    --------
    >>> import pandas as pd
    >>> from skerosion.datasets import crop_joints
    >>> from skerosion.datasets.joints import cut_again
    >>> film = np.tile(np.arange(100, dtype="uint8"), (100, 1))
    >>> points = pd.DataFrame({"image": "a", "joint": ["knee"], "x": [50], "y": [50]})
    >>> data = crop_joints({"a": film}, points, size=16, unit="pixels", extent=16)
    >>> [bool((cut_again(data, share).read() == data.X.read()).all()) for share in (0.1, 0.0)]
    [False, True]
    """
    size, count = data.cropper.size, len(data.table)
    transforms, _ = Augmentation(jitter=share).draw(hash_keys(seed, np.arange(count)), (size, size))
    maps = np.array([_after(*each) for each in zip(data.maps, transforms, strict=True)])
    pictures = [data.films.pictures[place] for place in data.films.places(data.table["image"])]
    if data.films.in_files:
        source = data.X.source
        moved = CropSource(pictures, maps, size, source.bits, **(source.films or {}))
    else:
        moved = ArraySource(np.stack([sample_film(*each, size) for each in zip(pictures, maps, strict=True)]))
    return ImageRows(moved, groups=data.X.groups)


def _after(matrix, transform):
    """The map from the pixels of a crop by way of its transform to the film."""
    there = np.vstack([np.reshape(transform[:6], (2, 3)), [0, 0, 1]])
    return matrix @ there
