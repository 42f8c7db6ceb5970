"""Strategies or estimators beside each other and beside what never looks at an image, with their doubt."""

import warnings
from functools import partial

import numpy as np
from matplotlib import rc_context

from skerosion._keys import as_keys
from skerosion.grades import grades_of
from skerosion.metrics import group_bootstrap_interval

from ._axes import PanelDisplay
from ._compared import chosen_metrics, floor_forecasts, read_evaluations
from ._shown import bins_of, by_name, check_rows, evaluations
from ._style import ACCENT, DARK, DASHED, STYLE

STRATEGY = {"color": DARK, "marker": "o", "markersize": 5}
FLOOR = {"color": "0.45", "marker": "D", "markersize": 4.5, "markerfacecolor": "white"}


class StrategyComparisonDisplay(PanelDisplay):
    """Scores of strategies with patient-bootstrap intervals beside those of floors, one panel per score.

    Use :meth:`from_predictions` or :meth:`from_estimator` to make one. Filled circles are strategies, open diamonds
    floors, which never look at an image; the dashed line is the best floor. Intervals that overlap show no difference
    and exclude none: :func:`skerosion.metrics.group_bootstrap_difference` compares two on the same draws.

    Parameters
    ----------
    scores : dict of str to dict of str to (float, float, float)
        Score -> strategy or floor -> estimate and ends of its interval. A score may lack some rows.
    floors : sequence of str, default=()
        Which of the rows are floors.
    smaller_is_better : sequence of str, default=()
        Which of the scores are errors.
    confidence : float, default=0.95
        Of the intervals.
    resampled : str or None, default="patients"
        What the intervals come from; None leaves it unsaid.
    row_name : str, default="strategy"
        What a row that is not a floor is, in the legend.

    Attributes
    ----------
    points_ : dict of str to dict of str to matplotlib.container.ErrorbarContainer
        Score -> strategy or floor -> its marker and interval.
    lines_ : dict of str to matplotlib.lines.Line2D
        Score -> the line of its best floor.
    axes_, ax_, figure_ : ndarray of matplotlib Axes, the first of them, and its Figure
        One panel per score.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.plotting import StrategyComparisonDisplay
    >>> y, patients = np.repeat([0, 1, 2, 0], 10), np.tile(np.arange(10), 4)
    >>> predictions = {"original": np.where(y == 1, 0, y), "class weights": y}
    >>> display = StrategyComparisonDisplay.from_predictions(y, predictions, groups=patients)
    >>> for name, (estimate, low, high) in display.scores["class-normalised accuracy"].items():
    ...     print(f"{name}: {estimate:.2f}")
    original: 0.67
    class weights: 1.00
    floor: always 0: 0.33
    floor: always 1: 0.33
    """

    def __init__(
        self, scores, *, floors=(), smaller_is_better=(), confidence=0.95, resampled="patients", row_name="strategy"
    ):
        self.scores = scores
        self.floors = floors
        self.smaller_is_better = smaller_is_better
        self.confidence = confidence
        self.resampled = resampled
        self.row_name = row_name

    @classmethod
    def from_estimator(
        cls,
        estimator,
        X,
        y,
        *,
        metrics="class_normalized_accuracy",
        groups=None,
        reference=None,
        bins=None,
        zero_threshold=0,
        labels=None,
        n_resamples=1000,
        confidence=0.95,
        random_state=0,
        name=None,
        columns=3,
        ax=None,
    ):
        """Score fitted estimators on the same rows and draw them beside the floors.

        Parameters
        ----------
        estimator : fitted estimator, Pipeline or search, or mapping of name to one
            The strategies.
        X : ImageRows or array-like
            Rows that none of them was fitted on.
        y : array-like of shape (n_rows,)
            Their grades or numbers.
        metrics : str or sequence of str, default="class_normalized_accuracy"
            One panel each, by the names that :func:`skerosion.metrics.list_metrics` has of grades, numbers and
            distributions.
        groups : array-like of shape (n_rows,) or None, default=None
            Patient of each row; None takes those that ``X`` brings along, and without those draws rows one by one.
        reference : array-like or None, default=None
            Targets that the floors know, in general those of the training part; None takes `y`.
        bins : "ratingen", array-like of shape (n_edges,) or None, default=None
            How a regressor's numbers fall into grades; None takes its own.
        zero_threshold : float, default=0
            With bins, predicted numbers up to here are grade 0.
        labels : array-like of shape (n_grades,) or None, default=None
            All grades in their order; needed where they are not integers.
        n_resamples, confidence, random_state, columns, ax
            As for :meth:`from_predictions`.
        name : str or None, default=None
            Of a single estimator; None takes its class.

        Returns
        -------
        StrategyComparisonDisplay

        Examples
        --------
        >>> from sklearn.dummy import DummyClassifier
        >>> from skerosion.plotting import StrategyComparisonDisplay
        >>> X, y = [[0.0]] * 6, [0, 0, 0, 1, 1, 2]
        >>> estimators = {"most frequent": DummyClassifier().fit(X, y)}
        >>> display = StrategyComparisonDisplay.from_estimator(estimators, X, y, metrics="accuracy")
        >>> display.scores["accuracy"]["most frequent"][0]
        0.5
        """
        found = evaluations(estimator, X, y, name=name, bins=bins, zero_threshold=zero_threshold, labels=labels)
        if groups is None:
            groups = getattr(X, "groups", None)
        draws = {"n_resamples": n_resamples, "confidence": confidence, "random_state": random_state}
        scored = []
        for metric in chosen_metrics(metrics):
            truth, predicted, order = read_evaluations(metric, found)
            known = reference if reference is None or metric.reads != "grades" else grades_of(reference, bins_of(found))
            scored.append((metric, *_score(metric, truth, predicted, groups, known, order, draws)))
        return cls._of(scored, confidence, groups).plot(ax, columns=columns)

    @classmethod
    def from_predictions(
        cls,
        y_true,
        y_pred,
        *,
        metrics="class_normalized_accuracy",
        groups=None,
        reference=None,
        labels=None,
        n_resamples=1000,
        confidence=0.95,
        random_state=0,
        name=None,
        columns=3,
        ax=None,
    ):
        """Score predictions for the same rows and draw them beside the floors.

        Parameters
        ----------
        y_true : array-like of shape (n_rows,)
            Grades, or numbers.
        y_pred : array-like of shape (n_rows,) or GridDistribution, or mapping of name to one
            What the metrics read: grades, numbers or distributions.
        metrics : str, sequence of str, or mapping of title to callable, default="class_normalized_accuracy"
            One panel each, by the names of :func:`skerosion.metrics.list_metrics`, or own ``metric(y_true, y_pred)``.
        groups : array-like of shape (n_rows,) or None, default=None
            Patient of each row; None draws rows one by one.
        reference : array-like or None, default=None
            Targets that the floors know, in general those of the training part; None takes `y_true`.
        labels : array-like of shape (n_grades,) or None, default=None
            All grades in their order; needed where they are not integers.
        n_resamples : int, default=1000
            Draws of patients, see :func:`skerosion.metrics.group_bootstrap_interval`.
        confidence : float, default=0.95
            Of the intervals.
        random_state : int, RandomState instance or None, default=0
            Of the draws; an int gives all rows the same ones.
        name : str or None, default=None
            Of a single strategy; None is "strategy".
        columns, ax
            As for :meth:`plot`.

        Returns
        -------
        StrategyComparisonDisplay

        Raises
        ------
        ValueError
            For rows that differ in number, metrics that are not known, or fewer than two groups.
        """
        given = by_name(y_pred, name, default="strategy")
        check_rows(y_true, given)
        truth, groups = np.asarray(y_true), None if groups is None else as_keys(groups)
        draws = {"n_resamples": n_resamples, "confidence": confidence, "random_state": random_state}
        scored = []
        for metric in chosen_metrics(metrics, next(iter(given.values()))):
            scored.append((metric, *_score(metric, truth, given, groups, reference, labels, draws)))
        return cls._of(scored, confidence, groups).plot(ax, columns=columns)

    @classmethod
    def _of(cls, scored, confidence, groups):
        """Make a display of scores with what strategies and floors have of each."""
        return cls(
            {metric.title: rows | floors for metric, rows, floors in scored},
            floors=tuple(dict.fromkeys(floor for _, _, floors in scored for floor in floors)),
            smaller_is_better=tuple(metric.title for metric, _, _ in scored if metric.better == "lower"),
            confidence=confidence,
            resampled="images" if groups is None else "patients",
        )

    @rc_context(STYLE)
    def plot(self, ax=None, *, columns=3):
        """Draw one panel per score.

        Parameters
        ----------
        ax : matplotlib Axes, sequence of them, Figure or callable, default=None
            Where to draw: one Axes for each panel, a figure for all, or what makes one, such as
            ``matplotlib.figure.Figure`` for a figure that pyplot does not keep. None makes one with pyplot.
        columns : int, default=3
            Panels in a row of a figure.

        Returns
        -------
        self : StrategyComparisonDisplay
        """
        rows = list(dict.fromkeys(row for scores in self.scores.values() for row in scores))
        # Floors stand below the strategies, whatever the order of the scores.
        rows.sort(key=lambda row: row in self.floors)
        columns = max(1, min(columns, len(self.scores)))
        # Room for the names of the rows, which stand once a line, and for the legend over a single panel.
        width = max(2.4 + 0.075 * max(map(len, rows)) / columns, 5.2 / columns)
        size = (width, 1.2 + 0.27 * len(rows))
        panels = self._take_axes(ax, len(self.scores), columns=columns, size=size, sharey=True)
        self.points_, self.lines_ = {}, {}
        for axes, (title, scores) in zip(panels, self.scores.items(), strict=True):
            self.points_[title] = {row: self._draw_row(axes, rows.index(row), row, scores[row]) for row in scores}
            self._draw_best_floor(axes, title, scores)
            direction = "smaller" if title in self.smaller_is_better else "larger"
            axes.set_xlabel(f"{title}\n({direction} is better)")
        self._label_rows(panels, rows)
        self._explain_rows()
        return self

    def _draw_row(self, axes, place, row, cell):
        estimate, low, high = cell
        look = FLOOR if row in self.floors else STRATEGY
        spread = [[estimate - low], [high - estimate]]
        return axes.errorbar([estimate], [place], xerr=spread, linestyle="", capsize=2.5, elinewidth=1.3, **look)

    def _label_rows(self, panels, rows):
        """Name the rows, once a line of panels where these share their axis."""
        for axes in panels:
            axes.set(yticks=range(len(rows)), yticklabels=rows, ylim=(len(rows) - 0.4, -0.6))
            axes.grid(axis="y", color="0.9", linewidth=0.8)
            axes.set_axisbelow(True)
            axes.tick_params(axis="y", length=0)
            axes.locator_params(axis="x", nbins=5)

    def _draw_best_floor(self, axes, title, scores):
        values = [scores[floor][0] for floor in self.floors if floor in scores]
        if values:
            best = min(values) if title in self.smaller_is_better else max(values)
            self.lines_[title] = axes.axvline(best, color=ACCENT, linestyle=DASHED, linewidth=1.2, zorder=1)

    def _explain_rows(self):
        points = next(iter(self.points_.values()))
        marks = {row in self.floors: mark for row, mark in points.items()}
        source = f" from resampling {self.resampled}" if self.resampled else ""
        interval = f"{100 * self.confidence:g} % interval{source}"
        names = {False: f"{self.row_name}, {interval}", True: "floor: never looks at an image"}
        handles = [*marks.values(), *list(self.lines_.values())[:1]]
        self._explain(handles, [*(names[is_floor] for is_floor in marks), "best floor"][: len(handles)])


def _score(metric, y_true, predicted, groups, reference, labels, draws):
    """Return the estimate and interval of each strategy, and of each floor."""
    floors = floor_forecasts(metric, y_true, next(iter(predicted.values())), reference, labels)
    groups = np.arange(len(y_true)) if groups is None else groups
    interval = partial(group_bootstrap_interval, metric.given(labels=labels), y_true, groups=groups, **draws)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        cells = tuple(
            {row: interval(y_pred=each, floor=rows is floors) for row, each in rows.items()}
            for rows in (predicted, floors)
        )
    # Every row is scored on the same resamples, so what is to be said of them is said once.
    for message in dict.fromkeys(str(each.message) for each in caught):
        warnings.warn(f"{metric.title}: {message}", UserWarning, stacklevel=3)
    return tuple({row: (each.estimate, *each) for row, each in of_rows.items()} for of_rows in cells)
