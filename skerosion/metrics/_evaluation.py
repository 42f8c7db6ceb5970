"""One forecast seen in the ways that scores need it: as grades, as numbers, as distributions on a grid."""

import warnings
from functools import cached_property

import numpy as np
from sklearn.base import is_classifier

from skerosion.forecasts import GridDistribution
from skerosion.grades import class_positions, grades_of, is_number, order_of, plain_values
from skerosion.metrics._checks import check_same_length, check_targets
from skerosion.metrics._crps import check_forecasts, crps_rows, marginal_cdf
from skerosion.metrics._encoding import whole_numbers


class Evaluation:
    """Targets beside the forecast of a step.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        Targets as the estimator was fitted on.
    step : estimator
        Tells classifiers from regressors, and may know its ``bins`` and the order of its ``classes``.
    forecast : Forecast
        Of this step.
    bins : "ratingen", array-like of shape (n_edges,) or None
        How numbers fall into grades; None takes the estimator's own.
    zero_threshold : float
        Predicted numbers up to here are grade 0.
    labels : array-like of shape (n_grades,) or None
        All grades in their order; None takes the estimator's own.
    """

    def __init__(self, y_true, step, forecast, bins=None, zero_threshold=0, labels=None):
        self.y_true, self.forecast, self.zero_threshold = np.asarray(plain_values(y_true)), forecast, zero_threshold
        own_bins = getattr(step, "bins", None)
        self.bins = own_bins if bins is None else bins
        own_order = order_of(y_true) if self.bins is None else None
        known = (labels, getattr(step, "classes", None), getattr(step, "_order", None), own_order)
        self.labels = next((order for order in known if order is not None), None)
        self.step, self.name, self.is_classifier = step, type(step).__name__, is_classifier(step)
        if self.is_classifier and own_bins is not None:
            # A classifier with bins of its own is fitted on numbers and predicts the grades that they fall into.
            self.y_true = grades_of(self.y_true, own_bins)

    def read(self, reads):
        """Return truth and forecast as a metric that reads this takes them, and the order of the grades or None."""
        if reads == "grades":
            return self.grades
        y_true, y_pred = self.numbers if reads == "numbers" else (self._targets, self.distribution)
        return y_true, y_pred, None

    @cached_property
    def grades(self):
        """True grades, predicted grades and the order of all of them, None where integers are their own order."""
        if self.is_classifier:
            true, pred = self.y_true, np.asarray(self.forecast.prediction)
            return true, pred, self._order(true, self.forecast.classes)
        y_pred = self.central_value
        if self.bins is not None:
            pred = grades_of(y_pred, self.bins)
            # At 0 the bins alone decide: a target may well be negative.
            pred = np.where(y_pred <= self.zero_threshold, 0, pred) if self.zero_threshold else pred
            return grades_of(self.y_true, self.bins), pred, self.labels
        return self._rounded_grades(y_pred)

    def _rounded_grades(self, y_pred):
        """Return grades of a regressor without bins: its targets are grades, its predictions the nearest of these."""
        true = whole_numbers(self.y_true, "y_true of a regressor without bins")
        levels, distribution = np.unique(true), self.forecast.distribution
        if distribution is not None and np.isin(levels, distribution.grid).all():
            levels = distribution.grid[distribution.grid == np.rint(distribution.grid)].astype(np.int64)
        pred = levels[np.searchsorted((levels[1:] + levels[:-1]) / 2, y_pred)]
        return true, pred, self._order(true, levels)

    def _order(self, true, classes):
        """Return the order of the grades where their numbers do not give it: levels such as 0, 5, 10."""
        if self.labels is not None or classes is None:
            return self.labels
        levels = np.union1d(true, classes)
        if levels.dtype.kind not in "iuf" or levels.size < 3 or (levels != np.rint(levels)).any():
            return None
        return levels if np.gcd.reduce(np.diff(levels.astype(np.int64))) > 1 else None

    @property
    def central_value(self):
        """The number that is graded: the median where there is a distribution, for a mean is never exactly 0."""
        y_pred = self.numbers[1]
        return y_pred if self.forecast.distribution is None else self.forecast.distribution.median()

    @cached_property
    def numbers(self):
        """Targets and predictions as numbers."""
        y_true, y_pred = self._targets, self._numbers_of(self.forecast.prediction, "prediction")
        check_same_length(y_true=y_true, prediction=y_pred)
        return y_true, y_pred

    @cached_property
    def _targets(self):
        """Targets as numbers."""
        return self._numbers_of(self.y_true, "y_true")

    def _numbers_of(self, grades, name):
        """Return grades as numbers; names without an order stand for none."""
        places = self._places(grades)
        if places.dtype.kind in "OU":
            raise ValueError(
                f"labels must list grades that are names in their order, got {np.unique(places.astype(str)).tolist()}: "
                "pass labels=[...] to the scorer, or classes=[...] to the estimator."
            )
        return check_targets(places, name)

    def _places(self, grades):
        """Return grades that are names as their places 0, 1, ... in a known order; anything else as it is."""
        grades = np.array(np.asarray(grades).tolist())
        if is_number(grades) or self.labels is None or is_number(self.labels):
            return grades
        return class_positions(grades, np.asarray(self.labels))

    def _distribution_of_names(self):
        """Return the distribution of a classifier of names on their places 0, 1, ..."""
        columns = self._places(self.forecast.classes)
        probabilities = np.zeros((len(self.forecast.probabilities), len(self.labels)))
        probabilities[:, columns] = self.forecast.probabilities
        return GridDistribution(None, np.cumsum(probabilities, axis=1))

    @cached_property
    def distribution(self):
        """The predicted distributions; a classifier's is that of its classes, by their places where they are names."""
        forecast = self.forecast
        if forecast.distribution is not None:
            return forecast.distribution
        if self.is_classifier and forecast.probabilities is not None and is_number(self._places(forecast.classes)):
            return self._distribution_of_names()
        raise ValueError(
            f"the CRPS needs a predicted distribution, and {self.name} gives none: score CRPSRegressor or a classifier "
            "of grades whose order is known by it, and point predictions by 'neg_mae', which is their CRPS in points."
        )

    def crps_rows(self, unit):
        """Return the score of each row in the given unit."""
        if unit == "points" and not self.is_classifier and self.forecast.distribution is None:
            y_true, y_pred = self.numbers
            return np.abs(y_true - y_pred)
        return self._rows_on_grid(self.distribution.cdf, unit)

    def reference_rows(self, sample_weight):
        """Return the score of each row by the marginal distribution of the targets."""
        within = np.clip(self._targets, *self.distribution.grid[[0, -1]])
        return self._rows_on_grid(marginal_cdf(within, self.distribution.grid, sample_weight), "normalized")

    def _rows_on_grid(self, cdf, unit):
        """Score targets on the grid; one outside, in a fold whose training part had none such, adds its distance."""
        y_true, grid = self._targets, self.distribution.grid
        within = np.clip(y_true, grid[0], grid[-1])
        beyond = np.abs(y_true - within)
        if beyond.any():
            warnings.warn(
                f"{(beyond > 0).sum()} of {len(beyond)} targets lie outside the grid of {self.name}, {grid[0]:g} to "
                f"{grid[-1]:g}; each adds its distance to the score. A fixed grid= holds all targets.",
                stacklevel=2,
            )
        spacing = np.diff(grid).mean() if grid.size > 1 else 1.0
        per_unit = 1.0 if unit == "points" else 1 / (grid.size * spacing)
        return crps_rows(*check_forecasts(within, cdf, grid), unit) + beyond * per_unit
