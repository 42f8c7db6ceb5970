"""The object: one distribution for each row, all on the points of one grid."""

from numbers import Integral

import numpy as np
from sklearn.utils import check_random_state

from skerosion._types import Any, ArrayLike

from ._drawing import html_table, plot_cdfs
from ._grid import (
    check_cdf_rows,
    check_grid,
    check_two_dimensional,
    double_precision,
    first_above,
    positions_at_or_below,
    row_chunks,
)
from ._repair import repair_cdf
from ._shortest_intervals import shortest_intervals

_QUANTILE_TOLERANCE = 1e-6
_KINDS = ("central", "shortest")


class GridDistribution:
    """Distributions with all their mass on the points of one grid, one for each row.

    Parameters
    ----------
    grid : array-like of shape (n_points,) or None
        Strictly ascending values that the target can take; None is 0, 1, ..., n_points - 1.
    cdf : array-like of shape (n_rows, n_points)
        P(Y <= grid point): each row rises from 0 or above to 1. What rounding leaves short of that is put right,
        anything else is an error; see :meth:`repaired`.

    Attributes
    ----------
    grid : ndarray of shape (n_points,)
        float64.
    cdf : ndarray of shape (n_rows, n_points)
        float32 where it was given so, else float64; each row rises and ends at exactly 1.

    Examples
    --------
    >>> from skerosion.forecasts import GridDistribution
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

    def __init__(self, grid: ArrayLike | None, cdf: Any):
        cdf = check_two_dimensional(cdf)
        self.cdf = cdf if cdf.dtype in (np.float32, np.float64) else cdf.astype(float)
        self.grid = check_grid(grid, cdf.shape[1])
        for rows in row_chunks(*self.cdf.shape):
            check_cdf_rows(self.cdf[rows].astype(float), first=rows.start)
        self._clear_rounding()

    def _clear_rounding(self):
        """Make rising and ending at 1 exact, in a copy where rounding has left something."""
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
        how : {"isotonic", "sort", "error"}, default="isotonic"
            The projection, or that there must be nothing to repair.

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

    @classmethod
    def mixture(cls, distributions, weights=None):
        """Return the mixture of several forecasts of the same rows: their cdfs, averaged.

        Members that disagree make a mixture wider than any of them, as it should be; averaged quantiles would not.

        Parameters
        ----------
        distributions : sequence of GridDistribution
            One for each member, all with the same number of rows. Where their grids differ, the mixture has the
            points of all of them.
        weights : array-like of shape (n_members,) or None, default=None
            Weights of the members, at least 0; None weighs them alike.

        Returns
        -------
        GridDistribution
            One distribution for each row.

        References
        ----------
        M. Stone, "The opinion pool", Annals of Mathematical Statistics 32, 1961.

        Examples
        --------
        >>> low, high = GridDistribution([0, 10], [[1.0, 1.0]]), GridDistribution([0, 10, 20], [[0.0, 0.0, 1.0]])
        >>> GridDistribution.mixture([low, high], weights=[3, 1]).pmf
        array([[0.75, 0.  , 0.25]])
        """
        members = list(distributions)
        if not members or len({len(member) for member in members}) > 1:
            raise ValueError(
                "distributions must hold members with the same number of rows, got "
                f"{[len(member) for member in members]} rows; predict the same rows with each of them."
            )
        shares = _member_shares(weights, len(members))
        grid = np.unique(np.concatenate([member.grid for member in members]))
        cdf = np.zeros((len(members[0]), grid.size))
        for member, share in zip(members, shares, strict=True):
            cdf += share * member.cdf_at(grid)
        return cls(grid, cdf)

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
        mean, variances = self.mean(), np.empty(len(self))
        # About the mean of each row: a difference of second moments leaves a spread to distributions without any.
        for rows in row_chunks(*self.cdf.shape):
            deviations = self.grid - mean[rows, np.newaxis]
            variances[rows] = np.einsum("ij,ij,ij->i", self[rows].pmf, deviations, deviations)
        return variances

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

    def interval(self, coverage=0.9, kind="central"):
        """Return intervals that hold at least a probability, both ends included.

        Parameters
        ----------
        coverage : float, default=0.9
            Probability of the interval; on a grid it holds at least that.
        kind : {"central", "shortest"}, default="central"
            Between two quantiles, so that the target lies below, and above, with at most half of ``1 - coverage``; or
            the shortest interval, which may leave all of that on one side. The same for every distribution of this
            package.

        Returns
        -------
        ndarray of shape (n_rows, 2)
            Lower and upper ends, grid points.
        """
        if not 0 < coverage < 1:
            raise ValueError(f"coverage must lie strictly between 0 and 1, got {coverage!r}; 90 % is 0.9.")
        if kind not in _KINDS:
            raise ValueError(f"kind must be one of {_KINDS}, got {kind!r}.")
        if kind == "shortest":
            return self.grid[shortest_intervals(self.grid, self.cdf, coverage)]
        return self.quantile([(1 - coverage) / 2, (1 + coverage) / 2])

    def sample(self, n=1, random_state=None):
        """Draw grid points from each distribution.

        Parameters
        ----------
        n : int, default=1
            Draws of each row.
        random_state : int, RandomState or None, default=None
            Where the draws come from; an int repeats them.

        Returns
        -------
        ndarray of shape (n_rows, n)
            Grid points; one of probability 0 is never among them.

        Examples
        --------
        >>> GridDistribution([0, 10, 20], [[0.5, 0.5, 1.0]]).sample(6, random_state=0)
        array([[20., 20., 20., 20.,  0., 20.]])
        """
        if not isinstance(n, Integral) or n < 1:
            raise ValueError(f"n must be an integer of at least 1, got {n!r}.")
        levels = check_random_state(random_state).uniform(size=(len(self), n))
        return self.grid[first_above(self.cdf, levels)]

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
        thresholds = double_precision(t)
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
        edges = double_precision(edges)
        if edges.ndim != 1 or not edges.size or not (np.diff(edges) > 0).all():
            raise ValueError(f"edges must be strictly ascending in one dimension, got {edges!r}.")
        return np.diff(self.cdf_at(edges), axis=1, prepend=0, append=1)

    def __len__(self):
        return len(self.cdf)

    def __getitem__(self, rows):
        """Return the distributions of some rows, by slice, positions or mask; one position keeps its row."""
        cdf = np.atleast_2d(self.cdf[rows])
        if isinstance(rows, tuple) or np.ndim(rows) > 1 or cdf.ndim != 2:
            raise IndexError(f"rows must be chosen by one slice, position, list of positions or mask, got {rows!r}.")
        chosen = object.__new__(type(self))
        chosen.grid, chosen.cdf = self.grid, cdf
        return chosen

    def plot(self, ax=None, **style):
        """Draw the cdfs as steps, a curve for each row.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None, default=None
            Where to draw; None makes a new figure.
        **style
            Handed on to ``Axes.step``, such as ``color`` or ``linewidth``.

        Returns
        -------
        matplotlib.axes.Axes

        Examples
        --------
        >>> axes = GridDistribution([0, 10], [[0.5, 1.0], [0.2, 1.0]]).plot()
        >>> len(axes.lines)
        2
        """
        return plot_cdfs(self, ax, **style)

    def _repr_html_(self):
        return html_table(self)

    def __repr__(self):
        ends = f"{self.grid[0]:g}..{self.grid[-1]:g}"
        return f"GridDistribution(n_rows={len(self)}, grid={ends} in {self.grid.size} points)"


def _member_shares(weights, n_members):
    """Return the shares of the members of a mixture."""
    weights = np.ones(n_members) if weights is None else np.asarray(weights, dtype=float)
    if weights.shape != (n_members,) or not (np.isfinite(weights) & (weights >= 0)).all() or not weights.any():
        raise ValueError(
            f"weights must be {n_members} numbers of at least 0 and not all 0, one for each member, got {weights!r}."
        )
    return weights / weights.sum()
