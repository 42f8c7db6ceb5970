"""What a forecast says about every row, and scores of it with intervals from resampling patients."""

import warnings
from dataclasses import dataclass

import numpy as np

from skerosion._keys import as_keys
from skerosion.forecasts import GridDistribution
from skerosion.metrics import group_bootstrap_difference, group_bootstrap_interval, naming_own

from ._score_columns import INTERVAL_COVERAGE

N_RESAMPLES = 1000
FEWEST_PATIENTS = 10
FEW = (
    "{n} patients are too few for a good interval: in a simulation 95 % intervals of an accuracy or a kappa held 87 % "
    "with 5 patients, and 90 to 95 % with 10."
)
"""What benchmarks/interval_coverage.py found where one grade is rare."""


@dataclass(frozen=True)
class ValueForecasts:
    """What a regressor, or a floor, says about every row; None where it says nothing of the kind.

    Parameters
    ----------
    mean : ndarray of shape (n_rows,) or None, default=None
    median : ndarray of shape (n_rows,) or None, default=None
    distribution : GridDistribution or None, default=None
    interval : ndarray of shape (n_rows, 2) or None, default=None

    Examples
    --------
    >>> from skerosion.forecasts import GridDistribution
    >>> from skerosion.report._doubt import ValueForecasts
    >>> ValueForecasts.of(GridDistribution([0, 1, 2], [[0.2, 0.6, 1.0]])).median.tolist()
    [1.0]
    """

    mean: np.ndarray | None = None
    median: np.ndarray | None = None
    distribution: GridDistribution | None = None
    interval: np.ndarray | None = None

    @classmethod
    def of(cls, distribution):
        """All that follows from a distribution."""
        interval = distribution.interval(INTERVAL_COVERAGE)
        return cls(distribution.mean(), distribution.median(), distribution, interval)


def _is_defined(metric, y_true, y_pred):
    with naming_own(metric):
        return np.isfinite(metric(y_true, y_pred))


class PatientBootstrap:
    """Scores of forecasts of the same rows, with intervals from the same resamples of patients.

    Parameters
    ----------
    groups : array-like of shape (n_rows,) or None
        Patient of each row; None draws rows one by one.
    n_rows : int
    seed : int, default=0
        The same seed draws the same patients for every metric and forecast.

    Attributes
    ----------
    notes : list of str
        What a reader should know about the intervals, each sentence once.

    Examples
    --------
    >>> from sklearn.metrics import accuracy_score
    >>> from skerosion.report._doubt import PatientBootstrap
    >>> bootstrap = PatientBootstrap(groups=[1, 1, 2, 2], n_rows=4)
    >>> bootstrap.score(accuracy_score, [0, 0, 1, 1], [0, 0, 0, 0])
    (0.5, 0.0, 1.0)
    """

    def __init__(self, groups, n_rows, *, seed=0):
        self.groups = np.arange(n_rows) if groups is None else as_keys(groups)
        self.seed = seed
        n_patients = len(np.unique(self.groups))
        self.notes = [FEW.format(n=n_patients)] if n_patients < FEWEST_PATIENTS else []

    def score(self, metric, y_true, y_pred, sample_weight=None, *, floor=False, name=""):
        """Value of a metric with the ends of its 95 % interval.

        Parameters
        ----------
        metric : callable
            As `skerosion.metrics.group_bootstrap_interval` takes it.
        y_true, y_pred
            As the metric takes them.
        sample_weight : array-like of shape (n_rows,) or None, default=None
        floor : bool, default=False
            Whether the forecast never looked at an image.
        name : str, default=""
            What notes call the metric.

        Returns
        -------
        value, low, high : float
        """
        settings = {"sample_weight": sample_weight, "floor": floor}
        return self._interval(name, group_bootstrap_interval, metric, y_true, y_pred, **settings)

    def cells(self, metrics, y_true, y_pred, *, floor=False):
        """Values and intervals of several metrics; one that is undefined on these rows is left out, with a note.

        Parameters
        ----------
        metrics : dict of str to callable
        y_true, y_pred, floor
            As for `score`.

        Returns
        -------
        dict of str to (float, float, float)
        """
        defined = {name: metric for name, metric in metrics.items() if _is_defined(metric, y_true, y_pred)}
        undefined = [name for name in metrics if name not in defined]
        if undefined:
            self._note(f"{', '.join(undefined)}: undefined where truth or forecast is the same for all rows.")
        return {name: self.score(metric, y_true, y_pred, floor=floor, name=name) for name, metric in defined.items()}

    def _note(self, text):
        self.notes += [text] if text not in self.notes else []

    def difference(self, metric, y_true, y_pred, other, *, floor=False, name=""):
        """Value of a metric minus that of another forecast, with the ends of the paired 95 % interval.

        Parameters
        ----------
        metric, y_true, y_pred
            As for `score`.
        other
            The forecast that is subtracted.
        floor : bool, default=False
            Whether that one never looked at an image.
        name : str, default=""
            What notes call the metric.

        Returns
        -------
        value, low, high : float
        """
        return self._interval(name, group_bootstrap_difference, metric, y_true, y_pred, other, floor=floor)

    def _interval(self, name, bootstrap, *arguments, **settings):
        settings |= {"n_resamples": N_RESAMPLES, "random_state": self.seed}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", UserWarning)
            interval = bootstrap(*arguments, self.groups, **settings)
        for each in caught:
            text = str(each.message)
            self._note(f"{name}: {text}" if name and text.startswith("the metric ") else text)
        return float(interval.estimate), float(interval.low), float(interval.high)
