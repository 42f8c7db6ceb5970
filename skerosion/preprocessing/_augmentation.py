"""The drawing of augmentation parameters: eight numbers of a transform and two of an exposure for each row.

Only numbers are drawn here. The network applies them to the pixels, where the batch lies anyway.
"""

from dataclasses import dataclass, fields

import numpy as np

from skerosion._validation import Flag, Number, check_parameters

from ._hashing import uniforms

_LIMITS = {"rotation": 180.0, "shear": 1.0, "zoom": 0.9, "shift": 1.0, "exposure": 0.9, "jitter": 0.5}
_RULES = {name: (Number(0, limit),) for name, limit in _LIMITS.items()} | {"flip": (Flag(),), "frozen": (Flag(),)}


@dataclass(frozen=True)
class Augmentation:
    """How far images may be turned, sheared, zoomed, shifted, mirrored and re-exposed.

    All ranges are symmetric and drawn uniformly, but for jitter; the default of every one is to leave the image alone.

    Parameters
    ----------
    rotation : float, default=0.0
        Largest angle in degrees, either way, about the centre of the image. At most 180.
    shear : float, default=0.0
        Largest angle in radians by which vertical lines may lean, either way. At most 1.
    zoom : float, default=0.0
        The magnification is drawn from [1 - zoom, 1 + zoom]. At most 0.9.
    shift : float, default=0.0
        Largest shift as a fraction of the side, in both directions. At most 1.
    flip : bool, default=False
        Mirror left and right with probability one half.
    exposure : float, default=0.0
        The contrast factor is drawn from [1 - exposure, 1 + exposure] and the brightness offset from
        [-exposure / 2, exposure / 2], on pixels of 0..1: ``clip(pixels * factor + offset, 0, 1)``. At most 0.9.
    frozen : bool, default=False
        True gives each row one draw for the whole fit; False a fresh one in every epoch. Whoever makes the keys heeds
        it: the epoch is left out of them.
    jitter : float, default=0.0
        Standard deviation of normal errors of the box that an image was cut out by: of its centre in both directions,
        as a share of the side; of the logarithm of its size; of its angle in radians. At most 0.5.

    See Also
    --------
    hash_keys : Make the keys from seed, row, copy and epoch.

    Examples
    --------
    >>> from skerosion.preprocessing import Augmentation
    >>> transforms, exposures = Augmentation(rotation=10.0).draw([1, 2, 1], (64, 64, 1))
    >>> transforms.shape, exposures.tolist()
    ((3, 8), [[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
    >>> bool((transforms[0] == transforms[2]).all())
    True
    """

    rotation: float = 0.0
    shear: float = 0.0
    zoom: float = 0.0
    shift: float = 0.0
    flip: bool = False
    exposure: float = 0.0
    frozen: bool = False
    jitter: float = 0.0

    def __post_init__(self):
        check_parameters(self, _RULES)

    @classmethod
    def thesis(cls):
        """Return the ranges of the thesis: 25 degrees, 0.1 rad shear, 10 percent zoom, no flips.

        Returns
        -------
        augmentation : Augmentation

        Examples
        --------
        >>> from skerosion.preprocessing import Augmentation
        >>> Augmentation.thesis().zoom
        0.1
        """
        return cls(rotation=25.0, shear=0.1, zoom=0.1)

    @classmethod
    def from_parameter(cls, value):
        """Turn what a user wrote for `augmentation` into an Augmentation or None.

        Parameters
        ----------
        value : None, dict or Augmentation
            A dict holds the parameters of this class.

        Returns
        -------
        augmentation : Augmentation or None

        Examples
        --------
        >>> from skerosion.preprocessing import Augmentation
        >>> Augmentation.from_parameter({"flip": True}).flip
        True
        """
        if value is None or isinstance(value, cls):
            return value
        if not isinstance(value, dict):
            raise TypeError(f"augmentation must be None, a dict or an Augmentation, got {value!r}")
        known = [field.name for field in fields(cls)]
        unknown = sorted(set(value) - set(known), key=str)
        if unknown:
            raise ValueError(f"augmentation has no {', '.join(map(repr, unknown))}; it knows {', '.join(known)}")
        return cls(**value)

    @property
    def moves_pixels(self):
        """Whether any draw can differ from the identity transform."""
        return bool(self.rotation or self.shear or self.zoom or self.shift or self.flip or self.jitter)

    @property
    def only_flips(self):
        """Whether every draw is the identity or a mirror image."""
        return not (self.rotation or self.shear or self.zoom or self.shift or self.exposure or self.jitter)

    def draw(self, keys, image_shape):
        """Draw one transform and one exposure for each key.

        Parameters
        ----------
        keys : integer array-like of shape (n,)
            Equal keys get equal draws, whatever stands beside them; see :func:`hash_keys`.
        image_shape : tuple
            (H, W) or (H, W, C): the transforms turn about the centre of such an image.

        Returns
        -------
        transforms : ndarray of float32, shape (n, 8)
            ``[a0, a1, a2, b0, b1, b2, 0, 0]`` for ``keras.ops.image.affine_transform``: the pixel at column x and row y
            of the result is read at column a0 x + a1 y + a2 and row b0 x + b1 y + b2 of the image.
        exposures : ndarray of float32, shape (n, 2)
            Contrast factor and brightness offset.

        Examples
        --------
        >>> from skerosion.preprocessing import Augmentation
        >>> transforms, exposures = Augmentation(exposure=0.2).draw([7], (8, 8))
        >>> transforms.tolist()
        [[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]]
        >>> bool(0.8 <= exposures[0, 0] <= 1.2 and -0.1 <= exposures[0, 1] <= 0.1)
        True
        """
        draws = uniforms(keys, 12 if self.jitter else 8)
        flip = np.where(draws[:, 5] < 0.5, -1.0, 1.0) if self.flip else np.ones(len(draws))
        turn, lean, zoom, right, down, contrast, brightness = (2.0 * draws - 1.0)[:, [0, 1, 2, 3, 4, 6, 7]].T
        height, width = image_shape[:2]
        transforms = _about_centre(
            _linear_part(np.deg2rad(self.rotation) * turn, self.shear * lean, 1.0 + self.zoom * zoom, flip),
            np.stack([self.shift * right * width, self.shift * down * height], axis=1),
            np.array([(width - 1) / 2.0, (height - 1) / 2.0]),
        )
        if self.jitter:
            transforms = compose(self._errors(draws[:, 8:], height, width), transforms)
        exposures = np.stack([1.0 + self.exposure * contrast, 0.5 * self.exposure * brightness], axis=1)
        return transforms, exposures.astype(np.float32)

    def _errors(self, draws, height, width):
        """Draw the errors of a box: of its centre, of its size and of its angle."""
        right, down, size, turn = (self.jitter * _normals(draws)).T
        linear = _linear_part(turn, np.zeros(len(draws)), np.exp(size), np.ones(len(draws)))
        shift = np.stack([right * width, down * height], axis=1)
        return _about_centre(linear, shift, np.array([(width - 1) / 2.0, (height - 1) / 2.0]))


