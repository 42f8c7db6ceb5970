"""Stateless image transforms: grey values of images, and the drawing of augmentation parameters, row by row.

The names of its stub, ``__init__.pyi``, are imported when they are first touched: only the two transformers need
scikit-learn, and reading a table of images does not wait for it.
"""

from skerosion._lazy import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
