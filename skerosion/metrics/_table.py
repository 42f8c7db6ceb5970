"""The one table of metrics: name, title, function, what it reads, which way is better, its sums.

Scorers, bootstrap, floors, tables, displays and the choice of winners read it; nothing is said of a metric elsewhere.
"""

from functools import partial

import numpy as np
from sklearn.metrics import accuracy_score, mean_absolute_error, mean_squared_error

from skerosion.metrics._calibration import interval_coverage
from skerosion.metrics._checks import check_weights
from skerosion.metrics._crps import crps, crps_skill, skill_of
from skerosion.metrics._grades import (
    class_normalized_accuracy,
    linear_kappa,
    macro_mae,
    quadratic_kappa,
    within_one_accuracy,
)
from skerosion.metrics._metric import Metric, add_built_in
from skerosion.metrics._sums import (
    sums_of_correlation,
    sums_of_coverage,
    sums_of_crps,
    sums_of_errors,
    sums_of_errors_by_grade,
    sums_of_hits,
    sums_of_kappa,
    sums_of_mean_error,
    sums_of_recalls,
    sums_of_skill,
    sums_of_width,
)


def _score_crps(unit, evaluation, sample_weight):
    """Score the CRPS of a forecast; a target outside its grid adds its distance."""
    rows = evaluation.crps_rows(unit)
    return np.average(rows, weights=check_weights(sample_weight, len(rows)))


def _score_skill(evaluation, sample_weight):
    """Score the skill of a forecast against the marginal distribution of the scored targets."""
    rows, reference = evaluation.crps_rows("normalized"), evaluation.reference_rows(sample_weight)
    weights = check_weights(sample_weight, len(rows))
    return skill_of(np.average(rows, weights=weights), np.average(reference, weights=weights))


def mean_error(y_true, y_pred, sample_weight=None):
    """Return the mean of prediction minus truth.

    Examples
    --------
    >>> import numpy as np
    >>> float(mean_error(np.array([0.0, 2.0]), np.array([1.0, 2.0])))
    0.5
    """
    return np.average(y_pred - y_true, weights=sample_weight)


def interval_width(y_true, y_pred, sample_weight=None):
    """Return the mean width of intervals.

    Examples
    --------
    >>> import numpy as np
    >>> float(interval_width(None, np.array([[0.0, 2.0], [1.0, 2.0]])))
    1.5
    """
    return np.average(y_pred[:, 1] - y_pred[:, 0], weights=sample_weight)


def correlation(y_true, y_pred, sample_weight=None):
    """Return Pearson's correlation; NaN where one of both is constant.

    Examples
    --------
    >>> import numpy as np
    >>> round(float(correlation(np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0]))), 6)
    1.0
    """
    covariance = np.cov(y_true, y_pred, aweights=sample_weight, ddof=0)
    spread = np.sqrt(covariance[0, 0] * covariance[1, 1])
    return covariance[0, 1] / spread if spread > 0 else np.nan


MEANINGS = {
    "accuracy": "share of images whose grade is exactly right; common grades count most",
    "class_normalized_accuracy": "share of images whose grade is exactly right, in each grade alone, then averaged",
    "within_one_accuracy": "share of images at most one grade off, in each grade alone, then averaged",
    "quadratic_kappa": "agreement beyond chance, large misses counting most: 1 is perfect, 0 is chance",
    "linear_kappa": "agreement beyond chance, a miss counting by its size: 1 is perfect, 0 is chance",
    "macro_mae": "how many grades a prediction is off, in each true grade alone, then averaged; 0 is perfect",
    "mae": "how far a prediction is off on average, in units of the target; 0 is perfect",
    "mse": "mean square of how far a prediction is off: large misses count most; 0 is perfect",
    "mean_error": "prediction minus truth on average: above 0 predicts too much, below 0 too little",
    "correlation": "how well predictions and truth lie on a rising line: 1 is perfect, 0 is none",
    "crps": "how far a predicted distribution lies from the truth, as a share of the scale; 0 is perfect",
    "crps_points": "the CRPS in units of the target; for a plain number it is how far that is off",
    "crps_skill": "share by which the CRPS beats that of always predicting how often each value occurs; 1 is perfect",
    "interval_coverage": "share of images whose true value lies in the predicted interval: best as much as promised",
    "interval_width": "how wide predicted intervals are on average, in units of the target",
}
"""What a value of each metric says."""


def _add(name, *about, **named):
    add_built_in(Metric(name, *about, meaning=MEANINGS[name], **named))


# In the order of the columns: that of the thesis' tables 4 and 5.
_add("accuracy", "accuracy", accuracy_score, "grades", sums=sums_of_hits, shown_in=("grades",))
_add(
    "class_normalized_accuracy",
    "class-normalised accuracy",
    class_normalized_accuracy,
    "grades",
    sums=sums_of_recalls,
    shown_in=("grades", "recalls"),
)
_add(
    "within_one_accuracy",
    "±1 class-normalised",
    within_one_accuracy,
    "grades",
    sums=partial(sums_of_recalls, tolerance=1),
    shown_in=("grades",),
)
_add(
    "quadratic_kappa",
    "quadratic kappa",
    quadratic_kappa,
    "grades",
    sums=partial(sums_of_kappa, power=2),
    shown_in=("grades", "recalls"),
)
_add("linear_kappa", "linear kappa", linear_kappa, "grades", sums=partial(sums_of_kappa, power=1))
_add("macro_mae", "macro MAE", macro_mae, "grades", "lower", sums_of_errors_by_grade, shown_in=("grades",))
_add(
    "crps",
    "CRPS",
    crps,
    "distributions",
    "lower",
    sums_of_crps,
    partial(_score_crps, "normalized"),
    shown_in=("values",),
)
_add(
    "crps_points",
    "CRPS in points",
    partial(crps, unit="points"),
    "distributions",
    "lower",
    sums_of_crps,
    partial(_score_crps, "points"),
    shown_in=("values", "levels"),
)
_add(
    "crps_skill",
    "CRPS skill",
    crps_skill,
    "distributions",
    "higher",
    sums_of_skill,
    _score_skill,
    shown_in=("values", "levels"),
)
_add(
    "mse",
    "MSE",
    mean_squared_error,
    "numbers",
    "lower",
    partial(sums_of_errors, power=2),
    point="mean",
    shown_in=("values",),
)
_add(
    "mae",
    "MAE",
    mean_absolute_error,
    "numbers",
    "lower",
    partial(sums_of_errors, power=1),
    shown_in=("values", "levels", "visits"),
)
_add("mean_error", "mean error", mean_error, "numbers", 0.0, sums_of_mean_error, shown_in=("visits",))
_add("correlation", "correlation", correlation, "numbers", sums=sums_of_correlation, shown_in=("visits",))
_add(
    "interval_coverage",
    "interval coverage",
    interval_coverage,
    "intervals",
    None,
    sums_of_coverage,
    shown_in=("values", "levels", "visits"),
)
_add("interval_width", "width", interval_width, "intervals", None, sums_of_width, shown_in=("visits",))
