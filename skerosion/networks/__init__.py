"""What is computed: backbones, heads, losses and layers, the first two found by name."""

from skerosion.networks._backend import check_process as check_process  # isort: skip  (before Keras is imported)
from skerosion.networks._backbones import list_backbones, register_backbone
from skerosion.networks._build import NetworkSpec as NetworkSpec
from skerosion.networks._build import build_network as build_network
from skerosion.networks._heads import Head, list_heads, register_head
from skerosion.networks._losses import CoralLoss as CoralLoss
from skerosion.networks._losses import CRPSLoss as CRPSLoss
from skerosion.networks._losses import SoftLabelLoss as SoftLabelLoss
from skerosion.networks._losses import SquaredEMDLoss as SquaredEMDLoss
from skerosion.networks._residual import residual as residual
from skerosion.networks._settings import usual_settings as usual_settings
from skerosion.networks._smoothing import SmoothedLoss as SmoothedLoss

__all__ = [
    "Head",
    "list_backbones",
    "list_heads",
    "register_backbone",
    "register_head",
]
