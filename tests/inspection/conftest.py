"""Tiny fitted networks on images whose bright square tells the damage, and where that square is."""

from types import SimpleNamespace

import numpy as np
import pytest
from imblearn.pipeline import Pipeline

from skerosion import ClassWeighter, CNNClassifier, CNNRegressor, CRPSRegressor, ImageRows

SMALL = {
    "filters": (4, 8),
    "convolutions": 1,
    "dense_units": (8,),
    "dropout": 0.0,
    "batch_size": 16,
    "learning_rate": 0.01,
    "epochs": 6,
    "random_state": 0,
    "verbose": 0,
}


@pytest.fixture(scope="package")
def squares():
    """48 images of 24x24, a third each with no, a grey or a white square at one of two places; 12 patients."""
    rng = np.random.default_rng(0)
    grades, place = np.tile([0, 1, 2], 16), np.repeat([0, 1], 24)
    images, masks = rng.integers(0, 60, (48, 24, 24, 1)), np.zeros((48, 24, 24), bool)
    for row in range(48):
        corner = slice(3, 9) if place[row] else slice(15, 21)
        masks[row, corner, corner] = grades[row] > 0
        images[row][masks[row]] += 90 * grades[row]
    images = images.astype(np.uint8)
    patients = np.repeat(np.arange(12), 4)
    X = ImageRows(images, groups=patients)
    return SimpleNamespace(X=X, images=images, grades=grades, percent=40.0 * grades, masks=masks, patients=patients)


@pytest.fixture(scope="package")
def classifier(squares):
    return CNNClassifier(**SMALL).fit(squares.images, squares.grades)


@pytest.fixture(scope="package")
def regressor(squares):
    return CRPSRegressor(**SMALL, grid=np.arange(0, 101, 10)).fit(squares.images, squares.percent)


@pytest.fixture(scope="package")
def baseline(squares):
    return CNNRegressor(**SMALL | {"epochs": 1}).fit(squares.images, squares.percent)


@pytest.fixture(scope="package")
def pipeline(squares):
    steps = [("imbalance", ClassWeighter("balanced")), ("cnn", CNNClassifier(**SMALL | {"epochs": 1}))]
    return Pipeline(steps).fit(squares.X, squares.grades)
