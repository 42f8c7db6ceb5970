"""Ratingen grades of the eroded share of a joint surface."""

import numpy as np

# Upper edges of the grades 0 to 4: grade 0 is exactly 0 %, then right-closed fifths; grade 5 lies above the last edge.
RATINGEN_EDGES = (0.0, 20.0, 40.0, 60.0, 80.0)


def ratingen(percent, zero_threshold=0):
    """Return the Ratingen grade, 0 to 5, of eroded joint surfaces.

    Grade 0 is a percentage of 0, grade :math:`g = 1, \\dots, 5` one in :math:`(20 (g - 1), 20 g]`.

    Parameters
    ----------
    percent : float or array-like
        Eroded share of the joint surface in percent, 0 to 100.
    zero_threshold : float, default=0
        Percentages up to here are grade 0. Labels need no other value than 0; a continuous prediction is never
        exactly 0 and needs one above (1 is usual).

    Returns
    -------
    int or ndarray of int
        Grades in the shape of `percent`.

    References
    ----------
    R. Rau, S. Wassenberg, G. Herborn, G. Stucki, A. Gebler, "A new method of scoring radiographic change in
    rheumatoid arthritis", Journal of Rheumatology 25(11), 1998.

    Examples
    --------
    >>> from skerosion.clinical import ratingen
    >>> ratingen([0, 0.1, 20, 20.5, 21, 80, 80.1, 100])
    array([0, 1, 1, 2, 2, 4, 5, 5])
    >>> ratingen(0.7, zero_threshold=1)
    0
    """
    values = np.asarray(percent, dtype=float)
    outside = ~((values >= 0) & (values <= 100))
    if outside.any():
        raise ValueError(
            f"percent must lie between 0 and 100, got {values[outside].flat[0]:g} ({outside.sum()} of {values.size} "
            "values); clip predictions that leave the range, drop or impute missing ones."
        )
    if not 0 <= zero_threshold <= 100:
        raise ValueError(f"zero_threshold must lie between 0 and 100, got {zero_threshold!r}.")
    grades = np.where(values <= zero_threshold, 0, np.searchsorted(RATINGEN_EDGES, values, side="left"))
    return grades if grades.ndim else int(grades)
