"""The grader that comes with the package: small, of use on drawn joints, and for no patient."""

import numpy as np
import pytest

from skerosion.datasets import ImageRows, make_joint_images, synthetic_grader
from skerosion.experiments import known_by, load_saved
from skerosion.metrics import quadratic_kappa

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def saved():
    return load_saved(synthetic_grader())


@pytest.fixture(scope="module")
def joints():
    """New joints, of each grade as many."""
    return make_joint_images(48, size=48, labels=dict.fromkeys((0, 10, 30, 50, 70, 100), 1), random_state=1)


def test_it_is_small_and_says_what_it_is_for(saved):
    assert synthetic_grader().stat().st_size < 2_000_000
    assert "for no patient" in saved.card["intended use"] and "drawn" in saved.card["limits"]
    assert saved.card["made by"].startswith("python benchmarks/synthetic_grader.py")
    assert saved.reading() == {"size": (48, 48), "channels": 1, "bits": None} and saved.target.kind == "percent"


def test_it_grades_joints_that_it_has_not_seen(saved, joints):
    grades = saved.target.grade(saved.target.values(joints.percent))
    assert quadratic_kappa(grades, saved.pipeline.predict(joints.images)) > 0.8
    assert not known_by(saved.marks, ImageRows(joints.images)).images.any()


def test_it_is_not_certain_of_what_it_has_never_seen(saved, joints):
    probabilities = saved.pipeline.predict_proba(joints.images)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert probabilities.max() < 0.9999
