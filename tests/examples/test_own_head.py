"""A head written from the template trains as the built-in ones do, with no change anywhere else."""

import pathlib
import pickle
import runpy

import numpy as np
import pytest

from skerosion import CRPSRegressor, ImageRows, OrdinalClassifier
from skerosion.networks import list_heads
from skerosion.networks._heads import _HEADS
from tests.networks import test_heads as of_every_head

TEMPLATE = pathlib.Path(__file__).parents[2] / "examples" / "templates" / "own_head.py"
SMALL = {"filters": (4, 8), "dense_units": (8,), "batch_size": 16, "epochs": 3, "random_state": 0}


@pytest.fixture(scope="module", autouse=True)
def registered():
    runpy.run_path(str(TEMPLATE))
    yield
    del _HEADS["own"]


@pytest.fixture(scope="module")
def rows():
    """Forty joints of 16x16 pixels of ten patients; brightness follows the grade."""
    grades = np.tile([0, 1, 2, 1], 10)
    images = np.random.default_rng(0).integers(0, 50, (40, 16, 16)) + 100 * grades[:, None, None]
    return ImageRows(images.astype("uint8"), groups=np.arange(40) // 4), grades


def test_the_template_is_short_and_all_there_is():
    assert len(TEMPLATE.read_text(encoding="utf-8").splitlines()) < 40
    assert "own" in list_heads()


def test_it_gives_distributions():
    of_every_head.test_every_cdf_rises_and_ends_at_one("own", 5)


@pytest.mark.tensorflow
def test_weights_weigh_and_gradients_are_finite():
    of_every_head.TestWeights().test_weight_two_is_the_sample_twice("own")
    of_every_head.TestWeights().test_weight_zero_is_no_sample("own")
    of_every_head.TestGradients().test_scores_of_any_size_have_finite_ones("own", 1e4)


def test_a_classifier_and_a_regressor_find_it(rows):
    X, y = rows
    classifier = OrdinalClassifier(head="own", label_smoothing=0.1, **SMALL).fit(X, y)
    probabilities = classifier.predict_proba(X)
    assert probabilities.shape == (40, 3)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(classifier)).predict_proba(X), probabilities)
    assert CRPSRegressor(head="own", grid="auto", **SMALL).fit(X, y).predict_cdf(X).shape == (40, 3)
