"""Files that are written whole or not at all."""

import contextlib
import json
import os
import tempfile
from pathlib import Path

from skerosion._user_files import check_folder, check_output, kind_of, naming, parse_json


def write_atomically(path, write):
    """Let ``write(file)`` fill a file beside ``path`` that takes its place once it is whole.

    A link stays one: the file that it names is replaced.

    Parameters
    ----------
    path : path-like
    write : callable
        Gets a file open for writing bytes.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    FileExistsError
        For a pipe, a device or a folder, in whose place a file would otherwise be put.
    """
    if kind := kind_of(path):
        raise FileExistsError(f"{path} is {kind}, which no file replaces; choose another name.")
    named, path = Path(path), Path(os.path.realpath(path))
    check_folder(path.parent)
    with naming(named):
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
    return named


@contextlib.contextmanager
def landing_together(*paths):
    """Let a block write several files, of which some alone are no output: the same call can be made again.

    Where the block fails, what was not there before is taken away. A process that is killed takes nothing away; so a
    hidden note tells which files were not there before, until the last one is.

    Parameters
    ----------
    *paths : path-like or None
        Files that the block writes, each whole, the first of which names the note; None is passed over.
    """
    paths = [Path(path) for path in paths if path is not None]
    if not paths:
        yield
        return
    note, left = _note(paths[0]), unfinished(paths[0])
    new = [path for path in paths if path in left or not os.path.lexists(path)]
    try:
        write_text(note, json.dumps([path.name for path in new]) + "\n")
        for path in left:
            path.unlink(missing_ok=True)
        yield
        note.unlink(missing_ok=True)
    except BaseException:
        for path in (*new, note):
            with contextlib.suppress(OSError):
                os.unlink(path)
        raise


def check_outputs(*paths, force=False, inputs=()):
    """Check files that land together, as `check_output` does; what a killed call has left of them is no output.

    Parameters
    ----------
    *paths : path-like or None
        As `landing_together` takes them.
    force, inputs
        As `check_output` takes them.
    """
    paths = [Path(path) for path in paths if path is not None]
    left = unfinished(paths[0]) if paths else []
    for path in paths:
        check_output(path, force=force or path in left, inputs=inputs)


def unfinished(path):
    """Return what a killed call has left to be written together, the first of which is `path`.

    Examples
    --------
    >>> from skerosion._writing import unfinished
    >>> unfinished("nowhere.csv")
    []
    """
    try:
        names = parse_json(_note(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # none, or none that can be read: all that is there counts as finished
        return []
    names = names if isinstance(names, list) else []
    plain = [name for name in names if isinstance(name, str) and name == os.path.basename(name) and name.strip(".")]
    return [Path(path).with_name(name) for name in plain]


def _note(path):
    return Path(path).with_name(f".{Path(path).name}.unfinished")


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_text(path, text):
    """Write text as UTF-8, whole or not at all."""
    return write_atomically(path, lambda file: file.write(text.encode()))
