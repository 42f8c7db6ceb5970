"""HDF5 files of others: numbers of their own, not more of them than their bytes allow, read by another process first.

The format can do more: its arrays may lie in any other file of the machine, which would be read as weights, and one
that was never written takes no room, whatever its size. And a damaged file can keep its library, which no exception
leaves, in a loop without end, or end the process: only another process can try that.
"""

import faulthandler
import io
import os
import subprocess
import sys

import h5py

from skerosion._unpacking import check_unpacked

LEAST_SECONDS = 5
"""What any file may take to be read, beside the start of the process that reads it."""

BYTES_PER_SECOND = 10_000_000
"""What a slow disk or a busy machine reads of packed numbers; larger files may take longer."""

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_TOLD = 2
_PROGRAM = "import sys; sys.path[:] = {path!r}; from skerosion._hdf5 import rehearse; rehearse({seconds})"


def open_hdf5(content):
    """Open a file that another process has read to its end.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    h5py.File

    Raises
    ------
    ValueError
        For a file that cannot be read, is not read in time, or ends the process that reads it.
    """
    if not content.startswith(_SIGNATURE):
        raise ValueError("it is empty or cut short, or no HDF5 file")
    seconds = LEAST_SECONDS + len(content) // BYTES_PER_SECOND
    program = _PROGRAM.format(path=sys.path, seconds=seconds)
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", program], input=content, capture_output=True)
    if done.returncode:
        never = f"the HDF5 library breaks down, or does not come to its end within {seconds} s"
        raise ValueError(" ".join(done.stdout.decode("utf-8", "replace").split()) or never)
    return h5py.File(io.BytesIO(content), "r")


def rehearse(seconds):
    """Read all of the file that comes in, and end this process: in time, well or with the reason on its output.

    Parameters
    ----------
    seconds : float
        After these the process ends, whatever it does; a thread of Python would wait for the library.
    """
    with open(os.devnull, "w") as nowhere:
        content = sys.stdin.buffer.read()
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            with h5py.File(io.BytesIO(content), "r") as file:
                for group in checked_groups(file):
                    _read_all(group)
        except Exception as error:  # a damaged file can raise anything
            sys.stdout.write(f"{type(error).__name__}: {error}")
            sys.exit(_TOLD)


def _read_all(group):
    list(group.attrs.values())
    for part in group.values():
        if isinstance(part, h5py.Dataset):
            list(part.attrs.values())
            part[()]


def checked_groups(file):
    """Return the groups of a file, after everything in it was looked at and nothing was read.

    Parameters
    ----------
    file : h5py.File

    Returns
    -------
    list of h5py.Group

    Raises
    ------
    ValueError
        For what lies in other files, links to elsewhere, and arrays of more than the file's bytes unpack to.
    """
    groups, left, seen, unpacked = [], [file], set(), 0
    while left:
        group = left.pop()
        groups.append(group)
        for name in group:
            part = _own(group, name)
            if part.id in seen:  # hard links may run in circles
                continue
            seen.add(part.id)
            left += [part] if isinstance(part, h5py.Group) else []
            unpacked += 0 if isinstance(part, h5py.Group) else part.nbytes
    check_unpacked(unpacked, file.id.get_filesize())
    return groups


def _own(group, name):
    """Return what a group has under a name, which must lie in the same file."""
    where = f"{group.name.rstrip('/')}/{name}"
    if not isinstance(group.get(name, getlink=True), h5py.HardLink):
        raise ValueError(f"{where} is a link to elsewhere")
    part = group[name]
    if isinstance(part, h5py.Dataset) and (part.external or part.is_virtual):
        raise ValueError(f"{where} lies in another file")
    return part
