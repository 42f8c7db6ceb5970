"""The step that runs imbalanced-learn's own samplers on rows."""

import numpy as np
from imblearn import FunctionSampler
from sklearn.base import clone
from sklearn.utils import get_tags

from skerosion._types import Any, Bins
from skerosion._validation import Kind, numbers_for
from skerosion.grades import bin_edges
from skerosion.imbalance._row_step import RowStep


class RowSampler(RowStep):
    """Let any sampler of imbalanced-learn that picks rows pick them.

    Samplers that draw at random (``RandomUnderSampler``, ``RandomOverSampler``, ``FunctionSampler``) see a column of
    row positions and no pixel. Samplers that measure distances (``TomekLinks``, ``NearMiss``,
    ``EditedNearestNeighbours``, ``InstanceHardnessThreshold`` and their like) see each row's pixels or features as
    one line of 32-bit floats, all rows in memory at once. Samplers that make up rows (the SMOTE family,
    ``ClusterCentroids``, ``RandomOverSampler`` with ``shrinkage``) are refused: there is no image behind a made-up row.

    Parameters
    ----------
    sampler : sampler of imbalanced-learn
        Cloned at each fit, with its own parameters (``sampler__sampling_strategy`` in a search) and random state.
    bins : "ratingen", array-like of shape (n_edges,) or None, default=None
        Right-closed upper edges by which a continuous target falls into grades, which drive the sampler; the
        targets returned stay continuous. None takes the target as grades.

    Attributes
    ----------
    sampler_ : sampler of imbalanced-learn
        The fitted clone.
    sampling_strategy_ : dict of grade -> int, or what the sampler uses in its place
        Its sampling strategy.
    sample_indices_ : ndarray of shape (n_samples_new,)
        Position of each returned row among the given ones.
    n_features_in_ : int
        Numbers in one row: pixels times channels, or features.

    See Also
    --------
    AugmentingOverSampler : Repeats rows of small grades as augmented copies.
    ClassWeighter : Balances by weight instead.

    References
    ----------
    G. Lemaître, F. Nogueira, C. K. Aridas, "Imbalanced-learn: A Python Toolbox to Tackle the Curse of Imbalanced
    Datasets in Machine Learning", Journal of Machine Learning Research 18 (2017).

    Examples
    --------
    >>> import numpy as np
    >>> from imblearn.under_sampling import RandomUnderSampler
    >>> from skerosion.imbalance import RowSampler
    >>> images = np.zeros((5, 16, 16), dtype=np.uint8)
    >>> step = RowSampler(RandomUnderSampler(random_state=0))
    >>> rows, y = step.fit_resample(images, np.array([0, 0, 0, 1, 1]))
    >>> rows.shape, y
    ((4, 16, 16, 1), array([0, 0, 1, 1]))
    """

    _rules = {
        "sampler": (Kind("a sampler of imbalanced-learn, with fit_resample", methods=("fit_resample",)),),
        "bins": numbers_for("bins", bin_edges),
    }

    def __init__(self, sampler: Any, *, bins: Bins = None):
        self.sampler = sampler
        self.bins = bins

    def _resample(self, rows, grades):
        check_picks_rows(self.sampler)
        self.sampler_ = clone(self.sampler)
        if reads_values(self.sampler_):
            lines = np.asarray(rows, dtype=np.float32).reshape(len(rows), -1)
            self.sampler_.fit_resample(lines, grades)
            positions = np.asarray(self.sampler_.sample_indices_)
        else:
            column, _ = self.sampler_.fit_resample(np.arange(len(rows)).reshape(-1, 1), grades)
            positions = check_positions(np.ravel(column), self.sampler_)
        self.sampling_strategy_ = getattr(self.sampler_, "sampling_strategy_", None)
        return rows.take(positions), positions


def check_picks_rows(sampler):
    """Refuse samplers that make up rows and steps that need no wrapping."""
    name = type(sampler).__name__
    if isinstance(sampler, RowStep):
        raise ValueError(f"sampler must be a sampler of imbalanced-learn, got {name}: use it as a step of its own.")
    if getattr(sampler, "shrinkage", None):
        raise ValueError(
            f"sampler must pick rows, got {name} with shrinkage={sampler.shrinkage!r}, which makes up new ones: leave "
            "shrinkage=None, or use AugmentingOverSampler for varied copies."
        )
    if not (isinstance(sampler, FunctionSampler) or get_tags(sampler).sampler_tags.sample_indices):
        raise ValueError(
            f"sampler must pick rows and tell which by sample_indices_, got {name}, which makes up new ones: there is "
            "no image behind a made-up row. Use AugmentingOverSampler, or RowSampler with RandomOverSampler or one of "
            "imbalanced-learn's prototype selections."
        )


def check_positions(positions, sampler):
    """Refuse what a function of the user's returned where it no longer holds positions of rows."""
    if positions.dtype.kind not in "iu":
        raise ValueError(
            f"sampler must return rows of the column of row positions that it is given, got {positions.dtype} values "
            f"from {sampler!r}."
        )
    return positions


def reads_values(sampler):
    """Tell whether a sampler computes with what it is given: those that take strings and gaps as well do not."""
    tags = get_tags(sampler).input_tags
    return not (isinstance(sampler, FunctionSampler) or (tags.string and tags.allow_nan))
