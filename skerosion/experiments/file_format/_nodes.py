"""From objects to nodes: a flat list in which each node names only nodes before it.

What JSON has (None, booleans, strings, whole numbers, finite floats) stands for itself; everything else is a node, and
``[7]`` means node 7. So a list of nodes cannot run in circles or nest, however it came about, and what two objects
share is written once and is shared again when it is read.
"""

import math
import pathlib
from collections import OrderedDict

import numpy as np

from skerosion._private_sklearn import CALLBACKS

from ._compiled import COMPILED, without_built
from ._container import PLAIN_KINDS, describe_array
from ._known_classes import arguments_of, check_no_code, takes_arguments, why_unknown

SEQUENCES = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
MAPPINGS = {"dict": dict, "OrderedDict": OrderedDict}
TYPES = {kind.__name__: kind for kind in (bool, int, float, str, object)}
TYPES |= {kind.__name__: kind for kind in (np.float64, np.float32, np.float16, np.int64, np.int32, np.uint8, np.bool_)}
# Of these .npy knows nothing but their bits; they come with Keras.
AS_BITS = ("bfloat16",)
REQUESTS = "_metadata_request"
# Whole numbers beyond these are nobody's parameters, and Python takes long over their digits.
MOST_BITS = 4096
_DEEPEST = 200


class NodeWriter:
    """Makes nodes of objects, and gathers their arrays by the names of the members that hold them.

    Parameters
    ----------
    classes : Classes

    Attributes
    ----------
    nodes : list of dict
    arrays : dict of str to ndarray
    members : dict of str to dict
        Size and digest of each array; arrays of equal bytes are one member.

    Examples
    --------
    >>> from skerosion.experiments.file_format._known_classes import Classes
    >>> from skerosion.experiments.file_format._nodes import NodeWriter
    >>> writer = NodeWriter(Classes())
    >>> writer.value([1, (2.5, None)], "example"), writer.nodes
    ([1], [{'is': 'tuple', 'items': [2.5, None]}, {'is': 'list', 'items': [1, [0]]}])
    """

    def __init__(self, classes):
        self.nodes, self.arrays, self.members = [], {}, {}
        self._classes = classes
        # By identity; what is made on the way is kept, lest another object takes over its identity.
        self._places, self._kept, self._open = {}, [], []
        self._names = {}

    def value(self, thing, where):
        """Return what stands for an object in JSON; ``where`` is what errors call it."""
        if _is_json(thing):
            return thing
        if hasattr(thing, "best_estimator_"):
            # A search stands for what it found: what it tried is a table, and no part of predicting.
            return self.value(thing.best_estimator_, f"{where}.best_estimator_")
        if id(thing) in self._places:
            return [self._places[id(thing)]]
        if id(thing) in self._open or len(self._open) > _DEEPEST:
            raise _refusal(where, "holds itself, or is nested too deeply")
        self._open.append(id(thing))
        node = self._node(thing, where)
        self._open.pop()
        self.nodes.append(node)
        self._kept.append(thing)
        self._places[id(thing)] = len(self.nodes) - 1
        return [self._places[id(thing)]]

    def _node(self, thing, where):
        kind = type(thing)
        if kind in SEQUENCES.values() or kind in MAPPINGS.values():
            return self._container(thing, where)
        if kind is np.ndarray or kind is np.memmap:
            return self._array(thing, where)
        if isinstance(thing, np.generic):
            return _scalar(thing, where)
        return self._plain(thing, kind, where) or self._object(thing, kind, where)

    def _container(self, thing, where):
        kind = type(thing).__name__
        if kind in MAPPINGS:
            keys = [self._key(key, where) for key in thing]
            return {
                "is": kind,
                "keys": keys,
                "values": [self.value(value, f"{where}[{key!r}]") for key, value in thing.items()],
            }
        if kind in ("set", "frozenset"):
            # In the order of their text: sets have none of their own, and equal ones make equal bytes.
            return {"is": kind, "items": [self._key(key, where) for key in sorted(thing, key=repr)]}
        return {"is": kind, "items": [self.value(item, f"{where}[{i}]") for i, item in enumerate(thing)]}

    def _key(self, key, where):
        if _is_json(key) or isinstance(key, np.generic):
            return self.value(key, where)
        raise _refusal(where, f"has the key {key!r:.80}, which is neither a number nor a text")

    def _array(self, array, where):
        if array.dtype.kind == "O":
            items = [self.value(item, f"{where}[{i}]") for i, item in enumerate(array.ravel().tolist())]
            return {"is": "objects", "shape": list(array.shape), "items": items}
        array, bits_of = np.asarray(array), {}
        if array.dtype.name in AS_BITS:
            bits_of = {"as": array.dtype.name}
            array = array.view(f"u{array.dtype.itemsize}")
        if array.dtype.kind not in PLAIN_KINDS or not array.dtype.itemsize:
            raise _refusal(where, f"is an array of {array.dtype}, which is neither numbers nor text")
        about = describe_array(array)
        name = self._names.setdefault(about["sha256"], f"arrays/{len(self._names)}.npy")
        self.arrays[name], self.members[name] = array, about
        return {"is": "array", "member": name} | bits_of

    def _plain(self, thing, kind, where):
        """Return the node of a value that is no container, None for what is none of them."""
        if kind is float:
            return {"is": "float", "text": repr(thing)}
        if kind is bytes:
            return {"is": "bytes", "hex": thing.hex()}
        if kind in (slice, range):
            parts = (thing.start, thing.stop, thing.step)
            return {"is": kind.__name__, "parts": [self.value(part, where) for part in parts]}
        if isinstance(thing, pathlib.PurePath):
            return {"is": "path", "text": str(thing)}
        if isinstance(thing, np.dtype) and thing.kind in PLAIN_KINDS + "O":
            return {"is": "dtype", "text": thing.str}
        if isinstance(thing, type) and TYPES.get(thing.__name__) is thing:
            return {"is": "type", "name": thing.__name__}
        if kind is np.random.RandomState:
            return {"is": "RandomState", "state": self.value(thing.get_state(legacy=False), where)}
        if kind is np.random.Generator:
            return {"is": "Generator", "state": self.value(thing.bit_generator.state, where)}
        return None

    def _object(self, thing, kind, where):
        name = self._classes.name_of(kind)
        if name is None:
            raise _unknown(where, thing, kind)
        try:
            state, requests = self._state(thing, name, where)
            check_no_code(name, kind, state)
        except ValueError as error:
            raise _refusal(where, f"has {error}") from None
        values = {attribute: self.value(value, f"{where}.{attribute}") for attribute, value in state.items()}
        node = {"is": "object", "class": name, "state": values}
        return node if requests is None else node | {"requests": _requests(requests, where)}

    def _state(self, thing, name, where):
        """Return what makes an object anew, and the metadata that its methods ask for."""
        attributes = dict(getattr(thing, "__dict__", {}))
        requests = attributes.pop(REQUESTS, None)
        attributes.pop(CALLBACKS, None)  # they watch fits, and a file holds what came of one
        if name in COMPILED:
            return COMPILED[name][0](thing), None
        if takes_arguments(name):
            return arguments_of(thing), requests
        if not hasattr(thing, "__dict__") or isinstance(thing, (*SEQUENCES.values(), dict, str, bytes, int, float)):
            raise _refusal(where, f"is a {name}, which holds more than attributes")
        return without_built(name, attributes), requests


