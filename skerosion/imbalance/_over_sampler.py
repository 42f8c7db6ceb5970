"""The step that balances grades by augmented copies."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from imblearn.over_sampling.base import BaseOverSampler
from imblearn.utils import check_sampling_strategy
from sklearn.utils import check_random_state

from skerosion._types import Any, Bins, Seed
from skerosion._validation import SEED, Choice, Flag, Kind, Number, numbers_for
from skerosion.grades import bin_edges
from skerosion.imbalance._row_step import RowStep
from skerosion.preprocessing import Augmentation


class AugmentingOverSampler(RowStep, BaseOverSampler):
    """Repeat rows of small grades up to the largest, the repeats as copies that the network augments.

    The originals stay, in their order and untouched; the copies follow them, grade by grade. A grade of n rows that
    needs k copies gives each row ``k // n`` of them and one more to ``k % n`` rows drawn at random. No pixel is
    stored twice: a copy is a row with ``copy_number > 0``, and the rotation, shear and zoom of it are drawn where it
    is used, anew in each epoch or once (``frozen``).

    Feature vectors have nothing to rotate: their rows are repeated and marked as copies, and the estimators leave such
    copies as they are. Images handed over as flattened rows become images, and are augmented, where the estimator's
    ``image_shape`` says so.

    Parameters
    ----------
    rotation : float, default=25.0
        Largest rotation of a copy to either side, in degrees.
    shear : float, default=0.1
        Largest shear to either side, in radians.
    zoom : float, default=0.1
        Largest change of size: the scale is drawn from [1 - zoom, 1 + zoom].
    frozen : bool, default=False
        Whether a copy looks the same in all epochs.
    bins : "ratingen", array-like of shape (n_edges,) or None, default=None
        Right-closed upper edges by which a continuous target falls into grades. None takes the target as grades.
    sampling_strategy : float, str, dict or callable, default="auto"
        What imbalanced-learn's over-samplers take: ``"auto"`` or ``"not majority"``, ``"minority"``,
        ``"not minority"``, ``"all"``; a dict of grade -> number of rows wanted; for two grades the ratio of the
        smaller to the larger; or a callable that makes such a dict of the grades.
    random_state : int, RandomState instance or None, default=None
        Draws which rows get one copy more than the others.

    Attributes
    ----------
    sampling_strategy_ : dict of grade -> int
        The number of copies added to each grade.
    augmentation_ : Augmentation
        What happens to the copies. One that an earlier step gave to its copies is replaced: a set of rows has one.
    sample_indices_ : ndarray of shape (n_samples_new,)
        Position of each returned row among the given ones.
    n_features_in_ : int
        Numbers in one row: pixels times channels, or features.

    See Also
    --------
    ClassWeighter : Balances by weight instead.
    RowSampler : Runs any of imbalanced-learn's samplers on rows.

    Notes
    -----
    The sampling strategy counts rows and not their weights; a copy has the weight and the patient of its source.

    References
    ----------
    P. Y. Simard, D. Steinkraus, J. C. Platt, "Best Practices for Convolutional Neural Networks Applied to Visual
    Document Analysis", ICDAR (2003).

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.imbalance import AugmentingOverSampler
    >>> images = np.zeros((5, 16, 16), dtype=np.uint8)
    >>> rows, y = AugmentingOverSampler(random_state=0).fit_resample(images, np.array([0, 0, 0, 0, 1]))
    >>> y
    array([0, 0, 0, 0, 1, 1, 1, 1])
    >>> rows.copy_number
    array([0, 0, 0, 0, 0, 1, 2, 3])
    """

    _sampling_type = "over-sampling"

    _rules = {
        "rotation": (Number(0, 180),),
        "shear": (Number(0, 1),),
        "zoom": (Number(0, 0.9),),
        "frozen": (Flag(),),
        "bins": numbers_for("bins", bin_edges),
        "sampling_strategy": (
            Choice(("auto", "not majority", "minority", "not minority", "all")),
            Number(0, 1, open_low=True),
            Kind("a dict of grade -> number of rows", types=(Mapping,)),
            Kind("a function that makes one", methods=("__call__",)),
        ),
        "random_state": SEED,
    }

    def __init__(
        self,
        *,
        rotation: float = 25.0,
        shear: float = 0.1,
        zoom: float = 0.1,
        frozen: bool = False,
        bins: Bins = None,
        sampling_strategy: Any = "auto",
        random_state: Seed = None,
    ):
        super().__init__(sampling_strategy=sampling_strategy)
        self.rotation = rotation
        self.shear = shear
        self.zoom = zoom
        self.frozen = frozen
        self.bins = bins
        self.random_state = random_state

    def _resample(self, rows, grades):
        self.sampling_strategy_ = check_sampling_strategy(self.sampling_strategy, grades, self._sampling_type)
        self.augmentation_ = Augmentation(rotation=self.rotation, shear=self.shear, zoom=self.zoom, frozen=self.frozen)
        copies = self._draw_copies(grades)
        positions = np.concatenate([np.arange(len(rows)), copies])
        copy_number = np.concatenate([rows.copy_number, next_copy_numbers(rows, copies)])
        return rows.take(positions, copy_number=copy_number, copy_augmentation=self.augmentation_), positions

    def _draw_copies(self, grades):
        """Return the position of the source of each copy, grade by grade."""
        random_state = check_random_state(self.random_state)
        drawn = [
            draw_evenly(np.flatnonzero(grades == grade), count, random_state)
            for grade, count in self.sampling_strategy_.items()
        ]
        return np.concatenate([np.empty(0, dtype=np.int64), *drawn])


def draw_evenly(positions, count, random_state):
    """Return ``count`` of the positions, each ``count // n`` times and at most once more."""
    times, rest = divmod(count, len(positions))
    return np.concatenate([np.tile(positions, times), random_state.permutation(positions)[:rest]])


def next_copy_numbers(rows, copies):
    """Return the copy number of each new copy: counted on from the largest that its source row has already."""
    source, inverse = np.unique(rows.indices, return_inverse=True)
    largest = np.zeros(len(source), dtype=np.int64)
    np.maximum.at(largest, inverse, rows.copy_number)
    of_source = inverse[copies]
    return largest[of_source] + 1 + pd.Series(of_source).groupby(of_source).cumcount().to_numpy()
