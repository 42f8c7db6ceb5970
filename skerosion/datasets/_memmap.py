"""Memory maps that pickle by file name: NumPy itself pickles a memory map with all its values."""

import mmap

import numpy as np
from numpy.lib.array_utils import byte_bounds
from numpy.lib.stride_tricks import as_strided


def describe_memmap(array):
    """Say where in a file an array lies, or None where it does not lie in a file (or holds unsaved private changes).

    Parameters
    ----------
    array : ndarray
        A memory map, or any view of one (a slice, a reshape).

    Returns
    -------
    description : dict or None
        Arguments of :func:`open_memmap`.

    Examples
    --------
    >>> import numpy as np
    >>> describe_memmap(np.zeros(3)) is None
    True
    """
    backing = _backing_memmap(array)
    if backing is None or backing.filename is None or backing.mode == "c":
        return None
    # A slice of a memory map keeps the offset of the whole one, so the place is computed from the addresses.
    start, stop = byte_bounds(array)
    first = array.__array_interface__["data"][0]
    return {
        "filename": str(backing.filename),
        "offset": int(backing.offset + start - byte_bounds(backing)[0]),
        "size": int(stop - start),
        "lead": int(first - start),  # above 0 where a stride is negative
        "shape": array.shape,
        "strides": array.strides,
        "dtype": array.dtype,
    }


def open_memmap(filename, offset, size, lead, shape, strides, dtype):
    """Open, for reading, what :func:`describe_memmap` described.

    Parameters
    ----------
    filename, offset, size, lead, shape, strides, dtype
        What :func:`describe_memmap` returned.

    Returns
    -------
    array : ndarray
        A read-only view of the file.

    Examples
    --------
    >>> import numpy as np, tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     saved = np.memmap(file.name, dtype="uint8", mode="w+", shape=(4, 2))
    ...     saved[:] = np.arange(8).reshape(4, 2)
    ...     open_memmap(**describe_memmap(saved[2:])).tolist()
    [[4, 5], [6, 7]]
    """
    if size == 0:
        return np.zeros(shape, dtype=dtype)
    buffer = np.memmap(filename, dtype=np.uint8, mode="r", offset=offset, shape=(size,))
    typed = np.ndarray(shape=(), dtype=dtype, buffer=buffer, offset=lead)
    return as_strided(typed, shape=shape, strides=strides, writeable=False)


def _backing_memmap(array):
    """Walk from a view to the memory map that opened the file."""
    while array is not None:
        base = getattr(array, "base", None)
        if isinstance(array, np.memmap) and isinstance(base, mmap.mmap):
            return array
        array = base
    return None
