"""Counted nouns, as messages, tables and pages tell them."""


def counted(number, one, more=None):
    """Return a number with its noun, and with the verb that agrees with it where one is given.

    Parameters
    ----------
    number : int
    one : str
        What follows a 1, such as ``"image"`` or ``"image is"``.
    more : str or None, default=None
        What follows any other number; None is `one` with an s.

    Returns
    -------
    str

    Examples
    --------
    >>> from skerosion._counted import counted
    >>> counted(1, "image"), counted(1200, "image"), counted(2, "box is", "boxes are")
    ('1 image', '1,200 images', '2 boxes are')
    """
    return f"{number:,} {one if number == 1 else more or f'{one}s'}"
