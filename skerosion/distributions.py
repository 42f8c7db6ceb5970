"""Predictive distributions on a grid: a cumulative distribution function (cdf) at ascending thresholds, row by row."""

import numpy as np
from scipy.optimize import isotonic_regression

__all__ = ["GridDistribution", "repair_cdf"]

# What rounding does to a cdf summed in single precision; anything beyond is no cdf.
_FALL_TOLERANCE = 1e-6
_END_TOLERANCE = 1e-5
_QUANTILE_TOLERANCE = 1e-6
# Elements of a float64 temporary: 4 MiB stay in the cache of a core.
_CHUNK_SIZE = 2**19
# Rows made one sequence for isotonic regression; more would cost digits, see `_isotonic`.
_ISOTONIC_ROWS = 128


def row_chunks(n_rows, width):
    """Yield slices over `n_rows` rows of `width` values, each small enough for temporaries of its size."""
    step = max(1, _CHUNK_SIZE // max(1, width))
    for start in range(0, n_rows, step):
        yield slice(start, min(start + step, n_rows))


def check_grid(grid, n_points=None):
    """Return the grid as finite, strictly ascending float64; None is 0, 1, ..., ``n_points - 1``."""
    if grid is None:
        return np.arange(n_points, dtype=float)
    grid = np.asarray(grid, dtype=float)
    if grid.ndim != 1 or not grid.size or not np.isfinite(grid).all() or (np.diff(grid) <= 0).any():
        raise ValueError(f"grid must be finite and strictly ascending in one dimension, got {grid!r}.")
    if n_points is not None and grid.size != n_points:
        raise ValueError(
            f"grid must have one threshold for each column of cdf, got {grid.size} thresholds and {n_points} columns."
        )
    return grid


def check_cdf_rows(rows, first=0):
    """Raise where a block of float64 rows holds no cdf; `first` is the number of its first row, for the message."""
    # One comparison settles the usual case; how far rows fall is asked only where some do.
    rising = (rows[:, 1:] >= rows[:, :-1]).all()
    falls = np.zeros(len(rows)) if rising else np.diff(rows, axis=1).min(axis=1, initial=0.0)
    rules = (
        ("must not fall along a row", ~(falls >= -_FALL_TOLERANCE)),
        ("must start at 0 or above", ~(rows[:, 0] >= -_FALL_TOLERANCE)),
        ("must end at 1", ~(np.abs(rows[:, -1] - 1) <= _END_TOLERANCE)),
    )
    for rule, broken in rules:
        if broken.any():
            row = int(broken.argmax())
            raise ValueError(
                f"cdf {rule}, got row {first + row} from {rows[row, 0]:.6g} to {rows[row, -1]:.6g}, steepest fall "
                f"{-falls[row]:.3g}. Repair free forecasts with skerosion.distributions.repair_cdf(cdf); "
                "probabilities of single points need np.cumsum first."
            )


def positions_at_or_above(grid, values):
    """Return for each value the position of the first grid point that reaches it, ``len(grid)`` where none does."""
    return np.searchsorted(grid, values - _rounding(values), side="left")


def positions_at_or_below(grid, values):
    """Return for each value the position of the last grid point not above it, -1 where none is."""
    return np.searchsorted(grid, values + _rounding(values), side="right") - 1


def _rounding(values):
    """Return some units in the last place: 0.3 and the 0.30000000000000004 of ``linspace`` are one threshold."""
    return 4 * np.finfo(values.dtype).eps * np.abs(values) if values.dtype.kind == "f" else 0


def repair_cdf(cdf, how="isotonic"):
    """Return the cdf nearest to forecasts that need not rise or end at 1, row by row.

    Values are clipped to 0..1 and the last one is set to 1. ``"isotonic"`` then takes the rising sequence of least
    squared distance, ``"sort"`` the same values in order. Every step is a projection on, or a rearrangement towards,
    a set that contains the step function of each possible target, so neither ever worsens the CRPS. A running
    maximum does, in about half of noisy forecasts.

    Parameters
    ----------
    cdf : array-like of shape (n_rows, n_points)
        Forecasts of P(Y <= threshold), such as free sigmoids.
    how : {"isotonic", "sort"}, default="isotonic"
        The projection.

    Returns
    -------
    ndarray of shape (n_rows, n_points)
        float64; a row that is a cdf already comes back as it is.

    References
    ----------
    R. E. Barlow, H. D. Brunk, "The isotonic regression problem and its dual", JASA 67, 1972;
    V. Chernozhukov, I. Fernandez-Val, A. Galichon, "Quantile and probability curves without crossing",
    Econometrica 78, 2010 (rearrangement).

    Examples
    --------
    >>> from skerosion.distributions import repair_cdf
    >>> repair_cdf([[0.1, 0.7, 0.5, 0.9]])
    array([[0.1, 0.6, 0.6, 1. ]])
    >>> repair_cdf([[0.1, 0.7, 0.5, 0.9]], how="sort")
    array([[0.1, 0.5, 0.7, 1. ]])
    """
    if how not in ("isotonic", "sort"):
        raise ValueError(f"how must be 'isotonic' or 'sort', got {how!r}.")
    repaired = np.array(_two_dimensional(cdf), dtype=float)
    if not np.isfinite(repaired).all():
        raise ValueError("cdf must be finite to be repaired, got NaN or infinity: the forecast itself failed.")
    np.clip(repaired, 0, 1, out=repaired)
    repaired[:, -1] = 1
    falling = np.flatnonzero((np.diff(repaired, axis=1) < 0).any(axis=1))
    step = _ISOTONIC_ROWS
    for rows in (falling[start : start + step] for start in range(0, falling.size, step)):
        repaired[rows] = _isotonic(repaired[rows]) if how == "isotonic" else np.sort(repaired[rows], axis=1)
    return repaired


def _isotonic(block):
    """Project the rows of a block in 0..1 on rising sequences by one call of the pool-adjacent-violators algorithm."""
    # Each row is lifted clear of the one before: no violation spans two rows, so none is pooled over their border.
    lift = 2.0 * np.arange(len(block))[:, np.newaxis]
    risen = isotonic_regression((block + lift).ravel()).x.reshape(block.shape) - lift
    return np.clip(risen, 0, 1)


def _two_dimensional(cdf):
    """Return the cdf as an array of floats with rows and columns."""
    cdf = np.asarray(cdf)
    if cdf.ndim != 2 or not cdf.shape[1] or cdf.dtype.kind not in "fiub":
        raise ValueError(f"cdf must be numbers of shape (n_rows, n_points), got {cdf.dtype} of shape {cdf.shape}.")
    return cdf


class GridDistribution:
    """Distributions with all their mass on the points of one grid, one for each row.

    Parameters
    ----------
    grid : array-like of shape (n_points,) or None
        Strictly ascending values that the target can take; None is 0, 1, ..., n_points - 1.
    cdf : array-like of shape (n_rows, n_points)
        P(Y <= grid point): each row rises from 0 or above to 1. What rounding leaves short of that is mended,
        anything else is an error; see :meth:`repaired`.

    Attributes
    ----------
    grid : ndarray of shape (n_points,)
        float64.
    cdf : ndarray of shape (n_rows, n_points)
        float32 where it was given so, else float64; each row rises and ends at exactly 1.

    Examples
    --------
    >>> from skerosion.distributions import GridDistribution
    >>> forecast = GridDistribution([0, 10, 20], [[0.2, 0.7, 1.0], [0.0, 0.0, 1.0]])
    >>> forecast.mean()
    array([11., 20.])
    >>> forecast.median()
    array([10., 20.])
    >>> forecast.interval(0.5)
    array([[10., 20.],
           [20., 20.]])
    >>> forecast.grade_probabilities([0, 10])
    array([[0.2, 0.5, 0.3],
           [0. , 0. , 1. ]])
    """

    def __init__(self, grid, cdf):
        cdf = _two_dimensional(cdf)
        self.cdf = cdf if cdf.dtype in (np.float32, np.float64) else cdf.astype(float)
        self.grid = check_grid(grid, cdf.shape[1])
        for rows in row_chunks(*self.cdf.shape):
            check_cdf_rows(self.cdf[rows].astype(float), first=rows.start)
        self._mend_rounding()

    def _mend_rounding(self):
        """Make rising and ending at 1 exact, in a copy where there is something to mend."""
        cdf = self.cdf
        if (cdf[:, -1] != 1).any() or (cdf[:, :1] < 0).any() or (cdf[:, 1:] < cdf[:, :-1]).any():
            cdf = np.clip(np.maximum.accumulate(cdf, axis=1), 0, 1)
            cdf[:, -1] = 1
        self.cdf = cdf

    @classmethod
    def repaired(cls, grid, cdf, how="isotonic"):
        """Return distributions from forecasts that need not rise or end at 1, see :func:`repair_cdf`.

        Parameters
        ----------
        grid : array-like of shape (n_points,) or None
            As for the class.
        cdf : array-like of shape (n_rows, n_points)
            Forecasts of P(Y <= grid point).
        how : {"isotonic", "sort"}, default="isotonic"
            The projection.

        Returns
        -------
        GridDistribution
            One distribution for each row.

        Examples
        --------
        >>> GridDistribution.repaired(None, [[0.6, 0.4, 0.9]]).cdf
        array([[0.5, 0.5, 1. ]])
        """
        return cls(grid, repair_cdf(cdf, how))

    @property
    def pmf(self):
        """Probability of each grid point, of shape (n_rows, n_points)."""
        return np.diff(self.cdf, axis=1, prepend=0)

    def mean(self):
        """Return the means, of shape (n_rows,), which minimise the squared error.

        Sums by parts: :math:`E[Y] = g_0 + \\sum_{k < K - 1} (g_{k+1} - g_k) (1 - F(g_k))`.
        """
        return self.grid[-1] - self.cdf[:, :-1] @ np.diff(self.grid)

    def var(self):
        """Return the variances, of shape (n_rows,)."""
        centre = self.grid.mean()
        squares = (self.grid - centre) ** 2
        second_moment = squares[-1] - self.cdf[:, :-1] @ np.diff(squares)
        return np.maximum(second_moment - (self.mean() - centre) ** 2, 0)

    def std(self):
        """Return the standard deviations, of shape (n_rows,)."""
        return np.sqrt(self.var())

    def median(self):
        """Return the medians, of shape (n_rows,), which minimise the absolute error."""
        return self.quantile(0.5)

    def quantile(self, q):
        """Return the smallest grid point at which the cdf reaches `q`, up to rounding (1e-6).

        Parameters
        ----------
        q : float or array-like of shape (n_levels,)
            Probabilities from 0 to 1.

        Returns
        -------
        ndarray of shape (n_rows,) or (n_rows, n_levels)
            Grid points.
        """
        levels = np.asarray(q, dtype=float)
        if levels.ndim > 1 or not ((levels >= 0) & (levels <= 1)).all():
            raise ValueError(f"q must hold probabilities from 0 to 1 in at most one dimension, got {q!r}.")
        columns = [self._quantile(level) for level in np.atleast_1d(levels)]
        return np.stack(columns, axis=1) if levels.ndim else columns[0]

    def _quantile(self, level):
        """Return one quantile of each row."""
        return self.grid[(self.cdf >= level - _QUANTILE_TOLERANCE).argmax(axis=1)]

    def interval(self, coverage=0.9):
        """Return central intervals: the target lies below, and above, with at most half of ``1 - coverage``.

        Parameters
        ----------
        coverage : float, default=0.9
            Probability of the interval, both ends included; on a grid it holds at least that.

        Returns
        -------
        ndarray of shape (n_rows, 2)
            Lower and upper ends, grid points.
        """
        if not 0 < coverage < 1:
            raise ValueError(f"coverage must lie strictly between 0 and 1, got {coverage!r}.")
        return self.quantile([(1 - coverage) / 2, (1 + coverage) / 2])

    def cdf_at(self, t):
        """Return P(Y <= t) at any thresholds: the cdf of the last grid point not above, 0 below the first one.

        Parameters
        ----------
        t : float or array-like of shape (n_thresholds,)
            Thresholds, the same for all rows.

        Returns
        -------
        ndarray of shape (n_rows,) or (n_rows, n_thresholds)
            Probabilities.
        """
        thresholds = np.asarray(t, dtype=float)
        if thresholds.ndim > 1 or np.isnan(thresholds).any():
            raise ValueError(f"t must hold numbers in at most one dimension, got {t!r}.")
        below = positions_at_or_below(self.grid, thresholds)
        return np.where(below >= 0, self.cdf[:, np.maximum(below, 0)], 0)

    def grade_probabilities(self, edges):
        """Return the probability of each grade, needing no threshold of zero.

        With right-closed upper edges :math:`e_0 < \\dots < e_{m-1}`: :math:`P(0) = F(e_0)`,
        :math:`P(g) = F(e_g) - F(e_{g-1})`, :math:`P(m) = 1 - F(e_{m-1})`.

        Parameters
        ----------
        edges : array-like of shape (n_edges,)
            Upper edges of all grades but the last, ascending.

        Returns
        -------
        ndarray of shape (n_rows, n_edges + 1)
            Probabilities; each row sums to 1.
        """
        edges = np.asarray(edges, dtype=float)
        if edges.ndim != 1 or not edges.size or not (np.diff(edges) > 0).all():
            raise ValueError(f"edges must be strictly ascending in one dimension, got {edges!r}.")
        return np.diff(self.cdf_at(edges), axis=1, prepend=0, append=1)

    def __len__(self):
        return len(self.cdf)

    def __getitem__(self, rows):
        """Return the distributions of some rows, by slice, positions or mask; one position keeps its row."""
        chosen = object.__new__(type(self))
        chosen.grid, chosen.cdf = self.grid, np.atleast_2d(self.cdf[rows])
        return chosen

    def __repr__(self):
        ends = f"{self.grid[0]:g}..{self.grid[-1]:g}"
        return f"GridDistribution(n_rows={len(self)}, grid={ends} in {self.grid.size} points)"
