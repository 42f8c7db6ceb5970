"""What an HDF5 file may hold to be read: numbers of its own, and not more of them than its bytes allow.

The format can do more: its arrays may lie in any other file of the machine, which would be read as weights, and one
that was never written takes no room, whatever its size.
"""

import h5py

from skerosion._unpacking import check_unpacked


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
