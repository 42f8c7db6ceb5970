"""What a source of images tells of itself that reads another one."""

from ._given import as_source


class SourceView:
    """A source of images over another one, whose pixels stay where they are; a subclass says how it reads them.

    One whose ``looks_beyond`` is true also has ``read_moved(indices, transforms)``: images as transforms move them,
    with what lies beyond their border.

    Parameters
    ----------
    source : source or array-like of images
        Where the pixels lie.

    Raises
    ------
    ValueError
        Where `source` holds feature vectors.
    """

    looks_beyond = False

    def __init__(self, source):
        self.source = as_source(source)
        if len(self.source.shape) != 4:
            raise ValueError(f"source must hold images for {type(self).__name__}, got {self.source!r}")

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
    def cache_dir(self):
        """Where decoded images are kept on a disk, or None."""
        return getattr(self.source, "cache_dir", None)

    @property
    def bits(self):
        """How many bits of 16-bit files are in use, or None."""
        return getattr(self.source, "bits", None)

    @property
    def films(self):
        """What was chosen of DICOM files, by name, or None."""
        return getattr(self.source, "films", None)
