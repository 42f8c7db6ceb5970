"""The train, validation and test part of a study, and what was predicted for the rows of one of them."""

from dataclasses import dataclass

import numpy as np

from skerosion.grades import Target
from skerosion.model_selection import GroupTrainValidationTestSplit

from ._scored import Scored
from ._strategies import training_strategy

PARTS = ("train", "validation", "test")
"""The parts, in the order of their sizes."""


@dataclass(frozen=True)
class StudyPart(Scored):
    """Rows of one part with their truth and the predictions for them, for tables and figures.

    Parameters
    ----------
    name : {"validation", "test"}
    target : Target
    rows : ImageRows
    y, groups : ndarray of shape (n_rows,)
    predictions : dict of (str, str) to Forecast
        By task and strategy.
    trained : ndarray of shape (n_train,)
        Targets of the train part: what floors know.
    seed : int
    titles : dict of str to str
        Strategy -> how tables and figures write it.
    """

    name: str
    target: Target
    rows: object
    y: np.ndarray
    groups: np.ndarray
    predictions: dict
    trained: np.ndarray
    seed: int
    titles: dict

    fit_of = staticmethod(training_strategy)

    @property
    def origin(self):
        """Where the predictions come from."""
        return f"{self.name} part"

    def references(self):
        """The targets that all fits were trained on, and all rows."""
        return [(self.trained, np.arange(len(self.y)))]


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
    >>> from ._parts import split_parts
    >>> rows = ImageRows(np.zeros((40, 8, 8), np.uint8), groups=np.repeat(np.arange(20), 2))
    >>> parts, message = split_parts(rows, np.tile([0, 1], 20), sizes=(0.7, 0.2, 0.1), seed=0)
    >>> {name: len(each) for name, each in parts.items()}, message
    ({'train': 28, 'validation': 8, 'test': 4}, '')
    """
    if rows.groups is None:
        raise ValueError(
            "a study needs the patient of each image, for no patient may be in two parts: name their "
            "column where the table is loaded (group=)."
        )
    splitter = GroupTrainValidationTestSplit(sizes=sizes, stratify=True, random_state=seed)
    parts = dict(zip(PARTS, next(splitter.split(rows, grades)), strict=True))
    for name, positions in parts.items():
        patients = len(np.unique(rows.groups[positions]))
        if patients < 2:
            raise ValueError(f"the {name} part should hold at least 2 patients, got {patients}: take more data.")
    return parts, _missing_grades(grades, parts, shown)


def _missing_grades(grades, parts, shown):
    every = set(np.unique(grades).tolist())
    lacking = {name: sorted(every - set(np.unique(grades[rows]).tolist())) for name, rows in parts.items()}
    texts = [
        f"the {name} part has none of {', '.join(map(str, shown(gone)))}" for name, gone in lacking.items() if gone
    ]
    return f"Too few rows of some grades: {'; '.join(texts)}." if texts else ""
