"""Predicted cumulative distribution functions with the truth and what the CRPS measures between them."""

import numpy as np
from matplotlib import rc_context

from skerosion.forecasts import positions_at_or_above
from skerosion.grades import grades_of
from skerosion.metrics import check_forecasts, crps, whole_numbers

from ._axes import PanelDisplay
from ._shown import check_settings, distribution_of, only_evaluation, target_name_of
from ._style import ACCENT, DARK, DASHED, LIGHT, MIDDLE, STYLE

DIFFERENCE = "difference from the truth"
SQUARE = "its square: the area is the CRPS"


class PredictedCDFDisplay(PanelDisplay):
    """Predicted CDFs, one panel per row: the truth as a step, the difference shaded, and in it the area of the CRPS.

    Use :meth:`from_predictions` or :meth:`from_estimator` to make one. The light area lies between the predicted CDF
    and the step at the truth. The dark area within it has the squared height, so that its size is the CRPS in points.

    Parameters
    ----------
    grid : array-like of shape (n_points,)
        Thresholds.
    cdf : array-like of shape (n_panels, n_points)
        P(y <= threshold).
    y_true : array-like of shape (n_panels,)
        The truth of each.
    target_name : str, default="grade"
        What the grid measures, with its unit.
    line_names : sequence of str, default=()
        Written at the start of each line of panels.
    name : str or None, default=None
        Of the estimator, above the panels.

    Attributes
    ----------
    scores_ : ndarray of shape (n_panels,)
        CRPS of each panel, in points: the unit of the grid.
    cdfs_ : list of matplotlib.lines.Line2D
        The predicted steps.
    truths_ : list of matplotlib.lines.Line2D
        The vertical lines at the truth.
    differences_ : list of matplotlib.collections.FillBetweenPolyCollection
        The light areas.
    squares_ : list of matplotlib.collections.FillBetweenPolyCollection
        The dark areas, each as large as its score.
    axes_, ax_, figure_ : ndarray of matplotlib Axes, the first of them, and its Figure
        One panel per row.

    References
    ----------
    J. Rohrbach, project thesis on the automated scoring of bone erosions, ZHAW, 2017: figure 8.

    Examples
    --------
    >>> from skerosion.plotting import PredictedCDFDisplay
    >>> display = PredictedCDFDisplay.from_predictions([1], [[0.2, 0.7, 1.0]], rows=[0])
    >>> display.scores_.round(2), display.ax_.get_title(loc="left")
    (array([0.13]), 'truth 1\\nCRPS 0.13')
    """

    def __init__(self, grid, cdf, y_true, *, target_name="grade", line_names=(), name=None):
        self.grid = grid
        self.cdf = cdf
        self.y_true = y_true
        self.target_name = target_name
        self.line_names = line_names
        self.name = name

    @classmethod
    def from_estimator(cls, estimator, X, y, *, bins=None, name=None, **settings):
        """Draw what a fitted estimator predicts for some rows.

        Parameters
        ----------
        estimator : fitted estimator, Pipeline or search
            One that predicts distributions, or a classifier of numeric grades.
        X : ImageRows or array-like
            Rows to predict.
        y : array-like of shape (n_rows,)
            Their grades or numbers.
        bins : "ratingen", array-like of shape (n_edges,) or None, default=None
            How numbers fall into grades; None takes the estimator's own.
        name : str or None, default=None
            Of the estimator; None takes its class.
        **settings
            `rows`, `quantiles`, `target_name`, `columns` and `ax`, as for :meth:`from_predictions`.

        Returns
        -------
        PredictedCDFDisplay

        Examples
        --------
        >>> from sklearn.dummy import DummyClassifier
        >>> from skerosion.plotting import PredictedCDFDisplay
        >>> X, y = [[0.0]] * 4, [0, 0, 1, 2]
        >>> estimator = DummyClassifier(strategy="prior").fit(X, y)
        >>> PredictedCDFDisplay.from_estimator(estimator, X, y).cdf.tolist()
        [[0.5, 0.75, 1.0], [0.5, 0.75, 1.0], [0.5, 0.75, 1.0]]
        """
        check_settings(cls.from_predictions, settings)
        name, evaluated = only_evaluation(estimator, X, y, name=name, bins=bins)
        return cls.from_predictions(y, distribution_of(evaluated), name=name, bins=evaluated.bins, **settings)

    @classmethod
    def from_predictions(
        cls,
        y_true,
        cdf,
        grid=None,
        *,
        rows=None,
        quantiles=(0.5,),
        bins=None,
        name=None,
        target_name=None,
        columns=6,
        ax=None,
    ):
        """Draw predicted distributions of some rows.

        Parameters
        ----------
        y_true : array-like of shape (n_rows,)
            Grades or numbers within the grid.
        cdf : array-like of shape (n_rows, n_points), or GridDistribution
            P(y <= threshold), as for :func:`skerosion.metrics.crps`.
        grid : array-like of shape (n_points,) or None, default=None
            Thresholds; None is 0, 1, ..., n_points - 1, or the grid of the distribution.
        rows : array-like of int or None, default=None
            Positions of the rows to draw; None takes one of each grade.
        quantiles : sequence of float, default=(0.5,)
            Which row of a grade: the one whose CRPS lies at this quantile of the grade's. 0.5 is a typical forecast,
            0.9 one that nine of ten are better than. Each quantile gets a line of panels.
        bins : "ratingen", array-like of shape (n_edges,) or None, default=None
            How numbers fall into grades; None takes them as grades.
        name : str or None, default=None
            Of the estimator, above the panels.
        target_name : str or None, default=None
            What the grid measures; None is "grade", or "percent eroded" with Ratingen bins.
        columns, ax
            As for :meth:`plot`.

        Returns
        -------
        PredictedCDFDisplay

        Raises
        ------
        ValueError
            For rows that differ in number, targets outside the grid, or rows that are not cdfs.
        """
        y_true, cdf, grid = check_forecasts(y_true, cdf, grid)
        lines = ()
        if rows is None:
            scores = crps(y_true, cdf, grid, per_sample=True, unit="points")
            rows, lines = choose_rows(grades_for(y_true, bins), scores, quantiles)
        rows = np.asarray(rows, dtype=int)
        target_name = target_name_of(target_name, bins, "grade" if bins is None else "target")
        words = {"target_name": target_name, "line_names": lines, "name": name}
        display = cls(grid, np.asarray(cdf)[rows], y_true[rows], **words)
        return display.plot(ax, columns=columns)

    @rc_context(STYLE)
    def plot(self, ax=None, *, columns=6):
        """Draw one panel per row.

        Parameters
        ----------
        ax : matplotlib Axes, sequence of them, Figure or callable, default=None
            Where to draw: one Axes for each panel, a figure for all, or what makes one, such as
            ``matplotlib.figure.Figure`` for a figure that pyplot does not keep. None makes one with pyplot.
        columns : int, default=6
            Panels in a row of a figure.

        Returns
        -------
        self : PredictedCDFDisplay
        """
        self.scores_ = crps(self.y_true, self.cdf, self.grid, per_sample=True, unit="points")
        n = len(self.scores_)
        line = n // max(1, len(self.line_names))
        # Above few panels the legend takes several rows.
        size = (3.6, 3.2) if n == 1 else (1.75, 1.9 if min(line, columns) > 3 else 2.6)
        panels = self._take_axes(ax, n, columns=columns, size=size, line=line, sharex=True, sharey=True)
        self.cdfs_, self.truths_, self.differences_, self.squares_ = [], [], [], []
        for axes, row, value, score in zip(panels, np.asarray(self.cdf), self.y_true, self.scores_, strict=True):
            artists = draw_cdf(axes, self.grid, row, value)
            for kept, artist in zip((self.differences_, self.squares_, self.cdfs_, self.truths_), artists, strict=True):
                kept.append(artist)
            axes.set_title(f"truth {value:g}\nCRPS {score:.2f}")
        self._label_outer(self.target_name, "P(y ≤ threshold)", self.line_names)
        shown = [self.differences_[0], self.squares_[0], self.cdfs_[0], self.truths_[0]]
        self._explain(shown, title=self.name)
        return self


