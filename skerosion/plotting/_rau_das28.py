"""Damage against activity: the Rau score of visits over their DAS28, with correlations and their doubt."""

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.lines import Line2D
from scipy.stats import pearsonr, spearmanr

from skerosion._counted import counted
from skerosion._keys import as_keys
from skerosion._validation import Choice, check_parameter
from skerosion.clinical import ACTIVITY_CUT_OFFS
from skerosion.metrics import check_same_length, group_bootstrap_interval
from skerosion.visits import RauDistribution

from ._axes import PanelDisplay
from ._shown import by_name
from ._style import ACCENT, DARK, DASHED, MIDDLE, STYLE

CORRELATIONS = {"Pearson": pearsonr, "Spearman": spearmanr}


class RauDAS28Display(PanelDisplay):
    """Rau score over DAS28, a point per visit, one panel a DAS28; above it both correlations with their intervals.

    Use :meth:`from_predictions` to make one. The Rau score is damage that stays, the DAS28 activity on the day: they
    need not go together. Visits of one patient do, so patients are resampled, with all their visits. A correlation of
    predicted scores is weaker than that of the true ones.

    Parameters
    ----------
    rau : array-like of shape (n_visits,)
        Scores.
    das28 : dict of str to array-like of shape (n_visits,)
        Name -> DAS28; NaN where a visit has none.
    intervals : array-like of shape (n_visits, 2) or None, default=None
        Lower and upper ends of the predicted scores.
    correlations : dict of str to dict of str to (float, float, float)
        Name -> "Pearson" and "Spearman" -> estimate and ends of its interval.
    coverage : float, default=0.9
        Of the intervals of the scores.
    confidence : float, default=0.95
        Of the intervals of the correlations.
    scheme : {"common", "crp"}, default="common"
        Of the cut-offs of activity.

    Attributes
    ----------
    points_ : dict of str to matplotlib.lines.Line2D
        Of each DAS28.
    whiskers_ : dict of str to matplotlib.collections.LineCollection
        Likewise; empty without intervals.
    axes_, ax_, figure_ : ndarray of matplotlib Axes, the first of them, and its Figure
        One panel a DAS28.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.plotting import RauDAS28Display
    >>> rng = np.random.default_rng(0)
    >>> activity, patients = rng.uniform(2, 7, 60), np.repeat(np.arange(20), 3)
    >>> rau = 10 * activity + rng.normal(0, 20, 60)
    >>> display = RauDAS28Display.from_predictions(rau, {"ESR": activity}, groups=patients, n_resamples=100)
    >>> sorted(display.correlations["ESR"]), display.correlations["ESR"]["Pearson"][0] > 0.4
    (['Pearson', 'Spearman'], True)
    """

    def __init__(self, rau, das28, *, intervals=None, correlations, coverage=0.9, confidence=0.95, scheme="common"):
        self.rau = rau
        self.das28 = das28
        self.intervals = intervals
        self.correlations = correlations
        self.coverage = coverage
        self.confidence = confidence
        self.scheme = scheme

    @classmethod
    def from_predictions(
        cls,
        rau,
        das28,
        *,
        groups=None,
        coverage=0.9,
        n_resamples=1000,
        confidence=0.95,
        random_state=0,
        scheme="common",
        name=None,
        columns=2,
        ax=None,
    ):
        """Draw scores of visits over their DAS28.

        Parameters
        ----------
        rau : RauDistribution or array-like of shape (n_visits,)
            Predicted scores, whose means are drawn with intervals; or scores.
        das28 : array-like of shape (n_visits,), or mapping of name to one
            DAS28 of the same visits in the same order; missing ones are left out.
        groups : array-like of shape (n_visits,) or None, default=None
            Patient of each visit; None takes those of a RauDistribution, and for scores draws visits one by one.
        coverage : float, default=0.9
            Of the intervals of a RauDistribution.
        n_resamples : int, default=1000
            Draws of patients, see :func:`skerosion.metrics.group_bootstrap_interval`.
        confidence : float, default=0.95
            Of the intervals of the correlations.
        random_state : int, RandomState instance or None, default=0
            Of the draws.
        scheme : {"common", "crp"}, default="common"
            Cut-offs of activity, see :func:`skerosion.clinical.das28_activity`.
        name : str or None, default=None
            Of a single DAS28.
        columns, ax
            As for :meth:`plot`.

        Returns
        -------
        RauDAS28Display

        Raises
        ------
        ValueError
            For visits that differ in number, another scheme, or a DAS28 that fewer than three visits have.
        """
        check_parameter("scheme", scheme, (Choice(tuple(ACTIVITY_CUT_OFFS)),))
        predicted = isinstance(rau, RauDistribution)
        if groups is None:
            groups = rau.index.get_level_values(0) if predicted else np.arange(len(rau))
        intervals = rau.interval(coverage, kind="shortest") if predicted else None
        scores = rau.mean() if predicted else np.asarray(rau, dtype=float)
        activities = {key: np.asarray(each, dtype=float) for key, each in by_name(das28, name, what="das28").items()}
        check_same_length(rau=scores, groups=groups, **{key or "das28": each for key, each in activities.items()})
        draws = {"n_resamples": n_resamples, "confidence": confidence, "random_state": random_state}
        found = {key: _correlate(each, scores, as_keys(groups), draws) for key, each in activities.items()}
        settings = {"coverage": coverage, "confidence": confidence, "scheme": scheme}
        display = cls(scores, activities, intervals=intervals, correlations=found, **settings)
        return display.plot(ax, columns=columns)

    @rc_context(STYLE)
    def plot(self, ax=None, *, columns=2):
        """Draw one panel a DAS28.

        Parameters
        ----------
        ax : matplotlib Axes, sequence of them, Figure or callable, default=None
            Where to draw: one Axes for each panel, a figure for all, or what makes one, such as
            ``matplotlib.figure.Figure`` for a figure that pyplot does not keep. None makes one with pyplot.
        columns : int, default=2
            Panels in a row of a figure.

        Returns
        -------
        self : RauDAS28Display
        """
        panels = self._take_axes(ax, len(self.das28), columns=columns, size=(4.2, 3.9), sharey=True)
        self.points_, self.whiskers_ = {}, {}
        for axes, (name, activity) in zip(panels, self.das28.items(), strict=True):
            self._draw_visits(axes, name, np.asarray(activity))
            axes.set_title(self._title(name, activity), fontsize=8.5)
            cut_offs = [axes.axvline(x, color=ACCENT, linestyle=DASHED, linewidth=1.0, zorder=0) for x in self._cuts]
            axes.set_ylim(bottom=0)
        self._label_outer("DAS28", "Rau score")
        whisker = "-" if self.intervals is not None else ""
        visit = Line2D([], [], color=MIDDLE, marker="o", markersize=4, markerfacecolor=DARK, linestyle=whisker)
        of_visit = f"a visit, {100 * self.coverage:g} % interval" if whisker else "a visit"
        self._explain([visit, cut_offs[0]], [of_visit, f"activity: {', '.join(f'{x:g}' for x in self._cuts)}"])
        return self

    @property
    def _cuts(self):
        return ACTIVITY_CUT_OFFS[self.scheme]

    def _draw_visits(self, axes, name, activity):
        seen = np.isfinite(activity) & np.isfinite(self.rau)
        x, y = activity[seen], np.asarray(self.rau)[seen]
        # The more visits, the fainter their intervals: the points stay on top.
        alpha = float(np.clip(60 / max(len(x), 1), 0.2, 0.8))
        if self.intervals is not None:
            low, high = np.asarray(self.intervals)[seen].T
            self.whiskers_[name] = axes.vlines(x, low, high, color=MIDDLE, alpha=alpha, linewidth=1.0, zorder=1)
        style = {"color": DARK, "markersize": 3.2, "alpha": 0.8, "markeredgewidth": 0}
        (self.points_[name],) = axes.plot(x, y, "o", **style)

    def _title(self, name, activity):
        n = int((np.isfinite(activity) & np.isfinite(self.rau)).sum())
        head = " · ".join(filter(None, [name, counted(n, "visit")]))
        found = self.correlations[name].items()
        lines = [f"{kind} {each:.2f} ({low:.2f} to {high:.2f})" for kind, (each, low, high) in found]
        return "\n".join([head, *lines])


def _correlate(activity, scores, groups, draws):
    """Return both correlations of the visits that have both scores, with the ends of their intervals."""
    seen = np.isfinite(activity) & np.isfinite(scores)
    if seen.sum() < 3:
        raise ValueError(f"das28 must be known for three visits or more, got {seen.sum()}; leave this one out.")
    found = {}
    for name, measure in CORRELATIONS.items():
        ranked = (activity[seen], scores[seen])
        interval = group_bootstrap_interval(_correlation_of(measure), *ranked, groups[seen], **draws)
        found[name] = (interval.estimate, interval.low, interval.high)
    return found


def _correlation_of(measure):
    def correlation(x, y):
        # Undefined, and left out by the bootstrap, where a draw has one value only.
        if pd.unique(x).size < 2 or pd.unique(y).size < 2:
            return np.nan
        return measure(x, y).statistic

    return correlation
