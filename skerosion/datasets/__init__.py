"""Images as rows: where their pixels lie, which weight, patient and copy number each has, and how tables are read."""

from ._door import as_image_rows
from ._files import FileSource
from ._reading import read_image
from ._rows import ImageRows
from ._sources import ArraySource, FeatureSource

__all__ = ["ArraySource", "FeatureSource", "FileSource", "ImageRows", "as_image_rows", "read_image"]
