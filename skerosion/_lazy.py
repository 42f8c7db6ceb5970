"""Lazy attribute loading: a package's stub names what it offers, and each name is imported on first touch."""

import ast
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

_ANSWERS = tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]


def attach_stub(package: str, file: str) -> _ANSWERS:
    """Make ``__getattr__``, ``__dir__`` and ``__all__`` of a package from the stub beside it (PEP 562, SPEC 1).

    What editors and type checkers read is so what there is: the names stand in one place, ``__init__.pyi``.

    Parameters
    ----------
    package : str
        Name of the package, its ``__name__``.
    file : str
        Its ``__file__``. The stub holds ``from .room import Name as Name``, ``from . import room as room`` and, where
        not every name is promised, ``__all__``.

    Returns
    -------
    getattribute : callable
        To be bound to ``__getattr__``: imports the sub-module that holds the name, and answers ``__version__``.
    directory : callable
        To be bound to ``__dir__``: all names, without importing anything.
    promised : list of str
        To be bound to ``__all__``: that of the stub, or every name that is not a sub-module.

    Examples
    --------
    >>> import skerosion
    >>> getattribute, directory, promised = attach_stub("skerosion", skerosion.__file__)
    >>> "metrics" in directory(), "metrics" in promised
    (True, False)
    >>> getattribute("CNNClassifier").__name__
    'CNNClassifier'
    """
    rooms, home_of, promised = _read_stub(Path(file).with_suffix(".pyi"))

    def getattribute(name: str) -> Any:
        if name == "__version__":
            # It takes a tenth of a second, which the help of commands can do without.
            from importlib.metadata import version

            return version(package)
        if name in rooms:
            return import_module(f"{package}.{name}")
        if name in home_of:
            return getattr(import_module(f"{package}.{home_of[name]}"), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    def directory() -> list[str]:
        return sorted({"__version__", *rooms, *home_of})

    return getattribute, directory, promised


def _read_stub(stub: Path) -> tuple[set[str], dict[str, str], list[str]]:
    """Return the sub-modules, the home of each name, and the promised names of a stub."""
    rooms, home_of, promised = set(), {}, None
    for node in ast.parse(stub.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            names = [alias.name for alias in node.names]
            if node.module is None:
                rooms.update(names)
            else:
                home_of |= dict.fromkeys(names, node.module)
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            promised = ast.literal_eval(node.value)
    return rooms, home_of, sorted(home_of) if promised is None else promised
