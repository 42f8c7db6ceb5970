"""The clinical vocabulary of rheumatoid arthritis: joints, erosion grades and scores, disease activity.

Layer 0: NumPy and pandas only. Every function takes scalars, arrays, Series and DataFrames and answers in the same
container; missing values stay missing, values out of range are errors that name the row.
"""

from skerosion.clinical._das28 import ACTIVITY_CUT_OFFS, das28_activity, das28_crp, das28_esr, eular_response
from skerosion.clinical._joints import FOOT_JOINTS, HAND_JOINTS, SIDES, joint_name, registry_columns
from skerosion.clinical._ratingen import RATINGEN_EDGES, ratingen, ratingen_probabilities
from skerosion.clinical._rau import RAU_JOINT_COUNT, RauScore, rau_score
from skerosion.clinical._units import unit_note as unit_note  # for other rooms, no promise

__all__ = [
    "ACTIVITY_CUT_OFFS",
    "FOOT_JOINTS",
    "HAND_JOINTS",
    "RATINGEN_EDGES",
    "RAU_JOINT_COUNT",
    "SIDES",
    "RauScore",
    "das28_activity",
    "das28_crp",
    "das28_esr",
    "eular_response",
    "joint_name",
    "ratingen",
    "ratingen_probabilities",
    "rau_score",
    "registry_columns",
]
