"""A network from its specification: scaling, backbone, dense layers, head."""

import contextlib
import random
from dataclasses import dataclass

import keras
from keras import layers

from skerosion.networks._applications import application_names, settled
from skerosion.networks._backbones import BATCH_NORM_MOMENTUM, apply_backbone, find_backbone
from skerosion.networks._backend import check_process
from skerosion.networks._heads import find_head
from skerosion.networks._keras_settings import usual_settings
from skerosion.networks._layers import Resize, VariableDropout
from skerosion.networks._normalized import DenseBeforeNorm, FusedBatchNormalization


@dataclass(frozen=True)
class NetworkSpec:
    """Everything that decides a network's graph; hashable, so that equal networks can share one program.

    Parameters
    ----------
    input_shape : tuple of int
        (H, W, C) of images or (d,) of feature vectors.
    n_outputs : int
        Number of classes, thresholds or outputs.
    head : str
        A registered head.
    backbone : str
        A registered backbone.
    filters : tuple of int
        Filters of each block of the backbone.
    convolutions : int
        Convolutions a block.
    dense_units : tuple of int
        Units of the dense layers between backbone and head.
    value_range : float or None
        The value of white, divided out first; None for feature vectors.
    dtype_policy : str
        A Keras dtype policy.
    spacing : tuple of float or None
        The width from each threshold to the next, the last one repeated; None where the grid is even or there is none.
    resize : (H, W) or None
        The size that images are brought to before the backbone, bilinearly; None leaves them.

    Examples
    --------
    >>> from skerosion.networks import NetworkSpec, build_network
    >>> spec = NetworkSpec(input_shape=(150, 150, 1), n_outputs=6, head="softmax")
    >>> build_network(spec, dropout=0.5).count_params()
    878246
    """

    input_shape: tuple
    n_outputs: int
    head: str
    backbone: str = "vgg"
    filters: tuple = (32, 32, 64, 64, 128, 128)
    convolutions: int = 2
    dense_units: tuple = (256, 256)
    value_range: float | None = 255.0
    dtype_policy: str = "float32"
    spacing: tuple | None = None
    resize: tuple | None = None


def build_network(spec, dropout=None):
    """Build the Keras network of a specification, with fresh weights.

    Parameters
    ----------
    spec : NetworkSpec
    dropout : float in [0, 1) or None
        A rate gives a network of Keras' own layers, to be handed on. None gives the network that programs run, of
        the same function: the dropout rate is one more weight after each dense layer (``VariableDropout``), and
        batch norm is fused.

    Returns
    -------
    keras.Model
        From raw pixels or features to the head's output. The layer ``"scores"`` precedes the head's own layers, the
        layer ``"embedding"`` follows the backbone.

    Examples
    --------
    >>> from skerosion.networks import NetworkSpec, build_network
    >>> network = build_network(NetworkSpec((16, 16, 1), 3, "softmax", filters=(4, 8)), dropout=0.5)
    >>> network.output_shape, network.get_layer("embedding").output.shape
    ((None, 3), (None, 128))
    """
    check_process()
    with _python_seed_kept(), usual_settings():
        network = _build(spec)
        return network if dropout is None else _with_plain_layers(network, dropout)


def definitions(spec):
    """The registered things that a specification names: an entry registered again is another definition."""
    return find_backbone(spec.backbone), find_head(spec.head)


@contextlib.contextmanager
def _python_seed_kept():
    """Keras draws the default seeds of initialisers and dropout from Python's global generator; put it back."""
    state = random.getstate()
    try:
        yield
    finally:
        random.setstate(state)


def _build(spec):
    inputs = keras.Input(spec.input_shape, dtype="float32", name="pixels")
    hidden = inputs
    if spec.value_range is not None:
        hidden = layers.Rescaling(1.0 / spec.value_range, name="scaling", dtype=spec.dtype_policy)(hidden)
    if spec.resize is not None:
        hidden = Resize(*spec.resize, name="resizing", dtype=spec.dtype_policy)(hidden)
    options = {"filters": spec.filters, "convolutions": spec.convolutions, "dtype": spec.dtype_policy}
    hidden = apply_backbone(spec.backbone, hidden, **options)
    hidden = _fitting(hidden, spec)
    for number, units in enumerate(spec.dense_units, start=1):
        hidden = _dense(hidden, units, f"dense{number}", spec.dtype_policy)
    network = keras.Model(inputs, _apply_head(hidden, spec), name="network")
    return settled(network) if spec.backbone in application_names() else network


def _fitting(hidden, spec):
    """Maps for a head that looks for places, a vector for any other."""
    wants_maps, has_maps = find_head(spec.head).gives == "places", len(hidden.shape) == 4
    if wants_maps and not has_maps:
        raise ValueError(f"backbone must give maps for head={spec.head!r}, as 'unet' does, got {spec.backbone!r}.")
    if has_maps and not wants_maps:
        return layers.GlobalAveragePooling2D(name="pooled", dtype=spec.dtype_policy)(hidden)
    return hidden


def _apply_head(hidden, spec):
    """Scores, logits and output, in float32 under mixed precision too: sums and logarithms of bfloat16 are coarse."""
    head = find_head(spec.head)
    hidden = layers.Dense(head.n_scores(spec.n_outputs), name="scores", dtype="float32")(hidden)
    if head.logits is not None:
        hidden = head.logits(spec, name="logits", dtype="float32")(hidden)
    return head.activation(spec, name="output", dtype="float32")(hidden)


def _dense(hidden, units, name, dtype):
    # He initialisation keeps the variance of activations through layers of ReLU.
    hidden = DenseBeforeNorm(units, kernel_initializer=keras.initializers.HeNormal(), name=name, dtype=dtype)(hidden)
    hidden = FusedBatchNormalization(momentum=BATCH_NORM_MOMENTUM, name=f"{name}_norm", dtype=dtype)(hidden)
    hidden = layers.ReLU(name=f"{name}_relu", dtype=dtype)(hidden)
    return VariableDropout(name=f"{name}_dropout", dtype=dtype)(hidden)


def _with_plain_layers(network, dropout):
    """The same network with new weights, of Keras' own layers wherever they do the same."""

    def plain(layer):
        if isinstance(layer, VariableDropout):
            return layers.Dropout(dropout, name=layer.name, dtype=layer.dtype_policy)
        if hasattr(layer, "plain"):
            return layer.plain()
        is_layer = isinstance(layer, keras.layers.Layer)
        return type(layer).from_config(layer.get_config()) if is_layer else layer

    return keras.models.clone_model(network, clone_function=plain)
