"""All that is said about some rows at once: one value per row, the probabilities of classes, a distribution."""

from functools import cached_property

import numpy as np

from skerosion._types import Any, Labels
from skerosion.grades import balanced_probabilities, bin_edges, class_positions, cumulate

from ._columns import distribution_of_classes, probabilities_on, union_of_classes
from ._distribution import GridDistribution
from ._grid import check_within, double_precision, positions_at_or_above, positions_at_or_below


class Forecast:
    """Predictions of one pass, so that many scores need not predict many times.

    A forecast is either one of classes, whose probabilities are what is predicted, or one of values, with a
    distribution or single values alone. Those of several parts, or of several estimators, become one.

    Parameters
    ----------
    prediction : ndarray of shape (n,)
        What ``predict`` returns.
    probabilities : ndarray of shape (n, n_classes) or None, default=None
        What ``predict_proba`` returns.
    classes : ndarray of shape (n_classes,) or None, default=None
        The columns of `probabilities`.
    distribution : GridDistribution or None, default=None
        The predicted distribution of values. None for classes: where these are numbers, it follows from their
        probabilities.

    Examples
    --------
    >>> from skerosion.forecasts import Forecast, GridDistribution
    >>> grades = Forecast.of_probabilities([[0.7, 0.2, 0.1], [0.1, 0.4, 0.5]], classes=[0, 1, 2])
    >>> grades.prediction, grades.distribution.median()
    (array([0, 2]), array([0., 1.]))
    >>> percent = Forecast.of_distribution(GridDistribution([0, 10, 20], [[0.2, 0.7, 1.0]]))
    >>> percent.prediction
    array([11.])
    """

    def __init__(self, prediction, probabilities=None, classes: Labels = None, distribution: Any = None):
        self.prediction, self.probabilities, self.classes = prediction, probabilities, classes
        # That of classes is made when it is asked for: most who predict grades never ask.
        self._given_distribution = distribution

    @classmethod
    def of_probabilities(cls, probabilities, classes, decide=None):
        """Return the forecast of classes.

        Parameters
        ----------
        probabilities : array-like of shape (n, n_classes)
        classes : array-like of shape (n_classes,)
            The columns.
        decide : callable or None, default=None
            From probabilities to the column of the class to predict; None takes the most probable one.

        Returns
        -------
        Forecast
        """
        probabilities, classes = np.asarray(probabilities), np.asarray(classes)
        columns = probabilities.argmax(axis=1) if decide is None else decide(probabilities)
        return cls(classes[columns], probabilities, classes)

    @classmethod
    def of_distribution(cls, distribution, point="mean", bins=None):
        """Return the forecast of values.

        Parameters
        ----------
        distribution : GridDistribution
        point : {"mean", "median"} or callable, default="mean"
            The one value per row, or what makes it of a distribution.
        bins : None, "ratingen" or sequence of float, default=None
            How values fall into grades; None takes each point of the grid for one.

        Returns
        -------
        Forecast
        """
        prediction = point(distribution) if callable(point) else getattr(distribution, point)()
        if bins is None:
            return cls(prediction, distribution.pmf, distribution.grid, distribution)
        probabilities = distribution.grade_probabilities(bin_edges(bins))
        return cls(prediction, probabilities, np.arange(probabilities.shape[1]), distribution)

    @classmethod
    def concatenate(cls, forecasts, order=None):
        """Return the forecasts of several parts as one, on the classes, or grid points, of all of them.

        Parameters
        ----------
        forecasts : sequence of Forecast
            Of different rows.
        order : array-like of shape (n_classes,) or None, default=None
            Order of the classes; None takes that of a part that knows them all, else sorts them.

        Returns
        -------
        Forecast
        """
        if len(forecasts) == 1:
            return forecasts[0]
        prediction = np.concatenate([forecast.prediction for forecast in forecasts])
        if forecasts[0].is_of_classes and forecasts[0].probabilities is not None:
            classes = union_of_classes(forecasts, order)
            parts = [forecast.onto_classes(classes).probabilities for forecast in forecasts]
            return cls(prediction, np.concatenate(parts), classes)
        if forecasts[0].distribution is None:
            return cls(prediction)
        grid = np.unique(np.concatenate([forecast.distribution.grid for forecast in forecasts]))
        cdfs = [forecast.distribution.cdf_at(grid) for forecast in forecasts]
        return cls(prediction, distribution=GridDistribution(grid, np.concatenate(cdfs)))

    @classmethod
    def of_folds(cls, parts):
        """Return the forecasts of several folds as one, every row in its place.

        Parameters
        ----------
        parts : sequence of (ndarray of int, Forecast)
            Positions of the rows of each fold, and what is predicted for them. Every row is in one fold.

        Returns
        -------
        Forecast

        Examples
        --------
        >>> first = Forecast.of_probabilities([[0.9, 0.1]], classes=[0, 1])
        >>> second = Forecast.of_probabilities([[0.8, 0.2]], classes=[1, 2])
        >>> Forecast.of_folds([([1], first), ([0], second)]).probabilities
        array([[0. , 0.8, 0.2],
               [0.9, 0.1, 0. ]])
        """
        positions, forecasts = zip(*parts, strict=True)
        # Sorting the positions undoes the order in which folds took their rows.
        return cls.concatenate(forecasts).take(np.argsort(np.concatenate(positions)))

    @classmethod
    def average(cls, forecasts, weights=None, classes=None):
        """Return the average of several forecasts of the same rows: their probabilities, or cdfs, averaged.

        Parameters
        ----------
        forecasts : sequence of Forecast
        weights : array-like of shape (n_forecasts,) or None, default=None
            None weighs them alike.
        classes : array-like of shape (n_classes,) or None, default=None
            The classes of the average; None takes those of all.

        Returns
        -------
        Forecast
            With the most probable class, or the mean, as prediction.
        """
        if not forecasts[0].is_of_classes:
            return cls.of_distribution(GridDistribution.mixture([one.distribution for one in forecasts], weights))
        classes = union_of_classes(forecasts) if classes is None else np.asarray(classes)
        parts = [forecast.onto_classes(classes).probabilities for forecast in forecasts]
        # Sums of single precision are a little off 1.
        probabilities = np.average(parts, axis=0, weights=weights)
        return cls.of_probabilities(probabilities / probabilities.sum(axis=1, keepdims=True), classes)

    @classmethod
    def from_arrays(cls, arrays):
        """Return the forecast that :meth:`to_arrays` has taken apart.

        Parameters
        ----------
        arrays : mapping of str to ndarray

        Returns
        -------
        Forecast
        """
        if "cdf" not in arrays:
            return cls(*(arrays.get(name) for name in ("prediction", "probabilities", "classes")))
        # Probabilities of points are differences of the cdf, which single precision would blur.
        distribution = GridDistribution(arrays["grid"], np.asarray(arrays["cdf"], dtype=float))
        return cls(arrays["prediction"], distribution=distribution)

    def to_arrays(self):
        """Return what a file keeps: the prediction, and probabilities of classes or a cdf, in single precision.

        Returns
        -------
        dict of str to ndarray
        """
        prediction = np.asarray(self.prediction)
        arrays = {"prediction": prediction.astype(str) if prediction.dtype == object else prediction}
        if self.is_of_classes and self.probabilities is not None:
            classes = np.asarray(self.classes)
            arrays["classes"] = classes.astype(str) if classes.dtype == object else classes
            arrays["probabilities"] = np.asarray(self.probabilities, dtype=np.float32)
        elif self.distribution is not None:
            arrays |= {"grid": self.distribution.grid, "cdf": self.distribution.cdf.astype(np.float32)}
        return arrays

    @property
    def is_of_classes(self):
        """Whether the probabilities are what is predicted, and a distribution only follows from them."""
        return self._given_distribution is None and self.classes is not None

    @cached_property
    def distribution(self):
        """The predicted `GridDistribution`, None where there is none: of single values, and of names."""
        if not self.is_of_classes or self.probabilities is None:
            return self._given_distribution
        return distribution_of_classes(self.probabilities, np.asarray(self.classes))

    @property
    def pmf(self):
        """Probability of each class, or grid point, as float64 of shape (n, K)."""
        if not self.is_of_classes:
            return self.distribution.pmf.astype(float)
        # Of estimators from elsewhere nobody has checked the sums.
        probabilities = np.asarray(self.probabilities, dtype=float)
        return probabilities / probabilities.sum(axis=1, keepdims=True)

    @property
    def cdf(self):
        """Probability of each class, or grid point, or of a lower one, as float64 of shape (n, K)."""
        return cumulate(self.pmf) if self.is_of_classes else self.distribution.cdf.astype(float)

    def columns_of(self, y):
        """Return the columns of the cdf just below and at each target.

        A target between two grid points has the same column twice; below the first column stands -1.

        Parameters
        ----------
        y : array-like of shape (n,)
            Classes, or values within the grid.
        """
        if self.is_of_classes:
            at = class_positions(y, np.asarray(self.classes))
            return at - 1, at
        grid = self.distribution.grid
        y = check_within(double_precision(y), grid, "y")
        return positions_at_or_above(grid, y) - 1, positions_at_or_below(grid, y)

    def take(self, rows):
        """Return the forecast of some rows, by slice, positions or mask."""
        given = self._given_distribution
        return Forecast(
            np.asarray(self.prediction)[rows],
            None if self.probabilities is None else np.asarray(self.probabilities)[rows],
            self.classes,
            None if given is None else given[rows],
        )

    def balanced(self, shares):
        """Return the same forecast, decided after each probability is divided by the share of its class.

        Parameters
        ----------
        shares : array-like of shape (n_classes,)
            Share of each class in the training rows.
        """
        return Forecast.of_probabilities(
            self.probabilities, self.classes, lambda given: balanced_probabilities(given, shares).argmax(axis=1)
        )

    def onto_classes(self, classes):
        """Return the same forecast with other columns, of probability 0 for classes that it does not know."""
        classes = np.asarray(classes)
        return Forecast(self.prediction, probabilities_on(self, classes), classes)

    def onto_grid(self, grid):
        """Return the same forecast on another grid, which must reach as far up as its own.

        Parameters
        ----------
        grid : array-like of shape (n_points,)
        """
        return Forecast(self.prediction, distribution=GridDistribution(grid, self.distribution.cdf_at(grid)))

    def __len__(self):
        return len(self.prediction)

    def __repr__(self):
        kind = "classes" if self.is_of_classes else "values"
        return f"Forecast(n_rows={len(self)}, of {kind})"
