"""Bases of scikit-learn as type checkers see them: it ships no types.

A checker that does not know a base lets every parameter of a constructor pass, misspelt ones too.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:

    class Untyped:
        """Has every attribute, and no constructor that would take everything."""

        def __getattr__(self, name: str) -> Any: ...

    class ClassifierMixin(Untyped): ...

    class RegressorMixin(Untyped): ...
else:
    from sklearn.base import ClassifierMixin as ClassifierMixin
    from sklearn.base import RegressorMixin as RegressorMixin
