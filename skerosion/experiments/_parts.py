"""The train, validation and test part of a study."""

import numpy as np

from skerosion.model_selection import GroupTrainValidationTestSplit

from ._folds import missing_grades

PARTS = ("train", "validation", "test")
"""The parts, in the order of their sizes."""


def split_parts(rows, grades, *, sizes, seed, shown=np.asarray):
    """Split rows once, every patient in one part, each part with about the same share of every grade.

    Parameters
    ----------
    rows : ImageRows
        With patients.
    grades : ndarray of int of shape (n_rows,)
    sizes : sequence of three floats
    seed : int
    shown : callable
        From grades to how the message writes them.

    Returns
    -------
    parts : dict of str to ndarray
        Positions of the rows of each part.
    message : str
        Which grades a part lacks; empty when none.

    Raises
    ------
    ValueError
        Where rows know no patients, or a part would be empty.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets import ImageRows
    >>> from skerosion.experiments._parts import split_parts
    >>> rows = ImageRows(np.zeros((40, 8, 8), np.uint8), groups=np.repeat(np.arange(20), 2))
    >>> parts, message = split_parts(rows, np.tile([0, 1], 20), sizes=(0.7, 0.2, 0.1), seed=0)
    >>> {name: len(each) for name, each in parts.items()}, message
    ({'train': 28, 'validation': 8, 'test': 4}, '')
    """
    if rows.groups is None:
        raise ValueError(
            "a study needs the patient of each image, for no patient may be in two parts: name their column where the "
            "table is loaded (group=)."
        )
    splitter = GroupTrainValidationTestSplit(sizes=sizes, stratify=True, random_state=seed)
    parts = dict(zip(PARTS, next(splitter.split(rows, grades)), strict=True))
    for name, positions in parts.items():
        patients = len(np.unique(rows.groups[positions]))
        if patients < 2:
            raise ValueError(f"the {name} part must hold at least 2 patients, got {patients}: take more data.")
    named = {f"the {name} part has none of": positions for name, positions in parts.items()}
    return parts, missing_grades(grades, named, shown)
