"""What an estimator says about pixels, as functions of tensors: the twins of a forecast of classes or of values."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import tensorflow as tf

from skerosion.forecasts import positions_at_or_below
from skerosion.grades import bin_edges, is_number

from . import _tensor_functions as tensors


@dataclass(frozen=True)
class Rule:
    """How probabilities become a class: a decision, and the shares that the balanced one divides by."""

    decision: str | np.ndarray
    shares: np.ndarray

    def __call__(self, probabilities):
        """Return the position of the class in each row."""
        return tensors.decide(probabilities, self.decision, self.shares)


@dataclass(frozen=True)
class OfClasses:
    """Probabilities of classes.

    Parameters
    ----------
    shape : tuple of int
        Of one image.
    run : callable
        From pixels (n, H, W, C), float32 from 0 to 255, to probabilities (n, K), float64.
    columns : ndarray of shape (K,)
        The classes.
    rule : Rule
    in_order : bool
        Whether the classes stand in their order, without which there is no CDF.
    """

    shape: tuple
    run: Callable
    columns: np.ndarray
    rule: Rule
    in_order: bool = True

    def of_pmf(self, change):
        """Return the same of changed probabilities."""
        return replace(self, run=lambda pixels: change(tensors.normalize(self.run(pixels))))

    def of_cdf(self, change):
        """Return the same of a changed CDF."""
        return self.of_pmf(lambda pmf: tensors.differences(change(tensors.cumulate(pmf))))

    def onto(self, classes):
        """Return the probabilities in the columns of other classes, 0 for those that are not known."""
        own = self.columns.tolist()
        positions = [own.index(each) if each in own else -1 for each in np.asarray(classes).tolist()]
        return lambda pixels: tensors.take_columns(self.run(pixels), positions)

    def averaged(self, run, classes):
        """Return the average of several as one, decided as this one."""
        return replace(self, run=lambda pixels: tensors.normalize(run(pixels)), columns=np.asarray(classes))

    def outputs(self, pixels, coverage):
        """Return the outputs of the graph, by name."""
        probabilities = self.run(pixels)
        numbers, position = is_number(self.columns), self.rule(probabilities)
        found = {"probabilities": probabilities}
        if self.in_order:
            found["cdf"] = tensors.cumulate(probabilities)
        found["grade"] = tf.gather(tf.constant(_plain(self.columns)), position) if numbers else position
        if numbers:
            ascending = np.argsort(self.columns)
            cdf = tensors.cumulate(tf.gather(probabilities, tf.constant(ascending, tf.int32), axis=1))
            found["interval"] = _interval(cdf, self.columns[ascending], coverage)
        return found

    def about(self):
        """Return what a reader of the file has to know of the columns."""
        decision = self.rule.decision if isinstance(self.rule.decision, str) else "costs"
        grade = "the class itself" if is_number(self.columns) else "position among the classes, from 0"
        return {"classes": _json(self.columns), "decision": decision, "grade": grade}


@dataclass(frozen=True)
class OfGrid:
    """CDFs of values on the points of a grid.

    Parameters
    ----------
    shape : tuple of int
        Of one image.
    run : callable
        From pixels (n, H, W, C), float32 from 0 to 255, to a CDF (n, K), float64.
    columns : ndarray of shape (K,)
        The grid.
    point : {"mean", "median"}
        The one value per row.
    bins : None, "ratingen" or sequence of float
        How values fall into grades.
    """

    shape: tuple
    run: Callable
    columns: np.ndarray
    point: str
    bins: object

    def of_pmf(self, change):
        """Return the same of changed probabilities of the points."""
        return self.of_cdf(lambda cdf: tensors.cumulate(change(tensors.differences(cdf))))

    def of_cdf(self, change):
        """Return the same of a changed CDF."""
        return replace(self, run=lambda pixels: change(self.run(pixels)))

    def onto(self, thresholds):
        """Return the CDF at other thresholds, 0 below the first point."""
        positions = positions_at_or_below(self.columns, np.asarray(thresholds, dtype=float))
        return lambda pixels: tensors.take_columns(self.run(pixels), positions)

    def averaged(self, run, grid):
        """Return the average of several as one, summarised as this one."""
        return replace(self, run=run, columns=np.asarray(grid))

    def grades(self, edges):
        """Return the probabilities of the grades between right-closed upper edges."""
        upto = self.onto(edges)
        return lambda pixels: tensors.differences(tf.pad(upto(pixels), [[0, 0], [0, 1]], constant_values=1.0))

    def outputs(self, pixels, coverage):
        """Return the outputs of the graph, by name."""
        cdf = self.run(pixels)
        median = self.point == "median"
        return {
            "probabilities": tensors.differences(cdf) if self.bins is None else self.grades(self._edges())(pixels),
            "cdf": cdf,
            "value": tensors.quantiles(cdf, self.columns, [0.5])[:, 0] if median else tensors.mean(cdf, self.columns),
            "interval": _interval(cdf, self.columns, coverage),
        }

    def _edges(self):
        return bin_edges(self.bins)

    def about(self):
        """Return what a reader of the file has to know of the columns."""
        grades = {} if self.bins is None else {"classes": _json(np.arange(len(self._edges()) + 1))}
        return {"grid": _json(self.columns), "value": self.point, "unit": _unit(self.bins)} | grades


@dataclass(frozen=True)
class OfValues:
    """Single values, ``run`` of which gives (n,)."""

    shape: tuple
    run: Callable
    bins: object

    def outputs(self, pixels, coverage):
        """Return the outputs of the graph, by name."""
        return {"value": self.run(pixels)}

    def about(self):
        """Return what a reader of the file has to know of the value."""
        return {"value": "mean", "unit": _unit(self.bins)}


def average(leader, parts, weights, columns):
    """Return the weighted average of several on common columns, which decides as its leader does."""
    shares = np.asarray(weights, dtype=float) / np.sum(weights)
    runs = [part.onto(columns) for part in parts]

    def run(pixels):
        return tf.add_n([share * each(pixels) for share, each in zip(shares.tolist(), runs, strict=True)])

    return leader.averaged(run, columns)


def _interval(cdf, grid, coverage):
    return tensors.quantiles(cdf, np.asarray(grid, dtype=float), [(1 - coverage) / 2, (1 + coverage) / 2])


def _plain(classes):
    """Return numbers in a type that every runtime has."""
    return classes.astype(np.int64 if classes.dtype.kind in "biu" else np.float32)


def _unit(bins):
    return "percent" if isinstance(bins, str) and bins == "ratingen" else "that of the targets in training"


def _json(values):
    return json.dumps(np.asarray(values).tolist())
