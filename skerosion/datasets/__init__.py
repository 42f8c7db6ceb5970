"""Images as rows: where their pixels lie, which weight, patient and copy number each has, and how tables are read.

The names of its stub, ``__init__.pyi``, are imported when they are first touched: a mistake in a table is told before
the program that draws joints is loaded.
"""

from skerosion._lazy import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
