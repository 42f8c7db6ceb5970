"""Confusion matrices with each true grade's row normalised, so that rare grades show as much as common ones."""

import numpy as np
from matplotlib import rc_context
from sklearn.metrics import confusion_matrix

from skerosion.grades import bin_edges, grades_of, order_of

from ._axes import PanelDisplay, turn_long_names
from ._shown import bins_of, by_name, check_rows, check_settings, evaluations, grade_labels, order_of_names
from ._style import STYLE

CELL = 0.38
"""Inches of a cell with a number of three digits."""

FEW, SMALLEST = 8, 4.0
"""Grades up to which empty cells say 0, and the least size of a number in points."""


class ConfusionMatricesDisplay(PanelDisplay):
    """Confusion matrices of one or more estimators side by side, each true grade's row normalised to 100 %.

    Use :meth:`from_predictions` or :meth:`from_estimator` to make one. Each cell is the percentage of the true grade's
    images; the mean of the diagonal, in the title, is the class-normalised accuracy.

    Parameters
    ----------
    matrices : dict of str to array-like of shape (n_grades, n_grades)
        Counts of each estimator, true grades in rows and predicted ones in columns.
    display_labels : array-like of shape (n_grades,)
        The grades.
    target_name : str, default="grade"
        What a label is called.

    Attributes
    ----------
    shares_ : dict of str to ndarray of shape (n_grades, n_grades)
        The matrices with rows that sum to one; a grade that does not occur has NaN.
    images_ : dict of str to matplotlib.image.AxesImage
        The cells of each estimator.
    texts_ : dict of str to ndarray of matplotlib.text.Text of shape (n_grades, n_grades)
        Their numbers; None in an empty row, in cells too small for one, and in empty cells of more than eight grades.
    colorbar_ : matplotlib.colorbar.Colorbar or None
        Of all panels.
    axes_, ax_, figure_ : ndarray of matplotlib Axes, the first of them, and its Figure
        One panel per estimator.

    Examples
    --------
    >>> from skerosion.plotting import ConfusionMatricesDisplay
    >>> predictions = {"constant": [0, 0, 0, 0], "better": [0, 0, 1, 1]}
    >>> display = ConfusionMatricesDisplay.from_predictions([0, 0, 0, 1], predictions)
    >>> display.shares_["better"].round(2).tolist()
    [[0.67, 0.33], [0.0, 1.0]]
    >>> [axes.get_title(loc="left").split()[-1] for axes in display.axes_]
    ['0.500', '0.833']
    """

    def __init__(self, matrices, *, display_labels, target_name="grade"):
        self.matrices = matrices
        self.display_labels = display_labels
        self.target_name = target_name

    @classmethod
    def from_estimator(cls, estimator, X, y, *, labels=None, bins=None, zero_threshold=0, name=None, **settings):
        """Draw the confusion of fitted estimators.

        Parameters
        ----------
        estimator : fitted estimator, Pipeline or search, or mapping of name to one
            A regressor's predictions are graded as :func:`skerosion.metrics.scorers` does: its median, by its bins.
        X : ImageRows or array-like
            Rows to predict.
        y : array-like of shape (n_rows,)
            Their grades, or the numbers a regressor was fitted on.
        labels : array-like of shape (n_grades,) or None, default=None
            All grades in their order; None takes those that occur, are predicted or, with bins, could be.
        bins : "ratingen", array-like of shape (n_edges,) or None, default=None
            How a regressor's numbers fall into grades; None takes its own.
        zero_threshold : float, default=0
            With bins, predicted numbers up to here are grade 0.
        name : str or None, default=None
            Of a single estimator; None takes its class.
        **settings
            `target_name`, `columns`, `colorbar` and `ax`, as for :meth:`from_predictions`.

        Returns
        -------
        ConfusionMatricesDisplay

        Examples
        --------
        >>> from sklearn.linear_model import LogisticRegression
        >>> from sklearn.pipeline import make_pipeline
        >>> from sklearn.preprocessing import StandardScaler
        >>> from skerosion.plotting import ConfusionMatricesDisplay
        >>> X, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
        >>> estimator = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
        >>> ConfusionMatricesDisplay.from_estimator(estimator, X, y).matrices["LogisticRegression"].tolist()
        [[2, 0], [0, 2]]
        """
        check_settings(cls.from_predictions, settings)
        found = evaluations(estimator, X, y, name=name, bins=bins, zero_threshold=zero_threshold, labels=labels)
        edges = bin_edges(bins_of(found))
        if labels is None and edges is not None:
            labels = np.arange(len(edges) + 1)
        labels = order_of_names(found) if labels is None else labels
        truth = next(iter(found.values())).grades[0]
        predicted = {key: each.grades[1] for key, each in found.items()}
        return cls.from_predictions(truth, predicted, labels=labels, **settings)

    @classmethod
    def from_predictions(
        cls, y_true, y_pred, *, labels=None, name=None, target_name="grade", columns=2, colorbar=True, ax=None
    ):
        """Draw the confusion of predicted grades.

        Parameters
        ----------
        y_true : array-like of shape (n_rows,)
            True grades.
        y_pred : array-like of shape (n_rows,), or mapping of name to one
            Predicted grades.
        labels : array-like of shape (n_grades,) or None, default=None
            All grades in their order; None takes those that occur or are predicted.
        name : str or None, default=None
            Of a single estimator.
        target_name : str, default="grade"
            What a label is called.
        columns, colorbar, ax
            As for :meth:`plot`.

        Returns
        -------
        ConfusionMatricesDisplay

        Raises
        ------
        ValueError
            For rows that differ in number, numbers that are not grades, or grades that `labels` lacks.
        """
        given = by_name(y_pred, name)
        check_rows(y_true, given)
        labels = order_of(y_true) if labels is None else labels
        truth, given = grades_of(y_true), {key: grades_of(each) for key, each in given.items()}
        labels = grade_labels([truth, *given.values()], labels)
        matrices = {key: confusion_matrix(truth, each, labels=list(labels)) for key, each in given.items()}
        display = cls(matrices, display_labels=labels, target_name=target_name)
        return display.plot(ax, columns=columns, colorbar=colorbar)

    @rc_context(STYLE)
    def plot(self, ax=None, *, columns=2, colorbar=True):
        """Draw one panel per estimator.

        Parameters
        ----------
        ax : matplotlib Axes, sequence of them, Figure or callable, default=None
            Where to draw: one Axes for each panel, a figure for all, or what makes one, such as
            ``matplotlib.figure.Figure`` for a figure that pyplot does not keep. None makes one with pyplot.
        columns : int, default=2
            Panels in a row of a figure.
        colorbar : bool, default=True
            Whether to explain the shades beside the panels.

        Returns
        -------
        self : ConfusionMatricesDisplay
        """
        # The more grades, the larger a panel: a cell keeps the room that its number takes.
        side = max(3.5, CELL * len(self.display_labels) + 1)
        panels = self._take_axes(ax, len(self.matrices), columns=columns, size=(side, side - 0.25))
        self.shares_ = {name: _row_shares(matrix) for name, matrix in self.matrices.items()}
        self.images_, self.texts_ = {}, {}
        for axes, (name, shares) in zip(panels, self.shares_.items(), strict=True):
            self.images_[name] = axes.imshow(100 * shares, cmap="Blues", vmin=0, vmax=100)
            self.texts_[name] = _write_cells(axes, shares, self._room(axes))
            self._label(axes, name, np.sum(self.matrices[name], axis=1), shares)
        self.colorbar_ = (
            self._add_colorbar(next(iter(self.images_.values())), "percent of the row") if colorbar else None
        )
        return self

    def _room(self, axes):
        """Width of a cell in points: in a figure of its own as planned, in axes that were given as they are."""
        if self._fills_figure:
            return 72 * CELL
        return 72 * min(axes.bbox.size) / axes.get_figure(root=True).dpi / len(self.display_labels)

    def _label(self, axes, name, counts, shares):
        accuracy = f"class-normalised accuracy {np.nanmean(np.diag(shares)):.3f}"
        axes.set_title(f"{name}\n{accuracy}" if name else accuracy)
        ticks, labels = np.arange(len(counts)), self.display_labels
        axes.set_xticks(ticks, labels)
        axes.set_yticks(ticks, [f"{grade} ({count:,})" for grade, count in zip(labels, counts, strict=True)])
        axes.set(xlabel=f"predicted {self.target_name}", ylabel=f"true {self.target_name} (images)")
        axes.tick_params(length=0)
        turn_long_names(axes, labels, self._room(axes))
        axes.spines[:].set_visible(False)


def _row_shares(matrix):
    """Return the matrix with rows that sum to one; a row of a grade that does not occur is not a number."""
    matrix = np.asarray(matrix, dtype=float)
    counts = matrix.sum(axis=1, keepdims=True)
    return np.divide(matrix, counts, out=np.full(matrix.shape, np.nan), where=counts > 0)


def _write_cells(axes, shares, room):
    texts, size = np.full(shares.shape, None), min(9.0, room / 2.4)
    # Below, nobody could read the numbers; among many, those of empty cells would hide the others.
    if size < SMALLEST:
        return texts
    for (row, column), share in np.ndenumerate(shares):
        if np.isfinite(share) and (len(shares) <= FEW or round(100 * share) or row == column):
            # White on dark cells and black on light ones, the diagonal in bold: readable without the colours.
            weight = "bold" if row == column else "normal"
            color = "white" if share > 0.55 else "black"
            style = {"ha": "center", "va": "center", "color": color, "weight": weight, "size": size}
            texts[row, column] = axes.text(column, row, f"{100 * share:.0f}", **style)
    return texts
