"""Forecasts of percentages for the benchmarks of scores: no network, seed 0."""

import numpy as np

GRID = np.arange(101.0)
BLOCK = 10_000


def make_forecasts(n_rows, seed=0):
    """Whole percentages of shape (n_rows,) and logistic forecasts of them, cdf and pmf of shape (n_rows, 101)."""
    rng = np.random.default_rng(seed)
    centre, width = rng.uniform(0, 100, n_rows), rng.uniform(1, 15, n_rows)
    cdf = np.empty((n_rows, GRID.size))
    for start in range(0, n_rows, BLOCK):
        rows = slice(start, start + BLOCK)
        cdf[rows] = 1 / (1 + np.exp((centre[rows, None] - GRID - 0.5) / width[rows, None]))
    cdf /= cdf[:, -1:].copy()
    targets = np.clip(np.rint(rng.logistic(centre, width)), 0, 100).astype(int)
    pmf = cdf.copy()
    pmf[:, 1:] -= cdf[:, :-1]
    return targets, cdf, pmf