def draw_cdf(axes, grid, row, value):
    """Draw one CDF and its truth; return the artists of difference, square, CDF and truth.

    The CDF of a distribution on a grid stays level until the next grid point.
    """
    grid = np.asarray(grid, dtype=float)
    reach = np.diff(grid).mean() if len(grid) > 1 else 1.0
    at = np.concatenate([[grid[0] - reach], grid, [grid[-1] + reach]])
    heights = np.concatenate([[0.0], row, [1.0]])
    # The first grid point that reaches the truth, as the CRPS counts it.
    certain = (np.arange(len(at)) > positions_at_or_above(grid, np.asarray(value, dtype=float))).astype(float)
    # The square is taken from the truth's step, so that the dark area lies within the light one on both sides.
    squared = np.abs(certain - (certain - heights) ** 2)
    style = {"step": "post", "linewidth": 0, "facecolor": LIGHT}
    difference = axes.fill_between(at, *_ordered(heights, certain), label=DIFFERENCE, **style)
    style |= {"facecolor": MIDDLE, "edgecolor": "white", "hatch": "////"}
    square = axes.fill_between(at, *_ordered(squared, certain), label=SQUARE, **style)
    (line,) = axes.step(at, heights, where="post", color=DARK, linewidth=1.6, label="predicted CDF")
    truth = axes.axvline(value, color=ACCENT, linestyle=DASHED, linewidth=1.5, label="truth")
    axes.set(xlim=(at[0], at[-1]), ylim=(-0.03, 1.03), yticks=[0, 0.5, 1])
    axes.set_xticks(shown_thresholds(grid))
    return difference, square, line, truth


