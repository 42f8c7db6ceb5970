"""Finished fits on disk: one file a fit, written whole or not at all, found again by the settings it was made with."""

import contextlib
import errno
import hashlib
import json
import os
import tempfile
from pathlib import Path

import numpy as np


class SearchStopped(RuntimeError):
    """A search that ended before its last fit; what was finished stays and the message says how to go on.

    Examples
    --------
    >>> from skerosion.report import SearchStopped
    >>> raise SearchStopped("Interrupted. 3 of 18 fits are finished and stay in out/fits.")
    Traceback (most recent call last):
    ...
    skerosion.report._store.SearchStopped: Interrupted. 3 of 18 fits are finished and stay in out/fits.
    """


def fingerprint(settings):
    """Hexadecimal digest of settings: equal settings, equal digest.

    Parameters
    ----------
    settings : dict
        Anything JSON writes, and arrays.

    Examples
    --------
    >>> from skerosion.report._store import fingerprint
    >>> fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    True
    """
    text = json.dumps(settings, sort_keys=True, default=_digest_of)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _digest_of(value):
    """A JSON value for what JSON does not know: arrays by their bytes, numbers by value, objects by their text."""
    if isinstance(value, np.ndarray) and value.dtype != object:
        return [
            str(value.dtype),
            list(value.shape),
            hashlib.blake2b(np.ascontiguousarray(value).tobytes(), digest_size=16).hexdigest(),
        ]
    if isinstance(value, np.ndarray):
        return [str(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    return repr(value)


class FitStore:
    """The finished fits of a search in one folder.

    Parameters
    ----------
    folder : path-like
        Made when the first fit is saved.

    Examples
    --------
    >>> import tempfile, numpy as np
    >>> from skerosion.report._store import FitStore
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = FitStore(folder)
    ...     path = store.save("classifier-original-1", {"rows": np.arange(3)}, {"seconds": 2.0})
    ...     arrays, about = store.load("classifier-original-1")
    >>> arrays["rows"].tolist(), about["seconds"]
    ([0, 1, 2], 2.0)
    """

    def __init__(self, folder):
        self.folder = Path(folder)

    def path(self, name):
        """File of a fit."""
        return self.folder / f"{name}.npz"

    def __contains__(self, name):
        return self.path(name).is_file()

    def save(self, name, arrays, about):
        """Write a fit's arrays and its description, whole or not at all.

        Parameters
        ----------
        name : str
        arrays : dict of str to ndarray
        about : dict
            Written as JSON beside the arrays.

        Returns
        -------
        pathlib.Path
        """
        about_bytes = np.frombuffer(json.dumps(about, default=_digest_of).encode(), dtype=np.uint8)
        return write_atomically(self.path(name), lambda file: np.savez_compressed(file, about=about_bytes, **arrays))

    def load(self, name):
        """Arrays and description of a finished fit."""
        with np.load(self.path(name)) as archive:
            arrays = {key: archive[key] for key in archive.files if key != "about"}
            return arrays, json.loads(archive["about"].tobytes().decode())

    def others(self, names):
        """Files of fits that are not among these names: fits of other settings. Records of winners are no fits."""
        known = {self.path(name).name for name in names}
        return sorted(path for path in self.folder.glob("*-fold*.npz") if path.name not in known)


def write_atomically(path, write):
    """Let ``write(file)`` fill a file beside ``path`` that takes its place once it is whole.

    Parameters
    ----------
    path : path-like
    write : callable
        Gets a file open for writing bytes.

    Returns
    -------
    pathlib.Path
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise
    return path


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def is_disk_full(error):
    """Whether an error says that the disk, or the share of it one may use, is full."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
