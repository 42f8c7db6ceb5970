"""What must hold of any file: it is read, or told in one clear line; in bounded memory and time."""

import functools
import os
import pathlib
import resource
import tempfile
import warnings
from collections import defaultdict

from skerosion.commands._errors import UsageError, is_foreseen
from tests.malformed.readers import READERS, samples_of

MOST_MEMORY = 500e6
"""Bytes that reading one file may take above what the process had."""

MOST_SECONDS = 10
"""Of processor time, of the processes that a reader starts too: the machine may do other things."""

TALLY = defaultdict(lambda: {"tried": 0, "read": 0, "told": 0, "unclear": 0, "memory": 0, "seconds": 0})
"""What was tried, by reader."""


def judge(name, path, reader=None):
    """Read a file, and return what is unclear about it: nothing where it was read, or told as it must be.

    Parameters
    ----------
    name : str
        Of the reader.
    path : pathlib.Path
    reader : Reader, default=None
        None is the one of that name.
    """
    warm(name)
    reader = reader or READERS[name]
    before, started = _fresh_peak(), _processor_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader.read(path)
        problem, kind = "", "read"
    except Exception as error:
        problem, kind = unclear(error, path, reader.names_file), "told"
    seconds, memory = _processor_time() - started, _peak() - before
    if memory > MOST_MEMORY or seconds > MOST_SECONDS:
        problem = f"{problem} it took {memory / 1e6:.0f} MB and {seconds:.1f} s"
    _count(name, "unclear" if problem else kind, memory, seconds)
    return problem


@functools.cache
def warm(name):
    """Load what a reader loads, which counts for no file."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for sample, content in samples_of(name).items():
            pathlib.Path(folder, sample).write_bytes(content)
            READERS[name].read(pathlib.Path(folder, sample))
            pathlib.Path(folder, sample).unlink()


def unclear(error, path, names_file=True):
    """Return why an error would not help whoever gave the file."""
    text = str(error)
    if not isinstance(error, (ValueError, OSError, UsageError)):
        return f"{type(error).__name__}: {text[:200]}"
    if not (is_foreseen(error) or isinstance(error, UsageError)):
        return f"of a library: {type(error).__name__}: {text[:200]}"
    if names_file and path.name not in text and str(path.parent) not in text:
        return f"names no file: {text[:200]}"
    several = "\n" in text.strip() and type(error).__name__ != "ImageTableError"  # which lists what is wrong
    return f"is long: {text[:200]!r}" if several or len(text) > 1500 else ""


def _count(name, kind, memory, seconds):
    tally = TALLY[name]
    tally["tried"] += 1
    tally[kind] += 1
    tally["memory"], tally["seconds"] = max(tally["memory"], memory), max(tally["seconds"], seconds)


def _processor_time():
    """Return the seconds of processor time of this process and of those that it started."""
    return sum(os.times()[:4])


def _fresh_peak():
    """Forget how much memory the process ever had, and return how much it has."""
    try:
        pathlib.Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass  # not Linux, or not allowed: the peak only grows
    return _peak()


def _peak():
    """Return the most memory that the process had, in bytes."""
    try:
        lines = pathlib.Path("/proc/self/status").read_text().splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
    except OSError:
        unit = 1 if os.uname().sysname == "Darwin" else 1024
        return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
