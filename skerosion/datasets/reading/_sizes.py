"""The size at which images are read where nobody names one: their own, or a chosen one that is said."""

import numpy as np

from ._images import image_size
from ._threads import for_each

_LONGEST_SIDE = 512  # of a size that is chosen: more is a network's decision, not a median's
_VISIBLE = 0.1  # a change of proportions that is worth counting


def chosen_size(paths, bits=None):
    """Look at all files for the size to read them at.

    Parameters
    ----------
    paths : sequence of str
        The files; those that cannot be read have no say.
    bits : int, default=None
        As for ``read_image``.

    Returns
    -------
    size : (H, W)
        That of the files where all have one size; otherwise the median height and the median width, in proportion
        shrunk to 512 pixels where one is longer.
    note : str
        What was chosen, out of what, and what it does to the proportions; "" where nothing had to be chosen.

    Raises
    ------
    FileNotFoundError, ValueError
        Where no file can be read: the reason of the first.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from PIL import Image
    >>> from skerosion.datasets.reading._sizes import chosen_size
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     paths = [pathlib.Path(folder, f"{side}.png") for side in (16, 20, 40)]
    ...     for path in paths:
    ...         Image.new("L", (int(path.stem), 20)).save(path)
    ...     size, note = chosen_size(paths)
    >>> size
    (20, 20)
    >>> note[:51]
    'Images have 3 sizes, from 20x16 to 20x40 (height x '
    """
    found = for_each(lambda path: _size_or_error(path, bits), list(paths))
    sizes = [size for size in found if not isinstance(size, Exception)]
    if not sizes:
        raise found[0]
    return common_size(np.array(sizes))


def common_size(sizes):
    """Choose the size for images of these sizes, an array of shape (n, 2), as `chosen_size` does for files.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets.reading import common_size
    >>> common_size(np.array([[16, 20], [16, 20]]))
    ((16, 20), '')
    """
    return (tuple(sizes[0].tolist()), "") if (sizes == sizes[0]).all() else _median(sizes)


def _size_or_error(path, bits):
    try:
        return image_size(path, bits)
    except (OSError, ValueError) as error:
        return error


def _median(sizes):
    median = np.median(sizes, axis=0)  # of heights and of widths
    shrink = min(1.0, _LONGEST_SIDE / median.max())
    size = tuple(int(side) for side in np.maximum(1, np.rint(median * shrink)))
    kinds = np.unique(sizes, axis=0)
    smallest, *_, largest = kinds[np.argsort(kinds.prod(axis=1), kind="stable")]
    shrunk = f", shrunk to {_LONGEST_SIDE} pixels" if shrink < 1 else ""
    return size, (
        f"Images have {len(kinds)} sizes, from {times(smallest)} to {times(largest)} (height x width). All are "
        f"resized to their median{shrunk}, {times(size)}, which {_change_of_proportions(sizes, size)}."
    )


def _change_of_proportions(sizes, size):
    logs = np.abs(np.log(sizes[:, 1] / sizes[:, 0]) - np.log(size[1] / size[0]))
    change = np.expm1(logs)
    visible = int((change > _VISIBLE).sum())
    if not visible:
        return f"changes no proportions by more than {100 * _VISIBLE:.0f} %"
    return (
        f"changes the proportions of {visible} of {len(sizes)} by more than {100 * _VISIBLE:.0f} %, by "
        f"{100 * change.max():.0f} % at most"
    )


def times(shape):
    """Write a shape the short way: (5, 8, 8) as 5x8x8."""
    return "x".join(map(str, shape))
