"""A network's hidden layer as a transformer: what comes before PCA, t-SNE or nearest neighbours."""

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin, clone
from sklearn.utils.validation import check_is_fitted

from skerosion._types import Any
from skerosion.estimators import hidden_values

from ._network import FittedRows, check_is_network


class Embedder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Transformer from images to the values of a hidden layer of an estimator's network.

    As a step of a Pipeline it trains the estimator on the rows of the fit, anew in each fold of a cross-validation, so
    that no embedding has seen a test row. Wrap a fitted estimator in :class:`sklearn.frozen.FrozenEstimator` to keep it
    as it is.

    Parameters
    ----------
    estimator : estimator, Pipeline or FrozenEstimator
        One of this package, or what ends in one.
    layer : str or None, default=None
        Name of a layer. None takes the last hidden layer, as the thesis does; ``"embedding"`` is what the backbone
        gives. Maps of shape (h, w, channels) become their mean over all places.

    Attributes
    ----------
    estimator_ : estimator
        The fitted estimator.
    n_features_in_ : int
        Number of values in one row.

    References
    ----------
    J. Rohrbach, project thesis on the automated scoring of bone erosions, ZHAW, 2017: last hidden layer, PCA with 50
    components and t-SNE; KNN with 51 (grades) and 91 neighbours (percentages).

    Examples
    --------
    Grades from the neighbours in the embedding of a network that predicts percentages:

    >>> import numpy as np
    >>> from sklearn.frozen import FrozenEstimator
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from sklearn.pipeline import make_pipeline
    >>> from skerosion import CRPSRegressor
    >>> from skerosion.inspection import Embedder
    >>> images, percent = np.zeros((20, 16, 16), np.uint8), np.repeat([0, 60], 10)
    >>> images[10:, 2:6, 2:6] = 255
    >>> settings = {"filters": (4,), "convolutions": 1, "dense_units": (8,), "epochs": 1, "random_state": 0}
    >>> regressor = CRPSRegressor(**settings).fit(images, percent)
    >>> embedder = Embedder(FrozenEstimator(regressor))
    >>> embedder.fit_transform(images).shape, embedder.get_feature_names_out()[0]
    ((20, 8), 'embedder0')
    >>> neighbors = make_pipeline(embedder, KNeighborsClassifier(3)).fit(images, percent > 20)
    >>> neighbors.predict(images).shape
    (20,)
    """

    def __init__(self, estimator: Any, *, layer: str | None = None):
        self.estimator = estimator
        self.layer = layer

    def fit(self, X, y=None, **fit_params):
        """Train the estimator; a frozen one stays as it is.

        Parameters
        ----------
        X : ImageRows or array-like
            Rows as the estimator's ``fit`` takes them.
        y : array-like of shape (n,)
            Targets; a frozen estimator needs none.
        **fit_params
            Handed on to the estimator's ``fit``, such as ``sample_weight`` or ``groups``.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For a layer that the network does not have.
        """
        self.estimator_ = clone(self.estimator).fit(X, y, **fit_params)
        one = FittedRows(self.estimator_, X[:1])
        self.n_features_in_ = int(np.prod(one.rows.shape[1:]))
        self._n_features_out = self._values(one).shape[-1]
        return self

    def transform(self, X):
        """Return the values of the layer.

        Parameters
        ----------
        X : ImageRows or array-like
            Rows as for ``predict``; read in batches of the estimator's ``batch_size``.

        Returns
        -------
        ndarray of shape (n, d), float32
            Without unit.
        """
        check_is_fitted(self, "estimator_")
        return self._values(FittedRows(self.estimator_, X))

    def get_feature_names_out(self, input_features=None):
        """Return the names of the values, as a ColumnTransformer and frames have them.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Not used: one column of paths stands for many pixels.

        Returns
        -------
        ndarray of str
            ``embedder0``, ``embedder1``, ...
        """
        return super().get_feature_names_out()

    def _values(self, fitted):
        check_is_network(fitted.step)
        return hidden_values(fitted.step, fitted.rows, self.layer)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.input_tags.three_d_array = True
        tags.input_tags.string = True
        return tags
