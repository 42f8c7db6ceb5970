"""Test-time augmentation: the average over views, symmetric where it mirrors, and no other estimator's business."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from skerosion import AugmentedForecaster, CNNClassifier, CNNRegressor, CRPSRegressor, ImageRows

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def classifier(graded, quick):
    return CNNClassifier(**quick).fit(*graded[:2])


def test_the_average_of_image_and_mirror_image(graded, classifier):
    images, grades, _ = graded
    viewer = AugmentedForecaster(classifier, prefit=True).fit(images, grades)
    turned = images[:, :, ::-1]
    expected = (classifier.predict_proba(images) + classifier.predict_proba(turned)) / 2
    np.testing.assert_allclose(viewer.predict_proba(images), expected, atol=1e-6)
    np.testing.assert_allclose(viewer.predict_proba(turned), expected, atol=1e-6)
    assert viewer.estimator_ is classifier and viewer.classes_.tolist() == [0, 1, 2]


def test_views_are_the_same_for_all_rows_and_for_each_call(graded, classifier):
    images, grades, patients = graded
    settings = {"augmentation": {"rotation": 20.0, "exposure": 0.2}, "n_draws": 2, "prefit": True, "random_state": 0}
    viewer = AugmentedForecaster(classifier, **settings).fit(images, grades)
    assert len(viewer.views_) == 6
    whole = viewer.predict_proba(ImageRows(images, groups=patients))
    np.testing.assert_allclose(viewer.predict_proba(images[40:]), whole[40:], atol=1e-6)
    assert not np.allclose(whole, classifier.predict_proba(images))


def test_without_views_it_is_the_estimator(graded, classifier):
    viewer = AugmentedForecaster(classifier, mirror=False, prefit=True).fit(*graded[:2])
    np.testing.assert_allclose(viewer.predict_proba(graded[0]), classifier.predict_proba(graded[0]), atol=1e-7)


def test_a_regressor_mixes_its_distributions(graded, quick):
    images, grades, _ = graded
    viewer = AugmentedForecaster(CRPSRegressor(**quick, grid="auto")).fit(images, grades)
    inner = viewer.estimator_
    expected = (inner.predict_cdf(images) + inner.predict_cdf(images[:, :, ::-1])) / 2
    np.testing.assert_allclose(viewer.predict_cdf(images), expected, atol=1e-6)
    assert not hasattr(clone(viewer), "estimator_")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n_draws": 2}, "n_draws and augmentation go together"),
        ({"augmentation": {"rotation": 5.0}}, "n_draws and augmentation go together"),
        ({"augmentation": {"flip": True}, "n_draws": 1}, "augmentation must not flip here"),
        ({"n_draws": -1}, "n_draws must be an integer of at least 0, got -1"),
        ({"estimator": CNNRegressor()}, "estimator must predict probabilities"),
    ],
)
def test_wrong_values_are_named(changes, message, graded):
    with pytest.raises(ValueError, match=message):
        AugmentedForecaster(**{"estimator": CNNClassifier(), **changes}).fit(*graded[:2])


def test_features_have_no_views():
    with pytest.raises(ValueError, match="X must hold images"):
        AugmentedForecaster(LogisticRegression()).fit(np.zeros((4, 2)), [0, 1, 0, 1])
