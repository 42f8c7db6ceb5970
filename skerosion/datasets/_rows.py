"""The rows that flow through everything: which images, with which weight, of which patient, which of them copies."""

import copy

import numpy as np

from skerosion._counted import counted
from skerosion._types import Any, ArrayLike, Groups, Weights
from skerosion.grades import changed_votes
from skerosion.preprocessing import Augmentation

from ._given import as_source
from ._mapped import MappedSource
from ._not_computed_with import NotComputedWith
from ._row_values import checked_copies, checked_groups, checked_indices, checked_weight, votes_of_rows
from .reading import times

_CHECKS = {
    "sample_weight": checked_weight,
    "groups": checked_groups,
    "votes": votes_of_rows,
    "copy_number": checked_copies,
}


class ImageRows(NotComputedWith):
    """Images as rows: a light view that behaves like an array of shape (n, H, W, C) and never moves a pixel.

    A row is a number into a pixel source (array, memory map, files) together with a weight, a patient and a copy
    number. Indexing gives another view in which all of these follow; ``np.asarray`` reads the pixels. Rows pass through
    scikit-learn's splitters and searches and imbalanced-learn's pipelines as they are, and they pickle by file name
    where the pixels lie in files or a memory map. Feature vectors make rows of shape (n, d).

    Parameters
    ----------
    source : ArraySource, FileSource, FeatureSource or array-like
        Where the pixels lie. An array of three or four dimensions is images, one of two dimensions is feature vectors;
        a list or column of paths names files, and one of images of several sizes is resized to their median.
    indices : integer array-like of shape (n,), default=None
        Row numbers in the source; None takes all. Two rows with one number are the same image.
    sample_weight : array-like of shape (n,), default=None
        Weights, finite and not negative. None means that every row counts once.
    groups : array-like of shape (n,), default=None
        The patient of each row. Kept as text: 7, 7.0 and ``"7 "`` are one patient, ``"007"`` is another.
    votes : array-like of shape (n, n_readers), default=None
        What each of several readers said of each row, which the losses of networks read as shares; None, NaN and empty
        text are no vote.
    copy_number : integer array-like of shape (n,), default=None
        0 for an original, k for its k-th augmented copy. None means originals only.
    copy_augmentation : Augmentation, default=None
        What happens to the copies.
    augmentation : Augmentation, default=None
        What happens to every row in training, before anything that an estimator asks for, such as the error of where
        crops were cut out; never when something is predicted.

    Attributes
    ----------
    source : ArraySource, FileSource or FeatureSource
        Where the pixels lie.
    indices : ndarray of int64, shape (n,)
        Row numbers in the source.
    sample_weight, groups : ndarray of shape (n,) or None
        Weights and patients.
    votes : ndarray of shape (n, n_readers) or None
        Numbers, with NaN where a reader did not vote, or names with None.
    copy_number : ndarray of int64, shape (n,)
        Zeros where no row is a copy.
    copy_augmentation, augmentation : Augmentation or None
        What happens to the copies, and to every row, in training.
    shape, ndim, size, dtype
        As of the array that ``np.asarray`` would give.
    kind : {"images", "features"}
        What the rows hold.
    image_shape : tuple or None
        (H, W, C), or None for features.
    is_copy : ndarray of bool, shape (n,)
        Which rows are augmented copies.
    paths : ndarray of str, shape (n,), or None
        The files, where the source has files.

    See Also
    --------
    as_image_rows : Makes rows of everything that an estimator takes as X.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets import ImageRows
    >>> rows = ImageRows(np.zeros((4, 16, 16), dtype="uint8"), groups=["a", "a", "b", "c"])
    >>> rows
    ImageRows(4 images of 16x16x1, uint8, 3 groups)
    >>> rows[[3, 0, 0]].groups.tolist()
    ['c', 'a', 'a']
    >>> np.asarray(rows[:2]).shape
    (2, 16, 16, 1)
    """

    def __init__(
        self,
        source: Any,
        *,
        indices: ArrayLike | None = None,
        sample_weight: Weights = None,
        groups: Groups = None,
        votes: Any = None,
        copy_number: ArrayLike | None = None,
        copy_augmentation: Any = None,
        augmentation: Any = None,
    ):
        self.source = as_source(source)
        self.indices = checked_indices(indices, self.source.shape[0])
        self._set(sample_weight=sample_weight, groups=groups, votes=votes, copy_number=copy_number)
        self._set(copy_augmentation=copy_augmentation, augmentation=augmentation)

    @property
    def shape(self):
        """(n, H, W, C) or (n, d)."""
        return (len(self.indices), *self.source.shape[1:])

    @property
    def ndim(self):
        """4 for images, 2 for features."""
        return len(self.source.shape)

    @property
    def size(self):
        """Number of pixels of all rows."""
        return int(np.prod(self.shape))

    @property
    def dtype(self):
        """Dtype of the source."""
        return self.source.dtype

    @property
    def kind(self):
        """What the rows hold."""
        return "images" if self.ndim == 4 else "features"

    @property
    def image_shape(self):
        """(H, W, C), or None for features."""
        return tuple(self.source.shape[1:]) if self.kind == "images" else None

    @property
    def is_copy(self):
        """Which rows are augmented copies."""
        return self.copy_number > 0

    @property
    def paths(self):
        """The files, or None."""
        paths = getattr(self.source, "paths", None)
        return None if paths is None else paths[self.indices]

    def take(self, positions, *, sample_weight=..., copy_number=..., copy_augmentation=...):
        """Return the rows at some positions, which may repeat; what belongs to a row follows it.

        Parameters
        ----------
        positions : integer array-like of shape (m,)
            Positions in these rows, not row numbers of the source.
        sample_weight, copy_number : array-like of shape (m,) or None, optional
            Replace those of the new rows; None clears them. Left out, they follow.
        copy_augmentation : Augmentation or None, optional
            Replaces that of the new rows.

        Returns
        -------
        rows : ImageRows

        Examples
        --------
        >>> import numpy as np
        >>> from skerosion.datasets import ImageRows
        >>> rows = ImageRows(np.zeros((2, 16, 16), dtype="uint8"))
        >>> rows.take([0, 1, 1], copy_number=[0, 0, 1]).is_copy.tolist()
        [False, False, True]
        """
        positions = np.atleast_1d(self._positions(positions))
        view = copy.copy(self)
        view.indices = self.indices[positions]
        for name in ("sample_weight", "groups", "votes", "copy_number"):
            values = getattr(self, name)
            setattr(view, name, None if values is None else values[positions])
        # An ellipsis is "as before": None is a value of its own, no weights.
        given = {"sample_weight": sample_weight, "copy_number": copy_number, "copy_augmentation": copy_augmentation}
        view._set(**{name: value for name, value in given.items() if value is not ...})
        return view

    def with_sample_weight(self, sample_weight):
        """Return the same rows with these weights.

        Parameters
        ----------
        sample_weight : array-like of shape (n,) or None
            None clears the weights.

        Returns
        -------
        rows : ImageRows
        """
        return self._with(sample_weight=sample_weight)

    def with_groups(self, groups):
        """Return the same rows with these patients.

        Parameters
        ----------
        groups : array-like of shape (n,) or None
            None clears the patients.

        Returns
        -------
        rows : ImageRows
        """
        return self._with(groups=groups)

    def with_votes(self, votes):
        """Return the same rows with these votes of readers.

        Parameters
        ----------
        votes : array-like of shape (n, n_readers) or None
            None clears the votes.

        Returns
        -------
        rows : ImageRows

        Examples
        --------
        >>> import numpy as np
        >>> from skerosion.datasets import ImageRows
        >>> ImageRows(np.zeros((2, 16, 16), dtype="uint8")).with_votes([[0, 1, 1], [2, 2, None]])
        ImageRows(2 images of 16x16x1, uint8, 3 readers)
        """
        return self._with(votes=votes)

    def map_votes(self, function):
        """Return the same rows with votes after a function of grades, for a target that the same function changes.

        Parameters
        ----------
        function : callable
            From grades of shape (m,) to others, each by itself.

        Returns
        -------
        rows : ImageRows
        """
        return self if self.votes is None else self.with_votes(changed_votes(self.votes, function))

    def map(self, function):
        """Return the same rows with images that a function changes when they are read.

        Parameters
        ----------
        function : callable
            From images (m, H, W, C) to images of the same shape and dtype, each by itself.

        Returns
        -------
        rows : ImageRows
        """
        view = copy.copy(self)
        view.source = MappedSource(self.source, function)
        return view

    def unit_weight(self):
        """Return the weights, ones where there are none.

        Returns
        -------
        sample_weight : ndarray of float64, shape (n,)
        """
        return np.ones(len(self)) if self.sample_weight is None else self.sample_weight.copy()

    def read(self, positions=None):
        """Read the pixels of some rows, and only of those.

        Parameters
        ----------
        positions : integer array-like, default=None
            Positions in these rows; None reads all.

        Returns
        -------
        images : ndarray of shape (m, H, W, C) or (m, d)
            In the dtype of the source. Copies are read as their originals: augmentation happens in the network.
        """
        positions = slice(None) if positions is None else positions
        return self.source.read(self.indices[np.atleast_1d(self._positions(positions))])

    def _positions(self, key):
        """Turn any key for the first axis into non-negative positions, by NumPy's own rules."""
        if not isinstance(key, slice):
            key = np.asarray(key)
            if key.size == 0 and key.dtype != bool:
                key = key.astype(np.int64)  # an empty list has no integer dtype
            if key.ndim > 1 or (key.ndim == 0 and key.dtype == bool):
                raise IndexError(
                    f"rows are indexed by a number, list, mask or slice, got {key.dtype} of shape {key.shape}"
                )
        return np.arange(len(self))[key]

    def _with(self, **changes):
        view = copy.copy(self)
        view._set(**changes)
        return view

    def _set(self, **changes):
        """Check and assign what belongs to the rows."""
        for name, value in changes.items():
            if name in ("copy_augmentation", "augmentation"):
                setattr(self, name, Augmentation.from_parameter(value))
            else:
                setattr(self, name, _CHECKS[name](value, len(self)))

    def __getitem__(self, key):
        if isinstance(key, tuple):  # scikit-learn indexes with (key, Ellipsis)
            if len(key) != 2 or key[1] is not Ellipsis:
                raise IndexError(f"rows are indexed by one key, got {key!r}; index np.asarray(rows) for pixels")
            key = key[0]
        positions = self._positions(key)
        return self.read(positions)[0] if np.ndim(positions) == 0 else self.take(positions)

    def __len__(self):
        return len(self.indices)

    def __iter__(self):
        return (self[position] for position in range(len(self)))

    def __array__(self, dtype=None, copy=None):
        if copy is False:
            raise ValueError("reading the pixels of ImageRows always makes a copy, so copy=False is not possible")
        pixels = self.read()
        return pixels if dtype is None else pixels.astype(dtype, copy=False)

    def __repr__(self):
        rows = counted(len(self), self.kind.removesuffix("s"))
        parts = [f"{rows} of {times(self.source.shape[1:])}", str(self.dtype)]
        if self.is_copy.any():
            parts.append(counted(self.is_copy.sum(), "copy", "copies"))
        if self.sample_weight is not None:
            parts.append("weighted")
        parts += [] if self.groups is None else [counted(len(set(self.groups.tolist())), "group")]
        parts += [] if self.votes is None else [counted(self.votes.shape[1], "reader")]
        return f"ImageRows({', '.join(parts)})"
