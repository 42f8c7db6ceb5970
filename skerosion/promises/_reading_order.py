"""In which order the joints of a visit are read, and what reading the first k of them leaves open."""

from typing import NamedTuple

import numpy as np


class Reading(NamedTuple):
    """The joints of visits in the order of their doubt.

    Attributes
    ----------
    order : ndarray of int, shape (n_joints,)
        Rows, visit by visit, the most doubtful joint of each first.
    starts, counts : ndarray of int, shape (n_visits,)
        Where each visit starts in `order`, and how many joints it has.
    spreads : ndarray of shape (n_visits, most_joints + 1)
        Standard deviation of the score of each visit after 0, 1, ... joints are read; 0 from its last joint on.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.promises._reading_order import Reading
    >>> cdf = np.array([[0.9, 1, 1, 1, 1], [0.5, 1, 1, 1, 1]])
    >>> reading = Reading.of(cdf, np.array([0, 0]), step=np.array([1.0]), correlation=0.0)
    >>> reading.order.tolist(), reading.spreads.round(2).tolist()
    ([1, 0], [[0.58, 0.3, 0.0]])
    """

    order: np.ndarray
    starts: np.ndarray
    counts: np.ndarray
    spreads: np.ndarray

    @classmethod
    def of(cls, cdf, codes, step, correlation):
        """Order joints by the standard deviations of their grades, and add up those that are not read.

        Parameters
        ----------
        cdf : ndarray of shape (n_joints, 5)
            P(grade <= 0), ..., P(grade <= 4).
        codes : ndarray of int, shape (n_joints,)
            Visit of each, from 0.
        step : ndarray of shape (n_visits,)
            Score of one grade of one joint.
        correlation : float
            Of the errors of two joints of a visit.
        """
        deviation = np.sqrt(np.maximum(_variances(cdf), 0))
        order = np.lexsort((-deviation, codes))
        counts = np.bincount(codes)
        starts = np.cumsum(counts) - counts
        squares, sums = (_left(each[order], starts, counts) for each in (deviation**2, deviation))
        spreads = step[:, np.newaxis] * np.sqrt((1 - correlation) * squares + shared_variances(sums, correlation))
        return cls(order, starts, counts, spreads)

    def left(self, values):
        """Return the sum over the joints that are not read, after 0, 1, ... of them are; shaped as `spreads`."""
        return _left(values[self.order], self.starts, self.counts)

    def n_read(self, limits):
        """Return how many joints of each visit are read until the spread is within each limit.

        Parameters
        ----------
        limits : ndarray of shape (n_limits,)
            Below 0 all joints are read.

        Returns
        -------
        ndarray of int, shape (n_visits, n_limits)
        """
        return joints_until(self.spreads, self.counts, limits)

    def first(self, n_read):
        """Tell which rows are among the first joints of their visits.

        Parameters
        ----------
        n_read : ndarray of int, shape (n_visits,)

        Returns
        -------
        ndarray of bool, shape (n_joints,)
        """
        place = np.arange(len(self.order)) - np.repeat(self.starts, self.counts)
        chosen = np.empty(len(self.order), dtype=bool)
        chosen[self.order] = place < np.repeat(n_read, self.counts)
        return chosen


def shared_variances(sums, correlation):
    """Return what the common factor adds to the variances: each joint that was read leaves less of it unknown.

    Of a normal factor with the share :math:`\\rho` of the variance of each joint, :math:`(1 - \\rho) / (1 - \\rho + k
    \\rho)` of its variance is left after k joints.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.promises._reading_order import shared_variances
    >>> shared_variances(np.array([[2.0, 1.0, 0.0]]), 0.5).tolist()
    [[2.0, 0.25, 0.0]]
    """
    k = np.arange(sums.shape[1])
    return correlation * (1 - correlation) / (1 - correlation + k * correlation) * sums**2


def joints_until(spreads, counts, limits):
    """Return how many joints are read until the spread is within each limit, see :meth:`Reading.n_read`."""
    above = np.column_stack([(spreads > limit).sum(axis=1) for limit in limits])
    return np.minimum(above, counts[:, np.newaxis])


def _variances(cdf):
    grades = np.arange(1, cdf.shape[1] + 1)
    above = 1 - cdf
    return ((2 * grades - 1) * above).sum(axis=1) - above.sum(axis=1) ** 2


def _left(values, starts, counts):
    """Return for each visit the sums of its values from place k on, k = 0, 1, ..."""
    made = np.zeros((len(starts), counts.max() + 1))
    for row, (start, count) in enumerate(zip(starts, counts, strict=True)):
        made[row, :count] = values[start : start + count][::-1].cumsum()[::-1]
    return made
