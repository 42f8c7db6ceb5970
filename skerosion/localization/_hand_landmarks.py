"""Joints of hands by a landmark network that others have trained, on photographs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from PIL import Image
from sklearn.base import BaseEstimator

from skerosion._types import Any
from skerosion._validation import Whole, check_parameters
from skerosion.clinical import SIDES
from skerosion.datasets.joints import points_table

from ._found_joints import SURE, FoundJoints, named
from ._landmark_file import landmark_reader
from ._letterbox import films_in, letterboxed
from ._point_sets import film_names, points_of, states_of

_PICTURE, _WORKING = 224, 512
# Landmarks: wrist 0, thumb 1 to 4, then four a finger from its metacarpophalangeal joint.
_NUMBERS = {"wrist": 0, "mcp1": 2, "ip1": 3}
_NUMBERS |= {
    f"{kind}{finger}": 4 * finger - 3 + step for finger in range(2, 6) for step, kind in enumerate(("mcp", "pip"))
}
_JOINTS = tuple(_NUMBERS)
_AROUND = 1.5  # of the extent of the points: the hand with its surroundings, as the network was trained
_OVERLAP = 0.58  # of the longer side: the part of a film of both hands that may hold one


@dataclass(frozen=True)
class _Window:
    """A turned square of a film: centre, side, and the angle (radians, clockwise) that brings it upright."""

    centre: tuple[float, float]
    side: float
    angle: float

    def matrix(self):
        """The affine map (2, 3) from pixels of the picture to those of the film."""
        cosine, sine = np.cos(self.angle), np.sin(self.angle)
        linear = self.side / _PICTURE * np.array([[cosine, -sine], [sine, cosine]])
        return np.column_stack([linear, np.asarray(self.centre) - linear @ np.full(2, _PICTURE / 2)])


@dataclass(frozen=True)
class _Hand:
    """What the network saw in a window: points, and how sure it is of a hand."""

    points: np.ndarray
    presence: float

    @property
    def side(self):
        """The side that the picture shows, by the way from little finger to index finger against the hand's own.

        The network's own word for it is no better on radiographs, which show a hand from neither side.
        """
        up = self.points[_JOINTS.index("mcp3")] - self.points[0]
        across = self.points[_JOINTS.index("mcp2")] - self.points[_JOINTS.index("mcp5")]
        return "left" if up[0] * across[1] - up[1] * across[0] > 0 else "right"


class HandLandmarks(BaseEstimator):
    """Joints of hands by MediaPipe's hand landmark network, which was trained on photographs and runs offline.

    It needs no training, but ``pip install 'skerosion[hands]'`` and its file, which lies in the wheel
    mediapipe==0.10.14 and not in this package. ``fit`` on some hands whose points were corrected learns by how much
    each of its points lies beside the joint. It has been tried on hands without arthritis and on drawings: look its
    points over.

    Parameters
    ----------
    network : path-like, default=None
        Wheel of mediapipe, or the file hand_landmark_full.tflite. None looks into an installed mediapipe and for wheels
        in the current folder.
    n_starts : int, default=4
        Angles, evenly about the circle, from which a hand is looked for; the likeliest is then set upright.

    Attributes
    ----------
    offsets_ : ndarray of shape (11, 2)
        After ``fit``: what is added to each point, across and along the hand, in lengths from wrist to mcp3.

    Examples
    --------
    >>> from skerosion.localization import HandLandmarks
    >>> HandLandmarks(network="nowhere.whl").find_joints([[0.0, 1.0], [0.0, 1.0]])
    Traceback (most recent call last):
    FileNotFoundError: The hand landmark network was not found in 'nowhere.whl'. ...
    """

    _rules = {"n_starts": (Whole(1),)}

    def __init__(self, *, network: Any = None, n_starts: int = 4):
        self.network = network
        self.n_starts = n_starts

    def fit(self, X, points):
        """Learn the offset of each point from hands whose points were corrected.

        Parameters
        ----------
        X : dict of str to film, list of films, or as for ``JointLocalizer``
        points : DataFrame or path
            As ``skerosion.datasets.joints.points_table`` takes them.

        Returns
        -------
        self
        """
        check_parameters(self)
        self.__dict__.pop("offsets_", None)
        truth = states_of(_of_hands(points_table(points)), film_names(X), _JOINTS, SIDES)
        away = []
        for film, states in zip(films_in(X), truth, strict=True):
            there = [side for side, of_side in zip(SIDES, states, strict=True) if (of_side[:, 2] > 0).any()]
            told = "both" if len(there) > 1 else there[0] if there else None
            for hand, side in self._hands(film, told):
                known = states[SIDES.index(side)]
                beside = _in_frame(known[:, :2] - hand.points, hand.points, side)
                away.append(np.where(known[:, 2:] > 0, beside, np.nan))
        if not away:
            raise ValueError("points must show at least one hand that the network finds, got none.")
        self.offsets_ = np.nan_to_num(np.nanmedian(away, axis=0))
        return self

    def find_joints(self, film, side=None):
        """Find the joints of one film; parameters and result as of ``JointLocalizer.find_joints``."""
        return self._found("0", film, side)

    def predict(self, X, sides=None):
        """Find the joints of films; parameters and result as of ``JointLocalizer.predict``."""
        films, names = films_in(X), film_names(X)
        told = [None] * len(films) if sides is None else list(sides)
        found = [self._found(*each) for each in zip(names, films, told, strict=True)]
        return pd.concat([each.points.assign(mirrored=each.mirrored) for each in found], ignore_index=True)

    def _found(self, name, film, told):
        check_parameters(self)
        hands = self._hands(film, told)
        shown = [SIDES.index(hand.side) for hand, _ in hands]
        called = [side for _, side in hands]
        places = np.array([self._corrected(hand, side) for hand, side in hands]).reshape(-1, len(_JOINTS), 2)
        scores = np.repeat([hand.presence for hand, _ in hands], len(_JOINTS)).reshape(-1, len(_JOINTS))
        points = points_of(name, places, scores, _JOINTS, called, SURE)
        mirrored = bool(told in SIDES and [SIDES[number] for number in shown] != [told])
        return FoundJoints(points, float(scores.min(initial=1.0) if len(hands) else 0.0), named(shown, SIDES), mirrored)

    def _corrected(self, hand, side):
        if not hasattr(self, "offsets_"):
            return hand.points
        return hand.points + _out_of_frame(self.offsets_, hand.points, side)

    def _hands(self, film, told):
        """The hands of a film, each with the side that it is called by."""
        square, box = letterboxed(film, _WORKING)
        picture, read = Image.fromarray(square[..., 0]), landmark_reader(self.network)
        hands = self._seen(read, picture, _extent(box), told)
        hands = [_Hand(box.places(hand.points / _WORKING), hand.presence) for hand in hands]
        return list(zip(hands, [told] if told in SIDES else [hand.side for hand in hands], strict=True))

    def _seen(self, read, picture, extent, told):
        """One hand where one is told, two where both are or where two parts of the film show two sides."""
        if told not in SIDES:
            pair = sorted((self._search(read, picture, part) for part in _parts(extent)), key=lambda hand: hand.side)
            sure = min(hand.presence for hand in pair) >= SURE
            if [hand.side for hand in pair] == list(SIDES) and (sure or told == "both"):
                return pair
        single = self._search(read, picture, (0, 0, _WORKING, _WORKING))
        return [single] if single.presence >= SURE or told in SIDES else []

    def _search(self, read, picture, region):
        """The likeliest hand of a region, set upright and looked at again."""
        left, top, right, bottom = region
        whole = ((left + right) / 2, (top + bottom) / 2), max(right - left, bottom - top)
        turns = 2 * np.pi / self.n_starts * np.arange(self.n_starts)
        best = max((_look(read, picture, _Window(*whole, turn)) for turn in turns), key=lambda hand: hand.presence)
        for _ in range(2):
            closer = _look(read, picture, _around(best.points))
            best = closer if closer.presence >= min(best.presence, SURE) else best
        return best


def _look(read, picture, window):
    """Read one window; the points come back in pixels' corners of the picture."""
    matrix = window.matrix()
    size = (_PICTURE, _PICTURE)
    cut = picture.transform(size, Image.Transform.AFFINE, tuple(matrix.ravel()), Image.Resampling.BILINEAR)
    points, presence = read(np.repeat(np.asarray(cut, dtype=np.float32)[..., None] / 255, 3, axis=2))
    used = points[list(_NUMBERS.values())]
    return _Hand(used @ matrix[:, :2].T + matrix[:, 2], presence)


