"""What can be had without the joint: a marker in a corner and a column that follow the grade, and honest images."""

import numpy as np
import pandas as pd
import pytest

from skerosion import ImageRows
from skerosion.experiments import measure_shortcuts
from skerosion.experiments._shortcuts import _kappa
from skerosion.metrics import quadratic_kappa

pytestmark = pytest.mark.once

N = 240
CLASSES = np.arange(3)


@pytest.fixture
def joints():
    """Grades, and images that show them in the middle alone."""
    rng = np.random.default_rng(0)
    grades = rng.integers(0, 3, N)
    images = rng.integers(60, 120, (N, 40, 40)).astype(np.uint8)
    images[np.arange(N), 22 + grades, 18:22] = 250
    return images, grades


def shares(images, grades, predicted=None, table=None, without=()):
    rows = ImageRows(images, groups=np.arange(N) // 2)
    found = measure_shortcuts(rows, grades, CLASSES, grades if predicted is None else predicted, table, without)
    return found.set_index("source")


def test_honest_joints_have_no_shortcut(joints):
    found = shares(*joints)
    assert list(found.index) == ["4x4 thumbnail", "outer frame"]
    assert (found["share"] < 0.2).all() and (found["low"] < 0.1).all()
    assert (found["low"] <= found["share"]).all() and (found["share"] <= found["high"]).all()


def test_a_corner_marker_is_one(joints):
    images, grades = joints
    images[(grades == 2) & (np.arange(N) % 5 > 0), 1:7, 1:7] = 255
    found = shares(images, grades)
    assert found.loc["outer frame", "share"] > 0.5 and found.loc["outer frame", "low"] > 0.3


def test_columns_are_sources_unless_they_name_patients_images_or_the_target(joints):
    images, grades = joints
    site = np.where(grades > 0, "ward", "practice")
    table = pd.DataFrame({"site": site, "sex": np.arange(N) // 2 % 2, "file": np.arange(N), "grade": grades})
    found = shares(images, grades, table=table, without=["grade"])
    assert found.loc["column site", "share"] > 0.5 > found.loc["column sex", "share"]
    assert not {"column file", "column grade"} & set(found.index)


def test_the_share_is_of_the_graders_own_gain(joints):
    images, grades = joints
    images[:, 1:7, 1:7] = (100 * grades)[:, None, None]
    half = np.where(np.arange(N) % 2, grades, 1)
    assert shares(images, grades, half).loc["outer frame", "share"] > 1.3
    rows = ImageRows(images)
    assert measure_shortcuts(rows, grades, CLASSES, np.ones(N, int)) is None
    assert measure_shortcuts(rows[:8], grades[:8], CLASSES, grades[:8]) is None


def test_kappa_in_moments_is_the_quadratic_kappa():
    one, other = np.random.default_rng(0).integers(0, 5, (2, 300))
    assert _kappa(one, other) == pytest.approx(quadratic_kappa(one, other))
