"""What tells one fit from another: digests of settings, and of the content of what they name."""

import dataclasses
import functools
import hashlib
import json
import os
import pickle
import types
from pathlib import Path

import numpy as np

from skerosion._own_modules import is_own
from skerosion._user_files import check_readable, naming

from .file_format import ENDING, PICKLES, read_parts

WEIGHTS = (".keras", ".h5", ENDING)
"""Endings of files that a network starts from: Keras', and that of an estimator."""

DIGEST_SIZE = 16
"""Bytes of a digest."""


def fingerprint(settings):
    """Hexadecimal digest of settings: equal settings, equal digest.

    Parameters
    ----------
    settings : dict
        Anything JSON writes, arrays, and objects: estimators by parameters and what they have learned, Keras' objects
        by their configuration, functions by their code, everything else by the bytes that it pickles to. What has none
        is never the same.

    Examples
    --------
    >>> from skerosion.experiments._identity import fingerprint
    >>> fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    True
    """
    text = json.dumps(settings, sort_keys=True, default=digest_of)
    return hashlib.blake2b(text.encode(), digest_size=DIGEST_SIZE).hexdigest()


@functools.singledispatch
def digest_of(value):
    """A JSON value for what JSON does not know: by content, never by a name or an address that another thing can have.

    Parameters
    ----------
    value : object

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.experiments._identity import digest_of
    >>> digest_of(np.float32(0.5)), digest_of({2, 1})
    (0.5, ['set', ['1', '2']])
    """
    kind = type(value).__name__
    if dataclasses.is_dataclass(value):
        return [kind, {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}]
    if hasattr(value, "get_params"):
        own = value.get_params(deep=False)
        return [kind, own, _learned(value), *own_code(type(value)), *own_parts(own)]
    if hasattr(value, "get_config"):
        return [kind, value.get_config()]
    return [kind, _pickled(value)]


@digest_of.register(np.ndarray)
def _of_array(array):
    if array.dtype == object:
        return [str(item) for item in array]
    return [str(array.dtype), list(array.shape), digest_bytes(np.ascontiguousarray(array).tobytes())]


@digest_of.register(np.generic)
def _of_number(number):
    return number.item()


@digest_of.register(set)
@digest_of.register(frozenset)
def _of_set(values):
    return [type(values).__name__, sorted(map(repr, values))]


@digest_of.register(os.PathLike)
def _of_path(path):
    return os.fspath(path)


@digest_of.register(type)
def _of_class(kind):
    return [type(kind).__name__, _pickled(kind), *own_code(kind)]


@digest_of.register(types.FunctionType)
def _of_function(function):
    inside = [cell.cell_contents for cell in function.__closure__ or ()]
    defaults = [function.__defaults__, function.__kwdefaults__]
    return [type(function).__name__, function.__module__, _code(function.__code__), *defaults, inside]


@digest_of.register(functools.partial)
def _of_partial(given):
    return [type(given).__name__, given.func, given.args, given.keywords]


def _learned(estimator):
    """What an estimator holds beside its parameters: two that are set alike may have learned from other images."""
    parameters = estimator.get_params(deep=False)
    return {name: value for name, value in vars(estimator).items() if name not in parameters}


def own_code(kind):
    """What the methods of a user's own class do; that of packages is known by their versions.

    Examples
    --------
    >>> from skerosion import ClassWeighter
    >>> from skerosion.experiments._identity import own_code
    >>> own_code(ClassWeighter)
    []
    """
    own = [each for each in kind.__mro__ if is_own(each)]
    functions = [each for base in own for each in vars(base).values() if isinstance(each, types.FunctionType)]
    return [[each.__name__, _code(each.__code__), each.__defaults__, each.__kwdefaults__] for each in functions]


def own_parts(parameters):
    """What a user registered under the names of heads and backbones: the name says nothing of its code.

    Parameters
    ----------
    parameters : dict
        Of an estimator, those of estimators within among them or not.

    Examples
    --------
    >>> from skerosion.experiments._identity import own_parts
    >>> own_parts({"head": "corn", "estimator__backbone": "residual"})
    []
    """
    from skerosion.networks import own_part

    named = [(name.split("__")[-1], value) for name, value in sorted(parameters.items())]
    parts = [own_part(kind, value) for kind, value in named if kind in ("head", "backbone")]
    return [part for part in parts if part is not None]


def _code(code):
    """What a function does, wherever it stands: a pickle would know its name alone."""
    constants = [_code(each) if isinstance(each, types.CodeType) else _constant(each) for each in code.co_consts]
    return [code.co_code.hex(), code.co_names, constants]


def _constant(value):
    return digest_of(value) if isinstance(value, frozenset) else repr(value)


def _pickled(value):
    """Digest of the bytes that an object pickles to; nothing equals what has none."""
    try:
        return digest_bytes(pickle.dumps(value))
    except Exception:  # whatever an object raises that cannot be pickled
        return os.urandom(DIGEST_SIZE).hex()


def digest_bytes(content):
    """Hexadecimal digest of bytes.

    Examples
    --------
    >>> from skerosion.experiments._identity import digest_bytes
    >>> len(digest_bytes(b"pixels"))
    32
    """
    return hashlib.blake2b(content, digest_size=DIGEST_SIZE).hexdigest()


