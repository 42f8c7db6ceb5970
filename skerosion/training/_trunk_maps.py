"""What a frozen trunk makes of each image, computed once and read in every epoch."""

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import replace

import keras
import numpy as np

from skerosion._writing import write_atomically
from skerosion.training._batches import read_ahead

MOST_MB = 2048
"""What the maps of the training rows, or of the validation rows, may take in memory."""

_MEGABYTE = 1e6
_FLIPS = "flips alone, as {'flip': True}, or None"


def check_only_flips(rows, augmentation):
    """Raise ValueError where rows are augmented by more than flips, whose maps are not those that were kept.

    Parameters
    ----------
    rows : ImageRows
    augmentation : Augmentation or None
        Of every row.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets import ImageRows
    >>> from skerosion.preprocessing import Augmentation
    >>> from skerosion.training._trunk_maps import check_only_flips
    >>> check_only_flips(ImageRows(np.zeros((2, 16, 16), "uint8")), Augmentation(rotation=5.0))
    Traceback (most recent call last):
        ...
    ValueError: augmentation must be flips alone, as {'flip': True}, or None for phases with cache_trunk, got ...
    """
    for name, value in _augmentations(rows, augmentation).items():
        if value is not None and not value.only_flips:
            raise ValueError(
                f"{name} must be {_FLIPS} for phases with cache_trunk, got {value}: an image's maps are computed once, "
                "and those of a moved or brighter image are others; change it, or leave cache_trunk out of the phases."
            )


def _augmentations(rows, augmentation):
    return {
        "augmentation": augmentation,
        "augmentation of copies": rows.copy_augmentation if rows.is_copy.any() else None,
        "augmentation of the rows": rows.augmentation,
    }


@contextlib.contextmanager
def batches_of_maps(program, training, validation, *, lasting=False):
    """Batches as a program takes them: of maps in place of images where it has a trunk, for a ``with`` block.

    Parameters
    ----------
    program : Program
        With the weights that the maps are to be computed with.
    training, validation : RowBatches or None
        Validation rows are never moved, so that they have no mirrored maps.
    lasting : bool, default=False
        As of `trunk_maps`.

    Yields
    ------
    training, validation : RowBatches or None
    """
    if program.key.cache_trunk is None:
        yield training, validation
        return
    flips = any(
        each is not None and each.flip for each in _augmentations(training.rows, training.augmentation).values()
    )
    with contextlib.ExitStack() as stack:

        def of_maps(batches, mirrors):
            options = {"batch_size": batches.batch_size, "mirrors": mirrors, "lasting": lasting}
            return replace(batches, maps=stack.enter_context(trunk_maps(program, batches.rows, **options)))

        yield of_maps(training, flips), validation and of_maps(validation, False)


class TrunkMaps:
    """Maps of some rows, read by position and orientation.

    Parameters
    ----------
    maps : ndarray of shape (m, 1 or 2, ...)
        Of each image as it is, and mirrored where that may be asked for.
    numbers : ndarray of int of shape (n,)
        Which of them each row has: copies share those of their image.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.training._trunk_maps import TrunkMaps
    >>> maps = TrunkMaps(np.array([[[1], [-1]], [[2], [-2]]]), np.array([0, 1, 1]))
    >>> maps.read([2, 0], [True, False]).ravel().tolist()
    [-2, 1]
    """

    def __init__(self, maps, numbers):
        self._maps, self._numbers = maps, numbers

    def read(self, positions, mirrored):
        """The maps of rows at some positions, mirrored or not; (len(positions), ...)."""
        if self._maps.shape[1] == 1:
            mirrored = np.zeros(len(positions), dtype=bool)
        return np.asarray(self._maps[self._numbers[positions], np.asarray(mirrored, dtype=np.intp)])


@contextlib.contextmanager
def trunk_maps(program, rows, batch_size, *, mirrors=False, lasting=False):
    """Compute the maps of rows, or find them again, for the length of a ``with`` block.

    Parameters
    ----------
    program : Program
        With a trunk, whose weights it has.
    rows : ImageRows
        Their maps lie in memory, or in the `cache_dir` of their source.
    batch_size : int
    mirrors : bool, default=False
        Whether mirrored images have maps too.
    lasting : bool, default=False
        Whether the file in `cache_dir` stays for other fits.

    Yields
    ------
    TrunkMaps

    Raises
    ------
    MemoryError
        Where the maps would be larger than ``MOST_MB`` and the images have no `cache_dir`.
    ValueError
        Where values are too large for the dtype of the maps.
    """
    _, first, numbers = np.unique(rows.indices, return_index=True, return_inverse=True)
    images = _Images(program, rows, first, batch_size, mirrors)
    folder = getattr(rows.source, "cache_dir", None)
    if folder is None:
        yield TrunkMaps(_in_memory(images), numbers)
        return
    path = os.path.join(folder, f"trunk-{images.digest()}.npy") if lasting else _temporary(folder)
    try:
        yield TrunkMaps(_in_file(images, path), numbers)
    finally:
        if not lasting:
            # Windows keeps a file that is mapped; it lies in a cache that may be emptied at any time.
            with contextlib.suppress(OSError):
                os.unlink(path)


