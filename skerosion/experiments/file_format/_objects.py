"""From nodes to objects: each is made of those before it, by one of a few makers; no name of the file is imported."""

import inspect
import pathlib
import re
from functools import partial

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.metadata_routing import MetadataRequest

from ._compiled import COMPILED, rebuild
from ._container import PLAIN_KINDS, broken, reading
from ._known_classes import check_no_code, takes_arguments
from ._nodes import AS_BITS, MAPPINGS, REQUESTS, SEQUENCES, TYPES

MOST_NODES = 2_000_000
# How many values an object may have when all that is shared is counted as often as it is met.
MOST_VALUES = 50_000_000
_DTYPE = re.compile(r"[<>|=]?([a-zA-Z])[0-9]*(\[[0-9a-zA-Z]+\])?")
_GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")


class NodeReader:
    """Makes objects of nodes.

    Parameters
    ----------
    classes : Classes
    arrays : dict of str to ndarray
        By the names of their members.
    path : path-like
        For errors.

    Examples
    --------
    >>> from skerosion.experiments.file_format._known_classes import Classes
    >>> from skerosion.experiments.file_format._objects import NodeReader
    >>> nodes = [{"is": "tuple", "items": [2.5, None]}, {"is": "list", "items": [1, [0]]}]
    >>> NodeReader(Classes(), {}, "example").read(nodes, [1])
    [1, (2.5, None)]
    """

    def __init__(self, classes, arrays, path):
        self._classes, self._arrays, self._path = classes, arrays, path
        self._made, self._sizes, self._taken = [], [], set()
        self._size, self._place = 0, ""

    def read(self, nodes, root):
        """Return the object that a value stands for."""
        with reading(self._path, "the list of its nodes"):
            if not isinstance(nodes, list) or len(nodes) > MOST_NODES:
                raise ValueError("no list, or too long a one")
        for number, node in enumerate(nodes):
            self._place = f"node {number} {_called(node)}"
            with reading(self._path, self._place):
                self._size = 1
                thing = self._make(node)
                # Shared parts within shared parts would grow without bounds for whoever walks through them.
                if self._size > MOST_VALUES:
                    raise ValueError("its parts are shared too many times")
                self._made.append(thing)
                self._sizes.append(self._size)
        with reading(self._path, "its root"):
            return self._value(root)

    def _value(self, value):
        if isinstance(value, list):
            (place,) = value
            if type(place) is not int or not 0 <= place < len(self._made):
                raise ValueError(f"there is no node {place!r} before it")
            self._size += self._sizes[place]
            return self._made[place]
        if isinstance(value, dict):
            raise TypeError("an object of JSON stands for nothing")
        self._size += 1
        return value

    def _values(self, values):
        if not isinstance(values, list):
            raise TypeError("values must be a list")
        return [self._value(value) for value in values]

    def _make(self, node):
        parts = dict(node)
        kind = parts.pop("is")
        if kind in SEQUENCES:
            return SEQUENCES[kind](self._items(**parts, hashed=kind.endswith("set")))
        if kind in MAPPINGS:
            return self._mapping(MAPPINGS[kind], **parts)
        return _MAKERS[kind](self, **parts)

    def _items(self, items, hashed=False):
        return [self._key(item) for item in items] if hashed else self._values(items)

    def _mapping(self, kind, keys, values):
        made = kind(zip([self._key(key) for key in keys], self._values(values), strict=True))
        if len(made) != len(keys):
            raise ValueError("a key stands twice")
        return made

    def _key(self, value):
        key = self._value(value)
        # Shared tuples within tuples take for ever to hash.
        if not (key is None or isinstance(key, (bool, int, float, str, np.generic))):
            raise TypeError(f"a key of type {type(key).__name__}")
        return key

    def _array(self, member, **parts):
        # Two nodes with equal arrays were two arrays, which may be changed apart.
        array = self._arrays[member].copy(order="K") if member in self._taken else self._arrays[member]
        self._taken.add(member)
        if not parts:
            return array
        if parts.get("as") not in AS_BITS:
            raise ValueError(f"no array as {parts}")
        import ml_dtypes

        return array.view(getattr(ml_dtypes, parts["as"]))

    def _objects(self, shape, items):
        array = np.empty(len(items), dtype=object)
        for place, item in enumerate(self._values(items)):
            array[place] = item
        return array.reshape([_whole(side) for side in shape])

    def _scalar(self, dtype, hex):
        (value,) = np.frombuffer(bytes.fromhex(hex), _dtype(dtype, PLAIN_KINDS))
        return value

    def _slice(self, parts):
        return slice(*self._values(parts))

    def _range(self, parts):
        made = range(*self._values(parts))
        self._size += len(made)
        return made

    def _generator(self, make, state):
        state = self._value(state)
        if state["bit_generator"] not in _GENERATORS:
            raise ValueError(f"no generator {state['bit_generator']!r}")
        bits = getattr(np.random, state["bit_generator"])(0)
        made = make(bits)
        if make is np.random.RandomState:
            made.set_state(state)
        else:
            bits.state = state
        return made

    def _object(self, state, requests=None, **parts):
        name = parts.pop("class")
        if parts:
            raise ValueError(f"unknown parts {sorted(parts)}")
        kind = self._classes.find(name)
        if kind is None:
            advice = "where it is your own and you trust the file, hand it in as trusted=[Class]."
            raise broken(self._path, self._place, "has a class that is not known to be plain data", advice)
        attributes = {_attribute(key): self._value(value) for key, value in state.items()}
        check_no_code(name, kind, attributes)
        if name in COMPILED:
            return COMPILED[name][1](**attributes)
        if takes_arguments(name):
            made = kind(**attributes)
        else:
            made = object.__new__(kind)
            vars(made).update(attributes | _lacking(kind, attributes))
            rebuild(name, made)
        if requests is not None:
            vars(made)[REQUESTS] = _requests(made, requests)
        return made


