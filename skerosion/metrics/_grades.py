"""Metrics of ordered grades that do not let the large grades hide the small ones."""

import numpy as np
from sklearn.metrics import cohen_kappa_score
from sklearn.utils.validation import column_or_1d

from skerosion._types import ArrayLike, Labels, Weights
from skerosion._validation import Whole, check_parameter
from skerosion.metrics._checks import check_same_length, check_targets, check_weights
from skerosion.metrics._encoding import encode_grades, whole_numbers


def class_normalized_accuracy(
    y_true: ArrayLike, y_pred: ArrayLike, tolerance: int = 0, labels: Labels = None, sample_weight: Weights = None
) -> float:
    """Return the mean over the true grades of the share of rows predicted within `tolerance` grades.

    .. math:: \\frac{1}{C} \\sum_c \\frac{\\sum_{i: y_i = c} w_i [\\,|r(\\hat y_i) - r(y_i)| \\le t\\,]}
              {\\sum_{i: y_i = c} w_i}

    with the rank r of a grade; with tolerance 0 it is the balanced accuracy. A grade without a true row (or with
    weight 0 only) has no recall and is left out of the mean.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_rows,)
        Grades: integers, or what `labels` lists. Integers count by their numbers, whether all occur or not.
    tolerance : int, default=0
        How many grades a prediction may be off, to either side.
    labels : array-like of shape (n_grades,) or None, default=None
        All grades in their order; needed for a tolerance among strings, and for levels such as 0, 5, 10.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        Weights of the rows.

    Returns
    -------
    float
        From 0 to 1, greater is better; a constant prediction gets 1 / C without tolerance.

    References
    ----------
    J. Rohrbach, T. Reinhard, B. Sick, O. Duerr, "Bone erosion scoring for rheumatoid arthritis with deep
    convolutional neural networks", Computers and Electrical Engineering 78, 2019.

    Examples
    --------
    >>> from skerosion.metrics import class_normalized_accuracy
    >>> class_normalized_accuracy([0, 0, 0, 1, 3], [0, 0, 1, 1, 1])
    0.5555555555555555
    >>> class_normalized_accuracy([0, 0, 0, 1, 3], [0, 0, 1, 1, 1], tolerance=1)
    0.6666666666666666
    """
    true, hits, n_grades = grade_hits(y_true, y_pred, tolerance, labels)
    return mean_over_grades(true, hits, check_weights(sample_weight, len(true)), n_grades)


def within_one_accuracy(
    y_true: ArrayLike, y_pred: ArrayLike, labels: Labels = None, sample_weight: Weights = None
) -> float:
    """Return :func:`class_normalized_accuracy` with a tolerance of one grade to either side.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_rows,)
        Grades: integers, or what `labels` lists.
    labels : array-like of shape (n_grades,) or None, default=None
        All grades in their order; needed for strings.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        Weights of the rows.

    Returns
    -------
    float
        From 0 to 1, greater is better. The first and the last grade have one neighbour only, so a constant
        prediction in the middle gets 3 / C.

    Examples
    --------
    >>> from skerosion.metrics import within_one_accuracy
    >>> within_one_accuracy([0, 1, 2, 3], [1, 1, 1, 1])
    0.75
    """
    return class_normalized_accuracy(y_true, y_pred, 1, labels, sample_weight)


def quadratic_kappa(
    y_true: ArrayLike, y_pred: ArrayLike, labels: Labels = None, sample_weight: Weights = None
) -> float:
    """Return Cohen's kappa with quadratic weights: agreement beyond chance, where far misses count most.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_rows,)
        Grades: integers, or what `labels` lists. Missing grades keep their place between the others, so a fold
        without one scores as the others do.
    labels : array-like of shape (n_grades,) or None, default=None
        All grades in their order; needed for strings.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        Weights of the rows.

    Returns
    -------
    float
        Up to 1, 0 for a constant prediction; NaN where truth and prediction are one and the same constant.

    References
    ----------
    J. Cohen, "Weighted kappa: nominal scale agreement with provision for scaled disagreement or partial credit",
    Psychological Bulletin 70, 1968. Computed by :func:`sklearn.metrics.cohen_kappa_score`.

    Examples
    --------
    >>> from skerosion.metrics import quadratic_kappa
    >>> quadratic_kappa([0, 1, 2, 3], [0, 1, 3, 3])
    0.9166666666666666
    """
    return _kappa(y_true, y_pred, labels, sample_weight, "quadratic")


