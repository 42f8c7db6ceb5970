"""What the imbalance steps share: rows in, rows out, and everything about a row follows it."""

from abc import abstractmethod

import numpy as np
import pandas as pd
from imblearn.base import BaseSampler
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import validate_data

from skerosion._validation import check_parameters
from skerosion.datasets import as_image_rows
from skerosion.grades import check_percentages, grades_of


class RowStep(BaseSampler):
    """A step of imbalanced-learn's Pipeline that answers with rows of what it was given, never with pixels.

    A subclass says in ``_resample(rows, grades)`` which rows come back, as positions into the given rows, and what
    changes about them: their weights, that they are copies. Targets and patients follow. With a parameter ``bins``
    the grades of a continuous target are those it falls into, without one the target itself.

    Attributes
    ----------
    sample_indices_ : ndarray of shape (n_samples_new,)
        Position of each returned row among the given ones.
    n_features_in_ : int
        Numbers in one row: pixels times channels, or features.

    See Also
    --------
    RowSampler : Runs any of imbalanced-learn's samplers on rows, without a class of your own.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.imbalance import RowStep
    >>> class EveryOther(RowStep):
    ...     def _resample(self, rows, grades):
    ...         positions = np.arange(0, len(rows), 2)
    ...         return rows.take(positions), positions
    >>> images = np.zeros((4, 16, 16), dtype=np.uint8)
    >>> rows, y = EveryOther().fit_resample(images, np.array([0, 1, 2, 3]))
    >>> rows.shape, y
    ((2, 16, 16, 1), array([0, 2]))
    """

    _sampling_type = "bypass"
    _rules = {}
    bins = None

    # With metadata routing on, patients reach the first step of a Pipeline without being asked for, as they reach
    # scikit-learn's group splitters. From there on the rows carry them.
    __metadata_request__fit_resample = {"groups": True}
    # Older versions of scikit-learn ask within a Pipeline for those of `fit` too.
    __metadata_request__fit = {"groups": True}

    def fit(self, X, y, *, groups=None):
        """Check the input and learn what resampling would draw; ``fit_resample`` is what a Pipeline calls.

        Parameters
        ----------
        X : ImageRows or anything that ``as_image_rows`` takes
            The rows.
        y : array-like of shape (n_samples,)
            Their targets.
        groups : array-like of shape (n_samples,) or None, default=None
            Patient of each row, as in ``fit_resample``.

        Returns
        -------
        self : object
            The fitted step.
        """
        self.fit_resample(X, y, groups=groups)
        return self

    def fit_resample(self, X, y, *, sample_weight=None, groups=None):
        """Resample or weigh the rows.

        Parameters
        ----------
        X : ImageRows or anything that ``as_image_rows`` takes
            Images, file paths or feature vectors.
        y : array-like of shape (n_samples,)
            Their targets: grades, or continuous numbers with ``bins``.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Weight of each row, for rows that carry none yet. With metadata routing on, a Pipeline hands it to the
            step that asks for it by ``set_fit_resample_request(sample_weight=True)``: let only the first one ask.
        groups : array-like of shape (n_samples,) or None, default=None
            Patient of each row. Rows that carry patients keep theirs: a Pipeline hands the same groups to every
            step, and after the first one they no longer fit the rows.

        Returns
        -------
        X_resampled : ImageRows
            The rows that were drawn, each with its weight and patient. ``np.asarray`` reads their pixels.
        y_resampled : same type as y
            Their targets, as ``y`` gave them.
        """
        check_parameters(self)
        rows = self._read_rows(X, sample_weight, groups)
        grades = grades_of(y, self.bins)
        check_percentages(y, self.bins)
        check_consistent_length(rows, grades)
        resampled, self.sample_indices_ = self._resample_labelled(rows, grades, y)
        return resampled, take_targets(y, self.sample_indices_)

    def _read_rows(self, X, sample_weight, groups):
        """Return X as rows with their weights and patients, and note its width and column names."""
        rows = as_image_rows(X)
        if sample_weight is not None and rows.sample_weight is not None:
            raise ValueError(
                "sample_weight must be given in one place, got it here and in the rows: a step before may have "
                "weighed them. Let only the first step of a Pipeline ask for sample_weight."
            )
        rows = as_image_rows(rows, sample_weight=sample_weight, groups=groups if rows.groups is None else None)
        validate_data(self, X, skip_check_array=True, ensure_2d=False)  # notes the names of columns
        self.n_features_in_ = int(np.prod(rows.shape[1:]))
        return rows

    def _resample_labelled(self, rows, grades, y):
        """Return what ``_resample`` does; for steps that look at the targets themselves, not at their grades alone."""
        return self._resample(rows, grades)

    @abstractmethod
    def _resample(self, rows, grades):
        """Return (the resampled rows, their positions among the given rows)."""

    # imbalanced-learn's hook, which its own `fit_resample` would call.
    _fit_resample = fit_resample

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = False
        tags.input_tags.three_d_array = True
        tags.sampler_tags.sample_indices = True
        return tags


def take_targets(y, positions):
    """Return the targets at positions in the container that ``y`` came in, a data frame's index counted anew."""
    if isinstance(y, list):
        return [y[position] for position in positions]
    if hasattr(y, "iloc"):
        return y.iloc[positions].reset_index(drop=True)
    return y[positions] if isinstance(y, pd.Categorical) else np.asarray(y)[positions]
