"""Whether predicted probabilities of grades come true as often as they say."""

from typing import NamedTuple

import numpy as np
from matplotlib import rc_context
from sklearn.utils import check_array

from skerosion._counted import counted
from skerosion._validation import Whole, check_parameter
from skerosion.grades import bin_edges, class_positions, grades_of, is_number, order_of
from skerosion.metrics import wilson_interval

from ._axes import PanelDisplay
from ._shown import bins_of, by_name, check_rows, check_settings, evaluations, grade_labels, order_of_names
from ._style import ACCENT, DASHED, STYLE, series

MOST_PANELS = 20


class ReliabilityCurve(NamedTuple):
    """Predicted probabilities of one grade beside how often the grade was there, by bins of the probability.

    Parameters
    ----------
    predicted : ndarray of shape (n_bins,)
        Mean predicted probability of the images in each bin that has any.
    observed : ndarray of shape (n_bins,)
        Share of these images that are of the grade.
    low, high : ndarray of shape (n_bins,)
        Wilson interval of the share.
    counts : ndarray of int of shape (n_bins,)
        Images.

    Examples
    --------
    >>> from skerosion.plotting import ReliabilityDisplay
    >>> display = ReliabilityDisplay.from_predictions([0, 0, 1], [[0.9, 0.1], [0.9, 0.1], [0.2, 0.8]])
    >>> display.curves[""][1].counts
    array([2, 1])
    """

    predicted: np.ndarray
    observed: np.ndarray
    low: np.ndarray
    high: np.ndarray
    counts: np.ndarray


class ReliabilityDisplay(PanelDisplay):
    """Reliability of grade probabilities, one panel per grade: how often the grade is there when it is predicted so.

    Use :meth:`from_predictions` or :meth:`from_estimator` to make one. Points on the dashed diagonal are calibrated;
    below it a grade is promised more often than it comes. Bars are Wilson intervals that take images as independent:
    with several images a patient they are a little too short.

    Parameters
    ----------
    curves : dict of str to list of ReliabilityCurve
        Of each estimator, one for each grade.
    labels : array-like of shape (n_grades,)
        The grades.
    counts : array-like of int of shape (n_grades,)
        Images of each.
    target_name : str, default="grade"
        What a label is called.

    Attributes
    ----------
    lines_ : dict of str to list of matplotlib.container.ErrorbarContainer
        Points with their intervals, one for each grade.
    axes_, ax_, figure_ : ndarray of matplotlib Axes, the first of them, and its Figure
        One panel per grade.

    References
    ----------
    A. H. Murphy, R. L. Winkler, "Reliability of subjective probability forecasts of precipitation and temperature",
    Applied Statistics 26, 1977.

    Examples
    --------
    >>> from skerosion.plotting import ReliabilityDisplay
    >>> probabilities = [[0.9, 0.1]] * 10 + [[0.3, 0.7]] * 10
    >>> display = ReliabilityDisplay.from_predictions([0] * 9 + [1] + [0] * 5 + [1] * 5, probabilities)
    >>> display.curves[""][1].predicted.round(2), display.curves[""][1].observed
    (array([0.1, 0.7]), array([0.1, 0.5]))
    """

    def __init__(self, curves, *, labels, counts, target_name="grade"):
        self.curves = curves
        self.labels = labels
        self.counts = counts
        self.target_name = target_name

    @classmethod
    def from_estimator(cls, estimator, X, y, *, bins=None, name=None, **settings):
        """Draw how reliable the probabilities of fitted estimators are.

        Parameters
        ----------
        estimator : fitted estimator, Pipeline or search, or mapping of name to one
            Classifiers with ``predict_proba``, or regressors that predict distributions.
        X : ImageRows or array-like
            Rows to predict.
        y : array-like of shape (n_rows,)
            Their grades, or the numbers a regressor was fitted on.
        bins : "ratingen", array-like of shape (n_edges,) or None, default=None
            How a regressor's numbers fall into grades; None takes its own, and without those its grid.
        name : str or None, default=None
            Of a single estimator; None takes its class.
        **settings
            `n_bins`, `confidence`, `target_name`, `columns` and `ax`, as for :meth:`from_predictions`.

        Returns
        -------
        ReliabilityDisplay

        Examples
        --------
        >>> from sklearn.dummy import DummyClassifier
        >>> from skerosion.plotting import ReliabilityDisplay
        >>> X, y = [[0.0]] * 4, [0, 0, 0, 1]
        >>> estimator = DummyClassifier(strategy="prior").fit(X, y)
        >>> ReliabilityDisplay.from_estimator(estimator, X, y).curves["DummyClassifier"][1].observed
        array([0.25])
        """
        check_settings(cls.from_predictions, settings, ["labels"])
        found = evaluations(estimator, X, y, name=name, bins=bins)
        truth = grades_of(y, bins_of(found))
        each_has = {key: _probabilities(each) for key, each in found.items()}
        labels, probabilities = _common_labels(each_has, order_of_names(found))
        return cls.from_predictions(truth, probabilities, labels=labels, **settings)

    @classmethod
    def from_predictions(
        cls,
        y_true,
        y_proba,
        *,
        labels=None,
        n_bins=5,
        confidence=0.95,
        name=None,
        target_name="grade",
        columns=3,
        ax=None,
    ):
        """Draw how reliable predicted probabilities are.

        Parameters
        ----------
        y_true : array-like of shape (n_rows,)
            True grades.
        y_proba : array-like of shape (n_rows, n_grades), or mapping of name to one
            Probability of each grade.
        labels : array-like of shape (n_grades,) or None, default=None
            The grades of the columns; None takes those that occur.
        n_bins : int, default=5
            Bins of the probability, all of one width. Those without an image are left out.
        confidence : float, default=0.95
            Of the intervals.
        name : str or None, default=None
            Of a single estimator.
        target_name : str, default="grade"
            What a label is called.
        columns, ax
            As for :meth:`plot`.

        Returns
        -------
        ReliabilityDisplay

        Raises
        ------
        ValueError
            For rows that differ in number, columns that are not one for each grade, rows that do not sum to 1, or more
            than 20 grades.
        """
        given = by_name(y_proba, name)
        check_rows(y_true, given)
        truth, labels = grades_of(y_true), order_of(y_true) if labels is None else labels
        if labels is None and not is_number(truth):
            raise ValueError(
                "labels must name the grade of each column of y_proba where grades are names: pass the classes_ of the "
                "classifier."
            )
        labels = grade_labels([truth], labels)
        if len(labels) > MOST_PANELS:
            raise ValueError(
                f"labels must be at most {MOST_PANELS} grades, one panel each, got {len(labels)}; pass bins, such as "
                "'ratingen', to grade numbers."
            )
        checked = {key: _check_probabilities(each, labels) for key, each in given.items()}
        curves = {
            key: [_curve(truth == label, each[:, k], n_bins, confidence) for k, label in enumerate(labels)]
            for key, each in checked.items()
        }
        counts = (truth[:, np.newaxis] == labels).sum(axis=0)
        return cls(curves, labels=labels, counts=counts, target_name=target_name).plot(ax, columns=columns)

    @rc_context(STYLE)
    def plot(self, ax=None, *, columns=3):
        """Draw one panel per grade.

        Parameters
        ----------
        ax : matplotlib Axes, sequence of them, Figure or callable, default=None
            Where to draw: one Axes for each panel, a figure for all, or what makes one, such as
            ``matplotlib.figure.Figure`` for a figure that pyplot does not keep. None makes one with pyplot.
        columns : int, default=3
            Panels in a row of a figure.

        Returns
        -------
        self : ReliabilityDisplay
        """
        panels = self._take_axes(ax, len(self.labels), columns=columns, size=(2.5, 2.7), sharex=True, sharey=True)
        self.lines_ = {name: [] for name in self.curves}
        for k, axes in enumerate(panels):
            (diagonal,) = axes.plot([0, 1], [0, 1], color=ACCENT, linestyle=DASHED, linewidth=1.3, label="calibrated")
            for position, (name, curves) in enumerate(self.curves.items()):
                self.lines_[name].append(_draw_curve(axes, curves[k], name or "share and interval", position))
            axes.set_title(f"{self.target_name} {self.labels[k]}\n{counted(self.counts[k], 'image')}")
            axes.set_aspect("equal")
            axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
        self._label_outer("predicted probability", "share that is so")
        self._explain([*(lines[0] for lines in self.lines_.values()), diagonal])
        return self


