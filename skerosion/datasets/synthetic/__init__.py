"""Synthetic joints and a synthetic registry, drawn from a seed, for tests and demonstrations."""

from ._grader import synthetic_grader as synthetic_grader
from ._joint_images import JointImages as JointImages
from ._joint_images import make_joint_images as make_joint_images
from ._joint_images import write_joint_images as write_joint_images
from ._registry_files import RegistryFiles as RegistryFiles
from ._registry_files import write_registry as write_registry