def shown_thresholds(grid):
    """Return the thresholds to name: all where they fit, else the ends and the one nearest to their middle.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.plotting._cdfs import shown_thresholds
    >>> shown_thresholds(np.arange(20.0)), shown_thresholds(np.array([0, 0.5, 1000]))
    (array([ 0.,  9., 19.]), array([   0., 1000.]))
    """
    span = grid[-1] - grid[0]
    # A panel is as wide as the labels 0 to 10; longer ones would run into each other.
    if sum(len(f"{each:g}") for each in grid) <= 12 and np.diff(grid).min() >= span / 12:
        return grid
    middle = grid[np.abs(grid - grid[0] - span / 2).argmin()]
    apart = 0.25 * span < middle - grid[0] < 0.75 * span
    return np.array([grid[0], middle, grid[-1]]) if apart else grid[[0, -1]]


def _ordered(one, other):
    return np.minimum(one, other), np.maximum(one, other)


def choose_rows(grades, scores, quantiles):
    """Return one row of each grade for each quantile of the grade's scores, and names of the quantiles.

    Parameters
    ----------
    grades : array-like of shape (n_rows,)
    scores : array-like of shape (n_rows,)
        CRPS of each row.
    quantiles : sequence of float
        0.5 shows a typical forecast, 0.9 one of the worse ones.

    Returns
    -------
    rows : ndarray of int of shape (n_quantiles * n_grades,)
    names : list of str
        One for each quantile, none for a single one.

    Examples
    --------
    >>> from skerosion.plotting._cdfs import choose_rows
    >>> rows, names = choose_rows([0, 0, 0, 1], [0.9, 0.2, 0.1, 0.5], [0.5])
    >>> rows.tolist()
    [1, 3]
    """
    if not len(quantiles) or not all(0 <= quantile <= 1 for quantile in quantiles):
        raise ValueError(f"quantiles must hold shares from 0 to 1, got {quantiles!r}.")
    grades, scores = np.asarray(grades), np.asarray(scores, dtype=float)
    of_grades = [np.flatnonzero(grades == grade) for grade in np.unique(grades)]
    orders = [rows[np.argsort(scores[rows], kind="stable")] for rows in of_grades]
    chosen = [order[round(quantile * (len(order) - 1))] for quantile in quantiles for order in orders]
    names = ["typical" if quantile == 0.5 else f"{100 * quantile:g} % are better" for quantile in quantiles]
    return np.array(chosen, dtype=int), names if len(names) > 1 else []


def grades_for(y_true, bins):
    """Return the grades among which rows are chosen."""
    return whole_numbers(y_true, "y_true without bins") if bins is None else grades_of(y_true, bins)
