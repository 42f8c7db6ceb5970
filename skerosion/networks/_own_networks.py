"""Heads and backbones that users registered: told from those of the package, and taken along into other processes."""

import dataclasses
import types

from skerosion._own_modules import is_own
from skerosion.networks import _places, _residual, _unet  # noqa: F401  (file themselves among heads and backbones)
from skerosion.networks._backbones import _BACKBONES
from skerosion.networks._heads import _HEADS

_REGISTRIES = {"head": _HEADS, "backbone": _BACKBONES}
for _registry in _REGISTRIES.values():  # Whatever comes from here on is a user's.
    _registry.close()


def own_part(kind, name):
    """Return what a user registered under the name of a head or a backbone; None for one of the package.

    Parameters
    ----------
    kind : {"head", "backbone"}
    name : object
        A parameter of an estimator, which may lack it.

    Returns
    -------
    Head, callable or None

    Examples
    --------
    >>> from skerosion.networks import own_part
    >>> own_part("head", "corn"), own_part("backbone", "nowhere")
    (None, None)
    """
    registry = _REGISTRIES[kind]
    part = registry.get(registry.resolve(name)) if isinstance(name, str) else None
    return part if any(map(is_own, _made_of(part))) else None


def _made_of(part):
    """The functions and classes of a registered part."""
    fields = [getattr(part, each.name) for each in dataclasses.fields(part)] if dataclasses.is_dataclass(part) else []
    return [each for each in (part, *fields) if isinstance(each, (types.FunctionType, type))]


def own_networks():
    """Return every head and backbone of users: kind and name -> what is registered."""
    named = [(kind, name) for kind, registry in _REGISTRIES.items() for name in registry]
    return {each: part for each in named if (part := own_part(*each)) is not None}


def add_own_networks(parts):
    """Register heads and backbones that another process knew, as `own_networks` returned them there."""
    for (kind, name), part in parts.items():
        _REGISTRIES[kind][name] = part
