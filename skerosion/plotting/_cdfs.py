"""Predicted cumulative distribution functions with the truth and what the CRPS measures between them."""

import numpy as np
from matplotlib import rc_context

from ._style import ACCENT, DARK, LIGHT, STYLE, panels

DIFFERENCE = "difference from the truth; the CRPS sums its square"
PANEL = (1.75, 1.9)
"""Inches."""


def example_rows(grades, scores, quantile=0.5):
    """One row of each grade: the one whose score lies at this quantile of the grade's scores.

    Parameters
    ----------
    grades : array-like of int of shape (n_rows,)
    scores : array-like of shape (n_rows,)
        CRPS of each row.
    quantile : float, default=0.5
        0.5 shows a typical forecast, 0.9 one of the worse ones.

    Returns
    -------
    ndarray of int of shape (n_grades,)

    Examples
    --------
    >>> from skerosion.plotting import example_rows
    >>> example_rows([0, 0, 0, 1], [0.9, 0.2, 0.1, 0.5]).tolist()
    [1, 3]
    """
    grades, scores = np.asarray(grades), np.asarray(scores, dtype=float)
    chosen = []
    for grade in np.unique(grades):
        rows = np.flatnonzero(grades == grade)
        order = rows[np.argsort(scores[rows], kind="stable")]
        chosen.append(order[round(quantile * (len(order) - 1))])
    return np.array(chosen, dtype=int)


def plot_predicted_cdfs(grid, cdf, truth, *, scores=None, label="grade", columns=6, row_names=()):
    """One panel for each row: its predicted CDF, the truth, and the difference between them shaded.

    The CRPS is the sum of the squared height of the shaded area over the grid.

    Parameters
    ----------
    grid : array-like of shape (n_thresholds,)
    cdf : array-like of shape (n_rows, n_thresholds)
    truth : array-like of shape (n_rows,)
    scores : array-like of shape (n_rows,) or None, default=None
        CRPS of each row in points, for the titles.
    label : str, default="grade"
        What the grid measures.
    columns : int, default=3

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> from skerosion.plotting import plot_predicted_cdfs
    >>> plot_predicted_cdfs([0, 1, 2], [[0.2, 0.7, 1.0]], [1]).axes[0].get_title(loc="left")
    'truth 1'
    """
    figure, axes = panels(len(truth), columns=columns, size=PANEL, sharex=True, sharey=True)
    grid = np.asarray(grid, dtype=float)
    scores = [None] * len(truth) if scores is None else scores
    with rc_context(STYLE):
        for panel, row, value, score in zip(axes, np.asarray(cdf, dtype=float), truth, scores, strict=True):
            _draw_cdf(panel, grid, row, value)
            panel.set_title(f"truth {value:g}" + ("" if score is None else f"\nCRPS {score:.2f}"))
        _label_outer(axes, columns, label, row_names)
        handles, names = axes[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside upper center", ncols=3)
    return figure


def _draw_cdf(axes, grid, row, value):
    """Steps: the CDF of a distribution on a grid stays level until the next grid point."""
    reach = np.diff(grid).mean() if len(grid) > 1 else 1.0
    at = np.concatenate([[grid[0] - reach], grid, [grid[-1] + reach]])
    heights = np.concatenate([[0.0], row, [1.0]])
    certain = (at >= value).astype(float)
    axes.fill_between(
        at,
        heights,
        certain,
        step="post",
        color=LIGHT,
        linewidth=0,
        label=DIFFERENCE,
    )
    axes.step(at, heights, where="post", color=DARK, linewidth=1.6, label="predicted CDF")
    axes.axvline(value, color=ACCENT, linestyle=(0, (4, 2)), linewidth=1.5, label="truth")
    axes.set(xlim=(at[0], at[-1]), ylim=(-0.03, 1.03), yticks=[0, 0.5, 1])
    axes.set_xticks(grid if len(grid) <= 11 else np.linspace(grid[0], grid[-1], 3))


def _label_outer(axes, columns, label, row_names):
    for position, panel in enumerate(axes):
        if position % columns == 0:
            name = row_names[position // columns] if row_names else ""
            panel.set_ylabel(f"{name}\nP(y ≤ threshold)".strip())
        panel.tick_params(labelbottom=True)
        if position + columns >= len(axes):
            panel.set_xlabel(label)
