"""Experiments: what is fitted, on which rows, against the imbalance with what, and what a fit leaves behind.

The names of its stub, ``__init__.pyi``, are imported when they are first touched: a mistake in settings is told before
scikit-learn is loaded.
"""

from skerosion._lazy import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
