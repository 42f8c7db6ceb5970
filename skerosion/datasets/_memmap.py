"""Memory maps that pickle by file name: NumPy itself pickles a memory map with all its values."""

import mmap

import numpy as np
from numpy.lib.stride_tricks import as_strided


def describe_memmap(array):
    """Say where in a file per array lies, or None where it lies in no file (or in private changes to one).

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
    start, stop = _byte_bounds(array)
    return {
        "filename": str(backing.filename),
        "offset": backing.offset + start - _byte_bounds(backing)[0],
        "size": stop - start,
        "lead": _address(array) - start,
        "shape": array.shape,
        "strides": array.strides,
        "dtype": array.dtype,
    }


def open_memmap(filename, offset, size, lead, shape, strides, dtype):
    """Open, for reading, what :func:`describe_memmap` described.

    Parameters
    ----------
    filename : str
        The file.
    offset, size : int
        The bytes of the file that the array spans.
    lead : int
        Where in them its first element lies (above 0 where a stride is negative).
    shape, strides : tuple of int
        Of the array.
    dtype : numpy.dtype
        Of the array.

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
    if 0 in shape:
        return np.zeros(shape, dtype=dtype)
    buffer = np.memmap(filename, dtype=np.uint8, mode="r", offset=offset, shape=(size,))
    first = np.ndarray(shape=(), dtype=dtype, buffer=buffer, offset=lead)
    return as_strided(first, shape=shape, strides=strides, writeable=False)


def _backing_memmap(array):
    """Walk from a view to the memory map that opened the file."""
    while array is not None:
        base = getattr(array, "base", None)
        if isinstance(array, np.memmap) and isinstance(base, mmap.mmap):
            return array
        array = base
    return None


def _address(array):
    return array.__array_interface__["data"][0]


def _byte_bounds(array):
    """Return the first address of an array and the one after its last; NumPy 1 and 2 keep their own in two places."""
    if array.size == 0:
        return _address(array), _address(array)
    spans = [(length - 1) * stride for length, stride in zip(array.shape, array.strides, strict=True)]
    start = _address(array) + sum(span for span in spans if span < 0)
    return start, _address(array) + sum(span for span in spans if span > 0) + array.itemsize
