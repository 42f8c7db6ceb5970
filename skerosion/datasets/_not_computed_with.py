"""Rows look like an array, but nothing is computed with them: what to do instead."""

import numpy as np


class NotComputedWith:
    """Mixin of what behaves like an array where its pixels stay where they are.

    Examples
    --------
    >>> from skerosion.datasets._not_computed_with import NotComputedWith
    >>> NotComputedWith() / 255
    Traceback (most recent call last):
    ...
    TypeError: rows hold images as they are stored, and networks scale them: hand them in as they are. ...
    """

    def _refuse(self, *others):
        raise TypeError(
            "rows hold images as they are stored, and networks scale them: hand them in as they are. To compute with "
            "pixels take np.asarray(rows)."
        )

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse
    __floordiv__ = __rfloordiv__ = __pow__ = __neg__ = __matmul__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse

    def __getattr__(self, name):
        """Say where the methods of arrays are; that there are none here is what duck typing asks."""
        hint = "; np.asarray(rows) has the pixels as an array, which has it" if hasattr(np.ndarray, name) else ""
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}{hint}")