def linear_kappa(y_true, y_pred, labels=None, sample_weight=None):
    """Return Cohen's kappa with linear weights, see :func:`quadratic_kappa`.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_rows,)
        Grades: integers, or what `labels` lists.
    labels : array-like of shape (n_grades,) or None, default=None
        All grades in their order; needed for strings.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        Weights of the rows.

    Returns
    -------
    float
        Up to 1, 0 for a constant prediction.

    References
    ----------
    D. V. Cicchetti, T. Allison, "A new procedure for assessing reliability of scoring EEG sleep recordings",
    American Journal of EEG Technology 11, 1971. Computed by :func:`sklearn.metrics.cohen_kappa_score`.

    Examples
    --------
    >>> from skerosion.metrics import linear_kappa
    >>> linear_kappa([0, 1, 2, 3], [0, 1, 3, 3])
    0.8181818181818181
    """
    return _kappa(y_true, y_pred, labels, sample_weight, "linear")


def macro_mae(y_true: ArrayLike, y_pred: ArrayLike, labels: Labels = None, sample_weight: Weights = None) -> float:
    """Return the mean over the true grades of the mean absolute error within each.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True grades: integers, or what `labels` lists.
    y_pred : array-like of shape (n_rows,)
        Predicted grades; without `labels` any numbers, such as a regressor's.
    labels : array-like of shape (n_grades,) or None, default=None
        All grades in their order; errors are then counted in steps of this scale, else in the unit of the grades.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        Weights of the rows.

    Returns
    -------
    float
        0 or more, smaller is better. A grade without a true row is left out of the mean.

    References
    ----------
    S. Baccianella, A. Esuli, F. Sebastiani, "Evaluation measures for ordinal regression", ISDA 2009.

    Examples
    --------
    >>> from skerosion.metrics import macro_mae
    >>> macro_mae([0, 0, 0, 4], [0, 0, 0, 2])
    1.0
    >>> macro_mae([0, 0, 0, 4], [0, 0, 0.3, 2])
    1.05
    """
    true, errors, n_grades = grade_errors(y_true, y_pred, labels)
    return mean_over_grades(true, errors, check_weights(sample_weight, len(true)), n_grades)


def grade_hits(y_true, y_pred, tolerance=0, labels=None):
    """Return the positions of the true grades, whether each row is within tolerance, and the number of grades."""
    check_parameter("tolerance", tolerance, (Whole(0),))
    true, pred, labels = encode_grades(y_true, y_pred, labels, ordered=tolerance > 0)
    return true, (np.abs(true - pred) <= tolerance).astype(float), len(labels)


def grade_errors(y_true, y_pred, labels=None):
    """Return the positions of the true grades, the absolute error of each row, and the number of grades."""
    if labels is not None or np.asarray(y_pred).dtype.kind not in "fiub":
        true, pred, labels = encode_grades(y_true, y_pred, labels)
        return true, np.abs(true - pred).astype(float), len(labels)
    y_true, y_pred = column_or_1d(np.asarray(y_true)), check_targets(y_pred, "y_pred")
    check_same_length(y_true=y_true, y_pred=y_pred)
    grades, true = np.unique(whole_numbers(check_targets(y_true), "y_true"), return_inverse=True)
    return true, np.abs(grades[true] - y_pred.astype(float)), len(grades)


def mean_over_grades(true, scores, weights, n_grades):
    """Return the mean over the grades that occur of the weighted mean score in each."""
    totals = np.bincount(true, weights, minlength=n_grades)
    present = totals > 0
    return float((np.bincount(true, weights * scores, minlength=n_grades)[present] / totals[present]).mean())


def _kappa(y_true, y_pred, labels, sample_weight, weights):
    """Return Cohen's kappa over positions on the scale."""
    true, pred, labels = encode_grades(y_true, y_pred, labels)
    return cohen_kappa_score(
        true,
        pred,
        labels=np.arange(len(labels)),
        weights=weights,
        sample_weight=check_weights(sample_weight, len(true)),
    )
