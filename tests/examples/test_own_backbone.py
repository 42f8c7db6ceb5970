"""A backbone written from the template passes the common checks, with no change anywhere else."""

import pathlib
import pickle
import runpy

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.utils.estimator_checks import parametrize_with_checks

from skerosion import CNNClassifier, CRPSRegressor, ImageRows
from skerosion.inspection import Embedder, activation_map
from skerosion.networks import list_backbones
from tests.processor import run_check

TEMPLATE = pathlib.Path(__file__).parents[2] / "examples" / "templates" / "own_backbone.py"
QUICK = {"dense_units": (16,), "batch_size": 50, "epochs": 6, "learning_rate": 0.05, "dropout": 0.0, "random_state": 0}
SMALL = {"filters": (4, 8), "dense_units": (8,), "batch_size": 16, "epochs": 3, "random_state": 0}

runpy.run_path(str(TEMPLATE))


def test_the_template_is_short_and_all_there_is():
    assert len(TEMPLATE.read_text(encoding="utf-8").splitlines()) < 40
    assert "own" in list_backbones()


@pytest.mark.slow
@parametrize_with_checks(
    [CNNClassifier(backbone="own", filters=(4,), **QUICK)],
    expected_failed_checks=lambda estimator: {
        "check_sample_weight_equivalence_on_dense_data": "other batches, as in tests/estimators/test_common.py"
    },
)
def test_scikit_learn_checks(estimator, check):
    """Each of scikit-learn's checks passes."""
    run_check(check, estimator)
    assert estimator.backbone == "own"


@pytest.fixture(scope="module")
def rows():
    """Forty joints of 16x16 pixels of ten patients; brightness follows the grade."""
    grades = np.tile([0, 1, 1, 0], 10)
    images = np.random.default_rng(0).integers(0, 100, (40, 16, 16)) + 100 * grades[:, None, None]
    return ImageRows(images.astype("uint8"), groups=np.arange(40) // 4), grades


@pytest.fixture(scope="module")
def fitted(rows):
    """A classifier of images with the backbone."""
    return CNNClassifier(backbone="own", **SMALL).fit(*rows)


def test_a_seed_repeats_its_predictions(fitted, rows):
    again = clone(fitted).fit(*rows)
    np.testing.assert_array_equal(again.predict_proba(rows[0]), fitted.predict_proba(rows[0]))


def test_it_survives_pickle_and_keras_files(fitted, rows, tmp_path):
    X, expected = rows[0], fitted.predict_proba(rows[0])
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(fitted)).predict_proba(X), expected)
    fitted.model_.save(tmp_path / "own.keras")
    handed_on = keras.saving.load_model(tmp_path / "own.keras")
    np.testing.assert_allclose(handed_on.predict(np.asarray(X), verbose=0), expected, atol=1e-6)


def test_its_layers_are_found_by_name(fitted, rows):
    maps = activation_map(fitted, rows[0][:2], layer="block2_relu")
    assert maps.shape[0] == 2 and Embedder(FrozenEstimator(fitted)).fit(rows[0]).transform(rows[0]).shape[0] == 40


def test_it_carries_another_task_and_mixed_precision(rows):
    regressor = CRPSRegressor(backbone="own", grid="auto", dtype_policy="mixed_bfloat16", **SMALL).fit(*rows)
    assert regressor.predict_cdf(rows[0]).shape == (40, 2)
