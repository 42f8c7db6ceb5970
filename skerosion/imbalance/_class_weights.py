"""Weights that make grades of different size count alike."""

from collections.abc import Mapping

import numpy as np
from sklearn.utils.class_weight import compute_class_weight

from skerosion._private_sklearn import check_sample_weight


def class_weights_of(grades, spec, power=1.0, *, sample_weight=None):
    """Return the weight of each grade.

    ``"balanced"`` gives grade c of K the weight

    .. math:: w_c = s \\left(\\frac{n}{K n_c}\\right)^{p},

    with :math:`n_c` the sum of the sample weights of its rows, n their total, p the ``power`` and s the factor that
    brings the mean weight of a row back to 1 (with p = 1, s is 1 and :math:`w_c n_c` the same for every grade).

    Parameters
    ----------
    grades : array-like of shape (n_samples,)
        Grade of each row, as :func:`grades_of` returns it.
    spec : "balanced", dict of grade -> weight, or None
        None weighs all grades 1. A dict must name every grade present; grades it names beyond these are of no effect.
        Numbers may stand in it as texts, as in a file of JSON.
    power : float, default=1.0
        Exponent that tempers the weights: 0 makes them equal, 0.5 halves their spread on the log scale. The weights
        of a dict are raised to it too, and not rescaled.
    sample_weight : array-like of shape (n_samples,) or None, default=None
        Weight of each row. A row of weight 0 is not counted.

    Returns
    -------
    dict of grade -> float
        One weight for each grade that has a row of weight above 0.

    References
    ----------
    G. King, L. Zeng, "Logistic Regression in Rare Events Data", Political Analysis 9 (2001).

    Examples
    --------
    >>> class_weights_of([0, 0, 0, 1], "balanced")
    {0: 0.6666666666666666, 1: 2.0}
    >>> class_weights_of([0, 0, 0, 1], {0: 1.0, 1: 3.0})
    {0: 1.0, 1: 3.0}
    """
    grades = np.asarray(grades)
    weights = check_sample_weight(sample_weight, grades)
    check_power(power)
    counted = weights > 0
    classes = np.unique(grades[counted])
    if spec is None:
        raw = np.ones(len(classes))
    elif isinstance(spec, Mapping):
        raw = listed_weights(spec, classes) ** power
    elif isinstance(spec, str) and spec == "balanced":
        raw = balanced_weights(grades[counted], weights[counted], classes, power)
    else:
        raise ValueError(f"class_weight must be 'balanced', a dict of grade -> weight or None, got {spec!r}.")
    return dict(zip(classes.tolist(), raw.tolist(), strict=True))


def row_weights(grades, spec, power=1.0, *, sample_weight=None):
    """Return the weight of each row's grade, see :func:`class_weights_of` for the parameters.

    The weight that a row has already is counted and not multiplied in. A row of weight 0 gets 0.

    Returns
    -------
    ndarray of shape (n_samples,)
        The weight of the grade of each row.

    Examples
    --------
    >>> row_weights([1, 0, 0, 0], "balanced").round(3)
    array([2.   , 0.667, 0.667, 0.667])
    """
    return lookup(np.asarray(grades), class_weights_of(grades, spec, power, sample_weight=sample_weight))


def lookup(grades, class_weights):
    """Return the weight of each row from a dict of grade -> weight; a grade that was not counted weighs 0."""
    classes, inverse = np.unique(grades, return_inverse=True)
    return np.array([class_weights.get(grade, 0.0) for grade in classes.tolist()], dtype=float)[inverse]


def check_power(power):
    """Refuse an exponent that would turn the weights round."""
    if not np.isscalar(power) or not np.isfinite(power) or power < 0:
        raise ValueError(f"power must be a finite number of at least 0, got {power!r}.")


def listed_weights(spec, classes):
    """Return the weights that a dict gives to the grades present."""
    grades, known = classes.tolist(), _by_grade(spec, classes)
    missing = [grade for grade in grades if grade not in known]
    if missing:
        strange = [key for key in spec if not {key, _number(key)} & set(grades)]
        beyond = f", and names {strange}, which no row has" if strange else ""
        raise ValueError(
            f"class_weight must name every grade of the rows: {missing} missing, got {dict(spec)!r}{beyond}. "
            "Add a weight for each of them (1.0 leaves a grade as it is)."
        )
    weights = np.array([known[grade] for grade in grades], dtype=float)
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise ValueError(f"class_weight must hold finite numbers of at least 0, got {dict(spec)!r}.")
    return weights


def _by_grade(spec, classes):
    """A dict by the grades themselves: JSON knows no keys but texts, so that "2" stands for the grade 2."""
    if classes.dtype.kind not in "iufb":
        return dict(spec)
    return {_number(key): weight for key, weight in spec.items()}


def _number(key):
    try:
        return float(key)
    except (TypeError, ValueError):
        return key


def balanced_weights(grades, sample_weight, classes, power):
    """Return the tempered balanced weights, of mean 1 over the weighted rows."""
    weights = compute_class_weight("balanced", classes=classes, y=grades, sample_weight=sample_weight) ** power
    mean = np.average(weights[np.searchsorted(classes, grades)], weights=sample_weight)
    return weights / mean
