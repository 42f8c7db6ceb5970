"""Histograms of the probability integral transform: whether predicted distributions are too narrow, wide or biased."""

import numpy as np
from matplotlib import rc_context
from matplotlib.colors import to_rgba
from scipy.stats import binom

from skerosion._counted import counted
from skerosion._validation import Whole, check_parameter
from skerosion.metrics import check_confidence, pit

from ._axes import PanelDisplay
from ._shown import by_name, check_settings, distribution_of, evaluations
from ._style import ACCENT, DARK, DASHED, LIGHT, MIDDLE, STYLE


class PITHistogramDisplay(PanelDisplay):
    """Where the truth falls in its predicted distribution, one panel per estimator: level bars are calibrated.

    Use :meth:`from_predictions` or :meth:`from_estimator` to make one. A U says that the distributions are too narrow,
    a hump too wide, a slope that they are biased. Within the band lie, one by one, 95 % of the bars of calibrated
    forecasts of independent images; with several images a patient they spread a little more.

    Parameters
    ----------
    values : dict of str to array-like of shape (n_rows,)
        Probability integral transforms of each estimator, 0 to 1.
    n_bins : int, default=10
        Number of bars.
    confidence : float, default=0.95
        Of the band.

    Attributes
    ----------
    bars_ : dict of str to matplotlib.container.BarContainer
        Of each estimator; their mean height is 1.
    bands_ : dict of str to matplotlib.patches.Rectangle
        Between the heights that level bars keep to.
    axes_, ax_, figure_ : ndarray of matplotlib Axes, the first of them, and its Figure
        One panel per estimator.

    References
    ----------
    C. Czado, T. Gneiting, L. Held, "Predictive model assessment for count data", Biometrics 65, 2009: the randomised
    transform, here on a grid.

    Examples
    --------
    >>> from skerosion.plotting import PITHistogramDisplay
    >>> display = PITHistogramDisplay({"biased": [0.1, 0.2, 0.3, 0.8]}, n_bins=2).plot()
    >>> [float(bar.get_height()) for bar in display.bars_["biased"]]
    [1.5, 0.5]
    """

    def __init__(self, values, *, n_bins=10, confidence=0.95):
        self.values = values
        self.n_bins = n_bins
        self.confidence = confidence

    @classmethod
    def from_estimator(cls, estimator, X, y, *, name=None, **settings):
        """Draw the calibration of fitted estimators.

        Parameters
        ----------
        estimator : fitted estimator, Pipeline or search, or mapping of name to one
            Estimators that predict distributions, or classifiers of numeric grades.
        X : ImageRows or array-like
            Rows to predict.
        y : array-like of shape (n_rows,)
            Their grades or numbers.
        name : str or None, default=None
            Of a single estimator; None takes its class.
        **settings
            `n_bins`, `confidence`, `random_state`, `columns` and `ax`, as for :meth:`from_predictions`.

        Returns
        -------
        PITHistogramDisplay

        Examples
        --------
        >>> from sklearn.dummy import DummyClassifier
        >>> from skerosion.plotting import PITHistogramDisplay
        >>> X, y = [[0.0]] * 4, [0, 0, 1, 1]
        >>> estimator = DummyClassifier(strategy="prior").fit(X, y)
        >>> display = PITHistogramDisplay.from_estimator(estimator, X, y, n_bins=2)
        >>> [float(bar.get_height()) for bar in display.bars_["DummyClassifier"]]
        [1.0, 1.0]
        """
        check_settings(cls.from_predictions, settings)
        found = evaluations(estimator, X, y, name=name)
        forecasts = {key: distribution_of(each) for key, each in found.items()}
        return cls.from_predictions(y, forecasts, **settings)

    @classmethod
    def from_predictions(
        cls,
        y_true,
        cdf,
        grid=None,
        *,
        n_bins=10,
        confidence=0.95,
        random_state=0,
        name=None,
        columns=3,
        ax=None,
    ):
        """Draw the calibration of predicted distributions.

        Parameters
        ----------
        y_true : array-like of shape (n_rows,)
            Grades or numbers within the grid.
        cdf : array-like of shape (n_rows, n_points) or GridDistribution, or mapping of name to one
            P(y <= threshold), as for :func:`skerosion.metrics.pit`.
        grid : array-like of shape (n_points,) or None, default=None
            Thresholds; None is 0, 1, ..., n_points - 1, or the grid of the distribution.
        n_bins : int, default=10
            Number of bars.
        confidence : float, default=0.95
            Of the band.
        random_state : int, RandomState instance or None, default=0
            Draws a place in the jump of the cdf at the truth.
        name : str or None, default=None
            Of a single estimator.
        columns, ax
            As for :meth:`plot`.

        Returns
        -------
        PITHistogramDisplay

        Raises
        ------
        ValueError
            For rows that differ in number, targets outside the grid, rows that are not cdfs, or bars that are not at
            least one.
        """
        given = by_name(cdf, name, what="cdf")
        values = {key: pit(y_true, each, grid, random_state=random_state) for key, each in given.items()}
        return cls(values, n_bins=n_bins, confidence=confidence).plot(ax, columns=columns)

    @rc_context(STYLE)
    def plot(self, ax=None, *, columns=3):
        """Draw one panel per estimator.

        Parameters
        ----------
        ax : matplotlib Axes, sequence of them, Figure or callable, default=None
            Where to draw: one Axes for each panel, a figure for all, or what makes one, such as
            ``matplotlib.figure.Figure`` for a figure that pyplot does not keep. None makes one with pyplot.
        columns : int, default=3
            Panels in a row of a figure.

        Returns
        -------
        self : PITHistogramDisplay
        """
        check_confidence(self.confidence)
        check_parameter("n_bins", self.n_bins, (Whole(1),))
        size = (2.9, 2.6) if len(self.values) > 1 else (4.2, 3.2)
        panels = self._take_axes(ax, len(self.values), columns=columns, size=size, sharex=True, sharey=True)
        self.bars_, self.bands_ = {}, {}
        edges = np.linspace(0, 1, self.n_bins + 1)
        for axes, (name, values) in zip(panels, self.values.items(), strict=True):
            heights = np.histogram(values, edges)[0] * self.n_bins / len(values)
            name_of_band = f"{100 * self.confidence:g} % of calibrated bars"
            band = axes.axhspan(*self._band(len(values)), color=LIGHT, label=name_of_band)
            style = {"width": 1 / self.n_bins, "align": "edge", "edgecolor": DARK, "linewidth": 0.8, "hatch": "///"}
            self.bars_[name] = axes.bar(edges[:-1], heights, facecolor=to_rgba(MIDDLE, 0.55), label="images", **style)
            level = axes.axhline(1, color=ACCENT, linestyle=DASHED, linewidth=1.3, label="calibrated")
            self.bands_[name] = band
            axes.set_title(" · ".join(filter(None, [name, counted(len(values), "image")])))
            axes.set(xlim=(0, 1), xticks=[0, 0.5, 1])
        self._label_outer("predicted P(y ≤ truth)", "images, relative")
        self._explain([self.bars_[name], level, band])
        return self

    def _band(self, n):
        """Return the heights between which a bar of n calibrated images lies with the confidence asked for."""
        return np.array(binom.interval(self.confidence, n, 1 / self.n_bins)) * self.n_bins / n
