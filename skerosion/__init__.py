"""Ordinal classification of images with imbalanced grades as scikit-learn estimators.

Importing the package loads neither scikit-learn nor Keras: the names of its stub, ``__init__.pyi``, are imported from
their rooms when they are first touched, and touching an estimator class loads the Keras backend.

Examples
--------
>>> import skerosion
>>> [name for name in skerosion.__all__ if name.startswith("CN")]
['CNNClassifier', 'CNNRegressor']
"""

from skerosion._lazy import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
