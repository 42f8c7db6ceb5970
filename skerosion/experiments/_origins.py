"""Where a fitted estimator comes from: the images it was trained on, in a few numbers, and its first weights."""

import os
import re
from pathlib import Path

import numpy as np
from sklearn.frozen import FrozenEstimator

from ._identity import file_digest
from ._image_facts import summarize_images

QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
SAMPLE = 200
"""Images that the grey quantiles are taken from, evenly spaced among all."""

_BY_NAME = {
    "CC-BY-4.0": r"VGG(16|19)",
    "MIT": r"ResNet\d+|Xception|ConvNeXt\w+",
    "BSD-3-Clause": r"DenseNet\d+|ResNet\d+V2",
    "Apache-2.0": r"Inception\w+|MobileNet\w*|NASNet\w+|EfficientNet\w+",
}
"""Licence -> the networks of ``keras.applications`` whose ImageNet weights are under it. Where the documentation of
Keras says nothing, it is that of the repository that they come from: ConvNeXt, EfficientNet, EfficientNetV2,
MobileNetV3."""


def licence_of(backbone):
    """Licence of the ImageNet weights of a network by its name; None where it is not known.

    Examples
    --------
    >>> from skerosion.experiments._origins import licence_of
    >>> licence_of("ResNet50"), licence_of("ResNet50V2"), licence_of("own")
    ('MIT', 'BSD-3-Clause', None)
    """
    return next((licence for licence, names in _BY_NAME.items() if re.fullmatch(names, backbone)), None)


def describe_images(rows):
    """How many images there are, of how many patients, their size, and how bright their pixels are.

    Parameters
    ----------
    rows : ImageRows

    Returns
    -------
    dict
        ``rows``; ``patients``, None where they are not known; and of images ``size``, (H, W) as they are read, and
        ``grey``: quantile -> value between black, 0, and white, 1, over the pixels of up to 200 of them; and
        ``looks``, what `summarize_images` says of these.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.datasets import ImageRows
    >>> from skerosion.experiments._origins import describe_images
    >>> described = describe_images(ImageRows(np.full((3, 16, 16), 51, np.uint8), groups=["a", "a", "b"]))
    >>> described["rows"], described["patients"], described["size"], described["grey"]["0.5"]
    (3, 2, [16, 16], 0.2)
    """
    patients = None if rows.groups is None else len(np.unique(rows.groups))
    described = {"rows": len(rows), "patients": patients}
    if rows.kind != "images":
        return described
    sample = rows.take(np.unique(np.linspace(0, len(rows) - 1, SAMPLE).astype(int)))
    pixels = sample.read(np.arange(len(sample)))
    white = 255 if pixels.dtype == np.uint8 else 1
    values = np.quantile(pixels, QUANTILES) / white
    grey = {str(at): round(float(value), 4) for at, value in zip(QUANTILES, values, strict=True)}
    size = [int(side) for side in rows.image_shape[:2]]
    return described | {"size": size, "grey": grey, "looks": summarize_images(sample)}


def first_weights_of(estimator):
    """What the networks of an estimator started from: of each source its name, and where known its licence.

    Parameters
    ----------
    estimator : estimator or Pipeline

    Returns
    -------
    list of dict
        ``weights``; ``licence``, None where it is not known; and the ``backbone`` or the file's ``digest``. Empty for
        networks whose weights were drawn from the seed.

    Examples
    --------
    >>> from skerosion import CNNClassifier
    >>> from skerosion.experiments._origins import first_weights_of
    >>> first_weights_of(CNNClassifier(backbone="VGG16", weights="imagenet"))
    [{'weights': 'imagenet', 'backbone': 'VGG16', 'licence': 'CC-BY-4.0'}]
    """
    parameters, found = estimator.get_params(), []
    for name in places_of_weights(parameters):
        weights = parameters[name]
        if isinstance(weights, (str, os.PathLike, FrozenEstimator)):
            source = _source(weights, parameters[f"{name.removesuffix('weights')}backbone"])
            found += [each for each in source if each not in found]
    return found


def places_of_weights(parameters):
    """Names of the parameters that are first weights of networks; those of ensembles and neighbours are others."""
    ends = [name for name in parameters if name.split("__")[-1] == "weights"]
    return [name for name in ends if f"{name.removesuffix('weights')}backbone" in parameters]


def _source(weights, backbone):
    if isinstance(weights, FrozenEstimator):
        # What it learned is of our own images; what it started from itself is handed on.
        return [{"weights": type(weights.estimator).__name__, "licence": None}, *first_weights_of(weights.estimator)]
    if weights == "imagenet":
        return [{"weights": "imagenet", "backbone": backbone, "licence": licence_of(backbone)}]
    digest = file_digest(weights) if os.path.isfile(weights) else None
    return [{"weights": Path(weights).name, "digest": digest, "licence": None}]
