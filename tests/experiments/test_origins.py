"""What a file tells of the images it was trained on, and of first weights."""

import numpy as np
import pytest
from sklearn.frozen import FrozenEstimator

from skerosion import CNNClassifier, ForecastEnsemble, ImageRows
from skerosion.experiments._origins import describe_images, first_weights_of, licence_of
from skerosion.networks import list_backbones


@pytest.mark.parametrize("white", [255, 1.0])
def test_quantiles_lie_between_black_and_white(white):
    values = np.linspace(0, 1, 101)
    pixels = (np.broadcast_to(values, (3, 101, 101)) * white).astype("uint8" if white == 255 else "float32")
    grey = describe_images(ImageRows(pixels))["grey"]
    assert all(value == pytest.approx(float(at), abs=0.005) for at, value in grey.items())


def test_feature_vectors_have_no_grey_values():
    assert describe_images(ImageRows(np.zeros((4, 3), np.float32), groups=list("aabb"))) == {"rows": 4, "patients": 2}


def test_sources_within_are_told_once_with_what_they_started_from():
    start = CNNClassifier(backbone="InceptionV3", weights="imagenet")
    ensemble = ForecastEnsemble([(name, CNNClassifier(weights=FrozenEstimator(start))) for name in "ab"])
    assert first_weights_of(ensemble) == [
        {"weights": "CNNClassifier", "licence": None},
        {"weights": "imagenet", "backbone": "InceptionV3", "licence": "Apache-2.0"},
    ]
    assert first_weights_of(CNNClassifier()) == []


def test_networks_with_weights_of_imagenet_have_a_licence_and_others_none():
    offered = [name for name in list_backbones() if name[0].isupper()]
    known = {name: licence_of(name) for name in offered}
    assert len(known) > 30 and set(known.values()) == {"CC-BY-4.0", "MIT", "BSD-3-Clause", "Apache-2.0"}
    assert first_weights_of(CNNClassifier(backbone="Inception", weights="imagenet"))[0]["licence"] is None