def identity(n):
    """Return the transforms that leave `n` images as they are.

    Parameters
    ----------
    n : int
        Number of images.

    Returns
    -------
    transforms : ndarray of float32, shape (n, 8)

    Examples
    --------
    >>> from skerosion.preprocessing import identity
    >>> identity(1).tolist()
    [[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]]
    """
    return np.tile(np.array([1, 0, 0, 0, 1, 0, 0, 0], dtype=np.float32), (n, 1))


def compose(first, second):
    """Make one transform of two: what the second makes of the first one's result, with one reading of the pixels.

    Parameters
    ----------
    first, second : array-like of shape (n, 8)
        Transforms as :meth:`Augmentation.draw` returns them.

    Returns
    -------
    transforms : ndarray of float32, shape (n, 8)

    Examples
    --------
    >>> from skerosion.preprocessing import Augmentation, compose, identity
    >>> drawn, _ = Augmentation.thesis().draw([1, 2], (32, 32))
    >>> bool((compose(drawn, identity(2)) == drawn).all())
    True
    """
    # Transforms map the result back to the image, so the second one is undone first.
    product = _as_matrices(first) @ _as_matrices(second)
    flat = product.reshape(len(product), 9)
    return (flat[:, :8] / flat[:, 8:]).astype(np.float32)


def _normals(draws):
    """Turn uniform numbers of shape (n, 4) into normal ones, by the transform of Box and Muller."""
    distance = np.sqrt(-2.0 * np.log1p(-draws[:, :2]))
    angle = 2.0 * np.pi * draws[:, 2:]
    return np.concatenate([distance * np.cos(angle), distance * np.sin(angle)], axis=1)


def _as_matrices(transforms):
    transforms = np.asarray(transforms, dtype=np.float64)
    return np.concatenate([transforms, np.ones((len(transforms), 1))], axis=1).reshape(-1, 3, 3)


def _linear_part(angle, lean, magnification, flip):
    """Return the (n, 2, 2) matrices that undo rotation, zoom, shear and flip, in this order."""
    cos, sin = np.cos(angle) / magnification, np.sin(angle) / magnification
    # Shear [[1, t], [0, 1]] times rotation [[cos, -sin], [sin, cos]] (counter-clockwise as rows run down); the flip
    # changes the sign of the column that is read.
    tangent = np.tan(lean)
    return np.stack(
        [
            np.stack([flip * (cos + tangent * sin), flip * (tangent * cos - sin)], axis=1),
            np.stack([sin, cos], axis=1),
        ],
        axis=1,
    )


def _about_centre(linear, shift, centre):
    """Write ``centre + linear (point - shift - centre)`` as (n, 8) transforms."""
    offset = centre - np.einsum("nij,nj->ni", linear, centre + shift)
    transforms = np.zeros((len(linear), 8), dtype=np.float32)
    transforms[:, [0, 1]], transforms[:, [3, 4]] = linear[:, 0], linear[:, 1]
    transforms[:, [2, 5]] = offset
    transforms += 0.0  # turns -0.0 into 0.0
    return transforms
