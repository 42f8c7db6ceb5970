"""Layers of the ordinal heads: ordered cut points, the chain of conditional probabilities, a normal on a grid."""

import math

import keras
import numpy as np
from keras import ops

from skerosion.networks._links import LINKS
from skerosion.networks._normal import log_normal_mass

# Cut points that met would give the class between them no probability, and its rows an infinite loss.
_SMALLEST_GAP = 1e-3

# JAX has no double precision unless it is asked for as a whole.
_WIDE = "float32" if keras.backend.backend() == "jax" else "float64"


def _precisely(function, tensor):
    """Evaluate a function of a few numbers a row in double precision, and return its values in single precision.

    TensorFlow's exponentials and logarithms differ in the last bit of single precision from place to place: the last
    few numbers of a batch take another way through the processor. A prediction must not depend on its neighbours.
    """
    return ops.cast(function(ops.cast(tensor, _WIDE)), tensor.dtype)


@keras.saving.register_keras_serializable("skerosion")
class EvenSteps(keras.initializers.Initializer):
    """Steps between cut points that start with equally probable classes.

    Parameters
    ----------
    link : str
        A link of cumulative models.
    """

    def __init__(self, link="logit"):
        self.link = link

    def __call__(self, shape, dtype=None):
        """Return what softplus turns into the steps."""
        # Of thousands of classes, some begin closer to their neighbours than the smallest gap.
        steps = np.maximum(np.diff(even_cuts(shape[0] + 1, self.link)) - _SMALLEST_GAP, _SMALLEST_GAP / 100)
        # The inverse of softplus.
        return ops.convert_to_tensor(np.log(np.expm1(steps)), dtype=dtype)

    def get_config(self):
        """The constructor's parameters."""
        return {"link": self.link}


def even_cuts(n_cuts, link):
    """Return the cut points at which all classes of a row of score 0 are equally probable, as an array."""
    return LINKS[link].quantile(np.arange(1, n_cuts + 1) / (n_cuts + 1))


@keras.saving.register_keras_serializable("skerosion")
class OrderedCuts(keras.layers.Layer):
    """Distances from one score to ascending cut points, which are weights of the layer.

    The first cut point is free, each further one lies a positive step beyond: they are ordered by construction, during
    training too.

    Parameters
    ----------
    n_cuts : int
        Classes less one.
    link : {"logit", "probit", "cloglog"}, default="logit"
        Where the cut points start: with equally probable classes under this link.

    Examples
    --------
    >>> import keras, numpy as np
    >>> from skerosion.networks._ordinal_layers import OrderedCuts
    >>> keras.ops.convert_to_numpy(OrderedCuts(2)(np.zeros((1, 1)))).round(3)  # log odds of 1/3 and 2/3
    array([[-0.693,  0.693]], dtype=float32)
    """

    def __init__(self, n_cuts, link="logit", **kwargs):
        super().__init__(**kwargs)
        self.n_cuts, self.link = n_cuts, link

    def build(self, input_shape):
        """Create the cut points."""
        first = keras.initializers.Constant(float(even_cuts(self.n_cuts, self.link)[0]))
        self.first = self.add_weight(shape=(1,), initializer=first, name="first")
        # An empty weight, for two classes, is more than some optimisers can take.
        self.steps = None
        if self.n_cuts > 1:
            self.steps = self.add_weight(shape=(self.n_cuts - 1,), initializer=EvenSteps(self.link), name="steps")

    def cuts(self):
        """Return the cut points, a tensor of shape (n_cuts,)."""
        first = ops.convert_to_tensor(self.first)
        if self.steps is None:
            return first
        return ops.concatenate([first, first + ops.cumsum(ops.softplus(self.steps) + _SMALLEST_GAP)])

    def call(self, score):
        """Turn scores (batch, 1) into distances (batch, n_cuts)."""
        return self.cuts() - score

    def compute_output_shape(self, input_shape):
        """One column per cut point."""
        return (input_shape[0], self.n_cuts)

    def get_config(self):
        """The constructor's parameters."""
        return {**super().get_config(), "n_cuts": self.n_cuts, "link": self.link}


