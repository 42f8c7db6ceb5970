"""The table of the classes that an estimator's file may name: a class that is not here is never looked for.

A class belongs here when its attributes are plain data, and using it with any attributes runs no code that they name
and no compiled code that trusts their sizes (no support vectors of libsvm), unless `_compiled` checks them first.
"""

import inspect
import json
import numbers
from importlib import import_module

from skerosion._own_modules import own_classes

from ._class_table import ARGUMENTS, STATE, full_name, is_part, names_of
from ._compiled import COMPILED

_KNOWN = names_of(STATE) | names_of(ARGUMENTS) | set(COMPILED)
_FROM_ARGUMENTS = names_of(ARGUMENTS)
_OPTIMIZERS = {"adadelta", "adafactor", "adagrad", "adam", "adamax", "adamw", "ftrl", "lamb", "lion", "muon", "nadam"}
_OPTIMIZERS |= {"rmsprop", "schedulefreeadamw", "sgd"}

MOST_JOBS = 128
"""Processes that an estimator of a file may start."""


class Classes:
    """The classes of the table, and those that a caller answers for: handed in, or of a module imported as one's own.

    Parameters
    ----------
    trusted : iterable of class

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> from skerosion.experiments.file_format._known_classes import Classes
    >>> Classes().name_of(Ridge), Classes().find("sklearn.linear_model.Ridge") is Ridge
    ('sklearn.linear_model.Ridge', True)
    >>> Classes().find("os.system") is None
    True
    """

    def __init__(self, trusted=()):
        trusted = [trusted] if isinstance(trusted, type) else list(trusted)
        for given in trusted:
            if not isinstance(given, type):
                raise TypeError(f"trusted must hold classes, such as [MyRegressor], got {given!r}.")
        self._trusted = {full_name(given): given for given in [*own_classes().values(), *trusted]}

    def name_of(self, kind):
        """Return the name of a class in a file, None where it may not stand in one."""
        root = kind.__module__.partition(".")[0]
        alike = [name for name in _KNOWN if name.startswith(f"{root}.") and name.endswith(f".{kind.__name__}")]
        known = [name for name in alike if _import(name) is kind]
        return next(iter(known + [name for name, given in self._trusted.items() if given is kind]), None)

    def find(self, name):
        """Return the class of a name, None for one that is not known; nothing but names of the table is imported."""
        return _import(name) if name in _KNOWN else self._trusted.get(name)


def _import(name):
    room, _, own = name.rpartition(".")
    return getattr(import_module(room), own, None)  # what this version of a library has not is not known


_UNSAFE = {"sklearn.svm": "libsvm takes the sizes of its support vectors on trust; Nystroem gives LinearSVC a kernel"}


def why_unknown(kind):
    """Return why a file holds no object of a class, and which classes of the same part of its library it holds."""
    room = ".".join(kind.__module__.split(".")[:2])
    described = [name for name in _KNOWN - set(COMPILED) if not is_part(name)]
    known = sorted(name.rpartition(".")[2] for name in described if name.startswith(f"{room}."))
    why = _UNSAFE.get(room, "nobody has looked yet whether its attributes are plain data")
    return f"{why}. Of {room} it holds {', '.join(known) or 'nothing'}"


def takes_arguments(name):
    """Whether a class is made anew by its constructor; the attributes of others are set as they were."""
    return name in _FROM_ARGUMENTS


def arguments_of(thing):
    """Return the arguments that make a value, a sampler or a search anew."""
    return {name: getattr(thing, name) for name in inspect.signature(type(thing)).parameters}


def check_no_code(name, kind, state):
    """Raise ValueError for attributes through which using an object would run what a file names, or swamp a machine."""
    if state.get("memory") is not None and name.endswith((".Pipeline", ".FeatureUnion")):
        raise ValueError("memory, a folder of pickles that a fit reads; set_params(memory=None) first")
    jobs = state.get("n_jobs")
    if isinstance(jobs, numbers.Real) and not -MOST_JOBS <= jobs <= MOST_JOBS:
        raise ValueError(f"n_jobs={jobs}, more processes than {MOST_JOBS}; n_jobs=-1 takes one a core")
    optimizer = state.get("optimizer")
    has_network = hasattr(kind, "model_") or name == "skerosion.training.ProgramKey"
    if has_network and optimizer is not None and not _is_plain_optimizer(optimizer):
        raise ValueError(
            f"optimizer={optimizer!r:.80}, not one of Keras' own by its name, such as 'adam', or as a dict of its "
            "class_name and a config of numbers"
        )


def _is_plain_optimizer(optimizer):
    """Whether an optimiser is one of Keras' own, described by numbers: Keras imports what other descriptions name."""
    if isinstance(optimizer, str) and not optimizer.startswith("{"):
        return optimizer.lower() in _OPTIMIZERS
    described = json.loads(optimizer) if isinstance(optimizer, str) else optimizer
    if described == {}:
        return True
    if not isinstance(described, dict) or not set(described) <= {"class_name", "config", "module", "registered_name"}:
        return False
    known = str(described.get("class_name")).lower() in _OPTIMIZERS
    own = described.get("module") in (None, "keras.optimizers") and described.get("registered_name") is None
    values = list((described.get("config") or {}).values())
    return known and own and all(value is None or type(value) in (bool, int, float, str) for value in values)