class _Images:
    """Images of which maps are wanted: each once, in batches."""

    def __init__(self, program, rows, positions, batch_size, mirrors):
        self.program, self.rows, self.positions, self.batch_size = program, rows, positions, batch_size
        self.orientations = 2 if mirrors else 1
        self.dtype = np.dtype(program.key.cache_trunk)
        self.shape = (len(positions), self.orientations, *program.trunk.output.shape[1:])

    def maps(self, count=None):
        """Yield arrays of maps (batch, orientations, ...), of the first `count` images or of all."""
        starts = range(0, len(self.positions) if count is None else count, self.batch_size)
        for pixels in read_ahead(self.rows.read(self.positions[at : at + self.batch_size]) for at in starts):
            sides = [pixels, pixels[:, :, ::-1]][: self.orientations]
            yield self._rounded(np.stack([self.program.trunk_batch(side, self.batch_size) for side in sides], axis=1))

    def _rounded(self, values):
        with np.errstate(over="ignore"):
            maps = values.astype(self.dtype)
        if not np.isfinite(maps).all():
            raise ValueError(
                f"cache_trunk must be a type that can hold the frozen layers' values, got {self.dtype.name!r} for "
                f"values of up to {np.abs(values).max():.3g}; "
                + ("pass 'float32', or scale the images." if self.dtype == np.float16 else "scale the images.")
            )
        return maps

    def digest(self):
        """What tells these maps from all others: weights, network, pixels, how they are kept and what computes them."""
        key, digest = self.program.key, hashlib.blake2b(digest_size=16)
        spec = [
            repr(value) for value in (key.spec, key.pixel_dtype, key.trainable, self.program.trunk.output.shape[1:])
        ]
        computed_by = [keras.__version__, keras.backend.backend()]
        digest.update(json.dumps([*spec, self.shape, self.dtype.name, *computed_by]).encode())
        for name, weights in sorted(self.program.trunk_weights().items()):
            digest.update(name.encode())
            for values in weights:
                digest.update(np.ascontiguousarray(values).tobytes())
        for at in range(0, len(self.positions), self.batch_size):
            digest.update(np.ascontiguousarray(self.rows.read(self.positions[at : at + self.batch_size])).tobytes())
        return digest.hexdigest()


def _in_memory(images):
    size = np.prod(images.shape) * images.dtype.itemsize / _MEGABYTE
    if size > MOST_MB:
        raise MemoryError(
            f"The maps of {images.shape[0]} images would take {size:,.0f} MB in memory, at most {MOST_MB:,} are kept: "
            "freeze more (a smaller trainable has smaller maps), take smaller images, load the table with cache_dir=, "
            "or leave cache_trunk out of the phase."
        )
    kept = np.empty(images.shape, images.dtype)
    at = 0
    for maps in images.maps():
        kept[at : at + len(maps)] = maps
        at += len(maps)
    return kept


def _in_file(images, path):
    kept = _found(images, path)
    if kept is None:
        write_atomically(path, lambda file: _write(images, file))
        kept = np.load(path, mmap_mode="r")
    return kept


def _write(images, file):
    header = {"descr": np.lib.format.dtype_to_descr(images.dtype), "fortran_order": False, "shape": images.shape}
    np.lib.format.write_array_header_1_0(file, header)
    for maps in images.maps():
        file.write(np.ascontiguousarray(maps).data)


def _found(images, path):
    """The maps in a file that is these images'; None where there is none, it is damaged or its first maps are others.

    The name of the file tells weights and pixels, but not the code of layers that are somebody's own.
    """
    try:
        kept = np.load(path, mmap_mode="r")
    except (OSError, ValueError, EOFError):
        return None
    if kept.shape != images.shape or kept.dtype != images.dtype:
        return None
    fresh = next(images.maps(count=1)).astype(np.float32)
    differences = np.abs(kept[: len(fresh)].astype(np.float32) - fresh)
    return kept if differences.max() <= 0.01 * np.abs(fresh).max() else None


def _temporary(folder):
    os.makedirs(folder, exist_ok=True)
    handle, path = tempfile.mkstemp(dir=folder, prefix="trunk-", suffix=".npy")
    os.close(handle)
    return path
