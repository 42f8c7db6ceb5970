"""Predicted values against the truth, with dense places still readable."""

import numpy as np
from matplotlib import colormaps, rc_context
from matplotlib.colors import ListedColormap, LogNorm
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from sklearn.utils import check_random_state

from skerosion._validation import Choice, check_parameter
from skerosion.metrics import check_targets, correlation

from ._axes import PanelDisplay
from ._shown import PERCENT_NAME, WIDTH, bins_of, by_name, check_rows, check_settings, evaluations
from ._style import ACCENT, DARK, DASHED, LIGHT, MIDDLE, STYLE

SEEN = ListedColormap(colormaps["Blues"](np.linspace(0.2, 1, 256)))
"""Blues without the nearly white ones, in which a single image would not be seen."""

KINDS = ("auto", "jitter", "hexbin")
MOST_GRADES = 11
"""More different whole numbers than this are not grades."""

WHOLE = [factor * 10**power for power in range(8) for factor in (1, 3)]
"""Ticks of numbers of images."""

LINE = {"color": ACCENT, "linestyle": DASHED, "linewidth": 1.3}
OUTLINE = {"color": DARK, "linewidth": 1.0}


class PredictionTruthDisplay(PanelDisplay):
    """Predicted against true values, one panel per estimator: jittered points under boxes, or shaded hexagons.

    Use :meth:`from_predictions` or :meth:`from_estimator` to make one. For grades every image is a point that is
    fainter the more there are of its grade, beneath a box of the middle half with whiskers from 5 to 95 %. For
    percentages and other numbers hexagons are shaded by their number of images, with median and middle half of each
    step on top. The title has Pearson's correlation.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True values.
    y_pred : dict of str to array-like of shape (n_rows,)
        Predicted values of each estimator.
    kind : {"jitter", "hexbin"}, default="jitter"
        Points of grades, or hexagons of numbers.
    limits : (float, float) or None, default=None
        Ends of both axes of hexagons; None takes those of the values.
    step : float, default=5
        True numbers are taken together in steps of this width for the medians.
    target_name : str, default="grade"
        What is predicted, with its unit.

    Attributes
    ----------
    points_ : dict of str to list of matplotlib.lines.Line2D
        Of each estimator, one for each grade; empty for hexagons.
    boxes_ : dict of str to dict
        What matplotlib's ``boxplot`` returns; empty for hexagons.
    hexagons_ : dict of str to matplotlib.collections.PolyCollection
        Of each estimator; empty for grades.
    medians_ : dict of str to matplotlib.container.ErrorbarContainer
        Of each estimator whose truth has a step of at least five images; empty for grades.
    axes_, ax_, figure_ : ndarray of matplotlib Axes, the first of them, and its Figure
        One panel per estimator.

    Examples
    --------
    >>> from skerosion.plotting import PredictionTruthDisplay
    >>> display = PredictionTruthDisplay.from_predictions([0, 1, 2], {"a": [0.2, 0.9, 1.6], "b": [1, 1, 1]})
    >>> [axes.get_title(loc="left") for axes in display.axes_]
    ['a · r = 1.00', 'b · r = nan']
    """

    def __init__(self, y_true, y_pred, *, kind="jitter", limits=None, step=5, target_name="grade"):
        self.y_true = y_true
        self.y_pred = y_pred
        self.kind = kind
        self.limits = limits
        self.step = step
        self.target_name = target_name

    @classmethod
    def from_estimator(cls, estimator, X, y, *, name=None, **settings):
        """Draw what fitted estimators predict.

        Parameters
        ----------
        estimator : fitted estimator, Pipeline or search, or mapping of name to one
            Its ``predict`` is drawn, which has to be a number.
        X : ImageRows or array-like
            Rows to predict.
        y : array-like of shape (n_rows,)
            Their grades or numbers.
        name : str or None, default=None
            Of a single estimator; None takes its class.
        **settings
            `kind`, `limits`, `step`, `target_name`, `columns`, `random_state` and `ax`, as for
            :meth:`from_predictions`. With Ratingen bins these are hexagons of "percent eroded" from 0 to 100, where
            nothing else is asked for.

        Returns
        -------
        PredictionTruthDisplay

        Examples
        --------
        >>> from sklearn.linear_model import LinearRegression
        >>> from skerosion.plotting import PredictionTruthDisplay
        >>> X, y = [[0.0], [1.0], [2.0]], [0, 1, 2]
        >>> PredictionTruthDisplay.from_estimator(LinearRegression().fit(X, y), X, y).ax_.get_title(loc="left")
        'LinearRegression · r = 1.00'
        """
        check_settings(cls.from_predictions, settings)
        found = evaluations(estimator, X, y, name=name)
        if bins_of(found) == "ratingen":
            settings = {"limits": (0, 100), "kind": "hexbin", "target_name": PERCENT_NAME} | settings
        return cls.from_predictions(y, {key: each.numbers[1] for key, each in found.items()}, **settings)

    @classmethod
    def from_predictions(
        cls,
        y_true,
        y_pred,
        *,
        kind="auto",
        limits=None,
        step=5,
        name=None,
        target_name=None,
        columns=3,
        random_state=0,
        ax=None,
    ):
        """Draw predicted values.

        Parameters
        ----------
        y_true : array-like of shape (n_rows,)
            Grades or numbers.
        y_pred : array-like of shape (n_rows,), or mapping of name to one
            Predicted grades or numbers.
        kind : {"auto", "jitter", "hexbin"}, default="auto"
            ``"auto"`` takes jittered points where the truth is at most 11 different whole numbers, else hexagons.
        limits : (float, float) or None, default=None
            Ends of both axes of hexagons; None takes those of the values.
        step : float, default=5
            True numbers are taken together in steps of this width for the medians on the hexagons.
        name : str or None, default=None
            Of a single estimator.
        target_name : str or None, default=None
            What is predicted, with its unit; None is "grade" for points and "target" for hexagons.
        columns, random_state, ax
            As for :meth:`plot`.

        Returns
        -------
        PredictionTruthDisplay

        Raises
        ------
        ValueError
            For rows that differ in number, values that are not finite numbers, another kind, or a step that is not
            positive.
        """
        check_parameter("kind", kind, (Choice(KINDS),))
        check_parameter("step", step, (WIDTH,))
        given = by_name(y_pred, name)
        check_rows(y_true, given)
        truth = check_targets(y_true)
        predicted = {key: check_targets(each, key or "y_pred") for key, each in given.items()}
        if kind == "auto":
            kind = "jitter" if _are_grades(truth) else "hexbin"
        target_name = target_name or ("grade" if kind == "jitter" else "target")
        display = cls(truth, predicted, kind=kind, limits=limits, step=step, target_name=target_name)
        return display.plot(ax, columns=columns, random_state=random_state)

    @rc_context(STYLE)
    def plot(self, ax=None, *, columns=3, random_state=0):
        """Draw one panel per estimator.

        Parameters
        ----------
        ax : matplotlib Axes, sequence of them, Figure or callable, default=None
            Where to draw: one Axes for each panel, a figure for all, or what makes one, such as
            ``matplotlib.figure.Figure`` for a figure that pyplot does not keep. None makes one with pyplot.
        columns : int, default=3
            Panels in a row of a figure.
        random_state : int, RandomState instance or None, default=0
            Of the jitter.

        Returns
        -------
        self : PredictionTruthDisplay
        """
        shared = {"sharex": True, "sharey": True}
        size = (3.0, 3.5) if len(self.y_pred) > 1 else (4.2, 4.4)
        panels = self._take_axes(ax, len(self.y_pred), columns=columns, size=size, **shared)
        self._label_outer(f"true {self.target_name}", f"predicted {self.target_name}")
        self.points_, self.boxes_, self.hexagons_, self.medians_ = {}, {}, {}, {}
        if self.kind == "jitter":
            self._draw_grades(panels, check_random_state(random_state))
        else:
            self._draw_numbers(panels)
        for axes, (name, prediction) in zip(panels, self.y_pred.items(), strict=True):
            title = f"r = {correlation(self.y_true, prediction):.2f}"
            axes.set_title(f"{name} · {title}" if name else title)
        return self

    def _draw_grades(self, panels, generator):
        grades = np.unique(self.y_true)
        for axes, (name, prediction) in zip(panels, self.y_pred.items(), strict=True):
            values = [np.asarray(prediction)[np.asarray(self.y_true) == grade] for grade in grades]
            self.points_[name] = _draw_points(axes, values, grades, generator)
            self.boxes_[name] = _draw_boxes(axes, values, grades)
            (line,) = axes.plot(grades[[0, -1]], grades[[0, -1]], zorder=5, **LINE)
            # Every second one, or third, where all would run into each other.
            shown = grades[:: -(-len(grades) // MOST_TICKS)]
            axes.set(xticks=shown, yticks=shown)
        handles = [
            Line2D([], [], color=MIDDLE, marker=".", linestyle=""),
            Patch(facecolor="white", edgecolor=DARK),
            line,
        ]
        self._explain(handles, ["one image", "median, middle half, 5 to 95 %", "prediction = truth"])

    def _draw_numbers(self, panels):
        every = [self.y_true, *self.y_pred.values()]
        low, high = self.limits or (min(map(np.min, every)), max(map(np.max, every)))
        high = high if high > low else low + 1
        margin = 0.04 * (high - low)
        for axes, (name, prediction) in zip(panels, self.y_pred.items(), strict=True):
            self.hexagons_[name] = _draw_hexagons(axes, self.y_true, prediction, (low, high, low, high))
            (line,) = axes.plot([low, high], [low, high], **LINE)
            if (medians := _draw_medians(axes, self.y_true, prediction, self.step)) is not None:
                self.medians_[name] = medians
            axes.set(aspect="equal", xlim=(low - margin, high + margin), ylim=(low - margin, high + margin))
        # One scale for all panels, so that shades compare.
        norm = LogNorm(1, max(2, *(drawn.get_array().max() for drawn in self.hexagons_.values())))
        for drawn in self.hexagons_.values():
            drawn.set_norm(norm)
        bar = self._add_colorbar(drawn, "images (logarithmic)")
        # Whole numbers, and few of them: matplotlib's own ticks run into each other where there are few images.
        bar.minorticks_off()
        bar.set_ticks(ticks := [n for n in WHOLE if n <= norm.vmax], labels=[f"{n:,}" for n in ticks])
        medians = Line2D([], [], color=DARK, marker="o", markerfacecolor=LIGHT, linestyle="-")
        self._explain([medians, line], ["median and middle half", "prediction = truth"])


MOST_TICKS = 10
"""Grades that are named on an axis."""


def _are_grades(truth):
    return len(np.unique(truth)) <= MOST_GRADES and np.equal(truth, np.rint(truth)).all()


def _draw_points(axes, values, grades, generator):
    # Whole numbers would lie on one line; apart from each other they show how many there are.
    whole = all(np.equal(each, np.rint(each)).all() for each in values)
    gap = np.diff(grades).min(initial=np.inf) if len(grades) > 1 else 1.0
    drawn = []
    for grade, each in zip(grades, values, strict=True):
        place = grade + gap * generator.uniform(-0.36, 0.36, len(each))
        height = each + (gap * generator.uniform(-0.2, 0.2, len(each)) if whole else 0.0)
        # The more points, the fainter each: their darkness stays that of a density.
        alpha = float(np.clip(200 / max(len(each), 1), 0.12, 0.7))
        style = {"color": MIDDLE, "markersize": 2.6, "alpha": alpha, "markeredgewidth": 0, "rasterized": True}
        drawn += axes.plot(place, height, ".", **style)
    return drawn


def _draw_boxes(axes, values, grades):
    present = [(grade, each) for grade, each in zip(grades, values, strict=True) if len(each)]
    gap = np.diff(grades).min(initial=np.inf) if len(grades) > 1 else 1.0
    return axes.boxplot(
        [each for _, each in present],
        positions=[grade for grade, _ in present],
        widths=0.42 * gap,
        whis=(5, 95),
        showfliers=False,
        manage_ticks=False,
        medianprops={"color": DARK, "linewidth": 2.0},
        boxprops=OUTLINE,
        whiskerprops=OUTLINE,
        capprops=OUTLINE,
        zorder=4,
    )


def _draw_hexagons(axes, truth, prediction, extent):
    style = {"gridsize": 24, "cmap": SEEN, "mincnt": 1, "linewidths": 0.1}
    # Beyond the limits an image counts at the border rather than not at all.
    truth, prediction = np.clip(truth, *extent[:2]), np.clip(prediction, *extent[2:])
    return axes.hexbin(truth, prediction, extent=extent, **style)


def _draw_medians(axes, truth, prediction, step):
    """Draw median and middle half of the predictions at each step of truth that has at least five images."""
    level = step * np.round(truth / step)
    levels = [each for each in np.unique(level) if (level == each).sum() >= 5]
    if not levels:
        return None
    quarters = np.array([np.quantile(prediction[level == each], [0.25, 0.5, 0.75]) for each in levels])
    middle = quarters[:, 1]
    whiskers = np.abs(quarters[:, [0, 2]] - middle[:, np.newaxis]).T
    style = {"markersize": 3.5, "markerfacecolor": LIGHT, "markeredgecolor": DARK, "elinewidth": 1.0}
    return axes.errorbar(levels, middle, yerr=whiskers, fmt="o", ecolor=DARK, **style)
