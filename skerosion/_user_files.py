"""Files that a user names: read where they end, written where nothing else is lost."""

import difflib
import json
import os
import stat
import tempfile
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
        return json.loads(Path(path).read_text(encoding="utf-8-sig"), object_pairs_hook=_without_repeats)
    except UnicodeDecodeError as error:
        raise ValueError(f"{name} must be written in UTF-8, got {path}: {error}; save it as UTF-8.") from error
    except RecursionError as error:
        raise ValueError(f"{name} must be JSON of a few levels, got {path}, which has too many to be read.") from error
    except ValueError as error:
        why = ", which does not start as one" if str(error).endswith("line 1 column 1 (char 0)") else f": {error}"
        raise ValueError(f"{name} must be a file of JSON, got {path}{why}.") from error


def _without_repeats(pairs):
    keys = [key for key, _ in pairs]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise ValueError(f"{twice!r} appears twice in one object, and only one of them would count")
    return dict(pairs)
