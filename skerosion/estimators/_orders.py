"""Grades that are names: the order they were given, and the error where an order is needed and there is none."""

import numpy as np
from sklearn.utils import column_or_1d

from skerosion.estimators._voted_targets import with_votes
from skerosion.grades import is_number, one_order


def order_given(step):
    """Return the grades in the order that an estimator, or its target, was given; None where there was none."""
    classes = getattr(step, "classes", None)
    classes = getattr(step, "_order", None) if classes is None else classes
    return None if classes is None else np.asarray(classes)


def names_without_order(grades):
    """Return the error for grades that are names where their order matters."""
    return ValueError(
        f"grades that are names need an order, got {np.asarray(grades).tolist()}, which would stand in that of the "
        "alphabet; pass classes=[...] from the lowest grade to the highest, or y as an ordered Categorical: "
        "pandas.Categorical(y, categories=[...], ordered=True)."
    )


def learned_classes(classes, samples):
    """Return the grades in the order of the parameter `classes` or of the target, of numbers sorted."""
    order = one_order(None if classes is None else column_or_1d(classes), samples.order)
    if order is not None:
        return order
    found = np.unique(with_votes(samples.y, samples.rows.votes))
    if not is_number(found):
        raise names_without_order(found)
    return found


def check_in_order(step, classes, order=None):
    """Refuse three or more grades that are names and do not stand in a given order: neighbours would be wrong."""
    classes, known = np.asarray(classes), order_given(step)
    known = order if known is None else known
    if is_number(classes) or len(classes) < 3:
        return
    if known is None:
        raise names_without_order(classes)
    expected = known[np.isin(known, classes)]
    if classes.tolist() != expected.tolist():
        raise ValueError(
            f"{type(step).__name__} must have its grades in their order, {expected.tolist()}, but sorts them: "
            f"{classes.tolist()}; pass grades as numbers 0, 1, ..., or take OrdinalClassifier."
        )
