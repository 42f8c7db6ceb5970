"""What is registered under the name of a head or of a backbone."""

from skerosion.networks._backbones import _BACKBONES
from skerosion.networks._heads import _HEADS


def registered_part(kind, name):
    """Return what is registered under the name of a head or a backbone; None for a name that is not.

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
    >>> from skerosion.networks import registered_part
    >>> registered_part("head", "corn").gives, registered_part("backbone", "nowhere")
    ('probabilities', None)
    """
    registry = {"head": _HEADS, "backbone": _BACKBONES}[kind]
    return registry.get(registry.resolve(name)) if isinstance(name, str) else None
