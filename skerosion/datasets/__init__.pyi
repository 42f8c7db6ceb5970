from ._door import as_image_rows as as_image_rows
from ._files import FileSource as FileSource
from ._given import form_of as form_of
from ._image_table import ImageTable, load_image_table
from ._mapped import MappedSource as MappedSource
from ._new_images import NewImages as NewImages
from ._rows import ImageRows
from ._sources import ArraySource as ArraySource
from ._sources import FeatureSource as FeatureSource
from ._table_lines import NAMED_BY as NAMED_BY
from ._table_lines import check_image_table as check_image_table
from .dicom import FILMS_STAY as FILMS_STAY
from .dicom import film_names as film_names
from .dicom import load_dicom_table
from .dicom import tabulate_films as tabulate_films
from .joints import CropSource as CropSource
from .joints import JointCropper, crop_joints, load_joint_scores, load_points
from .joints import JointCrops as JointCrops
from .joints import points_table as points_table
from .reading import IMAGE_ENDINGS as IMAGE_ENDINGS
from .reading import ImageTableError as ImageTableError
from .reading import decode_image as decode_image
from .reading import film_choices as film_choices
from .reading import holds_films as holds_films
from .reading import image_paths as image_paths
from .reading import image_size as image_size
from .reading import read_bytes as read_bytes
from .reading import read_image as read_image
from .reading import read_text_table as read_text_table
from .reading import tabulate_images
from .reading import with_numbers as with_numbers
from .registry import MirroredSource as MirroredSource
from .registry import Registry as Registry
from .registry import check_registry as check_registry
from .registry import load_registry
from .synthetic import FilmFiles as FilmFiles
from .synthetic import Films as Films
from .synthetic import JointImages as JointImages
from .synthetic import RegistryFiles as RegistryFiles
from .synthetic import (
    make_films,
    make_joint_images,
    synthetic_grader,
    write_films,
    write_joint_images,
    write_registry,
)

__all__ = [
    "ImageRows",
    "ImageTable",
    "load_dicom_table",
    "JointCropper",
    "crop_joints",
    "load_image_table",
    "load_joint_scores",
    "load_points",
    "load_registry",
    "make_films",
    "make_joint_images",
    "synthetic_grader",
    "tabulate_images",
    "write_films",
    "write_joint_images",
    "write_registry",
]
