"""Weights that ride on rows: they weigh the training, and scores where these ask for them."""

import warnings

import numpy as np

from skerosion.datasets import ImageRows


def riding_weights(X):
    """Return the weights that rows bring along, None where they have none or all the same.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets import ImageRows
    >>> rows = ImageRows(np.zeros((2, 8, 8), dtype="uint8"))
    >>> riding_weights(rows), riding_weights(rows.with_sample_weight([1, 3]))
    (None, array([1., 3.]))
    """
    weights = X.sample_weight if isinstance(X, ImageRows) else None
    return None if weights is None or not len(weights) or np.ptp(weights) == 0 else weights


def weights_message(X):
    """Return the warning about rows whose weights do not weigh their scores; empty without such weights."""
    weights = riding_weights(X)
    if weights is None:
        return ""
    return (
        f"The rows carry weights from {weights.min():g} to {weights.max():g}: they weigh the training, not the scores."
    )


def scoring_weights(X, sample_weight, requested):
    """Return the weights of a score: those given, those on the rows where these were asked for, else none.

    Parameters
    ----------
    X : ImageRows or array-like
    sample_weight : array-like of shape (n_rows,) or None
    requested : bool, str or None
        As ``set_score_request`` was told; None where it was not.
    """
    if sample_weight is not None:
        return sample_weight
    if requested not in (None, False):
        return riding_weights(X)
    if requested is None and riding_weights(X) is not None:
        warnings.warn(
            f"{weights_message(X)} set_score_request(sample_weight=True) of the scorer weighs these too, "
            "sample_weight=False leaves the weights out without a word.",
            stacklevel=3,
        )
    return None
