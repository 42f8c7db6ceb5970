"""The fitted network inside an estimator: the rows as they reach it, its layers by name, its activations in batches."""

import keras
import numpy as np
from keras import layers
from sklearn.utils.validation import check_is_fitted

from skerosion.datasets import as_image_rows
from skerosion.estimators import check_fitted_shape, check_rows
from skerosion.forecasts import last_step

SMALLEST_MAP = 10
"""Pixels a side that a map needs to tell places apart; of a 150-pixel joint the thesis' network leaves 18, then 9."""

_NO_CONVOLUTION = (
    layers.InputLayer,
    layers.MaxPooling2D,
    layers.AveragePooling2D,
    layers.ZeroPadding2D,
    layers.Cropping2D,
    layers.Dropout,
    layers.SpatialDropout2D,
)


_ROWS_AT_A_TIME = 100


def fitted_step(estimator, X):
    """Return the estimator that predicts, inside pipelines, searches and freezers, and X as it reaches it."""
    step, X = last_step(estimator, X)
    if not hasattr(type(step), "forecast"):
        raise TypeError(
            f"estimator must be one of this package, or end in one, got {type(step).__name__}, which has no network "
            "in model_; pass a fitted CNNClassifier, CRPSRegressor or CNNRegressor."
        )
    check_is_fitted(step)
    return step, X


def has_network(step):
    """Whether a step is one network, and none of the estimators that are made of others."""
    return hasattr(type(step), "model_")


def check_is_network(step):
    """Raise TypeError for a step that is made of other estimators."""
    if not has_network(step):
        raise TypeError(
            f"estimator must be a single network, got {type(step).__name__}, which is made of other estimators; pass "
            "one of those it has fitted, such as estimator_ or an element of estimators_."
        )


class FittedRows:
    """A fitted estimator beside the rows to look at.

    Parameters
    ----------
    estimator : fitted estimator, Pipeline, search or FrozenEstimator
    X : as for the estimator's ``predict``

    Attributes
    ----------
    step : estimator
        The last step.
    rows : ImageRows
        X as it reaches that step.
    """

    def __init__(self, estimator, X):
        self.step, X = fitted_step(estimator, X)
        if not has_network(self.step):
            self.rows = as_image_rows(X, cache_mb=0)
            return
        shape = self.step.input_shape_
        self.rows = check_rows(self.step, X, image_shape=shape if len(shape) == 3 else None, reset=False, cache_mb=0)
        check_fitted_shape(self.step, self.rows)

    def __len__(self):
        return len(self.rows)

    @property
    def image_size(self):
        """(H, W); a ValueError where the estimator was fitted on feature vectors."""
        if self.rows.kind != "images":
            raise ValueError(
                f"X must hold images to have maps, got feature vectors of shape {self.rows.shape}: "
                f"{type(self.step).__name__} was fitted on such."
            )
        return self.rows.shape[1:3]

    def chunks(self):
        """Yield the positions of one batch after the other."""
        for start in range(0, len(self), self.batch_size):
            yield np.arange(start, min(start + self.batch_size, len(self)))

    @property
    def batch_size(self):
        """Rows at a time."""
        return getattr(self.step, "batch_size", _ROWS_AT_A_TIME)


