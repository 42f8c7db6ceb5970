"""What two forecasts of the same rows are compared by: every metric of a task, and what each reads of a forecast."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from skerosion._types import Any

from ._doubt import ValueForecasts
from ._score_columns import column, columns_of, grade_metrics

SHOWN = "An interval without 0 shows a difference"
"""What the interval of a difference says."""


@dataclass(frozen=True)
class PairedScores:
    """The metrics of a task for some rows.

    Parameters
    ----------
    truth : ndarray of shape (n_rows,)
        As the metrics take it.
    metrics : dict of str to callable
        Column -> metric.
    said : callable
        From a forecast to column -> what the metric reads of it.
    """

    truth: np.ndarray
    metrics: dict
    said: Callable[[Any], dict]

    @classmethod
    def of(cls, result, task):
        """Those of a task; classifiers are also told by the CRPS of their probabilities, which decisions hide.

        Parameters
        ----------
        result : Scored
        task : {"classifier", "regressor"}

        Returns
        -------
        PairedScores
        """
        return {"classifier": _of_grades, "regressor": _of_values}[task](cls, result)


def _of_grades(cls, result):
    grid = np.array(result.target.classes, dtype=float)
    metrics, crps = grade_metrics(result.target.classes), column("crps_points", title="CRPS in grades")

    def said(forecast):
        return dict.fromkeys(metrics, forecast.prediction) | {crps.title: forecast.distribution}

    return cls(result.grades, metrics | {crps.title: crps.metric.given(grid=grid)}, said)


def _of_values(cls, result):
    # The skill is a ratio to a floor, which is the same for both: the CRPS says as much.
    columns = [each for each in columns_of("values") if each.metric.name != "crps_skill"]
    metrics = {each.title: each.metric.given(grid=result.target.grid) for each in columns}
    return cls(result.y, metrics, partial(_parts, columns))


def _parts(columns, forecast):
    said = ValueForecasts.of(forecast.distribution)
    return {each.title: getattr(said, each.part) for each in columns}
