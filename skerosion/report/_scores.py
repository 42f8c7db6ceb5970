"""The metrics of the report's tables as functions of sums over rows, so that a bootstrap can recompute them quickly.

Definitions are those of `skerosion.metrics`; the tests hold both to the same numbers.
"""

import numpy as np

INTERVAL_COVERAGE = 0.9
"""Nominal coverage of the regressor's interval in tables and figures."""


def confusion_columns(truth, prediction, classes):
    """One column for each cell of the confusion matrix, 1 where a row falls into it.

    Examples
    --------
    >>> from skerosion.report._scores import confusion_columns
    >>> confusion_columns([0, 1], [0, 0], [0, 1]).tolist()
    [[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]]
    """
    k = len(classes)
    cell = np.searchsorted(classes, truth) * k + np.searchsorted(classes, prediction)
    return (cell[:, None] == np.arange(k * k)).astype(float)


def grade_scores(classes):
    """Name -> statistic of confusion sums, for grades.

    Parameters
    ----------
    classes : sequence of int
        Grades in the order of the confusion matrix.

    Returns
    -------
    dict of str to callable
        Each ``statistic(sums, n)``, ``sums`` of shape (n_resamples, n_grades ** 2).
    """
    classes = np.asarray(classes, dtype=float)
    distance = np.abs(classes[:, None] - classes)
    scores = {
        "accuracy": lambda matrix: _share(matrix, distance == 0),
        "class-normalised accuracy": lambda matrix: _mean_over_grades(matrix, distance == 0),
        "±1 class-normalised": lambda matrix: _mean_over_grades(matrix, distance <= 1),
        "quadratic kappa": lambda matrix: _kappa(matrix, distance**2),
        "macro MAE": lambda matrix: _mean_over_grades(matrix, distance),
    }
    return {name: _of_sums(score, len(classes)) for name, score in scores.items()}


def recall_scores(classes):
    """Name -> statistic of confusion sums: the recall of each grade."""
    k = len(classes)

    def recall(position):
        hit = np.zeros((k, k))
        hit[position, position] = 1
        return _of_sums(lambda matrix: _by_grade(matrix, hit)[:, position], k)

    return {f"grade {grade}": recall(position) for position, grade in enumerate(classes)}


def _of_sums(score, k):
    return lambda sums, n: score(sums.reshape(-1, k, k))


def _share(matrix, weights):
    return (matrix * weights).sum(axis=(1, 2)) / matrix.sum(axis=(1, 2))


def _by_grade(matrix, weights):
    """Weighted share of each true grade's rows; not a number for a grade a resample has no row of."""
    rows = matrix.sum(axis=2)
    return np.divide((matrix * weights).sum(axis=2), rows, out=np.full(rows.shape, np.nan), where=rows > 0)


def _mean_over_grades(matrix, weights):
    return np.nanmean(_by_grade(matrix, weights), axis=1)


def _kappa(matrix, weights):
    """Cohen's weighted kappa: one minus observed over chance disagreement; 0 where all predictions are one grade."""
    n = matrix.sum(axis=(1, 2))
    chance = matrix.sum(axis=2)[:, :, None] * matrix.sum(axis=1)[:, None, :] / n[:, None, None]
    return 1 - (matrix * weights).sum(axis=(1, 2)) / (chance * weights).sum(axis=(1, 2))


def mean_of(column):
    """Statistic: the mean of one column."""
    return lambda sums, n: sums[:, column] / n


def skill_of(column, reference):
    """Statistic: one minus the ratio of two columns' sums."""
    return lambda sums, n: 1 - sums[:, column] / sums[:, reference]


def value_errors(distribution, y):
    """Per row: CRPS in points, squared error of the mean, absolute error of the median, whether the interval has y."""
    from skerosion.metrics import crps

    interval = distribution.interval(INTERVAL_COVERAGE)
    return {
        "crps": crps(y, distribution.cdf, grid=distribution.grid, per_sample=True, unit="points"),
        "squared": (distribution.mean() - y) ** 2,
        "absolute": np.abs(distribution.median() - y),
        "inside": ((interval[:, 0] <= y) & (y <= interval[:, 1])).astype(float),
    }
