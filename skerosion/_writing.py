"""Files that are written whole or not at all."""

import contextlib
import os
import tempfile
from pathlib import Path


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


def write_text(path, text):
    """Write text as UTF-8, whole or not at all."""
    return write_atomically(path, lambda file: file.write(text.encode()))
