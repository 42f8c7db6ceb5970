"""What a fitted network sees in rows, in a few numbers."""

import numpy as np

N_COMPONENTS = 50
"""Principal components kept of the last hidden layer, as the thesis does before t-SNE and nearest neighbours."""


def embed(estimator, rows, fold):
    """The first principal components of the last hidden layer for all rows, fitted on the rows that were trained on.

    Parameters
    ----------
    estimator : fitted estimator or Pipeline
    rows : ImageRows
    fold : Fold

    Returns
    -------
    ndarray of shape (n_rows, n_components), float32
    """
    from sklearn.decomposition import PCA
    from sklearn.frozen import FrozenEstimator

    from skerosion.inspection import Embedder

    hidden = Embedder(FrozenEstimator(estimator)).fit(rows[:1]).transform(rows)
    n_components = min(N_COMPONENTS, hidden.shape[1], len(fold.train))
    return PCA(n_components, random_state=fold.seed).fit(hidden[fold.train]).transform(hidden).astype(np.float32)
