"""Lazy attribute loading: a package names what it offers and imports it on first touch."""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import version
from typing import Any


def attach(package: str, rooms: Mapping[str, tuple[str, ...]]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Make the module-level ``__getattr__`` and ``__dir__`` of a package (PEP 562, SPEC 1).

    Parameters
    ----------
    package : str
        Name of the package, its ``__name__``.
    rooms : mapping of str to tuple of str
        Sub-module of the package -> the public names it gives to the package. A sub-module is an attribute as well.

    Returns
    -------
    getattribute : callable
        To be bound to ``__getattr__``: imports the sub-module that holds the name, and answers ``__version__``.
    directory : callable
        To be bound to ``__dir__``: all names, without importing anything.

    Examples
    --------
    >>> getattribute, directory = attach("skerosion", {"clinical": ("ratingen",)})
    >>> directory()
    ['__version__', 'clinical', 'ratingen']
    >>> getattribute("ratingen").__name__
    'ratingen'
    """
    home_of = {name: room for room, names in rooms.items() for name in names}

    def getattribute(name: str) -> Any:
        if name == "__version__":
            return version(package)
        if name in rooms:
            return import_module(f"{package}.{name}")
        if name in home_of:
            return getattr(import_module(f"{package}.{home_of[name]}"), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    def directory() -> list[str]:
        return sorted({"__version__", *rooms, *home_of})

    return getattribute, directory
