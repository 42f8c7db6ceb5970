"""What is computed: backbones, heads, losses and layers, the first two found by name."""

from skerosion.networks._backend import check_process as check_process  # isort: skip  (before Keras is imported)
from skerosion.networks._backbones import backbone_name as backbone_name
from skerosion.networks._backbones import list_backbones, register_backbone
from skerosion.networks._build import NetworkSpec as NetworkSpec
from skerosion.networks._build import build_network as build_network
from skerosion.networks._build import definitions as definitions
from skerosion.networks._freezing import ALL as ALL
from skerosion.networks._freezing import HEAD as HEAD
from skerosion.networks._freezing import check_trainable as check_trainable
from skerosion.networks._freezing import freeze as freeze
from skerosion.networks._freezing import layer_rates as layer_rates
from skerosion.networks._heads import Head, list_heads, register_head
from skerosion.networks._heads import find_head as find_head
from skerosion.networks._hidden import hidden_network as hidden_network
from skerosion.networks._keras_settings import usual_settings as usual_settings
from skerosion.networks._layers import Augment as Augment
from skerosion.networks._layers import VariableDropout as VariableDropout
from skerosion.networks._losses import REDUCTION as REDUCTION
from skerosion.networks._losses import CoralLoss as CoralLoss
from skerosion.networks._losses import CRPSLoss as CRPSLoss
from skerosion.networks._losses import SoftLabelLoss as SoftLabelLoss
from skerosion.networks._losses import SquaredEMDLoss as SquaredEMDLoss
from skerosion.networks._own_networks import add_own_networks as add_own_networks
from skerosion.networks._own_networks import own_networks as own_networks
from skerosion.networks._own_networks import own_part as own_part
from skerosion.networks._places import MISSING as MISSING
from skerosion.networks._places import UNKNOWN as UNKNOWN
from skerosion.networks._places import VISIBLE as VISIBLE
from skerosion.networks._places import PlacesLoss as PlacesLoss
from skerosion.networks._places import PlacesOfPoints as PlacesOfPoints
from skerosion.networks._pretrained import load_weights as load_weights
from skerosion.networks._pretrained import own_weights as own_weights
from skerosion.networks._pretrained import read_weights as read_weights
from skerosion.networks._private_keras import decays as decays
from skerosion.networks._private_keras import layers_within as layers_within
from skerosion.networks._private_keras import other_variables as other_variables
from skerosion.networks._private_keras import place_of as place_of
from skerosion.networks._private_keras import put_value as put_value
from skerosion.networks._private_keras import trained_variables as trained_variables
from skerosion.networks._replicas import own_share as own_share
from skerosion.networks._residual import residual as residual
from skerosion.networks._smoothing import SmoothedLoss as SmoothedLoss
from skerosion.networks._trunk import trunk_end as trunk_end
from skerosion.networks._unet import unet as unet
from skerosion.networks._votes_loss import VotesLoss as VotesLoss

__all__ = [
    "Head",
    "list_backbones",
    "list_heads",
    "register_backbone",
    "register_head",
]
