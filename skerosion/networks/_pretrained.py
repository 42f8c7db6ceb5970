"""Weights of a backbone from elsewhere: ImageNet's, those in a file, or those of another network.

They are matched by the names of layers, so that the head may be another one.
"""

import functools
import os
import re
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np

from skerosion._hdf5 import checked_groups, open_hdf5
from skerosion._unpacking import open_zip
from skerosion._user_files import check_readable
from skerosion.networks._applications import application_names, build_application, canonical_names
from skerosion.networks._freezing import backbone_layers
from skerosion.networks._layers import VariableDropout
from skerosion.networks._private_keras import layers_within, other_variables, trained_variables

_BLOCK = re.compile(r"block\d+")
_WEIGHTS = "model.weights.h5"  # within a saved network
_ENDINGS = (".keras", ".weights.h5", ".h5")


def own_weights(network):
    """The weights of every layer that has some of its own, by its name; layers within layers by theirs.

    Returns
    -------
    dict of str to list of ndarray
    """
    found = {}
    for layer in network.layers:
        for part in layers_within(layer):
            variables = _own_variables(part)
            if variables:
                found[part.name] = [keras.ops.convert_to_numpy(variable) for variable in variables]
    return found


def _own_variables(layer):
    return [*trained_variables(layer), *other_variables(layer)]


def read_weights(source, backbone, sides):
    """Read weights by layer.

    Parameters
    ----------
    source : str or path-like
        ``"imagenet"``, or a file: ``.keras`` (a saved network), ``.weights.h5`` (what ``save_weights`` of a network
        writes) or ``.h5`` (the files without top that keras.applications downloads).
    backbone : str
        The backbone that the weights are for; needed for ``"imagenet"`` and ``.h5``.
    sides : (H, W)
        Of the images that reach it.

    Returns
    -------
    dict of str to list of ndarray

    Raises
    ------
    FileNotFoundError
        Where there is no such file.
    OSError
        Where ImageNet's weights cannot be downloaded.
    ValueError
        For another ending, a file that is damaged, and a backbone of which there are no ImageNet weights.
    """
    source = os.fspath(source)
    if source == "imagenet":
        return _of_application(source, backbone, tuple(sides), None)
    if not source.endswith(_ENDINGS):
        raise ValueError(f"weights must be 'imagenet' or a file ending in {', '.join(_ENDINGS)}, got {source!r}.")
    if not (source.endswith(".keras") and os.path.isdir(source)):  # Keras also writes one unpacked
        check_readable(source, "weights")
    state = os.stat(source)
    if source.endswith((".keras", ".weights.h5")):
        # A part of the key of the cache: a file that was written anew is read anew.
        return _of_file(source, (state.st_size, state.st_mtime_ns))
    return _of_application(source, backbone, tuple(sides), (state.st_size, state.st_mtime_ns))


def _unreadable(source, error):
    """Return an error that names the file: its libraries say of one that is cut short that it is not there."""
    no_archive = source.endswith(".keras") and os.path.isfile(source) and not zipfile.is_zipfile(source)
    kind = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
    reason = "it is empty or cut short" if no_archive else f"{kind}{error}"
    return ValueError(
        f"weights must be a whole file as Keras writes it, but {source!r} cannot be read ({reason}). Save or fetch it "
        "again."
    )


def _check_h5(source):
    """Look at a file before Keras reads it, which follows whatever the file says."""
    try:
        open_hdf5(Path(source).read_bytes()).close()
    except Exception as error:  # a damaged file can raise anything
        raise _unreadable(source, error) from error


@functools.lru_cache(maxsize=2)
def _of_application(source, backbone, sides, state):
    """What keras.applications reads itself; `state` tells a file from what it was before."""
    if backbone not in application_names():
        raise ValueError(
            f"weights={source!r} are those of keras.applications, which has no backbone={backbone!r}; pass a .keras or "
            ".weights.h5 file, or one of its networks, such as backbone='InceptionV3'."
        )
    if source != "imagenet":
        _check_h5(source)
    try:
        network = build_application(backbone, sides, weights=source)
    except Exception as error:
        # What Keras says itself of a wrong argument is clear enough.
        if isinstance(error, (ValueError, TypeError)):
            raise
        if source != "imagenet":
            raise _unreadable(source, error) from error
        raise OSError(
            f"weights='imagenet' could not be downloaded for backbone={backbone!r} ({error}). On a computer with a "
            f"connection, call keras.applications.{backbone}(include_top=False).save_weights('name.weights.h5') once, "
            "and pass weights='name.weights.h5'."
        ) from error
    return own_weights(network)


