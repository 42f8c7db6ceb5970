"""Whether pairs of visits are such as the stable pairs were that a test was calibrated on, as far as can be seen."""

import warnings

import numpy as np
from scipy.stats import ks_2samp

from skerosion._counted import counted
from skerosion._keys import as_keys

# So unlikely must numbers of joints be, had they been drawn alike.
_UNLIKE = 0.01


def check_one_each(groups, n_rows):
    """Refuse patients with several pairs, which are not exchangeable with one pair of a new patient."""
    if groups is None or np.shape(groups) != (n_rows,):
        got = "None" if groups is None else f"shape {np.shape(groups)}"
        raise ValueError(f"groups must name the patient of each of the {n_rows} pairs, got {got}.")
    keys, counts = np.unique(as_keys(groups), return_counts=True)
    if (counts > 1).any():
        raise ValueError(
            f"groups must hold each patient once, got {counts.max()} pairs of {str(keys[counts.argmax()])!r}; pass one "
            "pair a patient, such as the first."
        )


def comparable(n_joints, kind, known_joints, known_kinds):
    """Return which pairs could be among those of the calibration, by their numbers of joints and kinds of film.

    Parameters
    ----------
    n_joints : ndarray of shape (n, 2) or None
        Joints of both visits.
    kind : ndarray of str, shape (n,), or None
    known_joints, known_kinds : the same of the calibration, or None

    Returns
    -------
    ndarray of bool, shape (n,)

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.promises._alike import comparable
    >>> comparable(np.array([[30, 32], [30, 8]]), None, np.array([[30, 30], [28, 32]]), None).tolist()
    [True, False]
    """
    alike = True
    if n_joints is not None and known_joints is not None:
        alike = ((n_joints >= known_joints.min()) & (n_joints <= known_joints.max())).all(axis=1)
    if kind is not None and known_kinds is not None:
        alike = alike & np.isin(kind, known_kinds)
    return alike


def warn_of_unlike(alike, n_joints, known_joints):
    """Warn of pairs that are not comparable, and of numbers of joints that are others on the whole."""
    told = []
    if not np.all(alike):
        told.append(
            f"{counted(int((~alike).sum()), 'pair')} with numbers of joints or kinds of film that no stable pair has"
        )
    if n_joints is not None and known_joints is not None:
        fewest, known = n_joints.min(axis=1), known_joints.min(axis=1)
        if ks_2samp(fewest, known).pvalue < _UNLIKE:
            told.append(
                f"the pairs have {np.median(fewest):g} joints in the median where stable ones have {np.median(known):g}"
            )
    if told:
        warnings.warn(
            f"{', and '.join(told)}: p-values are promised for pairs like the stable ones. Test comparable pairs, or "
            "calibrate on stable pairs that are like these.",
            stacklevel=3,
        )
