"""Training curves: what the loss did epoch by epoch, from the ``history_`` of fitted estimators."""

import numpy as np
from matplotlib import rc_context
from matplotlib.ticker import MaxNLocator
from sklearn.utils.validation import check_is_fitted

from skerosion.forecasts import step_of

from ._axes import PanelDisplay
from ._shown import by_name
from ._style import STYLE, series

VALIDATION = "val_"


class TrainingCurvesDisplay(PanelDisplay):
    """The loss of training and validation rows by epoch, from the ``history_`` of one or more estimators.

    Use :meth:`from_estimator` or :meth:`from_history` to make one. Full lines are training rows, dashed ones the inner
    validation rows, whose lowest loss has a ring: the epoch whose weights ``patience`` brings back.

    Parameters
    ----------
    histories : dict of str to dict of str to list of float
        Name -> quantity -> one value per epoch.
    quantity : str, default="loss"
        What is drawn, with ``val_`` before it for the validation rows.

    Attributes
    ----------
    training_ : dict of str to matplotlib.lines.Line2D
        Of each estimator.
    validation_ : dict of str to matplotlib.lines.Line2D
        Of each estimator with validation rows.
    lowest_ : dict of str to matplotlib.lines.Line2D
        The rings.
    ax_, figure_ : matplotlib Axes and Figure
        Where the curves are.

    Examples
    --------
    >>> from skerosion.plotting import TrainingCurvesDisplay
    >>> history = {"loss": [1.0, 0.5, 0.3], "val_loss": [1.1, 0.7, 0.8]}
    >>> display = TrainingCurvesDisplay.from_history(history)
    >>> display.lowest_["network"].get_xdata()
    array([2])
    """

    def __init__(self, histories, *, quantity="loss"):
        self.histories = histories
        self.quantity = quantity

    @classmethod
    def from_estimator(cls, estimator, *, quantity="loss", name=None, ax=None):
        """Draw the training of fitted estimators; they need no rows for it.

        Parameters
        ----------
        estimator : fitted estimator, Pipeline or search, or mapping of name to one
            With ``history_``.
        quantity, ax
            As for :meth:`from_history`.
        name : str or None, default=None
            Of a single estimator; None takes its class.

        Returns
        -------
        TrainingCurvesDisplay

        Examples
        --------
        >>> import numpy as np
        >>> from skerosion import CNNClassifier
        >>> from skerosion.plotting import TrainingCurvesDisplay
        >>> settings = {"filters": (4,), "dense_units": (4,), "epochs": 2, "verbose": 0, "random_state": 0}
        >>> images, grades = np.zeros((20, 16, 16), np.uint8), np.tile([0, 1], 10)
        >>> classifier = CNNClassifier(**settings).fit(images, grades)
        >>> TrainingCurvesDisplay.from_estimator(classifier).training_["CNNClassifier"].get_xdata().tolist()
        [1, 2]
        """
        steps = {key: step_of(each) for key, each in by_name(estimator, name, what="estimator").items()}
        histories = {key or type(step).__name__: _history_of(step) for key, step in steps.items()}
        return cls.from_history(histories, quantity=quantity, ax=ax)

    @classmethod
    def from_history(cls, history, *, quantity="loss", name=None, ax=None):
        """Draw the training that histories tell of.

        Parameters
        ----------
        history : dict of str to list of float, or mapping of name to one
            The ``history_`` of an estimator: quantity -> one value per epoch.
        quantity : str, default="loss"
            What is drawn.
        name : str or None, default=None
            Of a single history; None is "network".
        ax
            Where to draw, see :meth:`plot`.

        Returns
        -------
        TrainingCurvesDisplay

        Raises
        ------
        ValueError
            For histories without the quantity.
        """
        is_named = all(hasattr(each, "keys") for each in history.values())
        histories = history if is_named else {name or "network": history}
        for key, each in histories.items():
            if quantity not in each:
                raise ValueError(f"quantity must be one that {key} recorded, of {sorted(each)}, got {quantity!r}.")
        return cls(dict(histories), quantity=quantity).plot(ax)

    @rc_context(STYLE)
    def plot(self, ax=None):
        """Draw the curves.

        Parameters
        ----------
        ax : matplotlib Axes, Figure or callable, default=None
            Where to draw: axes, a figure, or what makes one, such as ``matplotlib.figure.Figure`` for a figure that
            pyplot does not keep. None makes one with pyplot.

        Returns
        -------
        self : TrainingCurvesDisplay
        """
        (axes,) = self._take_axes(ax, 1, columns=1, size=(5.0, 3.3))
        self.training_, self.validation_, self.lowest_ = {}, {}, {}
        for position, (name, history) in enumerate(self.histories.items()):
            look = {key: series(position)[key] for key in ("color", "marker")} | {"markersize": 3.5, "linewidth": 1.4}
            values = np.asarray(history[self.quantity], dtype=float)
            epochs = np.arange(1, len(values) + 1)
            (self.training_[name],) = axes.plot(epochs, values, label=f"{name}, training", **look)
            if VALIDATION + self.quantity in history:
                self._draw_validation(axes, name, history[VALIDATION + self.quantity], look)
        axes.set(xlabel="epoch", ylabel=self.quantity.replace("_", " "))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        curves = [kind[name] for name in self.histories for kind in (self.training_, self.validation_) if name in kind]
        self._explain([*curves, *list(self.lowest_.values())[:1]])
        return self

    def _draw_validation(self, axes, name, values, look):
        epochs = np.arange(1, len(values) + 1)
        hollow = look | {"markerfacecolor": "white", "linestyle": (0, (4, 1.5))}
        (self.validation_[name],) = axes.plot(epochs, values, label=f"{name}, validation", **hollow)
        best = int(np.argmin(values))
        ring = {"color": look["color"], "marker": "o", "markersize": 10, "markerfacecolor": "none", "linestyle": ""}
        (self.lowest_[name],) = axes.plot([best + 1], [values[best]], label="lowest validation", **ring)


def _history_of(estimator):
    check_is_fitted(estimator)
    if not hasattr(estimator, "history_"):
        kind = type(estimator).__name__
        raise ValueError(f"estimator must have the history_ of its training, as those of this package, got {kind}.")
    return estimator.history_
