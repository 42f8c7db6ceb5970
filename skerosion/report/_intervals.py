"""Patient-bootstrap intervals of every metric of a table from one set of resamples.

The metrics of a report are functions of sums over rows: of the confusion matrix, or of a mean. So patients are
resampled once, their sums are added up with the resample's counts, and thousands of resamples of all metrics cost one
matrix product where recomputing each metric on each resample's rows would take minutes.
"""

import numpy as np

N_RESAMPLES = 2000
COVERAGE = 0.95


class PatientBootstrap:
    """Resamples of patients, the same for everything it is asked about, so that rows of a table can be compared.

    Parameters
    ----------
    groups : array-like of shape (n_rows,) or None
        Patient of each row; None resamples rows.
    n_rows : int
    n_resamples : int, default=2000
    seed : int, default=0

    Notes
    -----
    Percentile interval of the cluster bootstrap: patients are drawn with replacement and all rows of a patient come
    along (Field and Welsh, 2007, Journal of the Royal Statistical Society B 69, 369-390).

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.report import PatientBootstrap
    >>> bootstrap = PatientBootstrap(groups=[1, 1, 2, 2], n_rows=4)
    >>> value, low, high = bootstrap.interval(np.array([[1.0], [1.0], [0.0], [0.0]]), lambda sums, n: sums[:, 0] / n)
    >>> float(value), float(low), float(high)
    (0.5, 0.0, 1.0)
    """

    def __init__(self, groups, n_rows, *, n_resamples=N_RESAMPLES, seed=0):
        groups = np.arange(n_rows) if groups is None else np.asarray(groups)
        _, self._patient = np.unique(groups, return_inverse=True)
        n_patients = self._patient.max() + 1
        generator = np.random.default_rng(seed)
        counts = generator.multinomial(n_patients, np.full(n_patients, 1 / n_patients), size=n_resamples)
        # The first "resample" is the table itself: its statistic is the value beside the interval.
        self._counts = np.vstack([np.ones((1, n_patients)), counts]).astype(np.float64)
        self._rows = self._counts @ np.bincount(self._patient, minlength=n_patients)

    def interval(self, columns, statistic):
        """Value of a statistic of sums with its interval.

        Parameters
        ----------
        columns : ndarray of shape (n_rows, n_columns)
            What is summed over rows.
        statistic : callable
            ``statistic(sums, n)`` with sums of shape (n_resamples, n_columns) and n, the rows of each resample, of
            shape (n_resamples,); returns one number a resample.

        Returns
        -------
        value, low, high : float
        """
        values = statistic(self._counts @ self._of_patients(columns), self._rows)
        tail = (1 - COVERAGE) / 2
        low, high = np.nanquantile(values[1:], [tail, 1 - tail])
        return float(values[0]), float(low), float(high)

    def _of_patients(self, columns):
        columns = np.asarray(columns, dtype=float)
        n_patients = self._counts.shape[1]
        return np.stack(
            [np.bincount(self._patient, weights=column, minlength=n_patients) for column in columns.T], axis=1
        )
