"""Files that are written whole or not at all."""

import contextlib
import os
import tempfile
from pathlib import Path

from skerosion._user_files import check_folder, kind_of, naming


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
    """Take away what was not there before when the block fails, so that the same call can be made again.

    Parameters
    ----------
    *paths : path-like or None
        Files that the block writes, each whole; None is passed over.
    """
    new = [path for path in paths if path is not None and not os.path.lexists(path)]
    try:
        yield
    except BaseException:
        for path in new:
            with contextlib.suppress(OSError):
                os.unlink(path)
        raise


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_text(path, text):
    """Write text as UTF-8, whole or not at all."""
    return write_atomically(path, lambda file: file.write(text.encode()))
