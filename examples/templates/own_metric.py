"""Your own metric: copy this file, change `own`, import the copy, and say ``scorers("own")``."""

import numpy as np

from skerosion.metrics import register_metric


@register_metric("own", title="missed damage", reads="grades", better="lower")
def own(y_true, y_pred, labels=None, sample_weight=None):
    """Return the share of damaged joints, any but the lowest grade, that are called free of damage.

    In: true and predicted grades; `labels`, their order, where you ask for it; `sample_weight`, so that weights weigh.
    Out: one number, NaN where it means nothing. Say what it ``reads`` ("numbers", "distributions" and "intervals" are
    the others) and which way is ``better``: scorers, bootstrap, tables, displays and the choice of winners go by that.
    """
    lowest = np.min(y_true) if labels is None else labels[0]
    damaged = np.asarray(y_true) != lowest
    if not damaged.any():
        return np.nan
    weights = None if sample_weight is None else np.asarray(sample_weight)[damaged]
    return np.average(np.asarray(y_pred)[damaged] == lowest, weights=weights)
