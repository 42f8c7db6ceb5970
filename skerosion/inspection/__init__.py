"""Looking inside: where a network looks, what it makes of a joint, and which joints it finds alike."""

import skerosion.networks  # noqa: F401  (checks the backend before Keras is imported)

from ._embedder import Embedder
from ._label_audit import LabelAudit
from ._label_sheet import reread_labels
from ._maps import activation_map, grad_cam
from ._neighbors import halo_slope, label_disagreement, nearest_joints
from ._occlusion import occlusion_sensitivity
from ._pointing import pointing_game
from ._pointing import pointing_scores as pointing_scores

__all__ = [
    "Embedder",
    "LabelAudit",
    "activation_map",
    "grad_cam",
    "halo_slope",
    "label_disagreement",
    "nearest_joints",
    "occlusion_sensitivity",
    "pointing_game",
    "reread_labels",
]