def _draw_curve(axes, curve, name, position):
    look = series(position)
    # Beside each other rather than on top: estimators often share their bins.
    places = curve.predicted + 0.012 * position
    spread = np.abs(np.array([curve.low, curve.high]) - curve.observed)
    style = {"color": look["color"], "linestyle": look["linestyle"], "marker": look["marker"], "markersize": 4}
    return axes.errorbar(places, curve.observed, yerr=spread, linewidth=1.2, elinewidth=0.9, label=name, **style)


def _curve(is_grade, probability, n_bins, confidence):
    """Return the reliability of one grade, as scikit-learn's ``calibration_curve``, with counts and intervals."""
    check_parameter("n_bins", n_bins, (Whole(1),))
    place = np.searchsorted(np.linspace(0, 1, n_bins + 1)[1:-1], probability)
    counts = np.bincount(place, minlength=n_bins)
    kept = counts > 0
    sums = [np.bincount(place, values, minlength=n_bins)[kept] for values in (probability, is_grade)]
    predicted, observed = (each / counts[kept] for each in sums)
    ends = [wilson_interval(min(p, 1.0), n, confidence) for p, n in zip(observed, counts[kept], strict=True)]
    low, high = np.array(ends).T
    return ReliabilityCurve(predicted, observed, low, high, counts[kept])


def _probabilities(evaluated):
    """Return the grades and probabilities of an evaluation; numbers are graded by their bins."""
    forecast, bins = evaluated.forecast, evaluated.bins
    if bins is not None and not evaluated.is_classifier and forecast.distribution is not None:
        probabilities = forecast.distribution.grade_probabilities(bin_edges(bins))
        return np.arange(probabilities.shape[1]), probabilities
    if forecast.probabilities is None:
        raise ValueError(f"estimator must predict probabilities or distributions, and {evaluated.name} gives none.")
    return np.asarray(forecast.classes), forecast.probabilities


def _common_labels(probabilities, order=None):
    """Return the grades of all estimators, and their probabilities with a column for each grade."""
    labels = grade_labels([classes for classes, _ in probabilities.values()]) if order is None else order
    spread = {}
    for name, (classes, each) in probabilities.items():
        spread[name] = np.zeros((len(each), len(labels)))
        spread[name][:, class_positions(np.asarray(classes), labels)] = each
    return labels, spread


def _check_probabilities(y_proba, labels):
    y_proba = check_array(y_proba, dtype=float, input_name="y_proba")
    if y_proba.shape[1] != len(labels):
        raise ValueError(
            f"y_proba must have one column for each of the {len(labels)} grades {labels.tolist()}, got "
            f"{y_proba.shape[1]}; pass labels= with the grades of its columns."
        )
    if (y_proba < 0).any() or not np.allclose(y_proba.sum(axis=1), 1, atol=1e-3):
        raise ValueError("y_proba must hold probabilities, rows of which sum to 1; those of a cdf need np.diff first.")
    return y_proba
