"""The Rau score of patients over their visits: intervals, and the band that noise alone would keep to."""

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.lines import Line2D

from skerosion._keys import unique_keys
from skerosion.metrics import check_same_length

from ._axes import PanelDisplay
from ._style import ACCENT, DARK, LIGHT, MIDDLE, STYLE

MOST_PATIENTS = 3
"""So many patients are drawn where none are named: those with the most visits."""


class RauCourseDisplay(PanelDisplay):
    """The predicted Rau score over the visits of patients, one panel per patient.

    Use :meth:`from_predictions` to make one. Around the first visit lies the band of the smallest detectable change:
    a visit within it (open circle) may be a patient whose score did not move, one beyond it (full circle) is more than
    noise. The numbers above the intervals are the scored joints.

    Parameters
    ----------
    rau : RauDistribution
        Scores of visits, among them those of the patients.
    patients : sequence
        Whom to draw.
    truth : array-like of shape (n_visits,) or None, default=None
        True scores of all visits of `rau`.
    coverage : float, default=0.9
        Of the intervals.
    confidence : float, default=0.95
        Of the band: so many estimated changes have an error below half its width.

    Attributes
    ----------
    points_ : dict to matplotlib.container.ErrorbarContainer
        Patient -> the estimates with their intervals.
    bands_ : dict to matplotlib.collections.PolyCollection
        Patient -> the band; not for those with one visit.
    moved_ : dict to matplotlib.lines.Line2D
        Patient -> the visits that are more than noise.
    truths_ : dict to matplotlib.lines.Line2D
        Patient -> true scores; empty without.
    axes_, ax_, figure_ : ndarray of matplotlib Axes, the first of them, and its Figure
        One panel per patient.

    Examples
    --------
    >>> from skerosion.plotting import RauCourseDisplay
    >>> from skerosion.visits import rau_distribution
    >>> joints = [[0.9, 1.0]] * 20 + [[0.8, 1.0]] * 20 + [[0.1, 1.0]] * 20  # cdfs of the grades 0 and 1
    >>> years = [2010] * 20 + [2011] * 20 + [2012] * 20
    >>> rau = rau_distribution(joints, ["a"] * 60, years, bins=None)
    >>> display = RauCourseDisplay.from_predictions(rau)
    >>> display.moved_["a"].get_xdata().tolist()
    [2012]
    """

    def __init__(self, rau, patients, *, truth=None, coverage=0.9, confidence=0.95):
        self.rau = rau
        self.patients = patients
        self.truth = truth
        self.coverage = coverage
        self.confidence = confidence

    @classmethod
    def from_predictions(cls, rau, patients=None, *, truth=None, coverage=0.9, confidence=0.95, columns=3, ax=None):
        """Draw patients over their visits.

        Parameters
        ----------
        rau : RauDistribution
            Scores of visits, such as :meth:`skerosion.visits.RauForecaster.predict_distribution` returns. The visits
            of its index, numbers or dates, are the horizontal axis.
        patients : sequence or None, default=None
            Whom to draw; None is up to three with the most visits.
        truth : array-like of shape (n_visits,) or None, default=None
            True scores in line with `rau`, drawn beside the predicted ones.
        coverage : float, default=0.9
            Of the intervals.
        confidence : float, default=0.95
            Of the band, see :meth:`skerosion.visits.RauDistribution.changes`.
        columns, ax
            As for :meth:`plot`.

        Returns
        -------
        RauCourseDisplay

        Raises
        ------
        ValueError
            For a patient that `rau` does not have, or true scores that differ in number.
        """
        known = rau.index.get_level_values(0)
        if patients is None:
            counts = pd.Series(known).value_counts(sort=False)
            counts = counts.iloc[np.argsort(unique_keys(counts.index)[1])]
            patients = counts.sort_values(ascending=False, kind="stable").index[:MOST_PATIENTS]
        strange = [patient for patient in patients if patient not in known]
        if strange or not len(patients):
            got = f"{strange[0]!r}" if strange else "none"
            raise ValueError(f"patients must be among those of rau, got {got}; rau.index holds {known.nunique()}.")
        if truth is not None:
            check_same_length(rau=rau, truth=truth)
        return cls(rau, list(patients), truth=truth, coverage=coverage, confidence=confidence).plot(ax, columns=columns)

    @rc_context(STYLE)
    def plot(self, ax=None, *, columns=3):
        """Draw one panel per patient.

        Parameters
        ----------
        ax : matplotlib Axes, sequence of them, Figure or callable, default=None
            Where to draw: one Axes for each panel, a figure for all, or what makes one, such as
            ``matplotlib.figure.Figure`` for a figure that pyplot does not keep. None makes one with pyplot.
        columns : int, default=3
            Panels in a row of a figure.

        Returns
        -------
        self : RauCourseDisplay
        """
        size = (3.1, 3.2) if len(self.patients) > 1 else (4.8, 3.6)
        panels = self._take_axes(ax, len(self.patients), columns=columns, size=size, sharey=True)
        self.points_, self.bands_, self.moved_, self.truths_ = {}, {}, {}, {}
        for axes, patient in zip(panels, self.patients, strict=True):
            self._draw_patient(axes, patient)
            axes.set_title(f"patient {patient}")
        panels[0].set_ylim(bottom=0)
        self._label_outer("visit", "Rau score")
        self._explain_marks()
        return self

    def _draw_patient(self, axes, patient):
        rows = np.flatnonzero(self.rau.index.get_level_values(0) == patient)
        scores, times = self.rau[rows], self.rau.index.get_level_values(1)[rows]
        mean, (low, high) = scores.mean(), scores.interval(self.coverage, kind="shortest").T
        changes = scores.changes(since="first", confidence=self.confidence)
        if len(changes):
            # The band begins where the visits do, as wide as at the second one.
            margin = changes.smallest_detectable.to_numpy()[np.maximum(np.arange(len(rows)) - 1, 0)]
            self.bands_[patient] = axes.fill_between(
                times, mean[0] - margin, mean[0] + margin, color=LIGHT, linewidth=0, zorder=0
            )
        style = {"color": DARK, "ecolor": MIDDLE, "markerfacecolor": "white", "markersize": 5.5, "capsize": 2.5}
        spread = [np.maximum(mean - low, 0), np.maximum(high - mean, 0)]
        self.points_[patient] = axes.errorbar(times, mean, yerr=spread, fmt="o-", linewidth=1.0, **style)
        moved = np.append(False, changes.more_than_noise.to_numpy(dtype=bool))
        (self.moved_[patient],) = axes.plot(times[moved], mean[moved], "o", color=DARK, markersize=5.5, zorder=4)
        if self.truth is not None:
            style = {"color": ACCENT, "markersize": 6, "markeredgewidth": 1.6, "zorder": 5}
            (self.truths_[patient],) = axes.plot(times, np.asarray(self.truth)[rows], "x", **style)
        for time, top, joints in zip(times, high, scores.n_joints, strict=True):
            place = {"xytext": (0, 3), "textcoords": "offset points", "ha": "center"}
            axes.annotate(f"{joints}", (time, top), color="0.25", **place)
        _mark_visits(axes, times)

    def _explain_marks(self):
        look = {"color": DARK, "marker": "o", "markersize": 5.5}
        handles = [Line2D([], [], markerfacecolor="white", **look), Line2D([], [], linestyle="", **look)]
        names = [f"predicted, {100 * self.coverage:g} % interval", "more than noise since the first visit"]
        if self.bands_:
            handles.append(next(iter(self.bands_.values())))
            names.append(f"noise, {100 * self.confidence:g} %")
        if self.truths_:
            handles.append(next(iter(self.truths_.values())))
            names.append("true")
        handles.append(
            Line2D(
                [], [], linestyle="", marker=f"${self.rau.n_joints[0]}$", color="0.25", markersize=11, markeredgewidth=0
            )
        )
        names.append("scored joints")
        self._explain(handles, names)


def _mark_visits(axes, times):
    """Put a tick at each visit where visits are numbers or names, few of them on an axis of dates."""
    axes.margins(x=0.12, y=0.12)  # the numbers above intervals take room
    if pd.api.types.is_datetime64_any_dtype(times):
        locator = AutoDateLocator(minticks=2, maxticks=5)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    else:
        axes.set_xticks(times)
