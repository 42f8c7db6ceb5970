"""Where a network looks: the thesis' map of activations, and Grad-CAM."""

import keras
import numpy as np
from sklearn.base import is_classifier

from skerosion._types import Any
from skerosion.networks import find_head

from ._gradients import gradient
from ._network import FittedNetwork, divided_by_maximum, to_image_size
from ._targets import make_target, output_weights


def activation_map(estimator: Any, X: Any, *, layer: str | None = None) -> np.ndarray:
    """Return the thesis' attention map: the sum over the filters of one layer, divided by its maximum.

    It shows where the layer is active, not what the prediction rests on: no target enters it.

    Parameters
    ----------
    estimator : fitted estimator, Pipeline or search
        That ends in an estimator of this package, fitted on images.
    X : ImageRows or array-like
        Images as for ``predict``; read in batches of the estimator's ``batch_size``.
    layer : str or None, default=None
        Name of a layer that gives maps (``estimator.model_.summary()`` lists them). None takes the last one with maps
        of at least 10 pixels a side, after its batch norm and activation: in the thesis' network for 150-pixel images
        ``"block4_conv2_relu"`` with 18 x 18, the map that the thesis shows. Where no map is so large, the last of the
        largest.

    Returns
    -------
    ndarray of shape (n, H, W), float32
        At the size of the images, without unit; the highest value of each map is 1, and after a ReLU the lowest is 0
        or more. A map that is nowhere positive is 0.

    Raises
    ------
    TypeError
        For an estimator without a network of its own, such as an ensemble: pass one of those it is made of.
    ValueError
        For feature vectors, images of another size than the fit's, or a layer that is unknown or gives no maps.

    References
    ----------
    J. Rohrbach, project thesis on the automated scoring of bone erosions, ZHAW, 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion import CNNClassifier
    >>> from skerosion.inspection import activation_map
    >>> images = np.zeros((20, 16, 16), np.uint8)
    >>> images[10:, 2:6, 2:6] = 255
    >>> settings = {"filters": (4,), "convolutions": 1, "dense_units": (4,), "epochs": 1, "random_state": 0}
    >>> classifier = CNNClassifier(**settings).fit(images, np.repeat([0, 1], 10))
    >>> maps = activation_map(classifier, images, layer="block1_conv1_relu")
    >>> maps.shape, float(maps.max())
    ((20, 16, 16), 1.0)
    """
    fitted = FittedNetwork(estimator, X)
    size = fitted.image_size
    activations = fitted.trunk(fitted.map_layer(layer).output)
    summed = (activations(positions).sum(axis=-1) for positions in fitted.chunks())
    return np.concatenate([divided_by_maximum(to_image_size(maps, *size)) for maps in summed])


def grad_cam(estimator: Any, X: Any, *, layer: str | None = None, target: Any = None) -> np.ndarray:
    """Return the Grad-CAM of a grade, or of the mean, a quantile or an exceedance of the predicted distribution.

    With :math:`A_k` the map of filter k and :math:`t` the target, the map is
    :math:`\\max(0, \\sum_k \\bar g_k A_k)`, where :math:`\\bar g_k` is the mean over all places of
    :math:`\\partial t / \\partial A_k`: it is high where filters are active that raise the target.

    Parameters
    ----------
    estimator : fitted estimator, Pipeline or search
        As for :func:`activation_map`.
    X : ImageRows or array-like
        Images as for ``predict``.
    layer : str or None, default=None
        As for :func:`activation_map`; one that every path through the network passes.
    target : None, grade, array-like of n grades, str or tuple, default=None
        What the map explains.

        - a grade of a classifier, or one for each row: its score before the softmax, as in [1]_;
        - ``"mean"``, ``"median"`` or ``("quantile", q)`` of the predicted distribution;
        - ``("above", k)``: P(y > k);
        - None: the grade that is predicted, or the mean.

        A quantile is that between the grid points around it. Distributions of free sigmoids are explained as the
        network gives them, before they are repaired.

    Returns
    -------
    ndarray of shape (n, H, W), float32
        At the size of the images, from 0 to 1 without unit; the highest value of each map is 1. Where nothing raises
        the target the map is 0.

    Raises
    ------
    TypeError, ValueError
        As for :func:`activation_map`, and for a target that the estimator does not predict.

    References
    ----------
    .. [1] R. R. Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based localization",
       ICCV 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion import CRPSRegressor
    >>> from skerosion.inspection import grad_cam
    >>> images = np.zeros((20, 16, 16), np.uint8)
    >>> images[10:, 2:6, 2:6] = 255
    >>> settings = {"filters": (4,), "convolutions": 1, "dense_units": (4,), "epochs": 1, "random_state": 0}
    >>> regressor = CRPSRegressor(**settings).fit(images, np.repeat([0, 60], 10))
    >>> grad_cam(regressor, images, target=("above", 20)).shape
    (20, 16, 16)
    """
    fitted = FittedNetwork(estimator, X)
    size, chosen = fitted.image_size, fitted.map_layer(layer)
    explained = make_target(target, fitted.step, len(fitted))
    activations = fitted.trunk(chosen.output)
    differentiate = _make_derivative(fitted, chosen, explained)
    found = []
    for positions in fitted.chunks():
        maps = activations(positions)
        filters = differentiate(maps, positions).mean(axis=(1, 2), keepdims=True)
        # Only what raises the target is drawn, as in the paper: what lowers it speaks for other grades.
        raising = np.maximum((filters * maps).sum(axis=-1), 0)
        found.append(divided_by_maximum(to_image_size(raising, *size)))
    return np.concatenate(found)


def _make_derivative(fitted, layer, target):
    """Return a function from activations and their positions to the derivative of the target."""
    end = _end_of(fitted.network) if target.kind in ("predicted", "grade") else "output"
    tail = fitted.tail(layer, end)
    is_cdf = find_head(fitted.step._key.spec.head).gives == "cdf"

    def differentiate(activations, positions):
        if target.kind == "value":
            weights = np.ones((len(positions), 1), np.float32)
        else:
            forecast = fitted.step.forecast(fitted.rows.take(positions))
            payoffs = target.take(positions).fixed(forecast).payoffs(forecast)
            # A distribution's grid rises, while a classifier's columns stand in the order given to it.
            by_grid = target.kind not in ("predicted", "grade") and is_classifier(fitted.step)
            columns = np.argsort(np.argsort(forecast.classes)) if by_grid else slice(None)
            weights = output_weights(payoffs[:, columns], is_cdf and end == "output")
        return gradient(tail, activations, weights)

    return differentiate


def _end_of(network):
    """The layer whose outputs are the grades' scores: that before a softmax, which has one output for each."""
    if not isinstance(network.get_layer("output"), keras.layers.Softmax):
        return "output"
    names = [layer.name for layer in network.layers]
    return "logits" if "logits" in names else "scores"
