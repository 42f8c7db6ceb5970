"""Images of a source that a function changes as they are read."""

from ._sources import as_source


class MappedSource:
    """Images of another source, changed by a function when they are read.

    Nothing is read or copied before. The source pickles where the one behind it and the function do.

    Parameters
    ----------
    source : source or array-like of images
        Where the pixels lie.
    function : callable
        From images (m, H, W, C) to images of the same shape and dtype, each by itself.

    Attributes
    ----------
    shape, dtype, value_range, paths, bits
        Those of the source behind it; None where it has no such thing.

    Raises
    ------
    ValueError
        Where `source` holds feature vectors.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets import MappedSource
    >>> MappedSource(np.zeros((2, 8, 8), "uint8"), np.invert).read([1]).max()
    np.uint8(255)
    """

    def __init__(self, source, function):
        self.source = as_source(source)
        if len(self.source.shape) != 4:
            raise ValueError(f"source must hold images to be changed, got {self.source!r}")
        self.function = function

    @property
    def shape(self):
        """(n, H, W, C)."""
        return self.source.shape

    @property
    def dtype(self):
        """Dtype of the pixels."""
        return self.source.dtype

    @property
    def value_range(self):
        """What black and white are."""
        return self.source.value_range

    @property
    def paths(self):
        """The files, or None."""
        return getattr(self.source, "paths", None)

    @property
    def bits(self):
        """How many bits of 16-bit files are in use, or None."""
        return getattr(self.source, "bits", None)

    def read(self, indices):
        """Read the images of some rows and change them.

        Parameters
        ----------
        indices : integer array of shape (m,)

        Returns
        -------
        images : ndarray of shape (m, H, W, C)

        Raises
        ------
        ValueError
            Where the function gives another shape or dtype.
        """
        images = self.source.read(indices)
        changed = self.function(images)
        if changed.shape != images.shape or changed.dtype != images.dtype:
            raise ValueError(
                f"function must keep shape and dtype, got {changed.shape} of {changed.dtype} for {images.shape} of "
                f"{images.dtype}"
            )
        return changed

    def __repr__(self):
        return f"MappedSource({self.source!r})"
