"""Images of a source that a function changes as they are read."""

from ._source_view import SourceView


class MappedSource(SourceView):
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
    shape, dtype, value_range, paths, bits, films
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
        super().__init__(source)
        self.function = function

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
        return self._changed(self.source.read(indices))

    @property
    def looks_beyond(self):
        """Whether the source behind it knows what lies beyond the border of its images."""
        return getattr(self.source, "looks_beyond", False)

    def read_moved(self, indices, transforms):
        """Read images as transforms move them, from a source that looks beyond their border, and change them.

        Parameters
        ----------
        indices : integer array of shape (m,)
        transforms : ndarray of shape (m, 8)

        Returns
        -------
        images : ndarray of shape (m, H, W, C)
        """
        return self._changed(self.source.read_moved(indices, transforms))

    def _changed(self, images):
        changed = self.function(images)
        if changed.shape != images.shape or changed.dtype != images.dtype:
            raise ValueError(
                f"function must keep shape and dtype, got {changed.shape} of {changed.dtype} for {images.shape} of "
                f"{images.dtype}"
            )
        return changed

    def __repr__(self):
        return f"MappedSource({self.source!r})"
