"""How much of an image is decoded at all, and how many large ones at once: a small file may hold a large picture."""

import functools
import os
import threading
from contextlib import contextmanager

from PIL import Image

LARGE = 2**24
"""Pixels above which images are decoded one after another, by however many threads."""


def check_pixels(number):
    """Raise ValueError for an image of more pixels than are read, which are as many as Pillow reads without a warning.

    Examples
    --------
    >>> from skerosion.datasets.reading._large_images import check_pixels
    >>> check_pixels(10**9)
    Traceback (most recent call last):
    ValueError: it has 1,000 megapixels, more than the 89 that are read; crop or shrink it once, or raise ...
    """
    most = Image.MAX_IMAGE_PIXELS
    if most is not None and number > most:
        raise ValueError(
            f"it has {number / 1e6:,.0f} megapixels, more than the {most / 1e6:.0f} that are read; crop or shrink it "
            "once, or raise PIL.Image.MAX_IMAGE_PIXELS in Python"
        )


@contextmanager
def taking_turns(number):
    """Let a block that decodes so many pixels wait for others that decode as many.

    Parameters
    ----------
    number : int
    """
    if number <= LARGE:
        yield
        return
    with _turns(os.getpid()):
        yield


@functools.cache
def _turns(process):
    """Return the lock of a process: one that was held at a fork is never let go in the child."""
    return threading.RLock()
