"""A sheet of images with what is true of each and what is predicted: the first thing to look at, and the last."""

import numpy as np
from matplotlib import rc_context
from matplotlib.patches import Patch

from skerosion.forecasts import GridDistribution
from skerosion.metrics import check_forecasts, crps

from ._axes import PanelDisplay
from ._cdfs import choose_rows, draw_cdf, grades_for
from ._shown import check_settings, distribution_of, drawable_images, only_evaluation, target_name_of
from ._style import ACCENT, DARK, LIGHT, STYLE

MOST_BARS = 11
"""A distribution on more points than this is drawn as its CDF."""


class JointSheetDisplay(PanelDisplay):
    """Images with their grade, their prediction and the predicted distribution beneath, one panel per row.

    Use :meth:`from_predictions` or :meth:`from_estimator` to make one. Few grades are drawn as bars of their
    probability, the true one hatched; percentages as a CDF with the truth, see
    :class:`~skerosion.plotting.PredictedCDFDisplay`.

    Parameters
    ----------
    images : ndarray of shape (n_panels, H, W, C)
        uint8, or float from 0 to 1.
    y_true : array-like of shape (n_panels,)
        Grades or numbers.
    y_pred : array-like of shape (n_panels,)
        Predictions.
    distribution : GridDistribution of n_panels rows
        What was predicted.
    target_name : str, default="grade"
        What is predicted, with its unit.
    line_names : sequence of str, default=()
        Written at the start of each line of panels.
    name : str or None, default=None
        Of the estimator, above the panels.

    Attributes
    ----------
    images_ : list of matplotlib.image.AxesImage
        The joints.
    distributions_ : list of matplotlib.axes.Axes
        The axes beneath them.
    bars_ : list of matplotlib.container.BarContainer
        Probabilities of grades; empty where CDFs are drawn.
    axes_, ax_, figure_ : ndarray of matplotlib Axes, the first of them, and its Figure
        One panel per row, which holds image and distribution.

    Examples
    --------
    >>> from skerosion.datasets import make_joint_images
    >>> from skerosion.plotting import JointSheetDisplay
    >>> joints = make_joint_images(2, size=16, labels={0: 1, 100: 1}, random_state=0)
    >>> display = JointSheetDisplay.from_predictions(joints.images, [0, 1], [[0.8, 1.0], [0.3, 1.0]])
    >>> [axes.get_title(loc="left") for axes in display.axes_]
    ['truth 0\\npredicted 0', 'truth 1\\npredicted 1']
    """

    def __init__(self, images, y_true, y_pred, distribution, *, target_name="grade", line_names=(), name=None):
        self.images = images
        self.y_true = y_true
        self.y_pred = y_pred
        self.distribution = distribution
        self.target_name = target_name
        self.line_names = line_names
        self.name = name

    @classmethod
    def from_estimator(cls, estimator, X, y, *, bins=None, name=None, **settings):
        """Draw images with what a fitted estimator predicts for them.

        Parameters
        ----------
        estimator : fitted estimator, Pipeline or search
            One that predicts distributions, or a classifier of numeric grades.
        X : ImageRows or array-like
            Images, as :func:`skerosion.datasets.as_image_rows` takes them. All are predicted, for a choice among them.
        y : array-like of shape (n_rows,)
            Their grades or numbers.
        bins : "ratingen", array-like of shape (n_edges,) or None, default=None
            How numbers fall into grades; None takes the estimator's own.
        name : str or None, default=None
            Of the estimator; None takes its class.
        **settings
            `rows`, `quantiles`, `target_name`, `columns` and `ax`, as for :meth:`from_predictions`.

        Returns
        -------
        JointSheetDisplay

        Examples
        --------
        >>> from sklearn.dummy import DummyClassifier
        >>> from skerosion.datasets import make_joint_images
        >>> from skerosion.plotting import JointSheetDisplay
        >>> joints = make_joint_images(4, size=16, labels={0: 1, 100: 1}, random_state=0)
        >>> grades = (joints.percent > 0).astype(int)
        >>> estimator = DummyClassifier(strategy="prior").fit(joints.images, grades)
        >>> JointSheetDisplay.from_estimator(estimator, joints.images, grades).distribution.cdf.tolist()
        [[0.5, 1.0], [0.5, 1.0]]
        """
        check_settings(cls.from_predictions, settings, ["y_pred"])
        name, evaluated = only_evaluation(estimator, X, y, name=name, bins=bins)
        settings |= {"bins": evaluated.bins, "name": name, "y_pred": evaluated.forecast.prediction}
        return cls.from_predictions(X, y, distribution_of(evaluated), **settings)

    @classmethod
    def from_predictions(
        cls,
        X,
        y_true,
        cdf,
        grid=None,
        *,
        y_pred=None,
        rows=None,
        quantiles=(0.5,),
        bins=None,
        name=None,
        target_name=None,
        columns=6,
        ax=None,
    ):
        """Draw images with predicted distributions.

        Parameters
        ----------
        X : ImageRows or array-like
            Images, as :func:`skerosion.datasets.as_image_rows` takes them; only those that are drawn are read.
        y_true : array-like of shape (n_rows,)
            Grades or numbers within the grid.
        cdf : array-like of shape (n_rows, n_points), or GridDistribution
            P(y <= threshold), as for :func:`skerosion.metrics.crps`.
        grid : array-like of shape (n_points,) or None, default=None
            Thresholds; None is 0, 1, ..., n_points - 1, or the grid of the distribution.
        y_pred : array-like of shape (n_rows,) or None, default=None
            Predictions; None takes the medians.
        rows : array-like of int or None, default=None
            Positions of the rows to draw; None takes one of each grade.
        quantiles : sequence of float, default=(0.5,)
            Which row of a grade: the one whose CRPS lies at this quantile of the grade's. 0.5 is a typical forecast,
            0.9 one that nine of ten are better than. Each quantile gets a line of panels.
        bins : "ratingen", array-like of shape (n_edges,) or None, default=None
            How numbers fall into grades; None takes them as grades.
        name : str or None, default=None
            Of the estimator, above the panels.
        target_name : str or None, default=None
            What is predicted; None is "grade", or "percent eroded" with Ratingen bins.
        columns, ax
            As for :meth:`plot`.

        Returns
        -------
        JointSheetDisplay

        Raises
        ------
        ValueError
            For rows that are not images or differ in number, targets outside the grid, or rows that are not cdfs.
        """
        pictures = drawable_images(X)
        y_true, cdf, grid = check_forecasts(y_true, cdf, grid)
        if len(pictures) != len(y_true):
            raise ValueError(f"X and y_true must agree in number: X has {len(pictures)}, y_true has {len(y_true)}.")
        distribution, lines = GridDistribution(grid, cdf), ()
        y_pred = distribution.median() if y_pred is None else np.asarray(y_pred)
        if rows is None:
            scores = crps(y_true, distribution, per_sample=True, unit="points")
            rows, lines = choose_rows(grades_for(y_true, bins), scores, quantiles)
        rows = np.asarray(rows, dtype=int)
        words = {"line_names": lines, "name": name}
        words["target_name"] = target_name_of(target_name, bins, "grade" if bins is None else "target")
        display = cls(pictures.read(rows), y_true[rows], y_pred[rows], distribution[rows], **words)
        return display.plot(ax, columns=columns)

    @rc_context(STYLE)
    def plot(self, ax=None, *, columns=6):
        """Draw one panel per row.

        Parameters
        ----------
        ax : matplotlib Axes, sequence of them, Figure or callable, default=None
            Where to draw: one Axes for each panel, a figure for all, or what makes one, such as
            ``matplotlib.figure.Figure`` for a figure that pyplot does not keep. None makes one with pyplot.
        columns : int, default=6
            Panels in a row of a figure.

        Returns
        -------
        self : JointSheetDisplay
        """
        line = len(self.images) // max(1, len(self.line_names))
        panels = self._take_axes(ax, len(self.images), columns=columns, size=(1.6, 2.6), line=line)
        self.images_, self.distributions_, self.bars_ = [], [], []
        for position, axes in enumerate(panels):
            self._draw_panel(axes, position)
            if position % line == 0 and len(self.line_names):
                name_line(axes, self.line_names[position // line], at=(-0.3, 0.7))
        self._explain(*_legend_entries(self.distributions_[0], self.bars_), title=self.name)
        return self

    def _draw_panel(self, axes, position):
        axes.set_axis_off()
        axes.set_title(f"truth {self.y_true[position]:g}\npredicted {self.y_pred[position]:.3g}")
        above, below = axes.inset_axes([0, 0.4, 1, 0.6]), axes.inset_axes([0, 0.12, 1, 0.22])
        self.images_.append(_show(above, self.images[position]))
        self.distributions_.append(below)
        if len(self.distribution.grid) <= MOST_BARS:
            self._draw_bars(below, position)
        else:
            draw_cdf(below, self.distribution.grid, self.distribution.cdf[position], self.y_true[position])
        below.set_xlabel(self.target_name)
        below.tick_params(labelsize=7.5)

    def _draw_bars(self, axes, position):
        grid, shares = self.distribution.grid, self.distribution.pmf[position]
        places = np.arange(len(grid))
        bars = axes.bar(places, 100 * shares, color=LIGHT, edgecolor=DARK, linewidth=0.7)
        for place in np.flatnonzero(grid == self.y_true[position]):
            bars[place].set(facecolor=ACCENT, hatch="////")
        axes.set_xticks(places, [f"{point:g}" for point in grid])
        axes.set(ylim=(0, 105), yticks=[0, 50, 100])
        self.bars_.append(bars)


def _show(axes, image):
    """Draw one image, white at 255 of uint8 and at 1 of floats."""
    axes.set_axis_off()
    grey = image.shape[-1] == 1
    white = 255 if image.dtype == np.uint8 else 1
    return axes.imshow(image[..., 0] if grey else image, cmap="gray" if grey else None, vmin=0, vmax=white)


def name_line(axes, name, at=(-0.06, 0.5)):
    """Write the name of a line of panels to the left of its first one."""
    style = {"rotation": 90, "ha": "right", "va": "center", "fontweight": "bold"}
    axes.text(*at, name, transform=axes.transAxes, **style)


def _legend_entries(axes, bars):
    """Return handles and labels of what is drawn beneath the images."""
    if not bars:
        return axes.get_legend_handles_labels()
    true, other = Patch(facecolor=ACCENT, edgecolor=DARK, hatch="////"), Patch(facecolor=LIGHT, edgecolor=DARK)
    return [true, other], ["probability of the true grade in percent", "probability of the other grades"]
