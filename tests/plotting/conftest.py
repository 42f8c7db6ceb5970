"""Tiny fitted networks, and what they predict, for displays to draw."""

from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from imblearn.pipeline import Pipeline

from skerosion import ClassWeighter, CNNClassifier, CRPSRegressor, ImageRows
from skerosion.clinical import ratingen

SMALL = {"filters": (4,), "convolutions": 1, "dense_units": (8,), "epochs": 2, "batch_size": 16, "verbose": 0}


@pytest.fixture(autouse=True)
def closed_figures():
    """Start and end a test without a figure of pyplot."""
    plt.close("all")
    yield
    plt.close("all")


@pytest.fixture(scope="package")
def joints():
    """Images whose brightness follows their percentage, 3 of each of 20 patients."""
    generator = np.random.default_rng(0)
    percent = np.tile([0, 0, 0, 10, 10, 30, 50, 70, 100, 0], 6).astype(float)
    levels = 20 + 2 * percent[:, None, None, None] + generator.normal(0, 15, (60, 16, 16, 1))
    patients = np.repeat(np.arange(20), 3)
    X = ImageRows(np.clip(levels, 0, 255).astype(np.uint8), groups=patients)
    return SimpleNamespace(X=X, percent=percent, grades=ratingen(percent), patients=patients)


@pytest.fixture(scope="package")
def classifier(joints):
    """A pipeline, through which a display has to reach."""
    steps = [("imbalance", ClassWeighter("balanced")), ("cnn", CNNClassifier(**SMALL, random_state=0))]
    steps[1][1].set_params(validation_split=0.3)
    return Pipeline(steps).fit(joints.X, joints.grades)


@pytest.fixture(scope="package")
def regressor(joints):
    """A pipeline of a regressor of percentages with Ratingen bins."""
    cnn = CRPSRegressor(**SMALL, bins="ratingen", random_state=0)
    return Pipeline([("imbalance", "passthrough"), ("cnn", cnn)]).fit(joints.X, joints.percent)


@pytest.fixture(scope="package")
def distribution(regressor, joints):
    """What the regressor predicts for all joints."""
    return regressor[-1].predict_distribution(joints.X)
