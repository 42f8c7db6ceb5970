"""What a packed file may unpack to: a small file that fills the memory is refused before it does."""

import zipfile

RATIO = 100
"""So many times its own size a file unpacks to at most; tables of grades reach a tenth of it."""

LEAST = 2**25
"""Bytes that any file may unpack to."""


def most_bytes(packed):
    """Return how many bytes a file of some size may unpack to.

    Examples
    --------
    >>> from skerosion._unpacking import most_bytes
    >>> most_bytes(10), most_bytes(10**9)
    (33554432, 100000000000)
    """
    return max(LEAST, RATIO * packed)


def check_unpacked(unpacked, packed):
    """Raise ValueError for a file that unpacks to more than it may."""
    if unpacked > most_bytes(packed):
        raise ValueError(f"it unpacks to more than {most_bytes(packed):,} bytes, far beyond its own {packed:,}")


def open_zip(file, packed):
    """Open a zip whose members, by what they say themselves, unpack to no more than they may.

    Python reads no further in a member than its directory says, so that one that lies is cut short.

    Parameters
    ----------
    file : path-like, or file object of bytes
    packed : int
        Size of the file.

    Returns
    -------
    zipfile.ZipFile
    """
    archive = zipfile.ZipFile(file)
    check_unpacked(sum(info.file_size for info in archive.infolist()), packed)
    return archive
