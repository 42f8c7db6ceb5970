"""Where joints lie on films: found by a network of one's own, or by one for hands that others have trained."""

import skerosion.networks  # noqa: F401  (checks the backend before Keras is imported)
from skerosion.localization._found_joints import FoundJoints as FoundJoints
from skerosion.localization._localizer import JointLocalizer

__all__ = ["JointLocalizer"]
