"""Some images of a source seen in a mirror, so that right joints look like left ones."""

import numpy as np

from .._source_view import SourceView
from ..reading import times


class MirroredSource(SourceView):
    """Images of another source, some of them with left and right exchanged as they are read.

    Nothing is copied: the pixels stay where they are, and the source pickles as the one behind it does.

    Parameters
    ----------
    source : ArraySource, FileSource or array-like of images
        Where the pixels lie.
    mirrored : array-like of bool, shape (n,)
        Which images of the source are mirrored.

    Attributes
    ----------
    shape : tuple
        (n, H, W, C).
    dtype, value_range, paths, bits, films
        Those of the source behind it; None where it has no such thing.
    mirrored : ndarray of bool, shape (n,)
        Which images are mirrored.

    Raises
    ------
    ValueError
        Where `source` holds feature vectors or `mirrored` has another length.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets import ImageRows, MirroredSource
    >>> images = np.zeros((2, 16, 16), dtype="uint8")
    >>> images[:, 0, 0] = 255
    >>> rows = ImageRows(MirroredSource(images, [False, True]))
    >>> np.asarray(rows)[:, 0, [0, -1], 0].tolist()
    [[255, 0], [0, 255]]
    """

    def __init__(self, source, mirrored):
        super().__init__(source)
        self.mirrored = np.array(mirrored, dtype=bool)
        if self.mirrored.shape != self.source.shape[:1]:
            raise ValueError(
                f"mirrored must have one value for each of the {self.source.shape[0]} images, "
                f"got shape {self.mirrored.shape}"
            )

    def read(self, indices):
        """Read the images of some rows.

        Parameters
        ----------
        indices : integer array of shape (m,)

        Returns
        -------
        images : ndarray of shape (m, H, W, C)
        """
        images = self.source.read(indices)
        turned = self.mirrored[np.asarray(indices, dtype=np.int64)]
        images[turned] = images[turned, :, ::-1]
        return images

    def __repr__(self):
        return f"MirroredSource({self.mirrored.sum()} of {times(self.shape)} mirrored, {self.source!r})"
