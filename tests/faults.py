"""Faults at file operations: those of a block below a folder are counted, and the n-th fails or ends the process."""

import builtins
import errno
import io
import os
import threading
from pathlib import Path

OPERATIONS = ("open", "read", "write", "fsync", "chmod", "mkdir", "replace", "unlink")

FAULTS = {
    "no space": OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    "no permission": OSError(errno.EACCES, os.strerror(errno.EACCES)),
    "input/output error": OSError(errno.EIO, os.strerror(errno.EIO)),
    "interruption": KeyboardInterrupt(),
}


class Faults:
    """A block in which the n-th file operation below a folder fails.

    Opening, reading, writing and closing go through Python's files, so that a fault arises where one of the system
    would. Reads, writes and ``fsync`` name no file in their errors, as the system's do not.

    Parameters
    ----------
    folder : path-like
        What lies elsewhere, such as modules that are imported, is neither counted nor hit.
    at : int or None, default=None
        Number of the operation that fails, from 0; None lets all through.
    fault : str or callable, default="input/output error"
        One of `FAULTS`, or what is called in place of raising one, such as the end of the process.
    after : bool, default=False
        Whether the operation is done first.
    operations : sequence of str, default=OPERATIONS
        Those that are counted.
    lasting : bool, default=False
        Whether all that follow fail as well, as on a disk that stays full; what is taken away is.
    """

    def __init__(
        self, folder, at=None, fault="input/output error", *, after=False, operations=OPERATIONS, lasting=False
    ):
        self.folder = Path(os.path.realpath(folder))
        self.at, self.fault, self.after, self.operations, self.lasting = at, fault, after, operations, lasting
        self.seen = []
        self._lock = threading.Lock()

    def __enter__(self):
        self._kept = [(owner, name, getattr(owner, name)) for owner, name in _PLACES]
        self._open, self._os_open = io.open, os.open
        for owner, name, original in self._kept:
            setattr(owner, name, self._opened if owner is not os else self._of_path(name, original))
        return self

    def __exit__(self, *error):
        for owner, name, original in self._kept:
            setattr(owner, name, original)

    @property
    def was_hit(self):
        """Whether the fault arose."""
        return self.at is not None and len(self.seen) > self.at

    def _path(self, file):
        """The path of a file or descriptor below the folder; None elsewhere."""
        try:
            named = os.readlink(f"/proc/self/fd/{file}") if isinstance(file, int) else os.fsdecode(file)
        except (OSError, TypeError):
            return None
        path = Path(os.path.abspath(named))
        return path if path.is_relative_to(self.folder) else None

    def _of_path(self, name, original):
        operation = {"open": "open", "rename": "replace", "remove": "unlink"}.get(name, name)

        def run(file, *arguments, **options):
            if (path := self._path(file)) is None:
                return original(file, *arguments, **options)
            named = None if isinstance(file, int) else path
            return self.step(operation, path, named, lambda: original(file, *arguments, **options))

        return run

    def step(self, operation, path, named, act):
        """Count one operation, and do it or let it fail."""
        if operation not in self.operations:
            return act()
        with self._lock:
            number = len(self.seen)
            self.seen.append((operation, path))
        hit = self.at is not None and (
            number == self.at or (self.lasting and number > self.at and operation != "unlink")
        )
        if hit and not self.after:
            self._fail(named)
        done = act()
        if hit and self.after:
            self._fail(named)
        return done

    def _fail(self, named):
        if callable(self.fault):
            self.fault()
        error = FAULTS[self.fault]
        if isinstance(error, OSError):
            raise OSError(*error.args, *([] if named is None else [str(named)]))
        raise type(error)

    def _opened(
        self, file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None
    ):
        if (path := self._path(file)) is None:
            return self._open(file, mode, buffering, encoding, errors, newline, closefd, opener)
        raw_mode = mode.replace("b", "").replace("t", "")
        options = {"closefd": closefd, "opener": opener}
        if isinstance(file, int):
            raw = _Raw(file, raw_mode, **options)
        else:
            raw = self.step("open", path, path, lambda: _Raw(file, raw_mode, **options))
        raw.of, raw.path = self, path
        if buffering == 0:
            return raw
        kind = io.BufferedRandom if "+" in mode else io.BufferedReader if raw_mode == "r" else io.BufferedWriter
        buffered = kind(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)


class _Raw(io.FileIO):
    """A file whose reads and writes are counted."""

    def write(self, data):
        return self.of.step("write", self.path, None, lambda: super(_Raw, self).write(data))

    def readinto(self, buffer):
        return self.of.step("read", self.path, None, lambda: super(_Raw, self).readinto(buffer))

    def readall(self):
        return self.of.step("read", self.path, None, lambda: super(_Raw, self).readall())

    def read(self, size=-1):
        return self.of.step("read", self.path, None, lambda: super(_Raw, self).read(size))


_PLACES = [
    *((owner, "open") for owner in (builtins, io)),
    *((os, name) for name in ("open", "fsync", "chmod", "mkdir", "replace", "rename", "unlink", "remove")),
]
