"""Films of any size as squares for a network: in proportion, in the middle, their grey values stretched."""

import os
from dataclasses import dataclass

import numpy as np
from PIL import Image

from skerosion.datasets import FileSource, decode_image, image_size, read_bytes

_CUT = 0.5  # per cent of the pixels that may become black, and white


@dataclass(frozen=True)
class Letterbox:
    """Where a film lies in its square: pixels of the square = scale * pixels of the film + shift, from corners."""

    scale: float
    shift: tuple[float, float]
    size: int

    def shares(self, places):
        """Turn places on the film (pixel centres at whole numbers) into shares of the square's side."""
        return ((np.asarray(places) + 0.5) * self.scale + self.shift) / self.size

    def places(self, shares):
        """Turn shares of the square's side into places on the film."""
        return (np.asarray(shares) * self.size - self.shift) / self.scale - 0.5


@dataclass(frozen=True)
class StoredFilm:
    """A film in a file, and how it is to be read: as `FileSource` reads it, at its own size."""

    path: str
    bits: int | None = None
    films: dict | None = None

    def pixels(self):
        """Read it, of shape (H, W)."""
        shape = (*image_size(self.path, self.bits), 1)
        return decode_image(read_bytes(self.path), self.path, shape, self.bits, self.films).pixels[..., 0]


def letterboxed(film, size):
    """Return a film as a square of bytes, and where it lies in it.

    Parameters
    ----------
    film : ndarray of shape (H, W), or path
    size : int

    Returns
    -------
    square : ndarray of uint8, shape (size, size, 1)
    box : Letterbox

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.localization._letterbox import letterboxed
    >>> square, box = letterboxed(np.tile(np.arange(100, dtype="uint8"), (50, 1)), 20)
    >>> square.shape, box.scale, box.places(box.shares([10.0, 30.0])).round(6).tolist()
    ((20, 20, 1), 0.2, [10.0, 30.0])
    """
    pixels = film_pixels(film)
    scale = size / max(pixels.shape)
    height, width = (max(1, round(side * scale)) for side in pixels.shape)
    small = np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.BILINEAR), dtype=np.float32)
    low, high = np.percentile(small, [_CUT, 100 - _CUT])
    square = np.zeros((size, size, 1), dtype=np.uint8)
    top, left = (size - height) // 2, (size - width) // 2
    stretched = np.clip((small - low) / max(high - low, 1e-6), 0, 1)
    square[top : top + height, left : left + width, 0] = np.rint(255 * stretched)
    return square, Letterbox(scale, (left, top), size)


def film_pixels(film):
    """Return the grey values of a film in an array or a file, of shape (H, W), uint8 or float32."""
    if isinstance(film, (str, os.PathLike)):
        film = StoredFilm(film)
    if isinstance(film, StoredFilm):
        return film.pixels()
    pixels = np.asarray(film)
    pixels = pixels[..., 0] if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels
    if pixels.ndim != 2 or 0 in pixels.shape:
        raise ValueError(f"X must hold grey films (H, W), or their paths, got an array of shape {pixels.shape}.")
    return pixels if pixels.dtype == np.uint8 else pixels.astype(np.float32)


def films_in(X):
    """Return the films of what is handed in: a dict, a list, an array (n, H, W), a column of paths or ImageRows."""
    if isinstance(X, dict):
        return list(X.values())
    source = getattr(X, "source", None)
    if isinstance(source, FileSource):
        # At their own size, which is not that of the rows.
        return [StoredFilm(path, source.bits, source.films) for path in X.paths]
    if isinstance(X, np.ndarray) and X.dtype.kind in "OUT":
        return list(X.ravel())
    return list(X)
