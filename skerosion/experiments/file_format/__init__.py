"""The file of a fitted estimator: data without code, read by looking its classes up in a table of the package.

From the bytes upwards: `_container` (members, digests, sizes), `_manifest` (what the file must say), `_nodes` and
`_objects` (objects as a flat list, and back), `_class_table`, `_known_classes` and `_compiled` (which classes, and what
is checked of those that compiled code trusts), `_saving` (the whole). Imported when first touched: names need no
scikit-learn.
"""

from skerosion._lazy import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
