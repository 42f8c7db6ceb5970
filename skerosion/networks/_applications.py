"""The backbones of ``keras.applications``, each under the name of its function, with its own input scaling inside.

Grey images become three equal channels, and pixels reach the backbone as they did when it was trained on ImageNet.
"""

import contextlib
import inspect
import re
import sys
from collections import defaultdict

import keras
import numpy as np
from keras import layers

from skerosion.networks._registry import Registry

# Of a side in pixels; keras.applications refuses smaller images.
SMALLEST_SIDES = {"InceptionResNetV2": 75, "InceptionV3": 75, "Xception": 71}
SMALLEST_SIDE = 32

# Mean and standard deviation of ImageNet's channels, red, green, blue, on the 0..1 scale: Keras keeps those of the
# first EfficientNets in their weight files.
_IMAGENET_MEAN = (0.485, 0.456, 0.406)
_IMAGENET_DEVIATION = (0.229, 0.224, 0.225)


def application_names():
    """Names of the functions in ``keras.applications`` that build a network."""
    return sorted(name for name, entry in vars(keras.applications).items() if inspect.isfunction(entry))


def register_applications(registry: Registry):
    """File a backbone in a registry for every network of ``keras.applications``."""
    for name in application_names():
        registry.register(name)(_Application(name))


class _Application:
    """One network of ``keras.applications`` without its top, as a function from images to an embedding."""

    def __init__(self, name):
        self.name = name

    def __call__(self, images, *, dtype):
        """Apply the network to images (batch, H, W, 1 or 3) of 0..1; returns the mean over all places, (batch, d)."""
        _check_images(self.name, images.shape[1:])
        # In float32 under mixed precision too: bfloat16 has 8 bits, and neighbouring grey values would become one.
        colour = ImageNetScaling(*input_scaling(self.name), name="imagenet_scaling", dtype="float32")(images)
        with _dtype_policy(dtype):
            network = build_application(self.name, images.shape[1:3], input_tensor=colour)
        return layers.Flatten(name="embedding", dtype=dtype)(network.output)


def build_application(name, sides, *, weights=None, input_tensor=None):
    """The network called `name`, without top and with average pooling, for images of these sides, as Keras makes it."""
    options = {"include_top": False, "weights": weights, "pooling": "avg"}
    return getattr(keras.applications, name)(input_shape=(*sides, 3), input_tensor=input_tensor, **options)


def _check_images(name, shape):
    smallest = SMALLEST_SIDES.get(name, SMALLEST_SIDE)
    if min(shape[:2]) < smallest:
        raise ValueError(
            f"backbone={name!r} needs images of at least {smallest}x{smallest} pixels, got {shape[0]}x{shape[1]}; "
            f"pass resize={smallest} or more to enlarge them in the network."
        )
    if shape[2] not in (1, 3):
        raise ValueError(f"backbone={name!r} needs images of 1 (grey) or 3 (colour) channels, got {shape[2]}.")


def input_scaling(name):
    """How the network called `name` wants its pixels: ``255 * pixels @ kernel + offset`` for colour images of 0..1.

    Returned as nested lists, `kernel` (3, 3) and `offset` (3,). Both are measured on the ``preprocess_input`` that
    comes with the network, which is affine in all of Keras.
    """
    module = sys.modules[getattr(keras.applications, name).__module__]
    # Black, and each pure colour at full strength: an affine map is known by these.
    probes = np.concatenate([np.zeros((1, 3)), 255 * np.eye(3)]).reshape(4, 1, 1, 3).astype("float32")
    scaled = np.asarray(module.preprocess_input(probes.copy(), data_format="channels_last"), float).reshape(4, 3)
    return ((scaled[1:] - scaled[0]) / 255).tolist(), scaled[0].tolist()


@contextlib.contextmanager
def _dtype_policy(name):
    """The functions of keras.applications take no policy; the one they go by is a setting of this thread."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


@keras.saving.register_keras_serializable("skerosion")
class ImageNetScaling(layers.Layer):
    """Grey or colour images of 0..1 as a network of ``keras.applications`` wants them.

    Parameters
    ----------
    kernel : list of list of float, (3, 3)
        From the red, green and blue of 0..255 to the network's channels.
    offset : list of float, (3,)
        Added to these.
    """

    def __init__(self, kernel, offset, **kwargs):
        super().__init__(**kwargs)
        self.kernel = kernel
        self.offset = offset

    def call(self, inputs):
        """Scale images (batch, H, W, 1 or 3); three channels come out."""
        kernel = 255.0 * np.asarray(self.kernel, "float32")
        if inputs.shape[-1] == 1:
            # Three equal channels times the kernel: one pixel times the sum over its rows.
            kernel = kernel.sum(axis=0, keepdims=True)
        return keras.ops.matmul(inputs, kernel) + np.asarray(self.offset, "float32")

    def compute_output_shape(self, input_shape):
        """Three channels."""
        return (*input_shape[:-1], 3)

    def get_config(self):
        """The constructor's parameters."""
        return {**super().get_config(), "kernel": self.kernel, "offset": self.offset}


def settled(network):
    """The network with layer names that do not depend on what was built before, and without layers of fixed numbers.

    Keras numbers the layers that a function leaves unnamed over the whole process.
    """
    if any(_keeps_constants(layer) for layer in network.layers):
        network = keras.models.clone_model(network, clone_function=_with_constants)
    names = canonical_names(layer.name for layer in network.layers)
    for layer in network.layers:
        layer.name = names[layer.name]
    return network


def _keeps_constants(layer):
    return isinstance(layer, layers.Normalization) and layer.input_mean is None


def _with_constants(layer):
    """The same layer; ImageNet's mean and variance, where Keras would read them from a file, become parameters.

    As weights they would be drawn anew, and a traced function would not see them change.
    """
    if not _keeps_constants(layer):
        return type(layer).from_config(layer.get_config())
    variance = [deviation**2 for deviation in _IMAGENET_DEVIATION]
    return layers.Normalization(mean=list(_IMAGENET_MEAN), variance=variance, name=layer.name, dtype=layer.dtype_policy)


def canonical_names(names):
    """A dict from layer names to the same with Keras' own numbers counted from 0.

    Examples
    --------
    >>> from skerosion.networks._applications import canonical_names
    >>> canonical_names(["conv2d_7", "stem", "conv2d_12"])
    {'conv2d_7': 'conv2d', 'stem': 'stem', 'conv2d_12': 'conv2d_1'}
    """
    names, families = list(names), defaultdict(list)
    for name in names:
        families[_family(name)[0]].append(name)
    renamed = {}
    for family, members in families.items():
        # By number, not by name: conv2d_10 comes after conv2d_9.
        members.sort(key=lambda name: _family(name)[1])
        renamed |= {name: name if family is None else _numbered(family, at) for at, name in enumerate(members)}
    return {name: renamed[name] for name in names}


def _family(name):
    """(class name in snake case, number) of a name that Keras made up, (None, 0) of any other."""
    stem, number = re.fullmatch(r"(.*?)(?:_(\d+))?", name).groups()
    return (stem, int(number or 0)) if stem in _AUTOMATIC else (None, 0)


def _numbered(family, position):
    return f"{family}_{position}" if position else family


def _snake_case(name):
    """A class name as Keras writes it in the names of layers."""
    return re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)).lower()


_AUTOMATIC = {_snake_case(name) for name, entry in vars(layers).items() if inspect.isclass(entry)}
