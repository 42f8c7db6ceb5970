"""How many of their bits the images of a set use: of too few, a handful of grey values is left."""

from skerosion._validation import Whole, check_parameter

DEPTH = 16
"""Bits of deep images."""

EIGHT = 32
"""What is added to the bits that images of 8 use, to tell them from deep ones."""

_COARSE = 12  # so few of 16 bits in use leave 17 grey values at most
_DARK = 4  # so few of 8 leave 16 of 256 at most


def check_bits(bits):
    """Refuse a number of bits that 16-bit files cannot use."""
    if bits is not None:
        check_parameter("bits", bits, (Whole(1, DEPTH),))


def unused_bits(used, bits, *, whole):
    """Say which of 16 bits no file uses, where nobody said how many are in use; "" where there is nothing to say.

    Parameters
    ----------
    used : integer array
        What ``decode_image`` found, file by file.
    bits : int or None
        What was said.
    whole : bool
        Whether these are all files of a set: then a single unused bit counts, since some file should be bright.
        Otherwise only files count that are left with a handful of grey values.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets.reading import unused_bits
    >>> unused_bits(np.array([16, 16, 0]), None, whole=True)
    ''
    """
    deep = used[(used > 0) & (used <= DEPTH)]
    if bits is not None:
        return ""
    return _unused_of_eight(used[used > EIGHT] - EIGHT, whole) or (_unused_of_sixteen(deep, whole) if len(deep) else "")


def _unused_of_eight(shallow, whole):
    """Say where all images of 8 bits are nearly black; one by itself may be."""
    if not whole or not len(shallow) or shallow.max() > _DARK:
        return ""
    highest = 2 ** int(shallow.max()) - 1
    return (
        f"No image of 8 bits ({len(shallow)} in all that are not black) has a value above {highest}, so that "
        "all come out nearly black: scale masks or levels to 0..255, or pass bits=8 where they are so dark."
    )


def _unused_of_sixteen(deep, whole):
    """Say which of 16 bits no image uses, or how many images use few."""
    most, coarse = int(deep.max()), int((deep <= _COARSE).sum())
    if most <= _COARSE or (whole and most < DEPTH):
        left = round((2**most - 1) / 257) + 1
        return (
            f"No image of {DEPTH} bits ({len(deep)} in all) uses more than {most} of them, so that {left} grey values "
            f"of 256 are left: pass bits={most}, or bits={DEPTH} where they are so dark."
        )
    if whole and coarse:
        return (
            f"{coarse} of {len(deep)} images of {DEPTH} bits use no more than {_COARSE} of them and come out nearly "
            f"black: scale files of several depths alike, or pass bits={DEPTH} where they are so dark."
        )
    return ""
