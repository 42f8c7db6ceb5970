"""The joint localizer: a network that finds the points of one's own films."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from skerosion._types import Callable, Mapping, Sequence, Sizes
from skerosion._validation import ParameterError, Whole, check_parameters
from skerosion.datasets import ImageRows
from skerosion.datasets.joints import points_table
from skerosion.estimators import (
    TRAINING_RULES,
    BaseNetwork,
    describe_parameters,
    drop_weightless,
    weigh_rows,
    with_callbacks,
)
from skerosion.preprocessing import Augmentation

from ._found_joints import SURE, FoundJoints, named, shown_sides
from ._letterbox import films_in, letterboxed
from ._moved_points import moved_points
from ._point_sets import film_names, joints_and_sides, point_errors, points_of, states_of

_CLOSE = 0.15  # of the reference length: a joint's crop shows the joint
_TOLD = (None, "", "left", "right", "both")


def _check_reference(reference):
    if reference is not None and not (isinstance(reference, (tuple, list)) and len(reference) == 2):
        raise ParameterError(f"reference must be None or two joints, such as ('mcp3', 'pip3'), got {reference!r}.")


@describe_parameters
class JointLocalizer(BaseNetwork):
    """Network that finds joints, or any points, on films, trained on points that people have set.

    Every point gets a distribution over the places of the film and over being nowhere. The network looks for the
    points of *left* hands; right ones are found on the mirrored film, so that each side teaches the other, and what
    looks like the other side than the film's tag says is told.

    Parameters
    ----------
    size : int, default=128
        Pixels a side of the square in which a film, in proportion, reaches the network; places are found to a fraction
        of a pixel of it. A multiple of 2 to the number of `filters`, or the network sees less at a glance.
    reference : pair of str, default=None
        The two joints whose distance is the unit of `score`. None takes mcp3 and pip3 of a hand, mtp2 and mtp5 of a
        foot, knee_medial and knee_lateral of a knee, and otherwise the diagonal of a side's points.
    %(shared)s

    Attributes
    ----------
    joints_ : tuple of str
        The points.
    sides_ : tuple of str
        ("left", "right"), or ("",) where points have no side.
    history_ : dict of str to list of float
        ``loss``, ``learning_rate`` and, with a validation split, ``val_loss``, one value per epoch.
    model_ : keras.Model
        An independent Keras model with the fitted weights: from squares to (joints, 3), x and y as shares of the
        square, and score.

    Examples
    --------
    >>> from skerosion.datasets import make_films
    >>> from skerosion.localization import JointLocalizer
    >>> films = make_films(2, max_visits=1, size=64, random_state=0)
    >>> localizer = JointLocalizer(size=32, filters=(4, 4), epochs=1, random_state=0)
    >>> X = dict(zip(films.table["image"], films.images))
    >>> localizer.fit(X, films.points).predict(X, sides=films.table["side"]).columns.tolist()
    ['image', 'side', 'joint', 'x', 'y', 'visible', 'reason', 'score', 'mirrored']
    """

    size: int = 128
    reference: Sequence[str] | None = None
    backbone: str = "unet"
    filters: Sizes = (16, 32, 48, 64, 64)
    dense_units: Sizes = ()
    batch_size: int = 16
    epochs: int = 60
    learning_rate: float | Callable = 4e-3
    schedule: str = "cosine"
    warmup: float = 0.05
    augmentation: Augmentation | Mapping | None = Augmentation(
        rotation=45.0, shear=0.1, zoom=0.2, shift=0.1, exposure=0.3
    )

    _rules = TRAINING_RULES | {"size": (Whole(16),), "reference": _check_reference}

    @with_callbacks
    def fit(self, X, points, sample_weight=None, groups=None):
        """Train the network.

        Parameters
        ----------
        X : dict of str to film, list of films, array-like of shape (n, H, W) or ImageRows
            Films of any size, as arrays (H, W) of uint8 or as paths. The points name a film by its key in a dict, by
            its path, or by its number from 0.
        points : DataFrame or path
            As ``skerosion.datasets.joints.points_table`` takes them: a row a film and point, with image, joint, x, y
            and perhaps side and visible. Points that are not visible teach what missing looks like; those that are not
            listed teach nothing, unless their side is not listed at all: then it is not on the film.
        sample_weight : array-like of shape (n,), optional
            Weights of the films.
        groups : array-like of shape (n,), optional
            Patients of the films, for the validation split.

        Returns
        -------
        self
        """
        return super().fit(X, points, sample_weight, groups=groups)

    @with_callbacks
    def partial_fit(self, X, points, sample_weight=None, groups=None):
        """Train for one more epoch, from the present weights; parameters as for ``fit``.

        Returns
        -------
        self
        """
        return super().partial_fit(X, points, sample_weight, groups=groups, one_more=True)

    def _fit(self, X, y, sample_weight, warm_start, epochs, initial_epoch, groups=None, one_more=False):
        self._check_parameters()
        reset = not (warm_start and self.initialized_)
        points = points_table(y)
        if reset:
            self.__dict__.pop("weights_", None)
            self.joints_, self.sides_ = joints_and_sides(points)
        states = states_of(points, film_names(X), self.joints_, self.sides_)
        squares, boxes = self._squares(films_in(X))
        for box, of_film in zip(boxes, states, strict=True):
            of_film[..., :2] = box.shares(of_film[..., :2])
        rows, states = drop_weightless(weigh_rows(ImageRows(squares), sample_weight, groups), states)
        self._learn(
            rows,
            np.zeros(len(rows)),
            states,
            reset=reset,
            initial_epoch=initial_epoch,
            warm_start=warm_start,
            one_more=one_more,
        )

    def _output(self):
        return len(self.joints_), "places", None

    def _augmentation(self):
        """What is asked for, and mirroring: without it no right hand would be learned."""
        asked = Augmentation.from_parameter(self.augmentation) or Augmentation()
        return replace(asked, flip=len(self.sides_) > 1)

    @property
    def _follow(self):
        return partial(moved_points, size=self.size)

    def _squares(self, films):
        drawn = [letterboxed(film, self.size) for film in films]
        return np.stack([square for square, _ in drawn]), [box for _, box in drawn]

    def find_joints(self, film, side=None):
        """Find the joints of one film.

        Parameters
        ----------
        film : ndarray of shape (H, W), or path
        side : {"left", "right", "both"}, default=None
            What the film's tag says; None takes what it shows.

        Returns
        -------
        found : FoundJoints
            Its ``points``, ``score``, ``side`` and whether it is ``mirrored``.
        """
        return self._find([film], ["0"], [side])[0]

    def predict(self, X, sides=None):
        """Find the joints of films.

        Parameters
        ----------
        X : as for ``fit``
        sides : array-like of shape (n,), default=None
            What each film's tag says, "left", "right" or "both"; None takes what it shows.

        Returns
        -------
        points : DataFrame
            A row a film, side and joint: image, side, joint, x, y (pixels of the film), visible, reason, score and
            mirrored, whether the film shows the other side than its tag says.
        """
        films, names = films_in(X), film_names(X)
        found = self._find(films, names, [None] * len(films) if sides is None else list(sides))
        tables = [each.points.assign(mirrored=each.mirrored) for each in found]
        return pd.concat(tables, ignore_index=True)

    def score(self, X, points, sample_weight=None):
        """Return the share of the visible points that are found within 0.15 of the reference length.

        Parameters
        ----------
        X, points
            As for ``fit``.
        sample_weight : array-like of shape (n,), optional
            Weights of the films.

        Returns
        -------
        float
        """
        errors = point_errors(self.predict(X), points, reference=self.reference)
        seen = errors[errors["visible"]]
        weight = dict(
            zip(film_names(X), np.ones(len(films_in(X))) if sample_weight is None else sample_weight, strict=True)
        )
        return float(np.average(seen["error"] <= _CLOSE, weights=seen["image"].map(weight)))

    def _find(self, films, names, told):
        check_is_fitted(self, "weights_")
        check_parameters(self, names=("batch_size",))
        wrong = [side for side in told if side not in _TOLD]
        if wrong or len(told) != len(films):
            raise ValueError(
                f"sides must be 'left', 'right', 'both' or None for each of {len(films)} films, got {told}."
            )
        places, scores = self._locate(films)
        return [self._found(*each) for each in zip(names, places, scores, told, strict=True)]

    def _found(self, name, places, scores, told):
        of_sides = scores.mean(axis=1)
        shown, called, mirrored = shown_sides(of_sides, self.sides_, told)
        points = points_of(name, places[shown], scores[shown], self.joints_, called, SURE)
        score = float(of_sides[shown].min() if shown else of_sides.max())
        return FoundJoints(points, score, named(shown, self.sides_), mirrored)

    def _locate(self, films):
        """Places (n, sides, joints, 2) on the films and scores (n, sides, joints)."""
        squares, boxes = self._squares(films)
        found = [self._run(ImageRows(squares))]
        if len(self.sides_) > 1:
            mirrored = self._run(ImageRows(np.ascontiguousarray(squares[:, :, ::-1])))
            mirrored[..., 0] = 1 - mirrored[..., 0]
            found.append(mirrored)
        found = np.stack(found, axis=1).astype(np.float64)
        places = np.stack([box.places(each) for box, each in zip(boxes, found[..., :2], strict=True)])
        return places, found[..., 2]
