"""The clinical vocabulary of rheumatoid arthritis: joints, erosion grades and scores, disease activity.

Layer 0: NumPy and pandas only. Every function takes scalars, arrays, Series and DataFrames and answers in the same
container; missing values stay missing, values out of range are errors that name the row.
"""

from skerosion.clinical._das28 import ACTIVITY_CUT_OFFS as ACTIVITY_CUT_OFFS
from skerosion.clinical._das28 import das28_activity, das28_crp, das28_esr, eular_response
from skerosion.clinical._joints import FOOT_JOINTS as FOOT_JOINTS
from skerosion.clinical._joints import HAND_JOINTS as HAND_JOINTS
from skerosion.clinical._joints import SIDES as SIDES
from skerosion.clinical._joints import WRIST as WRIST
from skerosion.clinical._joints import joint_name
from skerosion.clinical._joints import registry_columns as registry_columns
from skerosion.clinical._ratingen import RATINGEN_EDGES as RATINGEN_EDGES
from skerosion.clinical._ratingen import ratingen, ratingen_probabilities
from skerosion.clinical._rau import RAU_JOINT_COUNT as RAU_JOINT_COUNT
from skerosion.clinical._rau import RauScore as RauScore
from skerosion.clinical._rau import rau_score
from skerosion.clinical._units import unit_note as unit_note  # for other rooms, no promise

__all__ = [
    "das28_activity",
    "das28_crp",
    "das28_esr",
    "eular_response",
    "joint_name",
    "ratingen",
    "ratingen_probabilities",
    "rau_score",
]