_MAKERS = {
    "array": NodeReader._array,
    "objects": NodeReader._objects,
    "scalar": NodeReader._scalar,
    "slice": NodeReader._slice,
    "range": NodeReader._range,
    "object": NodeReader._object,
    "RandomState": partial(NodeReader._generator, make=np.random.RandomState),
    "Generator": partial(NodeReader._generator, make=np.random.Generator),
    "float": lambda _, text: float(text),
    "bytes": lambda _, hex: bytes.fromhex(hex),
    "path": lambda _, text: pathlib.Path(text),
    "dtype": lambda _, text: _dtype(text, PLAIN_KINDS + "O"),
    "type": lambda _, name: TYPES[name],
}


def _lacking(kind, attributes):
    """Return the defaults of parameters that a class has got since a file was written."""
    if not issubclass(kind, BaseEstimator):
        return {}
    given = (each for each in inspect.signature(kind).parameters.values() if each.default is not each.empty)
    return {each.name: each.default for each in given if each.name not in attributes}


def _called(node):
    """Return what an error calls a node, by its kind and class."""
    parts = [node.get("is"), node.get("class")] if isinstance(node, dict) else []
    return f"({' '.join(str(part)[:80] for part in parts if part)})"


def _whole(number):
    if type(number) is not int or number < 0:
        raise ValueError(f"{number!r} is no length")
    return number


def _dtype(text, kinds):
    if not _DTYPE.fullmatch(text) or np.dtype(text).kind not in kinds:
        raise ValueError(f"{text!r} is no dtype of plain data")
    return np.dtype(text)


def _attribute(name):
    if not name.isidentifier() or name.startswith("__"):
        raise ValueError(f"{name!r} is no attribute of an estimator")
    return name


def _requests(owner, asked):
    requests = MetadataRequest(owner=owner)
    for method, params in asked.items():
        for param, alias in params.items():
            getattr(requests, _attribute(method)).add_request(param=param, alias=alias)
    return requests
