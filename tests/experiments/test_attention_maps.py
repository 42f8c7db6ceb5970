"""Maps of what networks look at, through the estimators that are made of them."""

from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from skerosion import inspection
from skerosion.experiments._attention_maps import attention_maps

pytestmark = pytest.mark.once
IMAGES = np.arange(8.0).reshape(2, 2, 2)


@pytest.fixture(autouse=True)
def looks(monkeypatch):
    """Networks here are numbers, and where one looks is the image times that number."""
    monkeypatch.setattr(inspection, "grad_cam", lambda network, X: network.looks * X)


def network(looks):
    return SimpleNamespace(looks=looks)


def test_of_a_calibrated_estimator_the_maps_are_those_of_the_network_inside():
    calibrated = SimpleNamespace(estimator_=SimpleNamespace(estimator_=network(3)))
    assert (attention_maps(calibrated, IMAGES, ["Grad-CAM"])["Grad-CAM"] == 3 * IMAGES).all()


def test_of_an_ensemble_they_are_the_mean_by_weight_of_those_that_have_a_say():
    members = [network(1), SimpleNamespace(estimator_=network(5)), network(np.nan)]
    ensemble = SimpleNamespace(estimators_=members, weights_=[0.25, 0.75, 0.0])
    assert (attention_maps(ensemble, IMAGES, ["Grad-CAM"])["Grad-CAM"] == 4 * IMAGES).all()


def test_images_reach_the_network_as_its_pipeline_hands_them_on():
    doubled = FunctionTransformer(lambda X: 2 * X, check_inverse=False)
    calibrated = SimpleNamespace(estimator_=Pipeline([("double", doubled), ("network", network(3))]))
    assert (attention_maps(calibrated, IMAGES, ["Grad-CAM"])["Grad-CAM"] == 6 * IMAGES).all()


def test_nothing_is_drawn_of_what_is_no_network(monkeypatch):
    def refuse(*_):
        raise TypeError("no network")

    monkeypatch.setattr(inspection, "grad_cam", refuse)
    assert attention_maps(network(1), IMAGES, ["Grad-CAM"]) == {} == attention_maps(None, IMAGES)
