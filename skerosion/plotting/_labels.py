"""How often each label occurs: the imbalance that everything else is about."""

import numpy as np
from matplotlib import rc_context

from skerosion.clinical import RATINGEN_EDGES

from ._style import ACCENT, DARK, MIDDLE, STYLE, panels

GRADE_ENDS = (*RATINGEN_EDGES, 100.0)
"""Right-closed upper edges of the Ratingen grades 0..5 in percent."""


def grade_counts(grades, classes=None):
    """Count each grade.

    Parameters
    ----------
    grades : array-like of int of shape (n_rows,)
    classes : sequence of int or None, default=None
        Grades to count; None takes those that occur.

    Returns
    -------
    classes : ndarray
    counts : ndarray of int

    Examples
    --------
    >>> from skerosion.plotting import grade_counts
    >>> [each.tolist() for each in grade_counts([0, 0, 2], classes=[0, 1, 2])]
    [[0, 1, 2], [2, 0, 1]]
    """
    grades = np.asarray(grades)
    classes = np.unique(grades) if classes is None else np.asarray(classes)
    return classes, (grades[:, None] == classes).sum(axis=0)


def percent_counts(percents, step=5):
    """Count percentages: exactly 0 by itself, then right-closed steps, each named by its upper edge.

    Parameters
    ----------
    percents : array-like of shape (n_rows,)
    step : int, default=5
        A divisor of 100.

    Returns
    -------
    levels : ndarray
        0, step, 2 step, ..., 100.
    counts : ndarray of int

    Examples
    --------
    >>> from skerosion.plotting import percent_counts
    >>> [each.tolist() for each in percent_counts([0, 0.5, 25, 26], step=25)]
    [[0, 25, 50, 75, 100], [1, 2, 1, 0, 0]]
    """
    levels = np.arange(0, 101, step)
    position = np.searchsorted(levels, np.asarray(percents, dtype=float), side="left")
    return levels, np.bincount(position, minlength=len(levels))


def plot_grade_histogram(grades, *, classes=None, name="grade"):
    """Bars of how often each grade occurs, with count and share.

    Parameters
    ----------
    grades : array-like of int of shape (n_rows,)
    classes : sequence of int or None, default=None
    name : str, default="grade"
        What a label is called.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> from skerosion.plotting import plot_grade_histogram
    >>> plot_grade_histogram([0, 0, 1]).axes[0].get_xlabel()
    'grade'
    """
    classes, counts = grade_counts(grades, classes)
    figure, (axes,) = panels(1, columns=1, size=(5.0, 3.1))
    with rc_context(STYLE):
        bars = axes.bar(np.arange(len(classes)), counts, color=MIDDLE, edgecolor=DARK, linewidth=0.8)
        axes.bar_label(bars, [f"{n:,}\n{n / counts.sum():.1%}" for n in counts], padding=2, fontsize=8.5, color="0.15")
        axes.set_xticks(np.arange(len(classes)), classes)
        axes.set(xlabel=name, ylabel="images", title=_ratio(counts, name))
        axes.margins(y=0.18)
    return figure


def plot_percent_histogram(percents, *, step=5):
    """Bars of how often each percentage occurs, on a logarithmic scale, with the shares of the Ratingen grades.

    Parameters
    ----------
    percents : array-like of shape (n_rows,)
    step : int, default=5

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> from skerosion.plotting import plot_percent_histogram
    >>> plot_percent_histogram([0, 5, 100]).axes[0].get_yscale()
    'log'
    """
    levels, counts = percent_counts(percents, step)
    figure, (axes,) = panels(1, columns=1, size=(6.6, 3.3))
    with rc_context(STYLE):
        axes.bar(levels, counts, width=0.8 * step, color=MIDDLE, edgecolor=DARK, linewidth=0.8)
        axes.set_yscale("log")
        axes.set_ylim(0.7, counts.max() * 4)
        _mark_grades(axes, counts, levels, step)
        axes.set_xticks(np.arange(0, 101, 10))
        axes.set(xlabel="eroded joint surface, percent", ylabel="images (logarithmic)")
        axes.set_xlim(-9, 105)
        axes.set_title(f"{counts.sum():,} images; above: Ratingen grades and their shares, borders dashed")
    return figure


def _mark_grades(axes, counts, levels, step):
    """Borders between grades, and above each its number and share."""
    low = -step
    for grade, high in enumerate(GRADE_ENDS):
        share = counts[(levels > low) & (levels <= high)].sum() / counts.sum()
        # The column of grade 0 is narrower than its text, which therefore ends at the border.
        place, side = (step / 2 - 0.5, "right") if grade == 0 else ((low + high + step) / 2, "center")
        axes.text(place, counts.max() * 1.5, f"{grade}\n{share:.1%}", ha=side, va="bottom", fontsize=8.5)
        if grade < len(GRADE_ENDS) - 1:
            axes.axvline(high + step / 2, color=ACCENT, linestyle=(0, (4, 3)), linewidth=0.9)
        low = high


def _ratio(counts, name):
    """The imbalance in one line."""
    present = counts[counts > 0]
    return f"{counts.sum():,} images, most to least frequent {name} {present.max() / present.min():.0f} : 1"
