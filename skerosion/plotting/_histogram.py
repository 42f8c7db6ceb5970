"""How often each label occurs, and how often it is predicted: the imbalance that everything else is about."""

import numpy as np
from matplotlib import rc_context
from sklearn.utils.validation import column_or_1d

from skerosion._counted import counted
from skerosion._validation import check_parameter
from skerosion.grades import bin_edges, grades_of, order_of
from skerosion.metrics import check_targets

from ._axes import PanelDisplay, turn_long_names
from ._shown import WIDTH, bins_of, by_name, check_rows, evaluations, grade_labels, order_of_names, target_name_of
from ._style import DARK, DASHED, LIGHT, MIDDLE, STYLE, series

TRUTH = "y_true"


ROOM = 0.52
"""Inches of a bar with its share above it."""


class ScoreHistogramDisplay(PanelDisplay):
    """Bars of how often each grade or percentage occurs, and beside them how often estimators predict it.

    Use :meth:`from_predictions` or :meth:`from_estimator` to make one. Grades get a bar each, with count and share.
    Percentages get bars by steps, right-closed and with exactly 0 by itself, on a logarithmic scale under the numbers
    and shares of the grades they fall into.

    Parameters
    ----------
    levels : array-like of shape (n_levels,)
        The grades, or the upper edges of the steps.
    counts : array-like of int of shape (n_levels,)
        Images of each level.
    predicted : dict of str to array-like of int of shape (n_levels,), default=None
        How often estimators predict each level.
    edges : array-like of shape (n_edges,) or None, default=None
        Right-closed upper edges of the grades that numbers fall into; None where the levels are grades.
    target_name : str, default="grade"
        What is counted, with its unit.

    Attributes
    ----------
    bars_ : matplotlib.container.BarContainer
        Of the truth.
    predicted_bars_ : dict of str to matplotlib.container.BarContainer
        Of the estimators.
    borders_ : list of matplotlib.lines.Line2D
        Between the grades of numbers.
    ax_, figure_ : matplotlib Axes and Figure
        Where the bars are.

    Examples
    --------
    >>> from skerosion.plotting import ScoreHistogramDisplay
    >>> display = ScoreHistogramDisplay.from_predictions([0, 0, 0, 1], target_name="KL grade")
    >>> [int(bar.get_height()) for bar in display.bars_], display.ax_.get_xlabel()
    ([3, 1], 'KL grade')
    """

    def __init__(self, levels, counts, *, predicted=None, edges=None, target_name="grade"):
        self.levels = levels
        self.counts = counts
        self.predicted = predicted
        self.edges = edges
        self.target_name = target_name

    @classmethod
    def from_estimator(cls, estimator, X, y, *, bins=None, labels=None, step=5, name=None, target_name=None, ax=None):
        """Draw how often labels occur and how often estimators predict them.

        Parameters
        ----------
        estimator : fitted estimator, Pipeline or search, or mapping of name to one
            Where it predicts a distribution, its median is counted.
        X : ImageRows or array-like
            Rows to predict.
        y : array-like of shape (n_rows,)
            Their grades or numbers.
        bins : "ratingen", array-like of shape (n_edges,) or None, default=None
            How numbers fall into grades; None takes the estimator's own, and without those counts grades.
        labels, step, target_name, ax
            As for :meth:`from_predictions`.
        name : str or None, default=None
            Of a single estimator; None takes its class.

        Returns
        -------
        ScoreHistogramDisplay

        Examples
        --------
        >>> from sklearn.dummy import DummyClassifier
        >>> from skerosion.plotting import ScoreHistogramDisplay
        >>> X, y = [[0.0]] * 4, [0, 0, 0, 1]
        >>> display = ScoreHistogramDisplay.from_estimator(DummyClassifier().fit(X, y), X, y)
        >>> [int(bar.get_height()) for bar in display.predicted_bars_["DummyClassifier"]]
        [4, 0]
        """
        found = evaluations(estimator, X, y, name=name, bins=bins, labels=labels)
        bins = bins_of(found)
        labels = order_of_names(found) if labels is None and bins is None else labels
        predicted = {key: each.grades[1] if bins is None else each.central_value for key, each in found.items()}
        settings = {"bins": bins, "labels": labels, "step": step, "target_name": target_name, "ax": ax}
        return cls.from_predictions(y, predicted, **settings)

    @classmethod
    def from_predictions(
        cls, y_true, y_pred=None, *, bins=None, labels=None, step=5, name=None, target_name=None, ax=None
    ):
        """Draw how often labels occur, and how often they are predicted.

        Parameters
        ----------
        y_true : array-like of shape (n_rows,)
            Grades, or numbers with `bins`.
        y_pred : array-like of shape (n_rows,), mapping of name to one, or None, default=None
            Predictions of the same kind; None draws the truth alone.
        bins : "ratingen", array-like of shape (n_edges,) or None, default=None
            How numbers fall into grades; None counts grades.
        labels : array-like of shape (n_grades,) or None, default=None
            All grades in their order; None takes those that occur. Numbers with `bins` need none.
        step : float, default=5
            Width of a bar of numbers, in their unit.
        name : str or None, default=None
            Of a single estimator.
        target_name : str or None, default=None
            What is counted, with its unit; None is "grade", or "percent eroded" with Ratingen bins.
        ax
            Where to draw, see :meth:`plot`.

        Returns
        -------
        ScoreHistogramDisplay

        Raises
        ------
        ValueError
            For rows that differ in number, grades that `labels` lacks, a step that is not positive, or continuous
            numbers without bins.
        """
        labels = order_of(y_true) if labels is None and bins is None else labels
        given = {} if y_pred is None else by_name(y_pred, name, default="predicted")
        check_rows(y_true, given)
        every = {key: column_or_1d(np.asarray(each)) for key, each in (given | {TRUTH: y_true}).items()}
        edges = bin_edges(bins)
        if edges is None:
            levels, counts = _count_grades(every, labels)
        else:
            levels, counts = _count_numbers(every, edges, bins, step, labels)
        target_name = target_name_of(target_name, bins, "grade" if edges is None else "target")
        display = cls(levels, counts.pop(TRUTH), predicted=counts, edges=edges, target_name=target_name)
        return display.plot(ax)

    @rc_context(STYLE)
    def plot(self, ax=None):
        """Draw the bars.

        Parameters
        ----------
        ax : matplotlib Axes, Figure or callable, default=None
            Where to draw: axes, a figure, or what makes one, such as ``matplotlib.figure.Figure`` for a figure that
            pyplot does not keep. None makes one with pyplot.

        Returns
        -------
        self : ScoreHistogramDisplay
        """
        numbers = self.edges is not None
        (axes,) = self._take_axes(ax, 1, columns=1, size=(6.6, 3.3) if numbers else (self._width(), 3.1))
        places = np.asarray(self.levels, dtype=float) if numbers else np.arange(len(self.levels))
        self._draw_bars(axes, places, width=0.8 * (places[1] - places[0] if numbers else 1))
        self.borders_ = self._mark_grades(axes, places) if numbers else []
        if not numbers:
            self._name_grades(axes, places)
        if self.predicted:
            self._explain([self.bars_, *self.predicted_bars_.values()])
        return self

    def _width(self):
        """Inches that leave each bar the room of the text above it."""
        return max(5.0, ROOM * len(self.levels))

    def _draw_bars(self, axes, places, width):
        """Draw the truth in light bars and each estimator's predictions in narrower ones that are hatched."""
        predicted = self.predicted or {}
        width = width / (1 + len(predicted))
        starts = places - width * len(predicted) / 2
        style = {"width": width, "linewidth": 0.8}
        self.bars_ = axes.bar(starts, self.counts, color=MIDDLE, edgecolor=DARK, label="truth", **style)
        self.predicted_bars_ = {}
        for position, (name, counts) in enumerate(predicted.items(), 1):
            look = series(position)
            self.predicted_bars_[name] = axes.bar(
                starts + position * width,
                counts,
                color="white" if position % 2 else LIGHT,
                edgecolor=look["color"],
                hatch=look["hatch"],
                label=f"predicted, {name}" if name != "predicted" else name,
                **style,
            )
        axes.set(xlabel=self.target_name, ylabel="images")

    def _name_grades(self, axes, places):
        counts = np.asarray(self.counts)
        for bars in (self.bars_, *self.predicted_bars_.values()):
            heights = [int(bar.get_height()) for bar in bars]
            shares = [f"\n{n / counts.sum():.1%}" if not self.predicted else "" for n in heights]
            texts = [f"{n:,}{share}" for n, share in zip(heights, shares, strict=True)]
            # Upright beside other bars, where they would run into each other.
            style = {"rotation": 90, "fontsize": 7.5} if self.predicted else {"fontsize": 8.5}
            axes.bar_label(bars, texts, padding=3, color="0.15", **style)
        axes.set_xticks(places, self.levels)
        turn_long_names(axes, self.levels, 72 * self._width() / len(self.levels) * 0.8)
        axes.set_title(_ratio(counts))
        axes.margins(y=0.18)

    def _mark_grades(self, axes, places):
        """Draw the borders between grades, and above each its number and share of the images."""
        step, counts = places[1] - places[0], np.asarray(self.counts)
        top = max(np.max(each) for each in (counts, *(self.predicted or {}).values()))
        axes.set_yscale("log")
        axes.set(ylim=(0.7, top * 5), ylabel="images (logarithmic)", xlim=(places[0] - 1.8 * step, places[-1] + step))
        ends = [places[0] - step, *self.edges, places[-1]]
        for grade, (low, high) in enumerate(zip(ends[:-1], ends[1:], strict=True)):
            share = counts[(places > low) & (places <= high)].sum() / counts.sum()
            # The column of grade 0 is narrower than its text, which therefore ends at the border.
            place, side = (high + 0.4 * step, "right") if grade == 0 else ((low + high + step) / 2, "center")
            axes.text(place, top * 1.6, f"{grade}\n{share:.1%}", ha=side, va="bottom", fontsize=8.5)
        style = {"color": "0.35", "linestyle": DASHED, "linewidth": 0.9}
        axes.set_title(f"{counted(counts.sum(), 'image')}; on top the share of each grade")
        return [axes.axvline(edge + step / 2, **style) for edge in self.edges]


