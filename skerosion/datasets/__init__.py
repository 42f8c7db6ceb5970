"""Images as rows: where their pixels lie, which weight, patient and copy number each has, and how tables are read."""

from ._columns import with_numbers as with_numbers
from ._csv import read_text_table as read_text_table
from ._door import as_image_rows
from ._files import FileSource
from ._findings import ImageTableError
from ._joints import JointImages, make_joint_images, write_joint_images
from ._mapped import MappedSource
from ._reading import read_image
from ._registry import Registry, load_registry
from ._registry_mirror import MirroredSource
from ._registry_synthetic import RegistryFiles, write_registry
from ._rows import ImageRows
from ._sources import ArraySource, FeatureSource
from ._tables import ImageTable, load_image_table

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