class FittedNetwork(FittedRows):
    """A fitted estimator's network beside the rows to look at, read and run in batches of the estimator's size.

    Parameters
    ----------
    estimator, X
        As for :class:`FittedRows`.

    Attributes
    ----------
    network : keras.Model
        An independent copy of the fitted network.
    """

    def __init__(self, estimator, X):
        super().__init__(estimator, X)
        check_is_network(self.step)
        self.network = self.step.model_

    def pixels(self, positions):
        """Return rows as float32 on the scale of the fit: 0..255 where that was uint8, else 0..1."""
        white = 255.0 if self.rows.dtype == np.uint8 else 1.0
        return self.rows.read(positions).astype(np.float32) * np.float32(self._white / white)

    @property
    def _white(self):
        if self.rows.kind != "images":
            return 1.0
        return 1.0 / self.network.get_layer("scaling").scale

    def layer(self, name):
        """Return the layer called `name`; a ValueError lists the names there are."""
        known = [layer.name for layer in self.network.layers]
        if name not in known:
            raise ValueError(f"layer must be one of the network's, {', '.join(known)}; got {name!r}.")
        return self.network.get_layer(name)

    def map_layer(self, name=None):
        """Return the layer whose maps are looked at: the one called `name`, or the default of the inspection room."""
        if name is None:
            return _default_layer(self.network)
        layer = self.layer(name)
        if len(layer.output.shape) != 4:
            known = ", ".join(each.name for each in _map_layers(self.network))
            raise ValueError(f"layer must give maps of shape (n, h, w, channels), as {known} do; got {name!r}.")
        return layer

    def trunk(self, output):
        """Return a function from positions to what the network computes for them up to a tensor, as float32."""
        model = keras.Model(self.network.input, output)

        def run(positions):
            computed = model(keras.ops.convert_to_tensor(self.pixels(positions)), training=False)
            return keras.ops.convert_to_numpy(keras.ops.cast(computed, "float32"))

        return run

    def tail(self, layer, name):
        """Return the network from what `layer` gives to what the layer called `name` gives."""
        try:
            return keras.Model(layer.output, self.network.get_layer(name).output)
        except ValueError as error:
            raise ValueError(
                f"layer must be one that every path through the network passes, got {layer.name!r}, around which a "
                "path leads; take the layer that joins the paths, such as the next sum or concatenation."
            ) from error


def _map_layers(network):
    """Layers that give maps of learned filters: all from the first convolution on, poolings and the like aside."""
    found, learned = [], False
    for layer in network.layers:
        learned = learned or isinstance(layer, (layers.Conv2D, layers.SeparableConv2D, layers.DepthwiseConv2D))
        if learned and len(layer.output.shape) == 4 and not isinstance(layer, _NO_CONVOLUTION):
            found.append(layer)
    return found


def _default_layer(network):
    found = _map_layers(network)
    if not found:
        raise ValueError("estimator must have a convolution to have maps, got a network without one.")
    sides = [min(layer.output.shape[1:3]) for layer in found]
    fine = SMALLEST_MAP if max(sides) >= SMALLEST_MAP else max(sides)
    return [layer for layer, side in zip(found, sides, strict=True) if side >= fine][-1]


def to_image_size(maps, height, width):
    """Return maps (n, h, w) at the size of the images, each value at the place it was computed from.

    Pooling by two leaves the last odd row or column out: 18 cells of 8 pixels cover 144 of 150. Where the sides of a
    map are explained by that, its cells keep their places from the top left and the rim repeats the last; any other
    map is stretched evenly. Values between are bilinear.
    """
    covered = _covered_by_pooling(maps.shape[1:], height, width) or (height, width)
    enlarged = keras.ops.image.resize(maps[..., np.newaxis], covered, "bilinear", data_format="channels_last")
    enlarged = keras.ops.convert_to_numpy(enlarged)[..., 0]
    return np.pad(enlarged, ((0, 0), (0, height - covered[0]), (0, width - covered[1])), mode="edge")


def _covered_by_pooling(sides, height, width):
    """Height and width of the part of the images that maps of these sides cover, None where no pooling gives them."""
    for halvings in range(int(np.log2(min(height, width))) + 1):
        cell = 2**halvings
        if tuple(sides) == (height // cell, width // cell):
            return sides[0] * cell, sides[1] * cell
    return None


def divided_by_maximum(maps):
    """Return each map divided by its maximum; one that is nowhere positive becomes zero."""
    highest = maps.max(axis=(1, 2), keepdims=True)
    return np.where(highest > 0, maps / np.where(highest > 0, highest, 1), 0).astype(np.float32)
