"""Crops of films that lie in files: a film is decoded once for all its crops that are asked for."""

import hashlib

import numpy as np
import pandas as pd

from skerosion._counted import counted

from .._files import FileSource, digest_of_file
from ..reading import decode_image, file_state, for_each, image_size, read_bytes, times
from ._film_sampling import sample_film


class CropSource(FileSource):
    """Square boxes of films, read when asked for, in uint8 and grey; a source of images like ``FileSource``.

    Crops are kept decoded as ``FileSource`` keeps its images: in memory while they fit into `cache_mb`, or all of them
    in `cache_dir`. A crop that is kept nowhere costs the decoding of its whole film.

    Parameters
    ----------
    paths : sequence of str or path-like of length n
        The film of each crop; a film may come as often as it has joints.
    maps : array-like of shape (n, 2, 3)
        The affine map of each crop, as ``box_maps`` returns it.
    size : int
        Pixels a side of each crop.
    bits, **reading
        As for ``FileSource``.

    Attributes
    ----------
    shape : tuple
        (n, size, size, 1).
    paths : ndarray of str, shape (n,)
        The film of each crop, by absolute paths.
    maps : ndarray of float64, shape (n, 2, 3)
        The affine map of each crop.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from PIL import Image
    >>> from skerosion.datasets.joints import CropSource, box_maps
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "film.png")
    ...     Image.new("L", (60, 40), 90).save(path)
    ...     source = CropSource([path] * 2, box_maps([(20, 20), (40, 20)], [0, 30], [16, 16], [False, True], 8), 8)
    ...     source.read([1, 0]).shape
    (2, 8, 8, 1)
    """

    def __init__(self, paths, maps, size, bits=None, **reading):
        self.maps = np.array(maps, dtype=np.float64)
        super().__init__(paths, (size, size, 1), bits, **reading)

    def check(self):
        """Read every film, keep its crops, and return the error of each row whose film cannot be read."""
        rows = pd.Series(np.arange(len(self.paths))).groupby(self.paths, sort=False)
        groups = [group.to_numpy() for _, group in rows]
        errors = for_each(self._error_of, groups)
        return {row: error for group, error in zip(groups, errors, strict=True) if error for row in group.tolist()}

    def _error_of(self, rows):
        try:
            if any(self._cache.mark(row) is None for row in rows):
                self._crops(rows)
        except (OSError, ValueError) as error:
            return error
        return None

    def _folder_below(self, cache_dir):
        boxes = hashlib.blake2b(self.maps.tobytes(), digest_size=8).hexdigest()
        return f"{super()._folder_below(cache_dir)}-{boxes}"

    def _decode_into(self, images, rows, places):
        """Read each film once for all of its crops that are missing."""
        films = {}
        for place in places:
            films.setdefault(self.paths[rows[place]], []).append(place)

        def read_film(places_of_film):
            images[places_of_film] = self._crops([rows[place] for place in places_of_film])

        for_each(read_film, list(films.values()))

    def _decode(self, row):
        return self._crops([row])[0]

    def _crops(self, rows):
        """Read the film of some rows, put their crops into the cache and return them."""
        path = self.paths[rows[0]]
        state = file_state(path)  # before reading: a file that changes meanwhile is no longer in this state
        content = read_bytes(path)
        film, used = decode_image(content, path, (*image_size(path, self.bits), 1), self.bits, self.films)
        digest = digest_of_file(content, path)
        crops = [sample_film(film[..., 0], self.maps[row], self.image_shape[0])[..., np.newaxis] for row in rows]
        for row, crop in zip(rows, crops, strict=True):
            if not self._accept(row, digest, used):
                self._refuse(row)
            if state is not None:
                self._cache.keep(row, np.ascontiguousarray(crop), state, digest, used)
        return crops

    def __repr__(self):
        return f"CropSource({times(self.shape)} of {counted(len(set(self.paths)), 'film')})"
