"""What is expected of the joints of a visit that were not read, given those that were."""

import numpy as np

from skerosion.visits import factor, given_factor

_LEAST = 1e-300


def expected_rest(cdf, grades, reading, correlation):
    """Return the expected sum of the grades that are not read, after 0, 1, ... joints of each visit are.

    Joints of a visit err together: in the copula of :class:`skerosion.visits.RauForecaster` they are independent given
    a common factor u. What was read is a sample of it,

    .. math:: w_k(u) \\propto \\varphi(u) \\prod_{j \\le k} P(G_j = g_j \\mid u),

    under which the others are expected: where the reader finds more than forecast, the rest will have more as well.

    Parameters
    ----------
    cdf : ndarray of shape (n_joints, 5)
    grades : ndarray of int, shape (n_joints,)
        What the reader says; those of joints that are not read are not looked at before they are.
    reading : Reading
    correlation : float

    Returns
    -------
    ndarray of shape (n_visits, most_joints + 1)

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.promises._reading_order import Reading
    >>> from skerosion.promises._read_scores import expected_rest
    >>> cdf = np.array([[0.5, 1, 1, 1, 1]] * 2)
    >>> reading = Reading.of(cdf, np.array([0, 0]), step=np.array([1.0]), correlation=0.5)
    >>> for grades in ([0, 0], [1, 0]):  # what is read first changes what is expected of the other one
    ...     print(expected_rest(cdf, np.array(grades), reading, 0.5).round(2))
    [[1.   0.33 0.  ]]
    [[1.   0.67 0.  ]]
    """
    values, weights = factor(correlation)
    made = np.zeros(reading.spreads.shape)
    for visit, (start, count) in enumerate(zip(reading.starts, reading.counts, strict=True)):
        rows = reading.order[start : start + count]
        given = given_factor(cdf[rows], values, correlation)
        likely = _likelihoods(given, grades[rows])
        known = np.hstack([np.zeros((len(values), 1)), np.log(np.maximum(likely, _LEAST)).cumsum(axis=1)])
        posterior = weights[:, np.newaxis] * np.exp(known - known.max(axis=0))
        rest = np.zeros((len(values), count + 1))
        expected = given.shape[2] - given @ np.ones(given.shape[2])
        rest[:, :count] = expected[:, ::-1].cumsum(axis=1)[:, ::-1]
        made[visit, : count + 1] = (posterior * rest).sum(axis=0) / posterior.sum(axis=0)
    return made


def _likelihoods(given, grades):
    """Return P(G = g | u) of each joint, of shape (n_values, n_joints)."""
    columns, highest = np.arange(len(grades)), given.shape[2]
    at = np.where(grades < highest, given[:, columns, np.minimum(grades, highest - 1)], 1.0)
    return at - np.where(grades > 0, given[:, columns, np.maximum(grades - 1, 0)], 0.0)