def _count_grades(every, labels):
    """Return the grades and how often each set of rows has them."""
    every = {key: grades_of(values) for key, values in every.items()}
    levels = grade_labels(every.values(), labels)
    return levels, {key: (values[:, np.newaxis] == levels).sum(axis=0) for key, values in every.items()}


def _count_numbers(every, edges, bins, step, labels):
    """Return steps that end at the edges' scale and how many numbers of each set of rows lie in each."""
    if labels is not None:
        raise ValueError(f"labels must be left out beside bins, which make the grades, got {labels!r}.")
    check_parameter("step", step, (WIDTH,))
    every = {key: check_targets(values, key) for key, values in every.items()}
    truth = every[TRUTH]
    # A percentage has its ends; other targets reach from the lowest to the highest true number.
    ends = (0.0, 100.0) if isinstance(bins, str) else (min(truth.min(), edges[0]), max(truth.max(), edges[-1]))
    levels = step * np.arange(np.floor(ends[0] / step), np.ceil(ends[1] / step) + 1)
    # What an estimator predicts beyond the ends counts with them.
    places = {key: np.clip(np.searchsorted(levels, values), 0, len(levels) - 1) for key, values in every.items()}
    return levels, {key: np.bincount(each, minlength=len(levels)) for key, each in places.items()}


def _ratio(counts):
    """Say the imbalance in one line."""
    present = counts[counts > 0]
    return f"{counted(counts.sum(), 'image')}, most to least frequent {present.max() / present.min():.0f} : 1"
