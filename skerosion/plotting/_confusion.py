"""Confusion matrices with each true grade's row made a whole, so that rare grades show as much as common ones."""

import numpy as np
from matplotlib import rc_context

from ._style import STYLE, panels


def confusion_shares(truth, prediction, classes):
    """Share of each true grade's rows that is predicted as each grade.

    Parameters
    ----------
    truth, prediction : array-like of int of shape (n_rows,)
    classes : sequence of int

    Returns
    -------
    shares : ndarray of shape (n_grades, n_grades)
        Rows are true grades and sum to one; a row of a grade that does not occur is not a number.
    counts : ndarray of int of shape (n_grades,)
        Rows of each true grade.

    Examples
    --------
    >>> from skerosion.plotting import confusion_shares
    >>> shares, counts = confusion_shares([0, 0, 1], [0, 1, 1], [0, 1])
    >>> shares.tolist(), counts.tolist()
    ([[0.5, 0.5], [0.0, 1.0]], [2, 1])
    """
    from sklearn.metrics import confusion_matrix

    matrix = confusion_matrix(truth, prediction, labels=list(classes)).astype(float)
    counts = matrix.sum(axis=1)
    shares = np.divide(matrix, counts[:, None], out=np.full(matrix.shape, np.nan), where=counts[:, None] > 0)
    return shares, counts.astype(int)


def plot_confusion_matrices(truth, predictions, *, classes, name="grade", columns=2):
    """Class-normalised confusion matrices side by side.

    Parameters
    ----------
    truth : array-like of int of shape (n_rows,)
    predictions : dict of str to array-like of int of shape (n_rows,)
        Title of each panel and its predicted grades.
    classes : sequence of int
    name : str, default="grade"
    columns : int, default=2
        Panels in a row.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> from skerosion.plotting import plot_confusion_matrices
    >>> figure = plot_confusion_matrices([0, 1], {"original": [0, 0]}, classes=[0, 1])
    >>> print(figure.axes[0].get_title(loc="left"))
    original
    class-normalised accuracy 0.500
    """
    figure, axes = panels(len(predictions), columns=columns, size=(3.5, 3.25))
    with rc_context(STYLE):
        for panel, (title, prediction) in zip(axes, predictions.items(), strict=True):
            shares, counts = confusion_shares(truth, prediction, classes)
            drawn = _draw_matrix(panel, shares, counts, classes)
            panel.set_title(f"{title}\nclass-normalised accuracy {np.nanmean(np.diag(shares)):.3f}")
            panel.set(xlabel=f"predicted {name}", ylabel=f"true {name} (images)")
        bar = figure.colorbar(drawn, ax=axes, shrink=0.6, aspect=30, pad=0.02)
        bar.set_label(f"share of the true {name}'s images, percent")
    return figure


def _draw_matrix(axes, shares, counts, classes):
    drawn = axes.imshow(100 * shares, cmap="Blues", vmin=0, vmax=100)
    for (row, column), share in np.ndenumerate(shares):
        if np.isfinite(share):
            # White on dark cells and black on light ones, the diagonal in bold: readable without the colours.
            weight = "bold" if row == column else "normal"
            color = "white" if share > 0.55 else "black"
            axes.text(column, row, f"{100 * share:.0f}", ha="center", va="center", color=color, weight=weight)
    ticks = np.arange(len(classes))
    axes.set_xticks(ticks, classes)
    axes.set_yticks(ticks, [f"{grade} ({count:,})" for grade, count in zip(classes, counts, strict=True)])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return drawn
