"""Files that a user names: read where they end, written where nothing else is lost."""

import difflib
import json
import os
import stat
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}

_PROBE = bytes(2**16)  # more than a file system keeps for itself: a full disk is found


def kind_of(path):
    """Tell what a path names that is no regular file, such as a pipe; "" for a file, and where there is nothing.

    Examples
    --------
    >>> from skerosion._user_files import kind_of
    >>> kind_of("."), kind_of("nowhere")
    ('a folder', '')
    """
    try:
        return _KINDS.get(stat.S_IFMT(os.stat(path).st_mode), "")
    except (FileNotFoundError, NotADirectoryError):
        return ""


@contextmanager
def naming(path):
    """Let an error of the system name the file that is read or written: those of its bytes name none.

    Parameters
    ----------
    path : path-like

    Examples
    --------
    >>> from skerosion._user_files import naming
    >>> with naming("grader.skerosion"):
    ...     raise OSError(28, "No space left on device")
    Traceback (most recent call last):
    OSError: [Errno 28] No space left on device: 'grader.skerosion'
    """
    try:
        yield
    except OSError as error:
        # What is written has a hidden name until it is whole.
        hidden = os.path.basename(os.fsdecode(error.filename or "")).startswith(f".{os.path.basename(path)}.")
        if error.errno is None or (error.filename is not None and not hidden):
            raise
        raise OSError(error.errno, error.strerror, os.fspath(path)) from error


def check_readable(path, name):
    """Raise for what cannot be read to its end: nobody may write into a pipe, and a device need not end.

    Parameters
    ----------
    path : path-like
    name : str
        Of the parameter that holds it.

    Raises
    ------
    FileNotFoundError
        Where there is nothing.
    ValueError
        For anything but a file.
    """
    if kind := kind_of(path):
        raise ValueError(f"{name} must be a file, got {os.fspath(path)!r}, which is {kind}.")
    if not os.path.exists(path):
        raise FileNotFoundError(f"{name} must be a file that exists, got {os.fspath(path)!r}.{named_alike(path)}")


def named_alike(path):
    """Return a question after the file of the same folder whose name is most like that of one that is not there."""
    folder, name = os.path.split(os.fsdecode(path))
    names = os.listdir(folder or ".") if os.path.isdir(folder or ".") else []
    near = difflib.get_close_matches(name, names, 1, cutoff=0.75)
    return f" Did you mean {near[0]!r}?" if near and near[0] != name else ""


def check_output(path, *, force=False, inputs=()):
    """Raise where writing a file would destroy what is not an earlier output, or could not be done in the end.

    Parameters
    ----------
    path : path-like
        File to write.
    force : bool, default=False
        Whether a file that is there is overwritten.
    inputs : iterable of path-like, default=()
        What is read, and never overwritten, whatever it is called.

    Raises
    ------
    FileExistsError
        Where there is a file already, or something that is not a file.
    ValueError
        For one of the inputs.
    OSError
        Where nothing can be written.
    """
    check_folder(Path(path).parent)
    if kind := kind_of(path):
        raise FileExistsError(f"out must be a file, got {path}, which is {kind}.")
    for read in inputs:
        if os.path.exists(path) and os.path.exists(read) and os.path.samefile(path, read):
            raise ValueError(f"out must be another file than those that are read, got {path}, which is {read}.")
    if os.path.exists(path) and not force:
        raise FileExistsError(f"{path} already exists; choose another file, or overwrite it with force=True.")
    check_writable(Path(path).parent)


def check_writable(path):
    """Raise OSError for a folder that nothing can be written into, or that is to be made in one of that kind.

    Something is written, for what a system says of rights and of room need not be so.

    Parameters
    ----------
    path : path-like
        Folder, which need not exist.
    """
    folder = next(each for each in (Path(path), *Path(path).parents) if each.is_dir())
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(_PROBE)
    except OSError as error:
        why = f"out must lie where something can be written, got {path}: {error.strerror or error}"
        raise OSError(error.errno, f"{why}; name another folder, or make room.") from error


def check_folder(path):
    """Raise ValueError for a folder that cannot be made, as a file stands in its way."""
    for each in (Path(path), *Path(path).parents):
        if os.path.isdir(each):
            return
        if os.path.lexists(each):
            raise ValueError(f"out must lie in folders or be one, got {path}, but {each} is a file.")


def read_json(path, name):
    """Read a JSON file of a user, in which nothing may stand twice.

    Parameters
    ----------
    path : path-like
    name : str
        Of the parameter that holds it.

    Raises
    ------
    ValueError
        For a file that is not JSON in UTF-8, or that has a key twice in one object.
    """
    check_readable(path, name)
    try:
        return parse_json(Path(path).read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{name} must be written in UTF-8, got {path}: {error}; save it as UTF-8.") from error
    except ValueError as error:
        why = ", which does not start as one" if str(error).endswith("line 1 column 1 (char 0)") else f": {error}"
        raise ValueError(f"{name} must be a file of JSON, got {path}{why}.") from error


def parse_json(text):
    """Return what JSON of a user says; raise ValueError for what is none, is nested too deeply or names a key twice.

    Examples
    --------
    >>> from skerosion._user_files import parse_json
    >>> parse_json('{"a": [1]}')
    {'a': [1]}
    >>> parse_json("[" * 100_000)
    Traceback (most recent call last):
    ValueError: it is nested in more than 60 levels
    """
    try:
        known = json.loads(text, object_pairs_hook=_without_repeats)
    except RecursionError as error:
        raise ValueError(_TOO_DEEP) from error
    check_depth(known)
    return known


_DEEPEST = 60  # levels; estimators within estimators take two each
_TOO_DEEP = f"it is nested in more than {_DEEPEST} levels"


def check_depth(value):
    """Raise ValueError for lists and dicts within each other so often that walking through them would fail."""
    level = [value]
    for _ in range(_DEEPEST):
        level = [each for each in level if isinstance(each, (dict, list))]
        level = [part for each in level for part in (each.values() if isinstance(each, dict) else each)]
    if level:
        raise ValueError(_TOO_DEEP)


def _without_repeats(pairs):
    counts = Counter(key for key, _ in pairs)
    twice = next((key for key, count in counts.items() if count > 1), None)
    if twice is not None:
        raise ValueError(f"{twice!r:.60} appears twice in one object, and only one of them would count")
    return dict(pairs)
