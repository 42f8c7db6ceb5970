"""Modules of a user's own, imported by name or by file: what they register and define is known from then on."""

import importlib
import importlib.util
import os
import sys
from pathlib import Path

PACKAGED = ("builtins", "abc", "skerosion", "sklearn", "imblearn", "keras", "scikeras")
"""Packages whose code is known by name and version; all other code is a user's own."""

_IMPORTED, _FOLDERS = {}, []


def is_own(thing):
    """Tell whether a class or function is a user's own.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skerosion._own_modules import is_own
    >>> is_own(Path), is_own(is_own)
    (True, False)
    """
    return thing.__module__.partition(".")[0] not in PACKAGED


def import_own(modules):
    """Import modules that register a user's own parts or define own estimators.

    Parameters
    ----------
    modules : iterable of str, or None
        Names of modules, or ``.py`` files. The folder of a file is searched for modules after all others, so that
        processes which receive an object of the file find it too.

    Raises
    ------
    ValueError
        For what cannot be found or fails while it is imported, and for a file whose name another module has.

    Examples
    --------
    >>> from skerosion._own_modules import import_own
    >>> import_own(["heads.py"])
    Traceback (most recent call last):
    ...
    ValueError: modules must be names of modules or .py files, got 'heads.py', which does not exist.
    """
    for given in modules or ():
        name = _name_of_file(given) if is_file(given) else given
        try:
            _IMPORTED[name] = importlib.import_module(name)
        except Exception as error:  # whatever the user's code raises
            found = isinstance(error, ModuleNotFoundError) and error.name == name.partition(".")[0]
            why = "which there is none of" if found else f"which fails: {type(error).__name__}: {error}"
            rule = "modules must be names of modules that can be imported, or .py files"
            raise ValueError(f"{rule}, got {given!r}, {why}.") from error


def is_file(module):
    """Tell whether a module is given by its file.

    Examples
    --------
    >>> from skerosion._own_modules import is_file
    >>> is_file("parts/own_head.py"), is_file("parts.own_head")
    (True, False)
    """
    return str(module).endswith(".py")


def own_classes():
    """Return the estimators and steps that imported modules define or take from their own package, by name."""
    found = {}
    for name, module in _IMPORTED.items():
        package = name.partition(".")[0]
        for each in vars(module).values():
            if isinstance(each, type) and hasattr(each, "get_params") and each.__module__.partition(".")[0] == package:
                found[each.__name__] = each
    return found


def own_folders():
    """Return the folders that files of modules made Python search, for processes that search otherwise."""
    return list(_FOLDERS)


def _name_of_file(given):
    """The name that a file can be imported by from now on, in this process and in its workers."""
    path = Path(given).resolve()
    if not path.is_file():
        raise ValueError(f"modules must be names of modules or .py files, got {str(given)!r}, which does not exist.")
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))
        _FOLDERS.append(str(path.parent))
    importlib.invalidate_caches()
    spec = importlib.util.find_spec(path.stem) if path.stem.isidentifier() else None
    if spec is None or spec.origin is None or not os.path.exists(spec.origin) or not path.samefile(spec.origin):
        raise ValueError(
            f"modules must have names that no other module has, got {str(given)!r}; rename the file, such as to "
            f"'my_{path.name}'."
        )
    return path.stem