def _is_json(thing):
    """Whether JSON has the value as it is; subclasses, such as NumPy's numbers, are more than that."""
    kind = type(thing)
    if kind is int:
        return thing.bit_length() <= MOST_BITS
    return thing is None or kind is bool or kind is str or (kind is float and math.isfinite(thing))


def _scalar(thing, where):
    dtype = thing.dtype
    if dtype.kind not in PLAIN_KINDS or not dtype.itemsize:
        raise _refusal(where, f"is a number of {dtype}, which is not known")
    return {"is": "scalar", "dtype": dtype.str, "hex": thing.tobytes().hex()}


def _requests(requests, where):
    """Return which metadata methods ask for; the requests themselves hold their owner."""
    asked = {name: dict(of.requests) for name, of in vars(requests).items() if getattr(of, "requests", None)}
    for name, of in asked.items():
        for alias in of.values():
            if not _is_json(alias):
                raise _refusal(f"{where}.{name}", "has a metadata request that is no plain value")
    return asked


def _unknown(where, thing, kind):
    """The error for an object of a class that no file holds: code, a class of a library, or one of a user's own."""
    name = f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(thing, type) or hasattr(thing, "__code__") or kind.__module__ in ("functools", "builtins"):
        return _refusal(where, f"is {thing!r:.80}, which is code")
    if kind.__module__.partition(".")[0] in ("sklearn", "imblearn"):
        return TypeError(
            f"{where} is a {name}, which the file of an estimator does not hold: {why_unknown(kind)}. Take one that it "
            "holds, or keep the estimator with joblib.dump, for your own use in Python: no command reads that."
        )
    return _refusal(where, f"is a {name}, a class that is not known to be plain data")


def _refusal(where, problem):
    name = where.rpartition(".")[2].partition("[")[0]
    return TypeError(
        f"{where} {problem}: the file of an estimator holds data, no code. Set {name} to None or to plain values where "
        "a fitted estimator can do without it (callbacks); hand in a class of your own whose attributes are plain data "
        "as trusted=[Class]; or keep the estimator with joblib.dump, for your own use in Python."
    )
