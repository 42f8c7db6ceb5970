"""Maps that make predicted distributions keep their promise: a temperature, new levels for a CDF, other shares."""

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import logsumexp

_COLDEST, _HOTTEST = 0.05, 20.0
# Where a search ends that would go on beyond the bound.
_NEAR_BOUND = 0.01
_STARTS = 13
# A probability of 0 cannot be scored by its logarithm, whatever the temperature.
_SMALLEST = 1e-12
_KNOTS = 201
# Few rows say little of a grade's odds: no factor is larger, or smaller, than these.
_MOST = np.log(1000.0)
_ROUNDS, _UNIFORM = 10, 0.002


def temper(pmf, temperature):
    """Return probabilities raised to the power of ``1 / temperature`` and rescaled to sum to 1 in each row."""
    # Divided out first: powers of small probabilities would vanish at low temperatures.
    largest = pmf.max(axis=1, keepdims=True)
    powers = (np.maximum(pmf, 0) / largest) ** (1 / temperature)
    return powers / powers.sum(axis=1, keepdims=True)


def fit_temperature(pmf, positions, weights, score, widths):
    """Return the temperature of the least mean score, 1 where none scores less than that.

    Parameters
    ----------
    pmf : ndarray of shape (n, K)
        Probabilities.
    positions : ndarray of shape (n,)
        Column of each target.
    weights : ndarray of shape (n,)
        Weights of the rows.
    score : {"log", "crps"}
        What is minimised.
    widths : ndarray of shape (K - 1,)
        Distances between the points, for the CRPS.

    Returns
    -------
    float
    """

    def loss(log_temperature):
        tempered = temper(pmf, np.exp(log_temperature))
        return np.average(score_rows(tempered, positions, score, widths), weights=weights)

    # The CRPS need not be convex in the temperature: look everywhere before searching near the best.
    starts = np.linspace(np.log(_COLDEST), np.log(_HOTTEST), _STARTS)
    best = int(np.argmin([loss(start) for start in starts]))
    around = starts[max(best - 1, 0)], starts[min(best + 1, _STARTS - 1)]
    found = minimize_scalar(loss, bounds=around, method="bounded").x
    # 1 among the candidates: a correction never does worse than none on the rows it was learned from.
    return float(np.exp(min((0.0, starts[best], found), key=loss)))


def at_bound(temperature):
    """Tell whether a temperature is the end of what is tried, which says that the rows do not determine one.

    Examples
    --------
    >>> [at_bound(temperature) for temperature in (0.05, 1.0, 20.0)]
    [True, False, True]
    """
    return bool(min(abs(np.log(temperature / end)) for end in (_COLDEST, _HOTTEST)) < _NEAR_BOUND)


def score_rows(pmf, positions, score, widths):
    """Return the logarithmic score, or the CRPS in points, of each row."""
    if score == "log":
        return -np.log(np.maximum(pmf[np.arange(len(pmf)), positions], _SMALLEST))
    distances = pmf.cumsum(axis=1)[:, :-1] - (np.arange(pmf.shape[1] - 1) >= positions[:, np.newaxis])
    return distances**2 @ widths


def fit_levels(below, upto, weights):
    """Return (levels, recalibrated levels) with which the randomised PIT of the given rows is uniform.

    The PIT of a row is uniform between its cdf just below and at the target. The mean of these distributions is
    known without a draw and rises, so it is the map itself. On a grid the mapped jumps are not spread as the map
    says, hence some more rounds on what the last one left. One row that knows nothing joins, so that nothing
    becomes impossible for want of rows.
    """
    # Forecasts that are far too narrow differ in the tenth digit of their levels only: knots stand where targets do.
    ends = np.quantile(np.concatenate([below, upto]), np.linspace(0, 1, _KNOTS))
    levels = np.unique(np.concatenate([[0.0], np.clip(ends, 0, 1), [1.0]]))
    # Kish's effective number of rows: unequal weights say less than so many equal ones.
    mapped, n_rows = levels, weights.sum() ** 2 / (weights**2).sum()
    for _ in range(_ROUNDS):
        spread = pit_distribution(np.interp(below, levels, mapped), np.interp(upto, levels, mapped), weights, mapped)
        moved, mapped = np.abs(spread - mapped).max(), spread
        if moved < _UNIFORM:
            break
    return levels, (n_rows * mapped + levels) / (n_rows + 1)


def pit_distribution(below, upto, weights, levels):
    """Return the share of the randomised PIT up to each level, averaged over its randomness, 0 at 0 and 1 at 1."""
    width = upto - below
    jumps = width > 0
    shares = np.empty(len(levels))
    for number, level in enumerate(levels):
        passed = (upto <= level).astype(float)
        np.divide(level - below, width, out=passed, where=jumps)
        shares[number] = np.average(np.clip(passed, 0, 1), weights=weights)
    shares[0], shares[-1] = 0.0, 1.0
    return shares


def fit_factors(pmf, positions, weights):
    """Return (factors of the classes, shares): probabilities times the factors have these shares as their mean.

    The factors are those of the greatest likelihood, as are the intercepts of a logistic regression. The shares are
    those of the given rows and of as many more as there are classes, on which the estimator is right on average:
    a class that few rows lack does not become impossible, and one that they have by chance not much likelier.

    Parameters
    ----------
    pmf, positions, weights
        As for `fit_temperature`.

    Returns
    -------
    factors, shares : ndarray of shape (K,)
        The factors are 1 in their geometric mean.
    """
    n_classes, share, n_rows = pmf.shape[1], weights / weights.sum(), weights.sum() ** 2 / (weights**2).sum()
    seen = np.bincount(positions, weights=share, minlength=n_classes)
    shares = (n_rows * seen + n_classes * (share @ pmf)) / (n_rows + n_classes)
    logs = np.log(np.maximum(pmf, _SMALLEST))

    def loss(offsets):
        totals = logsumexp(logs + offsets, axis=1)
        gradient = share @ np.exp(logs + offsets - totals[:, np.newaxis]) - shares
        return share @ totals - shares @ offsets, gradient

    found = minimize(loss, np.zeros(n_classes), jac=True, method="L-BFGS-B", bounds=[(-_MOST, _MOST)] * n_classes)
    return np.exp(found.x - found.x.mean()), shares


def rescale(pmf, factors):
    """Return probabilities multiplied by the factors of their classes and rescaled to sum to 1 in each row."""
    products = pmf * factors
    return products / products.sum(axis=1, keepdims=True)
