"""Where joints lie on films: found by a network of one's own, or by one for hands that others have trained."""

import skerosion.networks  # noqa: F401  (checks the backend before Keras is imported)
from skerosion.localization._found_joints import FoundJoints as FoundJoints
from skerosion.localization._hand_landmarks import HandLandmarks
from skerosion.localization._localizer import JointLocalizer
from skerosion.localization._point_sets import point_errors as point_errors

__all__ = [
    "HandLandmarks",
    "JointLocalizer",
]
