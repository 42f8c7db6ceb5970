r"""Where points lie in an image: for each one a distribution over the places of a map, and over being nowhere.

Of the scores s of a point at the n places of a map, its probability to lie at place k is
:math:`\exp s_k / (n + \sum_j \exp s_j)`, and that it is nowhere on the image :math:`n / (n + \sum_j \exp s_j)`: a map
of zeros has no opinion.
"""

import math

import keras
from keras import ops

from skerosion.networks._heads import Head, register_head
from skerosion.networks._losses import REDUCTION

MISSING, VISIBLE, UNKNOWN = 0.0, 1.0, -1.0
"""States of a point in the targets; an unknown one teaches nothing."""

_SPREAD = 1.2  # of a target, in places: about the error that cannot be seen on a map of this coarseness
_WINDOW = 3  # places to each side of the peak over which a point's mean place is taken


@keras.saving.register_keras_serializable("skerosion")
class PlacesLoss(keras.losses.Loss):
    """Cross-entropy of points' places, or of their being nowhere.

    Targets have the shape (batch, 3 J): for each of J points x and y as shares of the image's sides, and its state,
    1 visible, 0 missing, -1 unknown. A visible point's target is a normal distribution over the map's places about it.

    Parameters
    ----------
    name : str

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.networks import PlacesLoss
    >>> missing = np.array([[0.0, 0.0, 0.0]])
    >>> round(float(PlacesLoss()(missing, np.zeros((1, 3, 5, 1), "float32"))), 4)  # log 2
    0.6931
    """

    def __init__(self, name="places", **kwargs):
        kwargs.setdefault("reduction", REDUCTION)
        super().__init__(name=name, **kwargs)

    def call(self, y_true, y_pred):
        """One loss a sample, of shape (batch,)."""
        scores = ops.cast(y_pred, "float32")
        height, width, count = scores.shape[1:]
        points = ops.reshape(ops.cast(y_true, "float32"), (-1, count, 3))
        state = points[..., 2]
        across, down = _around(points[..., 0], width), _around(points[..., 1], height)
        expected = ops.sum(ops.sum(scores * across[:, None], axis=2) * down, axis=1)
        some = ops.logsumexp(ops.reshape(scores, (-1, height * width, count)), axis=1)
        nowhere = math.log(height * width)
        losses = ops.logaddexp(some, nowhere) - ops.where(state > 0, expected, nowhere)
        return ops.mean(ops.where(state < 0, 0.0, losses), axis=-1)


def _around(shares, size):
    """Normal weights about points (batch, J) given as shares of a side, of shape (batch, size, J)."""
    places = ops.reshape(ops.arange(size, dtype="float32"), (1, size, 1))
    off = (places + 0.5 - size * shares[:, None]) / _SPREAD
    return ops.softmax(-0.5 * ops.square(off), axis=1)


@keras.saving.register_keras_serializable("skerosion")
class PlacesOfPoints(keras.layers.Layer):
    """From scores (batch, h, w, J) to points (batch, J, 3): x and y as shares of the sides, and the chance of a place.

    A point lies at the mean of its distribution about the peak.
    """

    def call(self, scores):
        """Find the points."""
        height, width, count = scores.shape[1:]
        flat = ops.reshape(ops.cast(scores, "float32"), (-1, height * width, count))
        peak = ops.argmax(flat, axis=1)
        # Relative to the highest of all scores, so that no exponential overflows.
        highest = ops.maximum(ops.max(flat, axis=1), 0.0)
        chances = ops.exp(flat - highest[:, None])
        some = ops.sum(chances, axis=1)
        chances = ops.reshape(chances, (-1, height, width, count))
        row, column = ops.floor_divide(peak, width), ops.mod(peak, width)
        chances = chances * _near(row, height)[:, :, None] * _near(column, width)[:, None]
        total = ops.sum(chances, axis=(1, 2))
        x = _mean_place(ops.sum(chances, axis=1), width) / total
        y = _mean_place(ops.sum(chances, axis=2), height) / total
        return ops.stack([x, y, some / (some + height * width * ops.exp(-highest))], axis=-1)

    def compute_output_shape(self, input_shape):
        """(batch, J, 3)."""
        return (input_shape[0], input_shape[3], 3)


def _near(peak, size):
    """Which of the places of a side lie close to a peak, of shape (batch, size, J)."""
    places = ops.reshape(ops.arange(size, dtype="int32"), (1, size, 1))
    return ops.cast(ops.abs(places - ops.cast(peak, "int32")[:, None]) <= _WINDOW, "float32")


def _mean_place(chances, size):
    """The sum over a side (batch, size, J) of chances times places, places as shares."""
    places = (ops.arange(size, dtype="float32") + 0.5) / size
    return ops.sum(chances * ops.reshape(places, (1, size, 1)), axis=1)


@register_head("places")
def places():
    """Points of an image, each with its chance of being there, trained on the cross-entropy over places of a map."""
    return Head(
        lambda spec, **options: PlacesOfPoints(**options),
        lambda spacing: PlacesLoss(),
        loss_on="scores",
        gives="places",
    )
