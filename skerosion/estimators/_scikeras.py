"""The only module that knows scikeras: what is worth keeping of its wrapper, and repairs of the rest.

Kept of ``BaseWrapper``: the protocol of ``fit`` (a fresh start, unless ``warm_start``), ``partial_fit`` (one more
epoch) and ``history_``. Repaired, as seen with scikeras 0.13.0 on scikit-learn 1.9:

- parameters come from the constructor's signature, so that a misspelt one is an error instead of a routed
  parameter that does nothing, and every one survives ``clone``;
- tags are scikit-learn's own (a class must put scikit-learn's mixins to the left of this one); the ``_more_tags``
  that nothing calls since scikit-learn 1.6 is taken away, for scikit-learn refuses classes that still have it;
- no global seed is set and no determinism switch is left on;
- the Keras model is not kept, so that estimators pickle and copy by themselves.
"""

from typing import TYPE_CHECKING

from sklearn.base import BaseEstimator

from skerosion._private_sklearn import get_param_names

if TYPE_CHECKING:
    from skerosion.estimators._typed_bases import Untyped as BaseWrapper
else:
    from scikeras.wrappers import BaseWrapper

if "_more_tags" in vars(BaseWrapper):
    del BaseWrapper._more_tags


class RepairedWrapper(BaseWrapper):
    """scikeras' wrapper with scikit-learn's own parameters and tags.

    A subclass implements ``_fit(X, y, sample_weight, warm_start, epochs, initial_epoch, **metadata)``, which trains
    for `epochs` epochs, numbered from `initial_epoch`, and sets ``weights_`` and ``history_``.
    """

    _get_param_names = classmethod(get_param_names)
    get_params = BaseEstimator.get_params
    __repr__ = BaseEstimator.__repr__
    __sklearn_tags__ = BaseEstimator.__sklearn_tags__
    # scikit-learn asks classes, never instances, for their name; scikeras' property would shadow that.
    __name__ = None

    def set_params(self, **params):
        """Set parameters of this estimator, none of which has parameters of its own.

        Parameters
        ----------
        **params : dict

        Returns
        -------
        self
        """
        for name in params:
            if "__" in name:
                raise ValueError(
                    f"Invalid parameter {name!r} for {type(self).__name__}: its parameters are flat. "
                    f"Valid ones are {', '.join(self._get_param_names())}."
                )
        return BaseEstimator.set_params(self, **params)

    @property
    def initialized_(self):
        """Whether the estimator can predict."""
        return hasattr(self, "weights_")
