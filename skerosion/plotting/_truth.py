"""Predicted values against the truth, with dense places still readable."""

import numpy as np
from matplotlib import colormaps, rc_context
from matplotlib.colors import ListedColormap, LogNorm
from matplotlib.patches import Patch

from ._style import ACCENT, DARK, LIGHT, MIDDLE, STYLE, panels

SEEN = ListedColormap(colormaps["Blues"](np.linspace(0.2, 1, 256)))
"""Blues without the nearly white ones, in which a single image would not be seen."""


def boxes_by_grade(truth, prediction, classes):
    """Predictions of each true grade.

    Parameters
    ----------
    truth : array-like of int of shape (n_rows,)
    prediction : array-like of shape (n_rows,)
    classes : sequence of int

    Returns
    -------
    list of ndarray
        One array for each grade, possibly empty.

    Examples
    --------
    >>> from skerosion.plotting import boxes_by_grade
    >>> [each.tolist() for each in boxes_by_grade([0, 2, 0], [0.1, 1.8, 0.3], [0, 1, 2])]
    [[0.1, 0.3], [], [1.8]]
    """
    truth, prediction = np.asarray(truth), np.asarray(prediction, dtype=float)
    return [prediction[truth == grade] for grade in classes]


def plot_grades_against_truth(truth, predictions, *, classes, name="grade", label="predicted mean", columns=3, seed=0):
    """Predicted values for each true grade: jittered points beneath boxes.

    Parameters
    ----------
    truth : array-like of int of shape (n_rows,)
    predictions : dict of str to array-like of shape (n_rows,)
        Title of each panel and its predicted values.
    classes : sequence of int
    name : str, default="grade"
    label : str, default="predicted mean"
        What the values are.
    columns : int, default=3
    seed : int, default=0
        Of the jitter.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> from skerosion.plotting import plot_grades_against_truth
    >>> len(plot_grades_against_truth([0, 1], {"a": [0.2, 0.9], "b": [0, 1]}, classes=[0, 1]).axes)
    2
    """
    figure, axes = panels(len(predictions), columns=columns, size=(3.0, 3.3), sharex=True, sharey=True)
    generator = np.random.default_rng(seed)
    with rc_context(STYLE):
        for panel, (title, prediction) in zip(axes, predictions.items(), strict=True):
            values = boxes_by_grade(truth, prediction, classes)
            _draw_points(panel, values, classes, generator)
            _draw_boxes(panel, values, classes)
            panel.plot(classes, classes, color=ACCENT, linestyle=(0, (4, 2)), linewidth=1.3, zorder=5)
            panel.set_title(f"{title} · r = {_correlation(truth, prediction):.2f}")
            panel.set(xlabel=f"true {name}", xticks=list(classes), yticks=list(classes))
        axes[0].set_ylabel(f"{label} {name}")
        _explain(figure, axes[0])
    return figure


def _explain(figure, axes):
    """Say what dots, boxes and the dashed line are."""
    point = axes.plot([], [], ".", color=MIDDLE)[0]
    box = Patch(facecolor="white", edgecolor=DARK, label="middle half")
    perfect = axes.plot([], [], color=ACCENT, linestyle=(0, (4, 2)))[0]
    names = ["one image", "median, middle half, 5 to 95 %", "truth"]
    figure.legend([point, box, perfect], names, loc="outside upper center", ncols=3)


def _draw_points(axes, values, classes, generator):
    for grade, each in zip(classes, values, strict=True):
        place = grade + generator.uniform(-0.36, 0.36, len(each))
        # The more points, the fainter each: their darkness stays that of a density.
        alpha = float(np.clip(200 / max(len(each), 1), 0.12, 0.7))
        axes.plot(place, each, ".", color=MIDDLE, markersize=2.6, alpha=alpha, markeredgewidth=0, rasterized=True)


def _draw_boxes(axes, values, classes):
    present = [(grade, each) for grade, each in zip(classes, values, strict=True) if len(each)]
    axes.boxplot(
        [each for _, each in present],
        positions=[grade for grade, _ in present],
        widths=0.42,
        whis=(5, 95),
        showfliers=False,
        manage_ticks=False,
        medianprops={"color": DARK, "linewidth": 2.0},
        boxprops={"color": DARK, "linewidth": 1.0},
        whiskerprops={"color": DARK, "linewidth": 1.0},
        capprops={"color": DARK, "linewidth": 1.0},
        zorder=4,
    )


def plot_percents_against_truth(truth, predictions, *, label="predicted mean", columns=3, step=5):
    """Predicted against true percentages: hexagons shaded by their number of images, medians and middle halves on top.

    Parameters
    ----------
    truth : array-like of shape (n_rows,)
        Percentages.
    predictions : dict of str to array-like of shape (n_rows,)
    label : str, default="predicted mean"
    columns : int, default=3
    step : int, default=5
        Truth is taken together in steps of this many points for the medians.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> from skerosion.plotting import plot_percents_against_truth
    >>> len(plot_percents_against_truth([0, 50, 100], {"a": [1, 40, 90]}).axes)
    2
    """
    figure, axes = panels(len(predictions), columns=columns, size=(3.0, 3.3), sharex=True, sharey=True)
    truth = np.asarray(truth, dtype=float)
    with rc_context(STYLE):
        counts = [_draw_hexagons(panel, truth, each) for panel, each in zip(axes, predictions.values(), strict=True)]
        norm = LogNorm(1, max(2, *(drawn.get_array().max() for drawn in counts)))
        for panel, drawn, (title, prediction) in zip(axes, counts, predictions.items(), strict=True):
            drawn.set_norm(norm)
            panel.plot([0, 100], [0, 100], color=ACCENT, linestyle=(0, (4, 2)), linewidth=1.3)
            _draw_medians(panel, truth, np.asarray(prediction, dtype=float), step)
            panel.set_title(f"{title} · r = {_correlation(truth, prediction):.2f}")
            panel.set(xlabel="true percent", aspect="equal", xlim=(-4, 104), ylim=(-4, 104))
        axes[0].set_ylabel(f"{label} percent")
        figure.colorbar(counts[0], ax=axes, shrink=0.7, aspect=25, pad=0.02).set_label("images (logarithmic)")
    return figure


def _draw_hexagons(axes, truth, prediction):
    return axes.hexbin(truth, prediction, gridsize=24, extent=(0, 100, 0, 100), cmap=SEEN, mincnt=1, linewidths=0.1)


def _draw_medians(axes, truth, prediction, step):
    """Median and middle half of the predictions at each level of truth that has at least five images."""
    level = step * np.round(truth / step)
    levels = [each for each in np.unique(level) if (level == each).sum() >= 5]
    if not levels:
        return
    quarters = np.array([np.quantile(prediction[level == each], [0.25, 0.5, 0.75]) for each in levels])
    middle = quarters[:, 1]
    whiskers = np.abs(quarters[:, [0, 2]] - middle[:, None]).T
    style = {"markersize": 3.5, "markerfacecolor": LIGHT, "markeredgecolor": DARK, "elinewidth": 1.0}
    axes.errorbar(levels, middle, yerr=whiskers, fmt="o", ecolor=DARK, **style)


def _correlation(truth, prediction):
    if np.std(truth) == 0 or np.std(prediction) == 0:
        return float("nan")
    return float(np.corrcoef(truth, prediction)[0, 1])
