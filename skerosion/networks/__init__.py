"""What is computed: backbones, heads, losses and layers, the first two found by name."""

from skerosion.networks._backend import check_process as check_process  # isort: skip  (before Keras is imported)
from skerosion.networks._backbones import list_backbones, register_backbone
from skerosion.networks._build import NetworkSpec, build_network
from skerosion.networks._heads import Head, list_heads, register_head
from skerosion.networks._losses import CoralLoss, CRPSLoss, SoftLabelLoss, SquaredEMDLoss
from skerosion.networks._residual import residual
from skerosion.networks._settings import usual_settings as usual_settings
from skerosion.networks._smoothing import SmoothedLoss

__all__ = [
    "CRPSLoss",
    "CoralLoss",
    "Head",
    "NetworkSpec",
    "SmoothedLoss",
    "SoftLabelLoss",
    "SquaredEMDLoss",
    "build_network",
    "list_backbones",
    "list_heads",
    "register_backbone",
    "register_head",
    "residual",
]
