"""The parameters of this package's classes, read from its source: naming them needs no network library."""

import ast
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def parameters_in_source(name):
    """Names of the parameters that a class of this package takes, without importing it.

    Parameters
    ----------
    name : str
        Dotted, as in ``"skerosion.estimators.CNNClassifier"``.

    Returns
    -------
    list of str
        Empty for classes of other packages, as bases are: scikit-learn's take none.

    Examples
    --------
    >>> from skerosion.experiments._source_names import parameters_in_source
    >>> parameters_in_source("skerosion.estimators.CalibratedForecaster")
    ['estimator', 'method', 'loss', 'cv', 'random_state']
    """
    module, kind = _class_of(name)
    if kind is None:
        return []
    for part in kind.body:
        if isinstance(part, ast.FunctionDef) and part.name == "__init__":
            return [each.arg for each in (*part.args.args[1:], *part.args.kwonlyargs)]
    # Without a constructor, it is made of annotated attributes: skerosion.estimators._parameters.Constructed.
    own = [part.target.id for part in kind.body if isinstance(part, ast.AnnAssign) and part.value is not None]
    bases = [parameters_in_source(f"{module}.{ast.unparse(base)}") for base in reversed(kind.bases)]
    return list(dict.fromkeys([*(each for base in bases for each in base), *own]))


def _class_of(name):
    """The module and the definition of a class, wherever the module that is named has it from."""
    module, _, short = name.rpartition(".")
    for part in _syntax(module):
        if isinstance(part, ast.ClassDef) and part.name == short:
            return module, part
        if isinstance(part, ast.ImportFrom) and short in [each.name for each in part.names]:
            return _class_of(f"{_imported_from(module, part)}.{short}")
    return module, None


def _imported_from(module, part):
    """The dotted name of the module that an import names."""
    if not part.level:
        return part.module
    package = module.split(".") if _file(module).stem == "__init__" else module.split(".")[:-1]
    return ".".join([*package[: len(package) + 1 - part.level], part.module])


@cache
def _syntax(module):
    """The statements of a module, of a room with a stub those of the stub; nothing of other packages."""
    file = _file(module)
    return ast.parse(file.read_text(encoding="utf-8")).body if file.is_file() else []


def _file(module):
    package, *parts = module.split(".")
    place = _PACKAGE.joinpath(*parts) if package == _PACKAGE.name else Path(*parts, "of another package")
    files = (place / "__init__.pyi", place / "__init__.py", place.with_name(f"{place.name}.py"))
    return next((file for file in files if file.is_file()), files[-1])
