"""Fitted estimators as ONNX files: from pixels to probabilities, CDF, grade and interval in one graph."""

import importlib
import importlib.metadata
import json
from typing import Any

import keras

from skerosion._writing import write_atomically

from ._missing_operators import handlers

OPSET = 18
_NOTE = "research software, not a medical device"


def export_onnx(estimator: Any, path: Any, *, coverage: float = 0.9):
    """Write a fitted estimator as an ONNX file, which predicts without this package and without TensorFlow.

    The graph has one input, ``pixels``: uint8 of shape (n, H, W, C), the size of the fit, any number of rows. Scaling,
    network, head, repair, calibration, averages and decision are in it. Its outputs, as far as the estimator has them:

    - ``probabilities`` (n, K): as ``predict_proba``; of a regressor without bins those of the grid's points.
    - ``cdf`` (n, K): as ``predict_cumproba`` of a classifier of ordered grades, ``predict_cdf`` of a regressor.
    - ``grade`` (n,): as ``predict`` of a classifier; of grades that are names, their position from 0.
    - ``value`` (n,): as ``predict`` of a regressor.
    - ``interval`` (n, 2): as ``predict_interval`` with this coverage, of grades that are numbers and of values.

    Parameters
    ----------
    estimator : fitted estimator, Pipeline, search or FrozenEstimator
        A network on images, or what is made of such: calibrated, averaged, graded, on two levels, with mirrored views.
    path : path-like
        The file; one that is there is replaced.
    coverage : float in (0, 1), default=0.9
        Probability of the interval, fixed in the file.

    Returns
    -------
    pathlib.Path
        The file. Its metadata tell the class, versions, size of images, classes or grid, unit and decision.

    Raises
    ------
    ImportError
        Without the packages of the extra ``onnx``.
    RuntimeError
        On another backend of Keras than TensorFlow.
    ValueError
        For an estimator that no graph can hold, with its name and what to do instead.

    Notes
    -----
    The network computes in single precision, what follows in double; outputs are in single precision. Names of classes
    and numbers of the grid are JSON in the metadata.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from skerosion import CNNClassifier
    >>> from skerosion.exporting import export_onnx
    >>> images = np.zeros((20, 16, 16), np.uint8)
    >>> images[10:, 2:6, 2:6] = 255
    >>> settings = {"filters": (4,), "convolutions": 1, "dense_units": (4,), "epochs": 1, "random_state": 0}
    >>> classifier = CNNClassifier(**settings).fit(images, np.repeat([0, 1], 10))
    >>> export_onnx(classifier, f"{tempfile.mkdtemp()}/grader.onnx").name  # doctest: +SKIP
    'grader.onnx'
    """
    if not 0 < coverage < 1:
        raise ValueError(f"coverage must lie strictly between 0 and 1, got {coverage!r}; 90 % is 0.9.")
    _check_backend()
    # Loads TensorFlow, which may not be the backend.
    from ._converters import as_tensors

    forecast = as_tensors(estimator)
    _check_packages()
    model = _converted(forecast, coverage)
    _check_operators(model)
    _describe(model, {"estimator": type(estimator).__name__, "coverage": str(coverage)} | _about(forecast))
    return write_atomically(path, lambda file: file.write(model.SerializeToString()))


def _check_packages():
    try:
        importlib.import_module("onnx")
        importlib.import_module("tf2onnx")
    except ImportError as error:
        raise ImportError(f'export_onnx needs onnx and tf2onnx ({error}): pip install "skerosion[onnx]".') from error


def _check_backend():
    name = keras.backend.backend()
    if name != "tensorflow":
        raise RuntimeError(
            f"export_onnx reads TensorFlow's graphs, and Keras runs on {name!r}: write the estimator with "
            "save_estimator, and export it in a process with KERAS_BACKEND=tensorflow."
        )


def _converted(forecast, coverage):
    """Return the ONNX model of a forecast as functions of tensors."""
    import tensorflow as tf
    import tf2onnx

    def graph(pixels):
        outputs = forecast.outputs(tf.cast(pixels, tf.float32), coverage)
        return {name: tf.cast(each, tf.float32) if each.dtype.is_floating else each for name, each in outputs.items()}

    signature = [tf.TensorSpec((None, *forecast.shape), tf.uint8, name="pixels")]
    traced = tf.function(graph, input_signature=signature, autograph=False)
    given = {"input_signature": signature, "opset": OPSET, "custom_op_handlers": handlers()}
    return tf2onnx.convert.from_function(traced, **given)[0]


def _check_operators(model):
    """Raise where the converter left operators of TensorFlow in the graph: no runtime would know them."""
    import onnx

    strange = sorted({node.op_type for node in model.graph.node if not onnx.defs.has(node.op_type, node.domain)})
    if strange:
        raise ValueError(
            f"estimator must be made of operations that ONNX has, got {', '.join(strange)}: a backbone, a head or a "
            "resize= of its network uses them."
        )


def _about(forecast):
    height, width, channels = forecast.shape
    pixels = {"pixels": "uint8, 0 to 255", "height": str(height), "width": str(width), "channels": str(channels)}
    names = ("skerosion", "tensorflow", "keras", "tf2onnx", "onnx")
    versions = {name: importlib.metadata.version(name) for name in names}
    return forecast.about() | pixels | {"versions": json.dumps(versions), "note": _NOTE}


def _describe(model, about):
    import onnx

    onnx.helper.set_model_props(model, about)
    model.doc_string = _NOTE
    # The converter numbers the open dimension anew for each.
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "rows"
