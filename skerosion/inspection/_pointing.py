"""How often a map points at the place it should, against chance."""

from numbers import Real

import numpy as np
import pandas as pd
from scipy.ndimage import distance_transform_edt
from sklearn.utils import check_scalar

from skerosion._keys import as_keys
from skerosion._types import ArrayLike, Groups, Seed
from skerosion.metrics import group_bootstrap_interval


def pointing_scores(maps, masks, *, tolerance=0):
    """Return for each image whether its map points into the mask, and what chance would do.

    Parameters
    ----------
    maps : array-like of shape (n, H, W)
        Finite values, high where a method says it matters. Negative values count as 0.
    masks : array-like of bool, shape (n, H, W)
        The place that matters, such as ``make_joint_images(..., return_mask=True).masks``.
    tolerance : float, default=0
        Pixels by which masks are widened before.

    Returns
    -------
    DataFrame of n rows
        ``hit``: 1 where the maximum of the map lies in the mask, else 0; several equal maxima give their share.
        ``energy``: share of the map's sum in the mask. ``chance``: share of the image in the mask, which is what a
        point at random hits and an even map has as energy; a map that is 0 throughout gets it for both. All NaN where
        a mask is empty: there is nothing to point at.

    Raises
    ------
    ValueError
        For shapes that disagree, or maps with NaN or infinity.

    References
    ----------
    J. Zhang et al., "Top-down neural attention by excitation backprop", IJCV 126, 2018 (the pointing game);
    H. Wang et al., "Score-CAM", CVPR workshops 2020 (the energy-based form).

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.inspection import pointing_scores
    >>> maps, masks = np.zeros((2, 4, 4)), np.zeros((2, 4, 4), bool)
    >>> maps[0, 1, 1], maps[0, 3, 3], masks[:, :2, :2] = 3, 1, True
    >>> pointing_scores(maps, masks)
        hit  energy  chance
    0  1.00    0.75    0.25
    1  0.25    0.25    0.25
    """
    maps, masks = np.asarray(maps), np.asarray(masks, dtype=bool)
    if maps.ndim != 3 or maps.shape != masks.shape:
        raise ValueError(f"maps and masks must agree in the shape (n, H, W), got {maps.shape} and {masks.shape}.")
    if not np.isfinite(maps).all():
        raise ValueError(f"maps must be finite, got NaN or infinity in {(~np.isfinite(maps)).any(axis=(1, 2)).sum()}.")
    check_scalar(tolerance, "tolerance", Real, min_val=0)
    scores = [_score(each, _widened(mask, tolerance)) for each, mask in zip(maps, masks, strict=True)]
    return pd.DataFrame(scores, columns=["hit", "energy", "chance"], dtype=float)


def _widened(mask, tolerance):
    return distance_transform_edt(~mask) <= tolerance if tolerance and mask.any() else mask


def _score(values, mask):
    if not mask.any():
        return np.nan, np.nan, np.nan
    positive = np.maximum(values, 0).astype(float)
    chance = mask.mean()
    if not positive.any():
        return chance, chance, chance
    return mask[positive == positive.max()].mean(), positive[mask].sum() / positive.sum(), chance


def pointing_game(
    maps: ArrayLike,
    masks: ArrayLike,
    *,
    groups: Groups = None,
    tolerance: int = 0,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    random_state: Seed = None,
):
    """Return how often maps point into the masks, and how much of them lies there, against chance.

    Parameters
    ----------
    maps, masks, tolerance
        As for :func:`pointing_scores`; images with an empty mask are left out.
    groups : array-like of shape (n,) or None, default=None
        The patient of each image, for intervals by resampling patients; None gives none.
    n_resamples : int, default=1000
        Draws of patients.
    confidence : float, default=0.95
        Of the intervals.
    random_state : int, RandomState instance or None, default=None
        Source of the draws.

    Returns
    -------
    DataFrame with the rows ``hit`` and ``energy``
        ``estimate``, the mean over the images; ``chance``, that of the masks' shares of the image; ``difference``
        between the two; with `groups` the ends ``low`` and ``high`` of the estimate, and ``difference_low`` and
        ``difference_high``. ``n``, the images with a mask. To compare two methods on the same images, give their
        :func:`pointing_scores` to :func:`skerosion.metrics.group_bootstrap_difference`.

    Raises
    ------
    ValueError
        As for :func:`pointing_scores`, and where every mask is empty.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.inspection import pointing_game
    >>> rng = np.random.default_rng(0)
    >>> masks = np.zeros((40, 8, 8), bool)
    >>> masks[:, :4, :4] = True
    >>> table = pointing_game(rng.random((40, 8, 8)) + masks, masks, groups=np.repeat(range(10), 4), random_state=0)
    >>> float(table.loc["hit", "estimate"]), float(table.loc["hit", "chance"])
    (1.0, 0.25)
    """
    scores = pointing_scores(maps, masks, tolerance=tolerance)
    shown = scores.chance.notna().to_numpy()
    if not shown.any():
        raise ValueError(f"masks must mark a place in some image, got {len(scores)} empty ones.")
    scores = scores[shown]
    groups = None if groups is None else as_keys(groups)[shown]
    settings = {"n_resamples": n_resamples, "confidence": confidence, "random_state": random_state}
    rows = {measure: _summary(scores[measure], scores.chance, groups, settings) for measure in ("hit", "energy")}
    return pd.DataFrame.from_dict(rows, orient="index").assign(n=int(shown.sum()))


def _summary(values, chance, groups, settings):
    values, chance = values.to_numpy(), chance.to_numpy()
    row = {"estimate": values.mean(), "chance": chance.mean(), "difference": (values - chance).mean()}
    if groups is None:
        return row
    low, high = group_bootstrap_interval(mean_score, np.zeros_like(values), values, groups, **settings)
    difference = group_bootstrap_interval(mean_difference, chance, values, groups, **settings)
    return row | {"low": low, "high": high, "difference_low": difference.low, "difference_high": difference.high}


def mean_difference(y_true, y_pred, sample_weight=None):
    """Return the weighted mean of predictions minus targets, a metric for the bootstrap."""
    return float(np.average(y_pred - y_true, weights=sample_weight))


def mean_score(y_true, y_pred, sample_weight=None):
    """Return the weighted mean of scores from 0 to 1, a metric for the bootstrap."""
    return mean_difference(y_true, y_pred, sample_weight)


# Between what they lie, for intervals where all patients have the same score.
mean_score.bounds, mean_difference.bounds = (0.0, 1.0), (-1.0, 1.0)
