"""From the draws of a bootstrap to its interval: percentiles, farther out the fewer groups were drawn from."""

import warnings

import numpy as np
from scipy.stats import norm, t

from skerosion.metrics._intervals import Interval


class BootstrapInterval(Interval):
    """Lower and upper end of a bootstrap interval, with what they come from.

    Attributes
    ----------
    low, high : float
        Ends; the interval unpacks into these two. NaN where nothing can be said.
    estimate : float
        The metric, or the difference, on the rows as they are.
    draws : ndarray of shape (n_defined,)
        Its values on the resamples where it is defined.
    n_undefined : int
        Resamples on which the metric was NaN, left out.
    n_incomplete : int
        Resamples that lack all rows of some grade; a mean over grades is then one over the others. Counted for the
        class-normalised metrics of this package.

    Examples
    --------
    >>> from skerosion.metrics import group_bootstrap_interval, macro_mae
    >>> interval = group_bootstrap_interval(macro_mae, [0, 1, 1, 0], [0, 1, 0, 0], list("aabb"), random_state=0)
    >>> interval, interval.estimate, len(interval.draws)
    (BootstrapInterval(low=0.0, high=0.920...), 0.25, 1000)
    """

    def __new__(cls, low, high, estimate=np.nan, draws=(), n_undefined=0, n_incomplete=0):
        interval = super().__new__(cls, low, high)
        interval.estimate, interval.draws = estimate, np.asarray(draws)
        interval.n_undefined, interval.n_incomplete = n_undefined, n_incomplete
        return interval


def expanded_tail(confidence, n_groups):
    """Return what share of the draws lies beyond either end of an interval.

    Examples
    --------
    >>> from skerosion.metrics._draw_percentiles import expanded_tail
    >>> [round(float(expanded_tail(0.95, n)), 4) for n in (5, 10, 20, 1000)]
    [0.001, 0.0086, 0.0159, 0.0248]
    """
    return norm.sf(np.sqrt(n_groups / (n_groups - 1)) * t.isf((1 - confidence) / 2, n_groups - 1))


def interval_of(values, n_incomplete, confidence, n_groups, margins, bounds):
    """Return the expanded percentiles of the draws with their margins, telling how many were of no use."""
    estimate, draws = float(values[0]), values[1:]
    defined = draws[np.isfinite(draws)]
    n_undefined = len(draws) - len(defined)
    if not len(defined):
        raise ValueError("metric must be defined on at least one resample, got NaN on all of them.")
    if n_undefined:
        warnings.warn(f"the metric is undefined on {n_undefined} of {len(draws)} resamples, left out.", stacklevel=4)
    if np.isnan(margins).any():
        warnings.warn(
            f"the metric is {estimate:g} for all patients and on all resamples, and nothing bounds how far others may "
            "be off: it has no interval (NaN).",
            stacklevel=4,
        )
    if len(draws) < round(2 / (1 - confidence)):
        warnings.warn(
            f"n_resamples={len(draws)} draws do not reach the outer {50 * (1 - confidence):.3g} % on either side: take "
            "1000, or the ends are the smallest and the largest draw.",
            stacklevel=4,
        )
    tail = expanded_tail(confidence, n_groups)
    low, high = np.quantile(defined, [tail, 1 - tail]) if len(draws) > 1 else 2 * [np.nan]
    if any(margins):
        low, high = np.clip([low - margins.down, high + margins.up], *bounds)
    # The draws of a constant differ from it by rounding, and an estimate belongs to its interval.
    ends = float(np.minimum(low, estimate)), float(np.maximum(high, estimate))
    return BootstrapInterval(*ends, estimate, defined, n_undefined, n_incomplete)