@functools.lru_cache(maxsize=2)
def _of_file(path, state):
    """Weights of a saved network; `state` tells the file from what it was before."""
    try:
        return _of_saved(path) if path.endswith(".keras") else _of_h5(Path(path).read_bytes())
    except Exception as error:  # a damaged file can raise anything
        raise _unreadable(path, error) from error


def _of_saved(path):
    """Weights of a saved network that is not built anew: its configuration could name any code."""
    if os.path.isdir(path):
        return _of_h5(Path(path, _WEIGHTS).read_bytes())
    with open_zip(path, os.path.getsize(path)) as archive:
        return _of_h5(archive.read(_WEIGHTS))


def _of_h5(content):
    found = {}
    with open_hdf5(content) as file:
        for group in checked_groups(file):
            if group.name.endswith("/vars") and len(group):
                name = group.attrs.get("name", group.parent.name.rpartition("/")[2])
                # Keras numbers variables "0", "1", ..., "10"; as text 10 would come before 2.
                found[str(name)] = [_numbers(group[key]) for key in sorted(group, key=int)]
    return found


def _numbers(dataset):
    if not isinstance(dataset, h5py.Dataset) or dataset.dtype.kind not in "biufV":  # V: bfloat16
        raise ValueError(f"{dataset.name} holds no numbers")
    return np.asarray(dataset)


def load_weights(network, weights, described, with_head=False):
    """Give a network's backbone, or all of it, the weights of layers of the same names.

    Parameters
    ----------
    network : keras.Model
        As ``build_network`` builds it.
    weights : dict of str to list of ndarray
        By layer, as ``own_weights`` gives them; layers that are not asked for are left aside.
    described : str
        Where they come from, for errors.
    with_head : bool
        Whether what lies above the backbone gets weights too.

    Raises
    ------
    ValueError
        Where a layer is missing, of another shape or holds values that are not finite, where there is no backbone, or
        where layers are left over within its blocks: a residual network's would do something else in a plain one.
    """
    chosen = network.layers if with_head else backbone_layers(network)
    parts = [part for layer in chosen for part in layers_within(layer) if _own_variables(part)]
    parts = [part for part in parts if not isinstance(part, VariableDropout)]  # a setting of the fit, not learned
    if not parts:
        raise ValueError("weights are given for a backbone, but this network has none with weights; pass weights=None.")
    # Keras numbers layers through the whole process (conv2d_7), so the same network has other names each time.
    given = {name: weights[old] for old, name in canonical_names(weights).items()}
    names = canonical_names(part.name for part in parts)
    # All checks before the first assignment: a network that fits in part must stay as it was.
    _check_blocks(names.values(), given, described)
    for part in parts:
        _check_layer(names[part.name], _own_variables(part), given, described)
    for part in parts:
        for variable, value in zip(_own_variables(part), given[names[part.name]], strict=True):
            variable.assign(value)


def _check_blocks(names, given, described):
    """Raise where the blocks of the network had more layers where the weights come from: those are of another one."""
    blocks = {block[0] for block in map(_BLOCK.match, names) if block}
    others = [name for name in given if name not in names and (block := _BLOCK.match(name)) and block[0] in blocks]
    if others:
        raise ValueError(
            f"weights must be of the same backbone, but the blocks of {described} also have {', '.join(others[:3])}, "
            "which the network lacks. Choose the backbone and convolutions that they were trained with."
        )


def _check_layer(name, variables, given, described):
    if name not in given:
        raise ValueError(
            f"weights must have every layer that takes them, but {described} has no {name!r}; its layers are "
            f"{', '.join(given) or 'none'}. Choose the backbone, filters and convolutions that they were trained with, "
            "and reset_head=True for another head."
        )
    expected, got = ([tuple(value.shape) for value in values] for values in (variables, given[name]))
    if expected != got:
        raise ValueError(
            f"weights must fit the network, but layer {name!r} has the shapes {expected} and {described} {got}. "
            "Choose the backbone, filters and number of channels that they were trained with, and reset_head=True for "
            "another head."
        )
    if not all(np.isfinite(np.asarray(value, dtype=np.float32)).all() for value in given[name]):
        raise ValueError(
            f"weights must be finite, but layer {name!r} of {described} holds NaN or infinite values: the training "
            "that they come from failed, or the file is damaged."
        )
