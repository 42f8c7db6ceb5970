"""Whole patients to parts of wanted sizes, grade by grade where asked."""

import numpy as np
from sklearn.utils import check_random_state


def assign_patients(counts, sizes, random_state=None):
    """Return the part of each patient such that every part gets its share of every column of ``counts``.

    The chi-square distance between what the parts hold and what they should hold,

    .. math:: \\sum_{p, c} \\frac{(n_{pc} - s_p n_c)^2}{s_p n_c^2},

    is brought down twice: patients in random order each go where it grows least, then single patients move as long
    as it falls. Every part holds at least one patient.

    Parameters
    ----------
    counts : array-like of shape (n_patients, n_columns)
        Rows of each patient: in all, and in each grade where the parts are stratified.
    sizes : array-like of shape (n_parts,)
        Share of each part, summing to 1.
    random_state : int, RandomState instance or None, default=None
        Draws the order of the patients.

    Returns
    -------
    ndarray of shape (n_patients,)
        Number of the part of each patient.

    References
    ----------
    K. Sechidis, G. Tsoumakas, I. Vlahavas, "On the Stratification of Multi-label Data", ECML PKDD (2011), is the
    greedy idea for rows; here a patient is a row of many labels.

    Examples
    --------
    >>> assign_patients([[2], [2], [2], [2]], [0.75, 0.25], random_state=0)
    array([0, 1, 0, 0])
    """
    counts = np.asarray(counts, dtype=float)
    counts = counts[:, counts.sum(axis=0) > 0]
    order = check_random_state(random_state).permutation(len(counts))
    targets = np.outer(sizes, counts.sum(axis=0))
    return move_patients(assign_in_order(order, counts, targets), counts, targets)


def assign_in_order(order, counts, targets):
    """Return the part of each patient, the patients going in this order to where the distance grows least."""
    part = np.empty(len(counts), dtype=np.int64)
    filled = np.zeros_like(targets)
    shares = counts / targets.sum(axis=0)
    for placed, patient in enumerate(order):
        growth = ((filled + counts[patient] / 2) / targets - 1) @ shares[patient]
        empty = ~filled.any(axis=1)
        if empty.sum() == len(order) - placed:
            growth[~empty] = np.inf  # the last patients belong to the parts that have none
        part[patient] = np.argmin(growth)
        filled[part[patient]] += counts[patient]
    return part


def move_patients(part, counts, targets):
    """Return the parts after moving one patient at a time, the best first, until no move brings the distance down."""
    everyone, part = np.arange(len(part)), part.copy()
    shares = counts / targets.sum(axis=0)
    while True:
        filled = np.stack([counts[part == number].sum(axis=0) for number in range(len(targets))])
        gain = np.einsum("npc,nc->np", (filled + counts[:, np.newaxis] / 2) / targets, shares)
        loss = np.einsum("nc,nc->n", (filled[part] - counts / 2) / targets[part], shares)
        change = gain - loss[:, np.newaxis]
        change[everyone, part] = 0
        change[np.bincount(part, minlength=len(targets))[part] == 1] = 0  # nobody leaves a part alone
        patient, to = np.unravel_index(np.argmin(change), change.shape)
        if change[patient, to] > -1e-12:
            return part
        part[patient] = to


def count_rows(patients, grades=None):
    """Return the rows of each patient, in all and in each grade.

    Parameters
    ----------
    patients : integer ndarray of shape (n_samples,)
        Number of the patient of each row.
    grades : array-like of shape (n_samples,) or None, default=None
        Grade of each row, None to count rows alone.

    Returns
    -------
    ndarray of shape (n_patients, 1 + n_grades)

    Examples
    --------
    >>> count_rows(np.array([0, 0, 1]), [3, 4, 4])
    array([[2, 1, 1],
           [1, 0, 1]])
    """
    rows = np.bincount(patients)[:, np.newaxis]
    if grades is None:
        return rows
    classes, inverse = np.unique(grades, return_inverse=True)
    cells = np.zeros((len(rows), len(classes)), dtype=np.int64)
    np.add.at(cells, (patients, inverse), 1)
    return np.hstack([rows, cells])