def _around(points):
    """The upright window about a hand: its middle finger's metacarpal points up."""
    up = points[_JOINTS.index("mcp3")] - points[0]
    angle = np.arctan2(up[0], -up[1])
    cosine, sine = np.cos(angle), np.sin(angle)
    upright = points @ np.array([[cosine, -sine], [sine, cosine]])
    low, high = upright.min(axis=0), upright.max(axis=0)
    # The points end at the proximal joints; the fingers go on as far again as these lie from the knuckles.
    low[1] -= 0.45 * (high[1] - low[1])
    centre = np.array([[cosine, -sine], [sine, cosine]]) @ ((low + high) / 2)
    return _Window(tuple(centre), _AROUND * float((high - low).max()), angle)


def _extent(box):
    """The part (left, top, right, bottom) of a letterbox's square that the film fills."""
    left, top = box.shift
    return left, top, box.size - left, box.size - top


def _parts(extent):
    """The two parts of a film, along its longer side, that each may hold a hand."""
    left, top, right, bottom = extent
    if right - left >= bottom - top:
        reach = _OVERLAP * (right - left)
        return [(left, top, left + reach, bottom), (right - reach, top, right, bottom)]
    reach = _OVERLAP * (bottom - top)
    return [(left, top, right, top + reach), (left, bottom - reach, right, bottom)]


def _frame(points, side):
    """The columns across and along a hand, each as long as from its wrist to mcp3; right hands as left ones."""
    along = points[_JOINTS.index("mcp3")] - points[0]
    across = np.array([-along[1], along[0]]) * (1 if side == "left" else -1)
    return np.column_stack([across, along])


def _in_frame(vectors, points, side):
    return np.linalg.solve(_frame(points, side), vectors.T).T


def _out_of_frame(vectors, points, side):
    return vectors @ _frame(points, side).T


def _of_hands(points):
    """The points that the network knows."""
    known = points[points["joint"].isin(_JOINTS) & points["side"].isin(SIDES)]
    if not len(known):
        raise ValueError(f"points must hold joints of hands with their side, such as {_JOINTS[:3]}, got none.")
    return known
