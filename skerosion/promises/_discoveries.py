"""Which of many p-values are discoveries, and whether there could be any."""

import numpy as np

from skerosion._counted import counted


def benjamini_hochberg(p, rate):
    """Tell which p-values are discoveries of which a share of at most `rate` is expected to be false.

    Parameters
    ----------
    p : ndarray of shape (n,)
    rate : float

    Returns
    -------
    ndarray of bool, shape (n,)

    References
    ----------
    Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", JRSS B 57, 1995; S. Bates, E. Candès, L. Lei,
    Y. Romano, M. Sesia, "Testing for outliers with conformal p-values", Annals of Statistics 51, 2023: conformal
    p-values that share a calibration depend on each other such that the procedure stays valid.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.promises._discoveries import benjamini_hochberg
    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03, 0.5]), 0.1).tolist()
    [True, True, True, False]
    """
    ordered = np.sort(p)
    small = np.flatnonzero(ordered <= rate * np.arange(1, len(p) + 1) / len(p) + 1e-12)
    return p <= ordered[small[-1]] if len(small) else np.zeros(len(p), dtype=bool)


def possibility(n_tested, smallest, rate):
    """Return what it takes for a discovery, in words, where a single large change cannot be one; empty where it can.

    Parameters
    ----------
    n_tested : int
    smallest : float
        Smallest p-value that there can be.
    rate : float

    Returns
    -------
    str

    Examples
    --------
    >>> from skerosion.promises._discoveries import possibility
    >>> possibility(200, 0.05, 0.1)
    'the smallest p-value is 0.05: among 200 pairs 100 must have it before one is a discovery at rate=0.1; for a single
    one 1999 stable pairs are needed.'
    >>> possibility(10, 0.005, 0.1)
    ''
    """
    needed = int(np.ceil(smallest * n_tested / rate - 1e-9))
    if needed <= 1:
        return ""
    takes = f"for a single one {int(np.ceil(n_tested / rate - 1e-9)) - 1} stable pairs are needed."
    told = f"the smallest p-value is {smallest:.3g}: "
    if needed > n_tested:
        return f"{told}no discovery at rate={rate:g} is possible among {counted(n_tested, 'pair')}; {takes}"
    among = f"among {counted(n_tested, 'pair')} {needed} must have it before one is a discovery at rate={rate:g}"
    return f"{told}{among}; {takes}"
