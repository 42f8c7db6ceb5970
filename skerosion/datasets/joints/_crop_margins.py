"""Crops that know what lies about them on their film, so that a box can be moved while something is trained on them."""

import math

import numpy as np

from .._given import as_source
from .._source_view import SourceView
from ..reading import times
from ._film_sampling import sample_film

_REACH = 3  # standard deviations; .3 % of the pixels of boxes that are moved by an eighth of their side lie further


def margin_of(cropper):
    """Return how many pixels moved boxes need about a crop, 0 where none is moved.

    Examples
    --------
    >>> from skerosion.datasets import JointCropper
    >>> from skerosion.datasets.joints._crop_margins import margin_of
    >>> margin_of(JointCropper(size=32, jitter=0.1)), margin_of(JointCropper())
    (12, 0)
    """
    moved = cropper.augmentation
    return 0 if moved is None else math.ceil(_REACH * moved.jitter * cropper.size)


class CropsWithMargin(SourceView):
    """Crops with wider ones of the same joints, from which they are read anew when their boxes are moved.

    Parameters
    ----------
    source : source of images of shape (n, size, size, 1)
        The crops as they are read otherwise.
    wide : source of images of shape (n, size + 2 margin, size + 2 margin, 1)
        The same by the same maps, with a margin on all sides.

    Attributes
    ----------
    shape, dtype, value_range, paths, bits, films
        Those of `source`; None where it has no such thing.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets.joints import CropsWithMargin
    >>> wide = np.tile(np.arange(0, 240, 20, dtype="uint8"), (1, 12, 1))
    >>> crops = CropsWithMargin(wide[:, 3:-3, 3:-3], wide)
    >>> crops.read([0])[0, 0, :, 0].tolist()
    [60, 80, 100, 120, 140, 160]
    >>> to_the_left = np.array([[1, 0, -2, 0, 1, 0, 0, 0]])
    >>> crops.read_moved([0], to_the_left)[0, 0, :, 0].tolist()
    [20, 40, 60, 80, 100, 120]
    """

    looks_beyond = True

    def __init__(self, source, wide):
        super().__init__(source)
        self.wide = as_source(wide)

    def read(self, indices):
        """Read the crops of some rows as they are, of shape (m, size, size, 1)."""
        return self.source.read(indices)

    def read_moved(self, indices, transforms):
        """Read the crops of some rows about moved boxes; what lies beyond the margin repeats its border.

        Parameters
        ----------
        indices : integer array of shape (m,)
        transforms : ndarray of shape (m, 8)
            As ``Augmentation.draw`` returns them for a crop without its margin.

        Returns
        -------
        crops : ndarray of uint8, shape (m, size, size, 1)
        """
        size = self.shape[1]
        maps = np.asarray(transforms, dtype=np.float64)[:, :6].reshape(-1, 2, 3)
        maps = maps + [[0, 0, (self.wide.shape[1] - size) / 2]]
        wide = self.wide.read(indices)[..., 0]
        return np.stack([sample_film(*each, size) for each in zip(wide, maps, strict=True)])[..., np.newaxis]

    def unused_bits(self):
        """Say, for both, which of 16 bits no file uses; "" where there is nothing to say."""
        notes = [getattr(source, "unused_bits", str)() for source in (self.source, self.wide)]
        return notes[0]

    def __repr__(self):
        return f"CropsWithMargin({self.source!r}, {times(self.wide.shape[1:])} with their margin)"
