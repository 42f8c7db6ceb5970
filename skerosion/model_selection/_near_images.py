"""Which images show the same picture under other names: a search for alike fine structure, and what counts as alike.

Radiographs of one joint look alike, so that hashes of whole pictures match between patients. What is a picture's own
is its fine structure: trabeculae, noise, edges in their places. Brightness and contrast are taken out around each
pixel, so that another exposure changes little.
"""

import numpy as np

SIDE, COARSE = 64, 32
"""Pixels a side of the pictures that are compared, and of those among which candidates are looked for."""

CANDIDATES = 5
"""Rows of other patients that each row is compared with: those most alike on the coarse side."""

SHIFT = 3
"""Pixels, of SIDE, by which one picture may lie beside the other."""

ASKED = 0.05
"""Pairs of different patients that may be reported by chance, in the whole table."""

FEWEST = 20
"""Fewer rows do not tell what different patients reach."""

_CHUNK = 256


def alike_pairs(read, n_rows, patients):
    """Compare every row with those of other patients that look most like it.

    Parameters
    ----------
    read : callable
        From positions to images of shape (m, H, W, C).
    n_rows : int
    patients : ndarray of shape (n_rows,)
        Rows of one patient are not compared.

    Returns
    -------
    pairs : ndarray of int, shape (n_pairs, 2)
        Each pair once, the smaller row first.
    scores : ndarray of shape (n_pairs,)
        Largest correlation of the fine structures under small shifts.
    """
    spectra, coarse = _describe(read, n_rows)
    pairs = _candidates(coarse, patients)
    scores = [_shifted_correlation(*spectra[chunk.T]) for chunk in _chunks(pairs)]
    return pairs, np.concatenate(scores) if scores else np.zeros(0)


def best_of_rows(pairs, scores, n_rows):
    """The three best scores of each row that has three, falling."""
    rows, scores = pairs.ravel(), np.repeat(scores, 2)
    order = np.lexsort((-scores, rows))
    rows, scores = rows[order], scores[order]
    first, counts = np.searchsorted(rows, np.arange(n_rows)), np.bincount(rows, minlength=n_rows)
    return scores[first[counts >= 3, None] + np.arange(3)]


class ChancePairs:
    """How many pairs of different patients are as alike by chance, from the rows of the same table.

    A picture that has a copy has one score that is not by chance, its best; so the other scores tell. In Fisher's z,
    where the scores of a row fall off exponentially, its best lies above its second by an exponential variable, whose
    mean is twice that of the distance from the second to the third.

    Parameters
    ----------
    best : ndarray of shape (n_rows, 3)
        The best scores of each row, falling.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.model_selection._near_images import ChancePairs
    >>> chance = ChancePairs(np.tile([0.95, 0.5, 0.48], (1000, 1)))
    >>> round(float(chance.threshold), 2), round(float(chance.expected([chance.threshold])[0]), 2)
    (0.85, 0.05)
    """

    def __init__(self, best):
        second, third = _fisher(best[:, 1]), _fisher(best[:, 2])
        self._second, self._mean = second, max(2 * np.median(second - third) / np.log(2), 1e-3)

    def expected(self, scores):
        """Expected number of pairs by chance that reach each score."""
        return np.array([self._pairs(z) for z in _fisher(scores)])

    @property
    def threshold(self):
        """The score that `ASKED` pairs reach by chance."""
        low, high = -8.0, 8.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if self._pairs(middle) > ASKED else (low, middle)
        return np.tanh(high)

    def _pairs(self, z):
        # Each pair is there twice, once for each of its rows.
        return np.exp(np.minimum((self._second - z) / self._mean, 0)).sum() / 2


def _fisher(scores):
    return np.arctanh(np.clip(scores, -1 + 1e-6, 1 - 1e-6))


def _describe(read, n_rows):
    """Spectra of the fine structures, and the coarse pictures, of all rows; each of length one."""
    spectra, coarse = [], []
    for positions in _chunks(np.arange(n_rows)):
        grey = read(positions).astype(np.float32).mean(axis=3)
        spectra.append(np.fft.rfft2(_unit(_fine_structure(_averaged(grey, SIDE), 0, 2))).astype(np.complex64))
        coarse.append(_unit(_fine_structure(_averaged(grey, COARSE), 0.5, 2)).reshape(len(grey), -1))
    return np.concatenate(spectra), np.concatenate(coarse).astype(np.float32)


def _averaged(images, side):
    """Images of at most `side` pixels a side, each the mean of those that it covers."""
    height, width = images.shape[1:]
    return _averaging(height, min(side, height)) @ images @ _averaging(width, min(side, width)).T


def _averaging(size, side):
    """The matrix that averages `size` pixels into `side`."""
    ends, first = np.linspace(0, size, side + 1), np.arange(size)
    covered = np.minimum(first + 1, ends[1:, None]) - np.maximum(first, ends[:-1, None])
    weights = np.clip(covered, 0, None)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def _fine_structure(images, smallest, largest):
    """What is between two sizes, in units of how much of it there is around each pixel."""
    from scipy.ndimage import gaussian_filter

    fine = gaussian_filter(images, (0, smallest, smallest)) - gaussian_filter(images, (0, largest, largest))
    strength = np.sqrt(gaussian_filter(fine**2, (0, 2 * largest, 2 * largest)))
    return fine / (strength + 0.3 * strength.mean(axis=(1, 2), keepdims=True) + 1e-6)


def _unit(images):
    centred = images - images.mean(axis=(1, 2), keepdims=True)
    length = np.sqrt((centred**2).sum(axis=(1, 2), keepdims=True))
    return centred / np.maximum(length, 1e-6)


def _candidates(coarse, patients):
    """Pairs of a row and the rows of other patients most like it."""
    pairs = []
    for positions in _chunks(np.arange(len(coarse))):
        alike = coarse[positions] @ coarse.T
        alike[patients[positions, None] == patients[None]] = -np.inf
        nearest = np.argpartition(-alike, min(CANDIDATES, len(coarse) - 1), axis=1)[:, :CANDIDATES]
        here, there = np.repeat(positions, nearest.shape[1]), nearest.ravel()
        known = np.isfinite(np.take_along_axis(alike, nearest, axis=1)).ravel()
        pairs.append(np.sort(np.column_stack([here, there])[known], axis=1))
    return np.unique(np.concatenate(pairs), axis=0)


def _shifted_correlation(one, other):
    """Largest correlation of pictures, given by their spectra, under shifts of up to `SHIFT` pixels."""
    # One side of a real picture's spectrum does not say whether its width is odd: it is taken as even.
    correlation = np.fft.irfft2(one * np.conj(other))
    around = np.arange(-SHIFT, SHIFT + 1)
    rows, columns = (around[abs(around) <= size // 4] for size in correlation.shape[1:])
    return correlation[:, rows[:, None], columns].max(axis=(1, 2))


def _chunks(values):
    return [values[first : first + _CHUNK] for first in range(0, len(values), _CHUNK)]
