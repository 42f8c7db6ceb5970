"""The thesis' nearest neighbours: the labels of the training rows that a network finds most alike."""

import numpy as np

from skerosion.forecasts import Forecast, GridDistribution

N_NEIGHBORS = {"classifier": 51, "regressor": 91}
"""The thesis' numbers of neighbours."""


def neighbor_predictions(task, target, embeddings, y, queries):
    """Predict from the labels of the nearest training rows: their shares are the forecast.

    Parameters
    ----------
    task : {"classifier", "regressor"}
    target : Target
    embeddings : ndarray of shape (n_train, d)
    y : ndarray of shape (n_train,)
    queries : ndarray of shape (n_rows, d)

    Returns
    -------
    Forecast

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.grades import Target
    >>> from skerosion.experiments._neighbor_forecasts import neighbor_predictions
    >>> y = np.array([0.0, 0.0, 100.0, 100.0])
    >>> nearest = neighbor_predictions("regressor", Target.decide(y, "percent"), y[:, None], y, np.array([[10.0]]))
    >>> nearest.distribution.mean().tolist()
    [50.0]
    """
    from sklearn.neighbors import NearestNeighbors

    n_neighbors = min(N_NEIGHBORS[task], len(embeddings))
    nearest = NearestNeighbors(n_neighbors=n_neighbors).fit(embeddings).kneighbors(queries, return_distance=False)
    if task == "classifier":
        classes = np.asarray(target.classes)
        counts = _counts(target.grade(y)[nearest], classes)
        return Forecast.of_probabilities(counts / n_neighbors, classes)
    cdf = np.cumsum(_counts(y[nearest], target.grid), axis=1) / n_neighbors
    return Forecast.of_distribution(GridDistribution(target.grid, cdf))


def _counts(labels, levels):
    """How often each level is in each row of labels; a label between two levels counts for the upper one."""
    counts = np.zeros((len(labels), len(levels)), dtype=int)
    np.add.at(counts, (np.arange(len(labels))[:, None], np.searchsorted(levels, labels)), 1)
    return counts