def file_digest(path):
    """Hexadecimal digest of a file's content, read piece by piece.

    Examples
    --------
    >>> import tempfile
    >>> from skerosion.experiments._identity import digest_bytes, file_digest
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     file_digest(file.name) == digest_bytes(b"")
    True
    """
    with naming(path), open(path, "rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=DIGEST_SIZE)).hexdigest()


def weights_digest(parameters, start=None):
    """What tells the first weights of a fit from others: the record it starts from, or the content of a file.

    Parameters
    ----------
    parameters : dict
        Of an estimator.
    start : str or None, default=None
        Name of the stored fit whose network is started from.

    Returns
    -------
    object
        For `fingerprint`: a digest, ``"imagenet"``, a fitted estimator, or None for weights drawn from the seed.

    Examples
    --------
    >>> from skerosion.experiments._identity import weights_digest
    >>> weights_digest({"weights": "imagenet"}), weights_digest({}), weights_digest({}, "regressor-original-ab")
    ('imagenet', None, 'regressor-original-ab')
    """
    files = {name: each for name, each in parameters.items() if name.endswith("__weights") and _is_file(each)}
    within = {name: file_digest(each) for name, each in files.items()}
    weights = parameters.get("weights")
    if start is None and _is_file(weights):
        weights = file_digest(weights)
    return start or ([weights, within] if within else weights)


def check_first_weights(parameters):
    """Raise for first weights of no known kind, or a file that is not there, before anything is trained.

    Parameters
    ----------
    parameters : dict
        Of an estimator.
    """
    weights = parameters.get("weights")
    if not isinstance(weights, (str, os.PathLike)) or weights == "imagenet":
        return
    if Path(weights).suffix in (ENDING, *PICKLES):
        # What is not an estimator is told now, not when the first network would start from it.
        read_parts(weights)
    elif not os.fspath(weights).endswith(WEIGHTS):
        raise ValueError(f"weights must be 'imagenet' or a file ending in {', '.join(WEIGHTS)}, got {weights!r}.")
    elif not (os.path.isdir(weights) and os.fspath(weights).endswith(".keras")):  # which Keras also writes unpacked
        check_readable(weights, "weights")


def check_weights(parameters, digest):
    """Raise where a file of weights is another one than when the fits were named by it.

    Parameters
    ----------
    parameters : dict
        Of an estimator.
    digest : object
        What `weights_digest` said then.
    """
    every = [each for name, each in parameters.items() if name.split("__")[-1] == "weights"]
    named = [each for each in every if isinstance(each, (str, os.PathLike))]
    if named and weights_digest(parameters) != digest:
        raise ValueError(
            f"weights must be a file that stays as it is while fits start from it, but {os.fspath(named[0])!r} has "
            "changed since they began; repeat the call to begin with its present content."
        )


DECIDING = (
    "_keys.py",
    "_validation.py",
    "clinical",
    "grades",
    "preprocessing",
    "datasets",
    "imbalance",
    "model_selection",
    "forecasts",
    "networks",
    "training",
    "estimators",
    "inspection",
    "experiments/_descriptions.py",
    "experiments/_jobs.py",
    "experiments/_pipelines.py",
    "experiments/_stored_forecasts.py",
    "experiments/_strategies.py",
    "experiments/_trainings.py",
)
"""What decides a fit: rooms and files whose code is part of its identity."""


@functools.cache
def code_digest():
    """Hexadecimal digest of the code that decides a fit, wherever the package lies.

    Examples
    --------
    >>> from skerosion.experiments._identity import code_digest
    >>> len(code_digest())
    32
    """
    package, digest = Path(__file__).parents[1], hashlib.blake2b(digest_size=DIGEST_SIZE)
    single = [package / name for name in DECIDING if name.endswith(".py")]
    files = single + [file for name in DECIDING for file in (package / name).rglob("*.py")]
    for file in sorted(files, key=lambda file: file.relative_to(package).as_posix()):
        content = file.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{file.relative_to(package).as_posix()} {len(content)} ".encode() + content)
    return digest.hexdigest()


def pixel_digest(rows, batch=256):
    """Digest of the pixels of all rows, read some at a time."""
    digest = hashlib.blake2b(digest_size=DIGEST_SIZE)
    for start in range(0, len(rows), batch):
        digest.update(np.ascontiguousarray(rows.read(slice(start, start + batch))))
    return digest.hexdigest()


def data_digest(rows, y, groups, pixels=None):
    """Fingerprint of what is trained on: targets, patients, weights and pixels, wherever the images come from."""
    about = {"y": y, "groups": _as_text(groups), **_weighed(rows)}
    pixels = pixels or pixel_digest(rows)
    return fingerprint(about | {"shape": list(rows.shape), "dtype": str(rows.dtype), "pixels": pixels})


def data_parts(rows, y, groups):
    """What data are made of, each part by its digest, so that it can be told in which other data differ."""
    known = {"targets": y, "patients": _as_text(groups), "weights": _weighed(rows)}
    digests = {"pixels": pixel_digest(rows)} | {name: fingerprint({name: part}) for name, part in known.items()}
    return {"images": len(rows), "shape": "x".join(map(str, rows.shape[1:]))} | digests


def _as_text(groups):
    return None if groups is None else [str(group) for group in groups]


def _weighed(rows):
    about = {"weights": rows.sample_weight, "copies": rows.copy_number, "augmentation": rows.copy_augmentation}
    # Data without these are what they were before there were any.
    given = {"augmentation_of_rows": rows.augmentation, "votes": rows.votes}
    return about | {name: value for name, value in given.items() if value is not None}


def _is_file(weights):
    return isinstance(weights, (str, os.PathLike)) and Path(weights).is_file()