@keras.saving.register_keras_serializable("skerosion")
class CumulativeLink(OrderedCuts):
    """Logarithms of the class probabilities of a cumulative link model (proportional odds, for the logit).

    References
    ----------
    P. McCullagh, "Regression models for ordinal data", Journal of the Royal Statistical Society B 42, 1980.
    """

    def call(self, score):
        """Turn scores (batch, 1) into logarithms of probabilities (batch, n_cuts + 1)."""
        return _precisely(LINKS[self.link].log_probabilities, super().call(score))

    def compute_output_shape(self, input_shape):
        """One column per class."""
        return (input_shape[0], self.n_cuts + 1)


@keras.saving.register_keras_serializable("skerosion")
class ThresholdsToClasses(keras.layers.Layer):
    """Class probabilities from ascending log odds of P(Y <= k)."""

    def call(self, log_odds):
        """Turn log odds (batch, K - 1) into probabilities (batch, K)."""
        # The probabilities sum to one but for rounding; the softmax of their logarithms is them, and sums exactly.
        return ops.softmax(_precisely(LINKS["logit"].log_probabilities, log_odds), axis=-1)

    def compute_output_shape(self, input_shape):
        """One column more than the input."""
        return (input_shape[0], input_shape[1] + 1)


@keras.saving.register_keras_serializable("skerosion")
class ConditionalChain(keras.layers.Layer):
    """Logarithms of class probabilities from conditional ones, by the chain rule.

    Score k is the log odds of :math:`P(Y > k \\mid Y > k - 1)`.
    """

    def call(self, scores):
        """Turn scores (batch, K - 1) into logarithms of probabilities (batch, K)."""
        return _precisely(self._chain, scores)

    @staticmethod
    def _chain(scores):
        # Sums of logarithms: products of many small conditional probabilities would underflow.
        beyond = ops.cumsum(ops.log_sigmoid(scores), axis=-1)
        reached = ops.concatenate([ops.zeros_like(beyond[:, :1]), beyond[:, :-1]], axis=-1)
        return ops.concatenate([reached + ops.log_sigmoid(-scores), beyond[:, -1:]], axis=-1)

    def compute_output_shape(self, input_shape):
        """One column more than the input."""
        return (input_shape[0], input_shape[1] + 1)


@keras.saving.register_keras_serializable("skerosion")
class TruncatedNormal(keras.layers.Layer):
    """Logarithms of the probabilities that a truncated normal distribution gives to the cells of a grid.

    Every grid point stands for its cell, which ends half-way to its neighbours; the distribution is truncated to the
    cells together. Its centre may lie as far outside as the grid is long, where the cells see an exponential decay,
    and its width reaches from a quarter of the smallest cell, below which no cell's edge would feel it, to twice the
    grid. The probabilities do not sum to one: what lies outside is left out by the softmax that follows.

    Parameters
    ----------
    n_points : int
        Points of the grid.
    spacing : sequence of float or None, default=None
        The width from each point to the next, the last one repeated; None where the grid is even.
    """

    def __init__(self, n_points, spacing=None, **kwargs):
        super().__init__(**kwargs)
        self.n_points = n_points
        self.spacing = None if spacing is None else tuple(float(width) for width in spacing)
        edges = _cell_edges(np.ones(n_points) if spacing is None else np.asarray(spacing, dtype=float))
        self._edges = edges.tolist()
        self._narrowest, self._widest = float(np.diff(edges).min()) / 4, 2.0

    def call(self, scores):
        """Turn two scores (batch, 2), for centre and width, into logarithms (batch, n_points)."""
        return _precisely(self._log_masses, scores)

    def _log_masses(self, scores):
        edges = ops.convert_to_tensor(self._edges, dtype=scores.dtype)
        # Bounded smoothly: a clipped centre would have no gradient to come back by.
        centre = 0.5 + 1.5 * ops.tanh(scores[:, :1] / 1.5)
        # Geometric between the bounds, since widths matter by their ratio.
        width = self._narrowest * ops.exp(math.log(self._widest / self._narrowest) * ops.sigmoid(scores[:, 1:]))
        standardised = (edges - centre) / width
        return log_normal_mass(standardised[:, :-1], standardised[:, 1:])

    def compute_output_shape(self, input_shape):
        """One column per grid point."""
        return (input_shape[0], self.n_points)

    def get_config(self):
        """The constructor's parameters."""
        return {**super().get_config(), "n_points": self.n_points, "spacing": self.spacing}


def _cell_edges(widths):
    """Return the ends of all cells, from 0 to 1, of a grid with these widths from point to point."""
    upper = np.cumsum(widths) - widths / 2
    edges = np.append(upper[0] - widths[0], upper)
    return (edges - edges[0]) / (edges[-1] - edges[0])
