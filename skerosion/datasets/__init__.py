"""Images as rows: where their pixels lie, which weight, patient and copy number each has, and how tables are read."""

from ._door import as_image_rows
from ._door import holds_numbers as holds_numbers
from ._files import FileSource
from ._image_table import ImageTable, load_image_table
from ._mapped import MappedSource
from ._rows import ImageRows
from ._sources import ArraySource, FeatureSource
from .reading import ImageTableError, read_image
from .reading import read_text_table as read_text_table
from .reading import with_numbers as with_numbers
from .registry import MirroredSource, Registry, load_registry
from .synthetic import JointImages, RegistryFiles, make_joint_images, write_joint_images, write_registry

__all__ = [
    "ArraySource",
    "FeatureSource",
    "FileSource",
    "ImageRows",
    "ImageTable",
    "ImageTableError",
    "JointImages",
    "MappedSource",
    "MirroredSource",
    "Registry",
    "RegistryFiles",
    "as_image_rows",
    "load_image_table",
    "load_registry",
    "make_joint_images",
    "read_image",
    "write_joint_images",
    "write_registry",
]
