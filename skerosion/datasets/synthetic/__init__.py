"""Synthetic joints, films and registries, drawn from a seed, for tests and demonstrations."""

from ._film_files import FilmFiles as FilmFiles
from ._film_files import write_films as write_films
from ._films import Films as Films
from ._films import make_films as make_films
from ._grader import synthetic_grader as synthetic_grader
from ._joint_images import JointImages as JointImages
from ._joint_images import make_joint_images as make_joint_images
from ._joint_images import write_joint_images as write_joint_images
from ._registry_files import RegistryFiles as RegistryFiles
from ._registry_files import write_registry as write_registry
