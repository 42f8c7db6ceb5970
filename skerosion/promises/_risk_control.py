"""Conformal risk control: the boldest of some settings whose loss keeps below a bound for new patients on average."""

import numpy as np


def monotone(losses):
    """Return at each setting the worst loss of it and of every more careful one.

    Parameters
    ----------
    losses : ndarray of shape (n, n_settings)
        The most careful setting first.

    Returns
    -------
    ndarray of shape (n, n_settings)
        Rising along each row.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.promises._risk_control import monotone
    >>> monotone(np.array([[0, 1, 0, 0]])).tolist()
    [[0, 1, 1, 1]]
    """
    return np.maximum.accumulate(losses, axis=1)


def risk_bounds(losses):
    """Return at each setting the mean loss with one more patient, of whom the worst is assumed: a loss of 1.

    Where losses rise with the setting and lie between 0 and 1, the boldest setting with a bound up to alpha has an
    expected loss of at most alpha for a new patient who is exchangeable with these:

    .. math:: \\hat\\lambda = \\sup\\left\\{\\lambda : \\frac{1}{n + 1} \\left(\\sum_{i=1}^n L_i(\\lambda) + 1\\right)
        \\le \\alpha\\right\\} .

    Parameters
    ----------
    losses : ndarray of shape (n_patients, n_settings)

    Returns
    -------
    ndarray of shape (n_settings,)

    References
    ----------
    A. N. Angelopoulos, S. Bates, A. Fisch, L. Lei, T. Schuster, "Conformal risk control", ICLR 2024 (arXiv:2208.02814),
    theorem 1.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.promises._risk_control import risk_bounds
    >>> risk_bounds(np.array([[0.0, 0.5], [0.0, 0.0], [0.0, 1.0]]))
    array([0.25 , 0.625])
    """
    return (losses.sum(axis=0) + 1) / (len(losses) + 1)


def boldest(bounds, alpha):
    """Return the position of the last setting whose bound, and that of every more careful one, keeps to alpha.

    Examples
    --------
    >>> from skerosion.promises._risk_control import boldest
    >>> boldest([0.05, 0.08, 0.2], 0.1), boldest([0.2, 0.3], 0.1)
    (1, -1)
    """
    return int((np.asarray(bounds) <= alpha + 1e-12).cumprod().sum()) - 1


def mean_by_unit(values, units):
    """Return the mean of the rows of each unit, numbered from 0.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.promises._risk_control import mean_by_unit
    >>> mean_by_unit(np.array([[0.0], [1.0], [1.0]]), np.array([0, 0, 1])).tolist()
    [[0.5], [1.0]]
    """
    summed = np.zeros((units.max() + 1, values.shape[1]))
    np.add.at(summed, units, values)
    return summed / np.bincount(units)[:, np.newaxis]
